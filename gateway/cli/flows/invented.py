"""The options of commands that send invented people through flows, and what is made of them."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

import orjson
import typer

from gateway.bootstrap import expressions_environment
from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.flows.folder import Opened
from gateway.config.settings import Settings
from gateway.core.delivery.price import PriceTable
from gateway.core.flow.events import Json
from gateway.core.flow.names import ROOTS
from gateway.core.flow.release import Release
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.service.walkers.setting import Setting

_NAME: Final = re.compile(r"[a-z]\w*(?:\.\w+)+")
_NUMBER: Final = re.compile(r"\+[0-9]{1,15}")
_IMPORTED: Final = ("contact", "fields")


class Channel(StrEnum):
    """How people talk to the flows."""

    SMS = "sms"
    USSD = "ussd"


Network = Annotated[
    str,
    typer.Option(help="The code of the network whose screens count; else the common limit."),
]
Number = Annotated[
    str,
    typer.Option(help="How the phone numbers begin, such as +26097, for the price of a segment."),
]
Known = Annotated[
    list[str] | None,
    typer.Option(
        help="What is known of the person, such as participant.place=Chipata or fields.age=34.",
        metavar="NAME=VALUE",
    ),
]
Server = Annotated[str, typer.Option(help="What every server answers that a flow asks, in JSON.")]


def setting_of(
    opened: Opened, channel: Literal["sms", "ussd"], network: str, known: Sequence[str] | None,
    server: str,
) -> Setting:  # fmt: skip
    """Return where conversations are held, as the settings have it; what is wrong ends all."""
    settings = opened.settings
    places = read_places(settings.places_path)
    return Setting(
        opened.release,
        places,
        channel,
        settings.movement.name,
        settings.movement.country,
        _screen(settings, network),
        settings.ussd.first_limit,
        expressions_environment(settings.movement, places),
        _values(known or ()),
        server,
    )


def chosen_languages(release: Release, language: str) -> tuple[str, ...]:
    """Return the language of a code, or all of them; an unknown one ends the command."""
    if language == "all":
        return release.languages
    if language not in release.languages:
        known = ", ".join(release.languages)
        fail(f"There is no language {language}. There are: all, {known}.", WRONG_USAGE)
    return (language,)


def prices_of(settings: Settings, number: str) -> PriceTable:
    """Return the prices; a beginning of numbers that is none ends the command."""
    if number and not _NUMBER.fullmatch(number):
        fail(f"--number {number}: write + and digits, such as +26097.", WRONG_USAGE)
    try:
        return read_prices(settings.prices_path)
    except PriceFileError as trouble:
        fail(str(trouble), WRONG_USAGE)


def price_words(prices: PriceTable, number: str) -> str:
    """Return in words what a segment costs, and for whom that is so."""
    each = prices.words(prices.cost(number, 1))
    least, most = prices.range(1)
    if number:
        return f"A segment to {number}... costs {each}."
    if least == most:
        return f"A segment costs {each}."
    return (
        f"A segment costs {each}, the default of the price file; by number it is "
        f"{prices.words(least)} to {prices.words(most)}, see --number."
    )


def _screen(settings: Settings, network: str) -> int:
    if not network:
        return settings.ussd.limit
    limits = settings.ussd.networks
    if network not in limits:
        there = f"There are: {', '.join(limits)}." if limits else "They name none."
        fail(f"The settings give network {network} no limit of its own. {there}", WRONG_USAGE)
    return limits[network]


def _values(known: Sequence[str]) -> Mapping[str, Json]:
    values: dict[str, Json] = {}
    for one in known:
        name, sign, written = one.partition("=")
        first = name.partition(".")[0]
        if not sign or not _NAME.fullmatch(name) or first not in {*ROOTS, *_IMPORTED}:
            fail(f"--known {one}: write a name and its value, such as participant.name=Amina.",
                 WRONG_USAGE)  # fmt: skip
        try:
            values[name] = orjson.loads(written)
        except orjson.JSONDecodeError:
            values[name] = written
    return values
