"""How much room a text has, and how many screens and SMS it takes in a language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.core.text import gsm7, screens
from gateway.flowfiles.messages.placeholders import filled, mapped
from gateway.flowfiles.messages.script import LINE, OPTION, QUESTIONS, RETRY, SMS, Message, Script

# Letters outside GSM-7 that look like these; a text in them takes the room of one in any alphabet
# that GSM-7 does not have. Capitals stay: STOP is a word that people send.
_LOOK_ALIKES: Final = str.maketrans("aceopxy", "асеорху")

# A text in one language; what reads it from a catalogue or from the flow.
Read = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a screen holds, and the first one of a session, in septets."""

    screen: int = 160
    first: int = 140

    def of(self, message: Message) -> int:
        """Return what the screen of a text holds, in septets."""
        if message.kind == SMS:
            return gsm7.GSM7_SINGLE
        return min(self.first, self.screen) if message.opening else self.screen


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes, with its options and with long values in it."""

    screens: int
    parts: int


def in_ucs2(septets: int) -> int:
    """Return how many UTF-16 units have the room of so many septets."""
    return septets * 7 // 16


def outside_gsm7(text: str) -> str:
    """Return a text of the same length in letters that GSM-7 does not have, values untouched."""
    return mapped(text, words=lambda part: part.translate(_LOOK_ALIKES), value=lambda part: part)


def size(script: Script, message: Message, read: Read, limits: Limits) -> Size | None:
    """Return what a text takes in a language; None for a part of a screen, which is not alone."""
    if message.kind in {OPTION, LINE}:
        return None
    lines, options = shown(script, message, read)
    page = screens.pages(
        lines,
        options,
        limit=limits.screen,
        first_limit=limits.of(message),
        more=_line(script, "system.more", read),
        back=_line(script, "system.back", read),
    )
    whole = "\n".join([lines, *(f"{number} {label}" for number, label in options)])
    return Size(1 if message.kind == SMS else len(page), gsm7.segments(whole).count)


def shown(script: Script, message: Message, read: Read) -> tuple[str, list[tuple[str, str]]]:
    """Return a text as it is shown, with its question where it comes before one, and options."""
    lines = filled(read(message))
    asked = message
    if message.kind == RETRY and message.question:
        asked = script.by_context[message.question]
        lines = f"{lines}\n{filled(read(asked))}"
    if asked.kind not in QUESTIONS:
        return lines, []
    options = [(one.number, filled(read(one))) for one in script.options(asked.context)]
    return lines, options


def beside(script: Script, message: Message, limits: Limits) -> int:
    """Return the septets that a question's screen has left beside its options as written."""
    labels = [filled(one.source) for one in script.options(message.context)]
    numbers = [one.number for one in script.options(message.context)]
    listed = "".join(f"\n{number} {label}" for number, label in zip(numbers, labels, strict=True))
    taken = gsm7.septets(listed)
    return limits.of(message) - (len(listed) if taken is None else taken)


def _line(script: Script, context: str, read: Read) -> str:
    return read(script.by_context[context])
