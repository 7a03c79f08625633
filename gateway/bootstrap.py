"""The one place where everything is put together. Nothing is created when modules are imported."""

import logging
import platform
import random
import re
import secrets
import sys
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from gateway.channels.base import Aggregator
from gateway.channels.registry import AGGREGATORS
from gateway.config.channels import ChannelSettings, load_channels
from gateway.config.movement import MovementSettings
from gateway.config.settings import Settings
from gateway.config.webhooks import look_up
from gateway.core.flow.expressions.environment import Environment, NumberFormat
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.release import Release
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.moments import DAY_MS, HOUR_MS
from gateway.core.movement.places import Places
from gateway.flowfiles.findings import ERROR, WARNING
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.releases import Source, compile_release
from gateway.servers.allowed import Allowed
from gateway.servers.client import Client
from gateway.service.account import Account
from gateway.service.asker import Asker
from gateway.service.audit import Audit
from gateway.service.broadcast import Broadcasts
from gateway.service.deliver import Deliverer
from gateway.service.due import Alarm
from gateway.service.ground import Ground, Guards, Limits, Line
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from gateway.service.passwords import Passwords
from gateway.service.publishing import Publisher, Watch
from gateway.service.signin import SignIn
from gateway.service.spending import Till
from gateway.service.staff import Staff
from gateway.service.surviving import surviving
from gateway.service.tokens import Tokens
from gateway.store import channels, node, schema
from gateway.store.database import Database
from gateway.store.keyring import read_keyring
from gateway.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Store:
    """An open database and the keys that it was made with."""

    settings: Settings
    database: Database
    vault: Vault

    def close(self) -> None:
        """Close the database."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Station:
    """A whole gateway, ready to take callbacks and to deliver: all that one process needs."""

    store: Store
    channels: Mapping[str, ChannelSettings]
    channel_ids: Mapping[str, int]
    aggregators: Mapping[str, Aggregator]
    places: Places
    ground: Ground
    publisher: Publisher

    def close(self) -> None:
        """Close the aggregators' connections and the database."""
        for aggregator in self.aggregators.values():
            aggregator.close()
        self.store.close()


@dataclass(frozen=True, slots=True)
class Identity:
    """All that knows who staff are. One for a process: its parts count checks under way together.

    `account` is for one's own account, `staff` for those of others.
    """

    sign_in: SignIn
    account: Account
    staff: Staff
    tokens: Tokens
    audit: Audit


def open_database(settings: Settings) -> Database:
    """Return the database that the settings name, whatever its shape."""
    return Database(settings.database.url)


def open_store(settings: Settings) -> Store:
    """Open the database with its keys. Raises where the tables or the keys do not fit."""
    vault = Vault(read_keyring(settings.key.file))
    database = open_database(settings)
    try:
        schema.check(database)
        node.settle(database, vault)
    except BaseException:
        database.close()
        raise
    return Store(settings, database, vault)


def open_station(settings: Settings) -> Station:
    """Open everything that serving and delivering need."""
    configured = {channel.name: channel for channel in load_channels(settings)}
    places = read_places(settings.places_path)
    store = open_store(settings)
    store.database.claim_stream()
    publishing = publisher(store)
    with store.database.write() as tx:
        ids = channels.number(tx, configured)
    ground = Ground(
        movement=settings.movement.name,
        country=settings.movement.country,
        language=settings.movement.language,
        languages=settings.movement.languages,
        timezone=ZoneInfo(settings.movement.timezone),
        vault=store.vault,
        places=places,
        releases=publishing.open(),
        lines=_lines(configured, ids),
        limits=Limits(
            screen=settings.ussd.limit,
            first_screen=settings.ussd.first_limit,
            networks=settings.ussd.networks,
            resume_ms=int(settings.ussd.resume_hours * HOUR_MS),
            answer_valid_ms=int(settings.delivery.answer_valid_hours * HOUR_MS),
            reply_ms=settings.conversations.broadcast_reply_days * DAY_MS,
            reminder_ms=settings.conversations.reminder_valid_hours * HOUR_MS,
            grace_ms=settings.conversations.timetable_grace_minutes * 60_000,
            ring_ms=settings.conversations.missed_call_minutes * 60_000,
            held_ms=settings.webhooks.screen_seconds * 1000,
            others=settings.conversations.most_others,
        ),
        chance=secrets.randbelow,
        environment=expressions_environment(settings.movement, places),
        guards=Guards(
            same_text=settings.conversations.same_text,
            same_text_s=settings.conversations.same_text_minutes * 60,
            answers_per_hour=settings.conversations.answers_per_hour,
        ),
        quiet=quiet_hours(settings.movement),
        servers=_servers(settings),
    )
    return Station(store, configured, ids, _aggregators(configured), places, ground, publishing)


def identity(store: Store, places: Places) -> Identity:
    """Return what knows who staff are, over an open store."""
    settings, movement = store.settings.staff, store.settings.movement.name
    database, vault = store.database, store.vault
    passwords = Passwords(vault, at_once=settings.checks_at_once)
    return Identity(
        sign_in=SignIn(
            database,
            vault,
            session_hours=settings.session_hours,
            idle_minutes=settings.idle_minutes,
            passwords=passwords,
        ),
        account=Account(
            database,
            vault,
            passwords=passwords,
            movement=movement,
            totp_required=settings.totp_required,
        ),
        staff=Staff(
            database,
            vault,
            places=places,
            passwords=passwords,
            movement=movement,
            link_minutes=settings.link_minutes,
        ),
        tokens=Tokens(database, vault, places=places),
        audit=Audit(database, vault),
    )


def broadcasts_of(store: Store, places: Places, *, patience_s: float | None = None) -> Broadcasts:
    """Return the calls to action of an open store."""
    movement, calls = store.settings.movement, store.settings.calls
    return Broadcasts(
        store.database,
        store.vault,
        places,
        movement=movement.name,
        language=movement.language,
        quiet=quiet_hours(movement),
        two_people=calls.two_people,
        per_week=calls.per_week or None,
        patience_s=patience_s,
    )


def publisher(store: Store) -> Publisher:
    """Return what takes releases from the folder of the settings."""
    flows, directory = store.settings.flows, store.settings.flows_path
    return Publisher(
        store.database,
        directory,
        f"{platform.node()}:{directory.resolve()}",
        partial(
            compile_release,
            folder=str(directory),
            fallbacks=flows.fallbacks,
            language=store.settings.movement.language,
        ),
        partial(_found, store.settings, ERROR),
        partial(_found, store.settings, WARNING),
    )


def deployment(settings: Settings) -> Deployment:
    """Return where flows are to run, as the settings say it."""
    return Deployment(
        movement=settings.movement.name,
        languages=settings.movement.languages,
        country=settings.movement.country,
        screen=settings.ussd.limit,
        first_screen=settings.ussd.first_limit,
        networks=settings.ussd.networks,
        hosts=(*settings.webhooks.allow, *settings.webhooks.local),
        secrets=tuple(settings.webhooks.secrets),
    )


def _found(
    settings: Settings, level: str, source: Source, before: Release | None = None
) -> list[str]:
    """Return what `gateway flows check` finds of a level."""
    folder, fallbacks = str(settings.flows_path), settings.flows.fallbacks
    found = check_folder(source, folder, deployment(settings), fallbacks, before)
    return [finding.text for finding in found if finding.level == level]


def watch(station: Station) -> Watch:
    """Return what keeps a process at the release in force; nothing runs yet."""
    flows = station.store.settings.flows
    return Watch(
        station.publisher,
        station.ground.releases,
        folder=flows.watch,
        poll_s=flows.poll_seconds,
        clock=time.monotonic,
    )


def quiet_hours(movement: MovementSettings) -> QuietHours | None:
    """Return the hours in which nothing begins by itself, if there are any."""
    return QuietHours.read(movement.quiet_hours, ZoneInfo(movement.timezone))


def expressions_environment(movement: MovementSettings, places: Places) -> Environment:
    """Return where expressions run for a movement, but for the time and the person's language."""
    return Environment(
        date_format=movement.date_format,
        time_format=movement.time_format,
        timezone=ZoneInfo(movement.timezone),
        languages=movement.languages,
        country=movement.country,
        number_format=NumberFormat(movement.decimal_mark, movement.grouping_mark),
        chance=random.SystemRandom().random,
        locations=LocationTree.of(places),
    )


def deliverer(station: Station) -> Deliverer:
    """Return what empties the outbox of every channel; nothing runs yet."""
    delivery, retention = station.store.settings.delivery, station.store.settings.retention
    return Deliverer(
        station.store.database,
        station.store.vault,
        [
            Route(
                station.channel_ids[name],
                name,
                station.aggregators[name],
                channel.rate_per_second,
                channel.recipients_per_request,
            )
            for name, channel in station.channels.items()
        ],
        Policy(
            lease_ms=int(delivery.lease_seconds * 1000),
            attempts=delivery.attempts,
            backoff_s=delivery.backoff_seconds,
            backoff_max_s=delivery.backoff_max_seconds,
            batch=delivery.batch,
            workers=delivery.workers,
            poll_s=delivery.poll_seconds,
            inbox_days=retention.inbox_days,
            webhook_days=retention.webhook_days,
            orphan_report_days=retention.orphan_report_days,
            quiet=station.ground.quiet,
        ),
        places=station.places,
        movement=station.ground.movement,
        language=station.ground.language,
        chance=random.SystemRandom().random,
        alarm=Alarm(station.store.database, station.ground),
        asker=_asker(station),
        till=Till(lambda: station.store.settings.prices_path, station.ground.timezone),
    )


def _servers(settings: Settings) -> Allowed:
    return Allowed(frozenset(settings.webhooks.allow), frozenset(settings.webhooks.local))


def _asker(station: Station) -> Asker:
    webhooks = station.store.settings.webhooks
    secrets = look_up(webhooks.secrets, station.store.settings.variable)
    client = Client(_servers(station.store.settings), secrets, max_bytes=webhooks.max_bytes)
    return Asker(
        station.store.database, station.ground, client.ask, surviving, at_once=webhooks.at_once
    )


def _lines(configured: Mapping[str, ChannelSettings], ids: Mapping[str, int]) -> dict[str, Line]:
    """Return the channels as conversations see them: each with the one that sends its SMS."""
    senders = [name for name, channel in configured.items() if channel.short_code is not None]
    lines = {}
    for name, channel in configured.items():
        by = name if channel.short_code is not None else next(iter(senders), None)
        lines[name] = Line(ids[name], name, None if by is None else ids[by], channel.dialled or "")
    return lines


def _aggregators(configured: Mapping[str, ChannelSettings]) -> dict[str, Aggregator]:
    return {
        name: AGGREGATORS[channel.kind](channel.account, None)
        for name, channel in configured.items()
    }


class _StandardError(StringIO):
    """What standard error is when something is written, and not when logging was set up."""

    def write(self, text: str, /) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR = _StandardError()


def configure_logs(*, quiet: bool = False) -> None:
    """Write logs to stderr, one event a line, with everything that looks like a number masked."""
    logging.basicConfig(stream=_STDERR, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask_numbers,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
        logger_factory=structlog.WriteLoggerFactory(file=_STDERR),
    )


_LIKE_A_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){6,}")


def mask_numbers(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace whatever could be a phone number in a log event: the last line of defence."""
    return {
        key: _LIKE_A_NUMBER.sub("[number]", value)
        if isinstance(value, str) and key != "timestamp"
        else value
        for key, value in event.items()
    }
