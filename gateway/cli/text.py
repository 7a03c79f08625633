"""`gateway text`: what texts cost and how they look on phones. Sends nothing, opens no database."""

import itertools
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Final

import typer

from gateway.cli.command import WRONG_USAGE, fail, settings_only
from gateway.cli.tables import print_json
from gateway.config.settings import Settings
from gateway.core.delivery.price import PriceTable, price_of
from gateway.core.text import gsm7, screens
from gateway.core.text.messages import MOST_SEGMENTS, Cost, cost, join
from gateway.core.text.plain import Culprit, Normalised, marked, normalise, ucs2_culprits, visible
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.flowfiles.releases import read_release

app = typer.Typer(help="Texts as phones show them.", no_args_is_help=True)

_ALPHABETS: Final = {"gsm7": "GSM-7", "ucs2": "UCS-2"}
_MOST_NAMED = 12  # culprits of one text that are named; the rest are counted
_OPTION: Final = re.compile(r"([0-9]{1,3})[.):]? +(.+)").fullmatch


@dataclass(frozen=True, slots=True)
class _Page:
    """One USSD page: `units` septets or UTF-16 units, of which the screen `holds` so many."""

    text: str
    units: int
    holds: int


@dataclass(frozen=True, slots=True)
class _Phone:
    """How a network shows a text: what its screens hold, and the lines that pages close with."""

    limit: int
    first_limit: int
    more: str
    back: str
    footer: tuple[str, ...]

    def pages(self, text: str) -> list[_Page]:
        """Return a text as pages. Numbered lines at its end are options, which stay whole."""
        lines, options = _options(text)
        made = screens.pages(
            lines,
            options,
            limit=self.limit,
            first_limit=self.first_limit,
            more=self.more,
            back=self.back,
            footer=self.footer,
        )
        limits = (self.first_limit, *[self.limit] * (len(made) - 1))
        return [_page(page, limit) for page, limit in zip(made, limits, strict=True)]


@dataclass(frozen=True, slots=True)
class _Measured:
    """Everything that is told of one text. A price is in thousandths: the least and the most."""

    given: str
    sent: Normalised
    cost: Cost
    price: tuple[int, int] | None
    culprits: list[Culprit]
    messages: list[str]
    pages: list[_Page]


@app.command()
def measure(
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="The texts; - reads one from a pipe.")
    ],
    *,
    to: Annotated[
        str, typer.Option(help="Price it for numbers that begin so, such as +26097.")
    ] = "",
    letters: Annotated[
        bool, typer.Option("--letters", help="Replace letters too, not only signs.")
    ] = False,
    ussd: Annotated[bool, typer.Option("--ussd", help="Show it as USSD pages.")] = False,
    network: Annotated[
        str, typer.Option(help="The network whose screens are meant, by its code.")
    ] = "",
    first: Annotated[
        bool, typer.Option("--first", help="It is the first screen after dialling.")
    ] = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Pages close with the lines for back and home.")
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="The language of the pages' lines; else the movement's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Say what texts cost, what is replaced in them, what makes them dear, and how they look."""
    with settings_only() as settings:
        prices = _prices(settings)
        phone = None
        if ussd or network or first or keys:
            phone = _phone(settings, network, language, first=first, keys=keys)
    written = [_piped() if text == "-" else text for text in texts]
    measured = [_measured(text, prices, to, phone, letters=letters) for text in written]
    if as_json:
        print_json([_as_json(one, prices) for one in measured])
        return
    for line in itertools.chain.from_iterable(_in_words(one, prices) for one in measured):
        typer.echo(line)


def _piped() -> str:
    return sys.stdin.read().removesuffix("\n")


def _prices(settings: Settings) -> PriceTable | None:
    """Return the price table, or None where there is none."""
    if not settings.prices_path.exists():
        return None
    try:
        return read_prices(settings.prices_path)
    except PriceFileError as trouble:
        fail(str(trouble))


def _phone(
    settings: Settings, network: str, language: str | None, *, first: bool, keys: bool
) -> _Phone:
    release = read_release(settings.flows_path)
    spoken = language or settings.movement.language
    if spoken not in release.languages:
        fail(f"--language {spoken} is none of {', '.join(release.languages)}.", WRONG_USAGE)
    limit = settings.ussd.networks.get(network, settings.ussd.limit)
    return _Phone(
        limit=limit,
        first_limit=min(limit, settings.ussd.first_limit) if first else limit,
        more=release.text("more", spoken),
        back=release.text("back", spoken),
        footer=tuple(release.text(name, spoken) for name in ("go_back", "go_home") if keys),
    )


def _measured(
    text: str, prices: PriceTable | None, to: str, phone: _Phone | None, *, letters: bool
) -> _Measured:
    sent = normalise(text, letters=letters)
    found = cost(sent.text)
    price = None
    if prices is not None and to:
        price = (price_of(sent.text, prices, to),) * 2
    elif prices is not None:
        price = prices.range(found.segments)
    return _Measured(
        given=text,
        sent=sent,
        cost=found,
        price=price,
        culprits=ucs2_culprits(sent.text),
        messages=join([sent.text]),
        pages=phone.pages(sent.text) if phone is not None else [],
    )


def _options(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a text from the numbered lines at its end."""
    lines = text.split("\n")
    options: list[tuple[str, str]] = []
    while lines and (found := _OPTION(lines[-1])):
        options.insert(0, (found[1], found[2]))
        lines.pop()
    return "\n".join(lines), options


def _page(text: str, limit: int) -> _Page:
    septets = gsm7.septets(text)
    if septets is not None:
        return _Page(text, septets, limit)
    return _Page(text, gsm7.utf16_units(text), limit * 7 // 16)


def _in_words(one: _Measured, prices: PriceTable | None) -> Iterator[str]:
    yield one.given
    price = f", {_price(one.price, prices)}" if one.price and prices else ""
    yield f"  As SMS: {_cost(one.cost)}{price}"
    if len(one.messages) > 1:
        yield f"  Longer than {MOST_SEGMENTS} segments: it goes as {len(one.messages)} messages"
    if one.sent.changes:
        yield f"  Sent as: {marked(one.given, one.sent.changes)}"
        yield f"  As it is written: {_cost(cost(one.given))}"
    if one.culprits:
        yield from _named(one.sent.text, one.culprits)
    for number, page in enumerate(one.pages, start=1):
        yield f"  Page {number} of {len(one.pages)}, {page.units} of {page.holds}:"
        yield from (f"  | {line}" for line in page.text.split("\n"))


def _cost(found: Cost) -> str:
    segments = f"{found.segments} segment{'s' * (found.segments > 1)}"
    return f"{_ALPHABETS[found.alphabet]}, {found.units} of {found.units + found.left}, {segments}"


def _price(price: tuple[int, int], prices: PriceTable) -> str:
    least, most = (prices.words(amount) for amount in price)
    return least if least == most else f"{least} to {most.removeprefix(prices.currency).strip()}"


def _named(text: str, culprits: Sequence[Culprit]) -> Iterator[str]:
    """Name each character once, with the places where it stands, counted from 1."""
    so = f"outside GSM-7, so {gsm7.UCS2_SINGLE} characters instead of {gsm7.GSM7_SINGLE}"
    if 2 * len(culprits) > len("".join(text.split())):
        yield f"  Most of it is {so}"
        return
    yield f"  These are {so}:"
    places: dict[str, list[str]] = {}
    for culprit in culprits:
        places.setdefault(culprit.character, []).append(str(culprit.position + 1))
    by_character = {culprit.character: culprit for culprit in culprits}
    for culprit in list(by_character.values())[:_MOST_NAMED]:
        at = ", ".join(places[culprit.character][:_MOST_NAMED])
        mend = "" if culprit.suggestion is None else f"; write {visible(culprit.suggestion)}"
        yield f"    {visible(culprit.character)} {culprit.name}, at {at}{mend}"
    if len(by_character) > _MOST_NAMED:
        yield f"    and {len(by_character) - _MOST_NAMED} more"


def _as_json(one: _Measured, prices: PriceTable | None) -> dict[str, object]:
    price = None
    if one.price is not None and prices is not None:
        price = {"currency": prices.currency, "least": one.price[0], "most": one.price[1]}
    return {
        "text": one.given,
        "sent": one.sent.text,
        **asdict(one.cost),
        "price": price,
        "changes": [asdict(change) for change in one.sent.changes],
        "culprits": [asdict(culprit) for culprit in one.culprits],
        "messages": one.messages,
        "pages": [asdict(page) for page in one.pages],
    }
