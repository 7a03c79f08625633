"""`gateway flows usage`: how far people come in a conversation, from real use."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from gateway import bootstrap
from gateway.cli.command import fail, opened_store
from gateway.cli.tables import print_json, print_table
from gateway.service.usage import DAYS, Asked, FlowUse, StepUse, Usage

_HOUR_MS: Final = 3_600_000
_MOST_DAYS: Final = 400


class By(StrEnum):
    """The channel by which people were asked."""

    ALL = "all"
    SMS = "sms"
    USSD = "ussd"


def usage(
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="The flow's name.")],
    *,
    days: Annotated[
        int, typer.Option(min=1, max=_MOST_DAYS, help="Of so many days; today is one of them.")
    ] = DAYS,
    by: Annotated[By, typer.Option(help="sms, ussd or all.")] = By.ALL,
    this_version: Annotated[
        bool, typer.Option("--this-version", help="Only of the version in force.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Count by step how many were asked, answered, and came no further."""
    with opened_store() as store:
        release = bootstrap.publisher(store).current()
        if release is None:
            fail("Nothing is in force that this program understands. See `gateway flows status`.")
        only = release.hash if this_version else ""
        asked = Asked(days, "" if by is By.ALL else by.value, only)
        settings = store.settings
        zone, hours = ZoneInfo(settings.movement.timezone), settings.ussd.resume_hours
        found = Usage(store.database, zone, int(hours * _HOUR_MS)).of(release, flow, asked)
    if flow not in release.flows and not found.steps:
        fail(f"There is no flow {flow}. There are {', '.join(sorted(release.flows))}.")
    if as_json:
        print_json(_as_json(found, asked))
        return
    typer.echo(
        f"{flow}, {days} days: {found.begun:,} begun, {found.finished:,} finished, "
        f"{found.dropped:,} dropped out, {found.now:,} in it now."
    )
    if found.steps:
        print_table(_COLUMNS, [_row(one) for one in found.steps])


_COLUMNS: Final = ("step", "reached", "answered", "went on", "waiting", "unclear", "dropped", "how")


def _row(one: StepUse) -> tuple[object, ...]:
    how = {
        "silent": one.silent,
        "left": one.gone,
        "gave up": one.gave_up,
        "expired": one.expired,
        "STOP": one.stopped,
    }
    told = ", ".join(f"{words} {count}" for words, count in how.items() if count)
    return (
        one.step,
        one.reached,
        one.answered,
        one.went_on,
        one.waiting,
        one.misunderstood,
        one.dropped,
        told,
    )


def _as_json(found: FlowUse, asked: Asked) -> dict[str, object]:
    return {
        "flow": found.flow,
        "days": asked.days,
        "medium": asked.medium or None,
        "release": asked.release or None,
        "begun": found.begun,
        "finished": found.finished,
        "dropped": found.dropped,
        "now": found.now,
        "steps": [{**asdict(one), "dropped": one.dropped} for one in found.steps],
    }
