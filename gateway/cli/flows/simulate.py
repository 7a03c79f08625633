"""`gateway flows simulate`: invented people go through conversations, many at a time."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.flows.folder import chosen_flows, opened_release
from gateway.cli.tables import print_json, print_table
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.service.walkers.people import Manners
from gateway.service.walkers.tally import simulate as simulated
from gateway.service.walkers.walk import Setting


class Channel(StrEnum):
    """How people talk to the flows."""

    SMS = "sms"
    USSD = "ussd"


def simulate(
    flow: Annotated[
        str | None, typer.Argument(metavar="[FLOW]", help="The flow's name; else all of them.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    participants: Annotated[int, typer.Option(min=1, help="How many people, by flow.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    channel: Annotated[Channel, typer.Option(help="sms or ussd.")] = Channel.SMS,
    language: Annotated[str, typer.Option(help="A language's code, or all, by turns.")] = "all",
    json: Annotated[bool, typer.Option("--json", help="One line of JSON for each flow.")] = False,
) -> None:
    """Find out who completes a flow, where people leave it, and what it costs."""
    manners = Manners()
    with opened_release(directory) as opened:
        settings, release = opened.settings, opened.release
        if language not in {"all", *release.languages}:
            known = ", ".join(release.languages)
            fail(f"There is no language {language}. There are: all, {known}.", WRONG_USAGE)
        try:
            prices = read_prices(settings.prices_path)
        except PriceFileError as trouble:
            fail(str(trouble), WRONG_USAGE)
        setting = Setting(
            release, read_places(settings.places_path), channel.value, settings.movement.name,
            settings.movement.country, settings.ussd.limit, settings.ussd.first_limit,
        )  # fmt: skip
        languages = release.languages if language == "all" else (language,)
        tallies = [
            simulated(setting, one.name, languages, participants, seed, prices, manners)
            for one in chosen_flows(release, flow)
        ]
    if json:
        for tally in tallies:
            print_json(tally.json)
        return
    columns = ("flow", "ended", "left at", "turns", "SMS in", "SMS out", "segments", "screens",
               "cost", "seconds each")  # fmt: skip
    rows = [
        (
            tally.flow,
            ", ".join(f"{end} {count}" for end, count in tally.ends),
            ", ".join(f"{where} {count}" for where, count in tally.dropped[:3]),
            tally.turns, tally.received, tally.messages, tally.segments, tally.screens,
            prices.words(tally.thousandths), round(tally.seconds / participants),
        )
        for tally in tallies
    ]  # fmt: skip
    print_table(columns, rows)
    typer.echo(
        f"{participants} invented people a flow, seed {seed}, by {channel.value}: of 100 answers "
        f"{manners.wrong * 100:.0f} are wrong, at {manners.drop * 100:.0f} of 100 questions they "
        "leave. Actions succeed 9 times of 10. Prices are the default of the price file."
    )
