"""What the texts of a flow take as screens and as SMS, in any of its languages."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.graph import Flow, Text
from gateway.core.flow.release import Release
from gateway.core.flow.spoken import Kind, Spoken, spoken, written
from gateway.core.text import gsm7, screens
from gateway.flowfiles.messages.placeholders import filled
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import first_screens

_PARTS: Final = frozenset(("option", "note"))  # of another text's screen, or of nobody's
_BY_SMS: Final = frozenset(("sms", "later"))


@dataclass(frozen=True, slots=True)
class Length:
    """A text as it is written in a language, and what it takes with long values in it.

    `screens` and `segments` are None for a part of another text. `characters` counts units of the
    alphabet, ``gsm7`` or ``ucs2``. `missing`: the original serves for want of a translation.
    """

    step: str
    kind: Kind
    number: str
    text: str
    missing: bool
    characters: int
    alphabet: str
    screens: int | None
    segments: int | None


def lengths(release: Release, flow: Flow, language: str, limits: Limits) -> list[Length]:
    """Return every text of a flow with what it takes."""
    opening = first_screens(release)
    more = _system(release, "more", language)
    back = _system(release, "back", language)
    found = []
    for one in spoken(flow):
        text = written(one.text, language, flow.language)
        cost = gsm7.segments(filled(text or one.text.original.source))
        found.append(
            Length(
                step=one.step,
                kind=one.kind,
                number=one.number if one.kind == "option" else "",
                text=text or one.text.original.source,
                missing=text is None,
                characters=cost.units,
                alphabet=cost.encoding,
                screens=_screens(one, flow, language, limits, opening, more, back),
                segments=None if one.kind in _PARTS else gsm7.segments(_whole(one, language)).count,
            )
        )
    return found


def system_lengths(release: Release, language: str, limits: Limits) -> list[Length]:
    """Return every text that the gateway says by itself, with what it takes alone."""
    own = release.languages[0]
    more = _system(release, "more", language)
    back = _system(release, "back", language)
    found = []
    for name, one in release.texts.items():
        text = written(one, language, own)
        whole = _shown(one, language)
        cost = gsm7.segments(whole)
        pages = screens.pages(
            whole, [], limit=limits.screen, first_limit=limits.screen, more=more, back=back
        )
        found.append(
            Length(
                step=name,
                kind="say",
                number="",
                text=text or one.original.source,
                missing=text is None,
                characters=cost.units,
                alphabet=cost.encoding,
                screens=len(pages),
                segments=cost.count,
            )
        )
    return found


def _screens(
    one: Spoken,
    flow: Flow,
    language: str,
    limits: Limits,
    opening: Collection[str],
    more: str,
    back: str,
) -> int | None:
    if one.kind in _PARTS or one.kind in _BY_SMS:
        return None
    first = f"{flow.name}.{one.step}" in opening and one.kind != "retry"
    pages = screens.pages(
        _lines(one, language),
        [(number, _shown(label, language)) for number, label in one.options],
        limit=limits.screen,
        first_limit=min(limits.first, limits.screen) if first else limits.screen,
        more=more,
        back=back,
    )
    return len(pages)


def _lines(one: Spoken, language: str) -> str:
    above = [one.text] if one.before is None else [one.text, one.before]
    return "\n".join(_shown(text, language) for text in above)


def _whole(one: Spoken, language: str) -> str:
    options = [f"{number} {_shown(label, language)}" for number, label in one.options]
    return "\n".join([_lines(one, language), *options])


def _shown(text: Text, language: str) -> str:
    return filled(text.translations.get(language, text.original).source)


def _system(release: Release, name: str, language: str) -> str:
    return _shown(release.texts[name], language)
