"""`gateway flows cost`: what a typical walk through a flow costs, and the dearest one there is."""

import csv
import sys
import textwrap
from collections.abc import Iterator, Sequence
from enum import StrEnum
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
from gateway.core.delivery.price import PriceTable
from gateway.core.flow.engine import TURN_LIMIT
from gateway.service.walkers.beginnings import VOTES
from gateway.service.walkers.cost import PEOPLE, Asked, Costs, costs
from gateway.service.walkers.longest import LABEL, LABELS, NAME, NUMBER, QUESTION, WORDS
from gateway.service.walkers.worst import MOST_PLACES

_WIDTH: Final = 79
_STEPS: Final = 12  # of the dearest walk that are shown


class Format(StrEnum):
    """What is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Channels(StrEnum):
    """How people talk to the flow."""

    ALL = "all"
    SMS = "sms"
    USSD = "ussd"


def cost(
    flow: Annotated[
        str | None, typer.Argument(metavar="[FLOW]", help="The flow's name; else all of them.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows; else the settings' own."),
    ] = None,
    *,
    language: Annotated[str, typer.Option(help="A language's code, or all.")] = "all",
    channel: Annotated[Channels, typer.Option(help="sms, ussd or all.")] = Channels.ALL,
    network: Network = "",
    number: Number = "",
    known: Known = None,
    server: Server = "{}",
    people: Annotated[int, typer.Option(min=1, help="How many people the median is of.")] = PEOPLE,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    turns: Annotated[
        int, typer.Option(min=1, max=TURN_LIMIT, help="The longest walk, in turns.")
    ] = TURN_LIMIT,
    output: Annotated[Format, typer.Option("--format", help="table, json or csv.")] = Format.TABLE,
) -> None:
    """Count segments, screens and money of a typical walk and of the dearest, by language."""
    with opened_release(directory) as opened:
        languages = chosen_languages(opened.release, language)
        prices = prices_of(opened.settings, number)
        asked = Asked(people, seed, turns)
        chosen = list(Channel) if channel is Channels.ALL else [Channel(channel.value)]
        found = [
            costs(setting_of(opened, by.value, network, known, server), one.name, code, asked)
            for one in chosen_flows(opened.release, flow)
            for by in chosen
            for code in languages
        ]
    if output is Format.JSON:
        for one in found:
            print_json(_as_json(one, prices, number))
    elif output is Format.CSV:
        _print_csv(found, prices, number)
    else:
        _print_tables(found, prices, number, asked)


def _print_tables(found: Sequence[Costs], prices: PriceTable, number: str, asked: Asked) -> None:
    groups: dict[tuple[str, str], list[Costs]] = {}
    for one in found:
        groups.setdefault((one.flow, one.channel), []).append(one)
    for (flow, channel), several in groups.items():
        unit = "segments by SMS" if channel == "sms" else "screens by USSD"
        typer.echo(f"{flow}: {unit}")
        beside = () if channel == "sms" else ("SMS",)
        columns = ("language", "alphabet", "main", "median", "worst", *beside,
                   f"median {prices.currency}", f"worst {prices.currency}", "dearer")  # fmt: skip
        print_table(columns, [_row(one, several, prices, number) for one in several])
        if len(groups) == 1:
            _print_walk(several)
        typer.echo("")
    for paragraph in _assumptions(found, prices, number, asked):
        typer.echo(textwrap.fill(paragraph, _WIDTH, break_on_hyphens=False))


def _row(
    one: Costs, several: Sequence[Costs], prices: PriceTable, number: str
) -> tuple[object, ...]:
    worst = one.dearest.bill.segments
    beside: tuple[int, ...] = ()
    main, mark = one.main.segments, _mark(one)
    if one.channel == "ussd":
        main, worst, beside = one.main.screens, one.longest.bill.screens, (worst,)
    return (
        one.language, one.alphabet, main, one.typical, f"{worst}{mark}", *beside,
        _money(prices, number, one.median.segments),
        _money(prices, number, one.dearest.bill.segments), _dearer(one, several),
    )  # fmt: skip


def _dearer(one: Costs, several: Sequence[Costs]) -> str:
    """Return how many times the cheapest language one is, mostly and at the most."""
    if len(several) < 2:
        return ""
    typical, worst = (min(found) or 1 for found in zip(*map(_units, several), strict=True))
    here = _units(one)
    return f"x{here[0] / typical:.1f} x{here[1] / worst:.1f}"


def _units(one: Costs) -> tuple[int, int]:
    """Return the median and the worst, in what the channel counts."""
    worst = one.longest.bill
    return one.typical, worst.segments if one.channel == "sms" else worst.screens


def _mark(one: Costs) -> str:
    """Return the sign of a worst walk that could go on, or that may not be the worst."""
    return "*" * one.longest.endless + "+" * (not one.longest.whole)


def _print_walk(several: Sequence[Costs]) -> None:
    """Tell the dearest walk of all."""
    one = max(several, key=lambda each: (each.longest.bill.segments, each.longest.bill.screens))
    if not one.longest.path:
        return
    steps = [f"{step}: {_did(did)}" for step, did in one.longest.path]
    more = f", and {len(steps) - _STEPS} turns more" if len(steps) > _STEPS else ""
    told = f"The worst walk, in {one.language}: {', '.join(steps[:_STEPS])}{more}."
    typer.echo("\n" + textwrap.fill(told, _WIDTH, break_on_hyphens=False))


def _did(did: str) -> str:
    if not did:
        return "(empty)"
    return did if len(did) <= 24 else f"{did[:21]}..."


def _assumptions(
    found: Sequence[Costs], prices: PriceTable, number: str, asked: Asked
) -> Iterator[str]:
    """Yield what the figures stand on, each a paragraph."""
    yield (
        "main: the first option of each menu, all understood and done at once. median: half of "
        f"{asked.people} invented people (seed {asked.seed}, see `flows simulate`) take no more."
    )
    yield (
        f"worst: every way searched, with names of {NAME} letters, other words as long as the "
        f"question takes and at most {WORDS}, numbers up to {NUMBER:,}, the longest places, "
        f"{VOTES} open votes of {QUESTION} letters with {LABELS} options of {LABEL}, and a call "
        f"to action of {WORDS}. All retries are used; nobody goes back, asks for help, changes "
        f"the language or breaks off; a walk has at most {asked.turns} turns."
    )
    if any(one.longest.endless for one in found):
        yield "* goes round in circles for as long as somebody answers; see --turns."
    if not all(one.longest.whole for one in found):
        yield f"+ has more than {MOST_PLACES:,} places; not all were searched."
    if len({one.language for one in found}) > 1:
        yield (
            "dearer: how many times the cheapest language, in the median and in the worst. An SMS "
            "holds 70 characters in UCS-2 and 160 in GSM-7."
        )
    replaced = {f"{one.flow} in {one.language} {one.replaced} of {one.texts}": None
                for one in found if one.replaced}  # fmt: skip
    if replaced:
        yield (
            f"Without a translation, and said in the flow's own language: {', '.join(replaced)}."
        )
    yield (
        f"{price_words(prices, number)} What people pay for their own SMS, and what the "
        "aggregator takes for USSD sessions, is not in it."
    )


def _money(prices: PriceTable, number: str, segments: int) -> str:
    return prices.words(prices.cost(number, segments)).partition(" ")[2]


_KINDS: Final = ("main", "median", "worst")
_UNITS: Final = ("segments", "screens", "cost_thousandths")


def _figures(one: Costs, prices: PriceTable, number: str) -> dict[str, dict[str, int]]:
    """Return what is counted, of each kind of walk."""
    counted = (
        (one.main.segments, one.main.screens),
        (one.median.segments, one.median.screens),
        (one.dearest.bill.segments, one.longest.bill.screens),
    )
    return {
        kind: dict(zip(_UNITS, (segments, shown, prices.cost(number, segments)), strict=True))
        for kind, (segments, shown) in zip(_KINDS, counted, strict=True)
    }


def _head(one: Costs, prices: PriceTable) -> dict[str, object]:
    return {
        "flow": one.flow,
        "language": one.language,
        "channel": one.channel,
        "alphabet": one.alphabet,
        "texts": one.texts,
        "replaced": one.replaced,
        "currency": prices.currency,
    }


def _of_worst(one: Costs) -> dict[str, object]:
    worst = one.longest
    return {
        "turns": worst.turns,
        "sms_in": worst.received if one.channel == "sms" else 0,
        "endless": worst.endless,
        "whole": worst.whole,
    }


def _as_json(one: Costs, prices: PriceTable, number: str) -> dict[str, object]:
    figures = _figures(one, prices, number)
    walked = [{"step": step, "did": did} for step, did in one.longest.path]
    worst = {**figures["worst"], **_of_worst(one), "walk": walked}
    return {**_head(one, prices), **figures, "worst": worst}


def _print_csv(found: Sequence[Costs], prices: PriceTable, number: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    begun = False
    for one in found:
        row = {
            **_head(one, prices),
            **{
                f"{kind}_{unit}": count
                for kind, figures in _figures(one, prices, number).items()
                for unit, count in figures.items()
            },
            **{f"worst_{name}": value for name, value in _of_worst(one).items()},
        }
        if not begun:
            writer.writerow(row)
        begun = True
        writer.writerow(row.values())
