"""A text and its numbered options as USSD pages that fit the network's limit.

It never drops or reorders a word and never renumbers an option; which page a person is looking at
is the caller's to remember.
"""

from collections.abc import Sequence

from gateway.core.text import gsm7, pieces
from gateway.core.text.pieces import Room, Rooms


def screen(
    lines: str,
    options: Sequence[tuple[str, str]] = (),
    *,
    limit: int,
    footer: Sequence[str] = (),
) -> str | None:
    """Return text, options ("1 Label" lines) and footer as one page, or None where it is too long.

    `limit` is in septets; a page with a character outside GSM-7 has 7/16 of it in UTF-16 units,
    as both fill the same octets.
    """
    listed = [f"{number} {label}" for number, label in options]
    page = "\n".join([*([lines] if lines else ()), *listed, *footer])
    return page if fits(page, limit) else None


def fits(page: str, limit: int) -> bool:
    """Whether a page is within `limit` septets, or within 7/16 of it in UTF-16 units."""
    septets = gsm7.septets(page)
    if septets is not None:
        return septets <= limit
    return gsm7.utf16_units(page) <= limit * 7 // 16


def pages(
    lines: str,
    options: Sequence[tuple[str, str]] = (),
    *,
    limit: int,
    first_limit: int,
    more: str,
    back: str,
    footer: Sequence[str] = (),
) -> tuple[str, ...]:
    """Cut text and options into pages: the first within `first_limit`, the others within `limit`.

    Every page but the last ends with the line `more`, every page but the first with `back`; the
    lines of `footer`, such as "0 Back" and "00 Home", stand below them on every page, unless all
    these lines would take more than half of it. Words and options stay whole unless one alone
    exceeds a page. Runs of spaces become one. Raises ValueError when a limit leaves no room beside
    `more` and `back`.
    """
    page = screen(lines, options, limit=first_limit, footer=footer)
    if page is not None:
        return (page,)
    smallest = min(limit, first_limit)
    written = [lines, *(label for _, label in options), more, back, *footer]
    if footer and _crowds(_below([more, back, *footer]), "".join(written), smallest):
        return pages(lines, options, limit=limit, first_limit=first_limit, more=more, back=back)
    only = _room(first_limit).less(_below(footer))
    rest = _room(limit).less(_below(footer))
    rooms = Rooms(
        only=only,
        first=only.less(_below([more])),
        between=rest.less(_below([more, back])),
        last=rest.less(_below([back])),
    )
    try:
        bodies = pieces.sheets([*pieces.words(lines), *pieces.listed(options)], rooms)
    except pieces.Crowded:
        raise ValueError(
            f"A page of {smallest} septets has no room beside its More and Back lines."
        ) from None
    end = len(bodies) - 1
    return tuple(
        "\n".join([*[body] * (body != ""), *[more] * (at < end), *[back] * (at > 0), *footer])
        for at, body in enumerate(bodies)
    )


def _crowds(closing: str, written: str, limit: int) -> bool:
    """Whether closing lines take more than half of a page, in the alphabet of what is written."""
    if gsm7.is_gsm7(written):
        return 2 * (gsm7.septets(closing) or 0) > limit
    return 2 * gsm7.utf16_units(closing) > limit * 7 // 16


def _room(limit: int) -> Room:
    return Room(limit, limit * 7 // 16)


def _below(lines: Sequence[str]) -> str:
    return "".join([f"\n{line}" for line in lines])
