"""`gateway flows simulate`: invented people go through conversations, many at a time."""

import textwrap
from pathlib import Path
from typing import Annotated, Final

import typer

from gateway.cli.flows.folder import chosen_flows, opened_release
from gateway.cli.flows.invented import (
    Channel,
    Known,
    Network,
    Number,
    Server,
    chosen_languages,
    price_words,
    prices_of,
    setting_of,
)
from gateway.cli.tables import print_json, print_table
from gateway.service.walkers.people import Manners
from gateway.service.walkers.tally import Tally
from gateway.service.walkers.tally import simulate as simulated

_WIDTH: Final = 79
_MOST_LEFT: Final = 5


def simulate(
    flow: Annotated[
        str | None, typer.Argument(metavar="[FLOW]", help="The flow's name; else all of them.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    *,
    participants: Annotated[int, typer.Option(min=1, help="How many people, by flow.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    channel: Annotated[Channel, typer.Option(help="sms or ussd.")] = Channel.SMS,
    language: Annotated[str, typer.Option(help="A language's code, or all, by turns.")] = "all",
    network: Network = "",
    number: Number = "",
    known: Known = None,
    server: Server = "{}",
    json: Annotated[bool, typer.Option("--json", help="One line of JSON for each flow.")] = False,
) -> None:
    """Find out who completes a flow, where people leave it, and what it costs."""
    manners = Manners()
    with opened_release(directory) as opened:
        release = opened.release
        languages = chosen_languages(release, language)
        prices = prices_of(opened.settings, number)
        price = prices.cost(number, 1)
        setting = setting_of(opened, channel.value, network, known, server)
        tallies = [
            simulated(setting, one.name, languages, participants, seed, price, manners)
            for one in chosen_flows(release, flow)
        ]
    if json:
        for tally in tallies:
            print_json(tally.json)
        return
    by_sms = channel is Channel.SMS
    counted = ("SMS in", "SMS out") if by_sms else ("screens", "SMS out")
    columns = ("flow", "turns", *counted, "segments", "cost", "seconds each")
    rows = [
        (
            tally.flow, tally.turns, tally.received if by_sms else tally.screens, tally.messages,
            tally.segments, prices.words(tally.thousandths), round(tally.seconds / participants),
        )
        for tally in tallies
    ]  # fmt: skip
    print_table(columns, rows)
    for tally in tallies:
        typer.echo(_told(tally))
    typer.echo(
        textwrap.fill(
            f"{participants} invented people a flow, seed {seed}, by {channel.value}: of 100 "
            f"answers {manners.wrong * 100:.0f} are wrong, at {manners.drop * 100:.0f} of 100 "
            "questions they leave. Actions succeed 9 times of 10. "
            f"{price_words(prices, number)}",
            _WIDTH,
        )
    )


def _told(tally: Tally) -> str:
    """Return how the conversations of a flow ended, and where people left."""
    ends = ", ".join(f"{end} {count}" for end, count in tally.ends)
    left = ", ".join(f"{where} {count}" for where, count in tally.dropped[:_MOST_LEFT])
    told = f"{tally.flow}: {ends}." + (f" Left at {left}." if left else "")
    return textwrap.fill(
        told, _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
