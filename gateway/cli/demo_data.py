"""`gateway demo-data`: fills an empty database with a movement that never was."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway import bootstrap
from gateway.bootstrap import Store
from gateway.cli.command import fail, opened_store
from gateway.config.channels import load_channels
from gateway.core.movement.moments import HOUR_MS
from gateway.core.movement.places import Places
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.releases import compile_release, read_source
from gateway.service.pretence.clock import Hand
from gateway.service.pretence.fill import (
    MOST_PEOPLE,
    Country,
    NotEmpty,
    Pretender,
    check,
    staff_of,
)
from gateway.service.pretence.talks import Stage
from gateway.service.pretence.year import HOURS
from gateway.service.spending import Till
from gateway.service.walkers.setting import Setting
from gateway.store.database import Database

PEOPLE, SEED = 5_000, 1


def demo_data(
    people: Annotated[
        int, typer.Option(help="How many people will have joined.", min=1, max=MOST_PEOPLE)
    ] = PEOPLE,
    seed: Annotated[int, typer.Option(help="Another seed makes up other people.")] = SEED,
    password: Annotated[
        str | None,
        typer.Option(help="With which all of the made-up staff sign in; else each needs a link."),
    ] = None,
) -> None:
    """Fill an EMPTY database with a year of a made-up movement, to try pages and to measure.

    Nobody in it is real: every number has one digit too many to be anybody's, and nothing of it
    waits to be sent. A database with people of its own is refused; one that this filled is left.
    """
    with opened_store() as store:
        name = load_channels(store.settings)[0].name
        try:
            there = fill(store, name, people, seed, password=password, tell=sys.stderr.isatty())
        except NotEmpty as trouble:
            fail(str(trouble))
        known = ", ".join(one.username for one in staff_of(read_places(store.settings.places_path)))
    if there is not None:
        typer.echo(f"A movement of {there:,} people was made up here before; it is left as it is.")
        return
    typer.echo(f"A movement of {people:,} people was made up. Its staff: {known}.")
    if password is None:
        typer.echo("`gateway staff link organiser` lets one of them in.")


def fill(
    store: Store,
    channel: str,
    people: int,
    seed: int,
    *,
    password: str | None = None,
    tell: bool = False,
) -> int | None:
    """Fill an open store's database; return how many people were made up there before, if any.

    Raises `NotEmpty`.
    """
    there = check(store.database)
    if there is not None:
        return there
    movement, places = store.settings.movement, read_places(store.settings.places_path)
    begins = (store.database.clock() // HOUR_MS - HOURS) * HOUR_MS
    hand = Hand(begins)
    # A connection of its own, whose clock shows when things are said to have happened.
    with Database(store.settings.database.url, clock=hand) as database:
        pretended = Store(store.settings, database, store.vault)
        zone = ZoneInfo(movement.timezone)
        distance = datetime.fromtimestamp(begins / 1000, UTC).astimezone(zone).utcoffset()
        country = Country(
            movement=movement.name,
            places=places,
            languages=(
                movement.language,
                *(one for one in movement.languages if one != movement.language),
            ),
            offset_ms=0 if distance is None else int(distance.total_seconds() * 1000),
        )
        staff = bootstrap.identity(pretended, places).staff
        stage, till = _stage(store, places), Till(lambda: store.settings.prices_path, zone)
        Pretender(database, store.vault, hand, country, staff, stage, till).fill(
            people, seed, channel, password=password, progress=_show if tell else _nothing
        )
    return None


def _stage(store: Store, places: Places) -> Stage:
    """Return the flows of the settings, as people read them."""
    settings = store.settings
    source, movement = read_source(settings.flows_path), settings.movement
    release = compile_release(
        source, str(settings.flows_path), settings.flows.fallbacks, movement.language
    )
    environment = bootstrap.expressions_environment(movement, places)
    sms = Setting(
        release,
        places,
        movement=movement.name,
        country=movement.country,
        screen=settings.ussd.limit,
        first_screen=settings.ussd.first_limit,
        environment=environment,
    )
    return Stage(source, release, {"sms": sms, "ussd": replace(sms, channel="ussd")})


def _show(over: float) -> None:
    sys.stderr.write(f"\r{over:5.0%}" if over < 1 else "\r     \r")


def _nothing(_: float) -> None:
    pass
