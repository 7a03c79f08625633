"""What a translator is told beside each text: what it is, how long it may be, what is filled in."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.core.flow.names import SYSTEM_TEXTS
from gateway.core.text import gsm7
from gateway.flowfiles.messages.placeholders import example, filled, placeholders
from gateway.flowfiles.messages.room import Limits, beside, in_ucs2
from gateway.flowfiles.messages.script import (
    LINE,
    MENU,
    OPTION,
    QUESTIONS,
    RETRY,
    SMS,
    Message,
    Script,
)
from gateway.flowfiles.system_file import NAME as SYSTEM_NAME

_WHAT: Final[Mapping[str, str]] = {
    "ask": "Question. The answer is in the person's own words.",
    MENU: "Question of a menu. The answer is the number of an option.",
    RETRY: "Said before the question is put again.",
    "say": "Shown or sent as it is.",
    SMS: "SMS that is sent beside the screen, to be kept.",
    LINE: "The last line of a screen. Keep its number.",
}
_ANY: Final = "Shown or sent."

# How much of the question is quoted beside its options.
_QUOTED: Final = 60

# Words in capitals: what people are told to send.
_SHOUTED: Final = re.compile(r"\b[A-Z]{2,}\b")


def notes(script: Script, message: Message, limits: Limits) -> tuple[str, ...]:
    """Return the comment for the translator, line by line."""
    return (
        *_what(script, message),
        *_room(script, message, limits),
        *_values(message),
        *_commands(script, message),
    )


def shouted(text: str) -> list[str]:
    """Return the words in capitals of a text, each once, in their order."""
    return list(dict.fromkeys(_SHOUTED.findall(text)))


def _what(script: Script, message: Message) -> Iterator[str]:
    if message.kind == OPTION:
        asked = script.by_context.get(message.question)
        of = "a menu" if asked is None else f'the menu "{_quoted(asked.source)}"'
        yield f"Option {message.number} of {of}"
        others = [one.source for one in script.options(message.question) if one != message]
        if others:
            yield f"Beside it: {', '.join(map(_quoted, others))}"
        return
    yield _WHAT.get(message.kind, _ANY)
    if message.flow == SYSTEM_NAME:
        yield SYSTEM_TEXTS[message.context.removeprefix(f"{SYSTEM_NAME}.")]
    if message.kind == MENU:
        options = script.options(message.context)
        if options:
            listed = ", ".join(f"{one.number} {_quoted(one.source)}" for one in options)
            yield f"Its options: {listed}"
    if message.kind == RETRY and message.question:
        yield f'The question: "{_quoted(script.by_context[message.question].source)}"'


def _room(script: Script, message: Message, limits: Limits) -> Iterator[str]:
    """Yield how long the text may be, in the units of both alphabets."""
    if message.kind == LINE:
        yield "As short as can be: it takes room from every screen."
    elif message.kind == OPTION:
        yield from _share(script, message, limits)
    elif message.kind == SMS:
        yield _limit("One SMS", limits.of(message))
    elif message.kind in QUESTIONS and script.options(message.context):
        whole = limits.of(message)
        yield _limit("Screen with its options" if not message.opening else _OPENING, whole)
        left = beside(script, message, limits)
        small = in_ucs2(whole) - (whole - left)
        yield f"Left for this text: {left} septets; in an alphabet outside GSM-7, {_units(small)}."
    else:
        yield _limit(_OPENING if message.opening else "One screen or SMS", limits.of(message))


def _share(script: Script, message: Message, limits: Limits) -> Iterator[str]:
    """Yield what an option shares its screen with, and what that leaves."""
    asked = script.by_context.get(message.question)
    if asked is None:
        yield "As short as can be."
        return
    whole = limits.of(asked)
    yield _limit("Its screen, with the question and all options", whole)
    free = beside(script, asked, limits) - (gsm7.septets(filled(asked.source)) or 0)
    yield f"With the source's words {max(free, 0)} septets of it are free."


_OPENING: Final = "May be the first screen of a call"


def _limit(what: str, septets: int) -> str:
    return f"{what}: {septets} septets of GSM-7, or {in_ucs2(septets)} units of UCS-2."


def _units(left: int) -> str:
    return f"{left} units" if left > 0 else "it goes on over several screens"


def _values(message: Message) -> Iterator[str]:
    for name in dict.fromkeys(placeholders(message.source)):
        shown = example(name)
        yield f"{name}: {shown.meaning}, such as {shown.text}"


def _commands(script: Script, message: Message) -> Iterator[str]:
    words = [word for word in shouted(message.source) if script.command(word) is not None]
    if words:
        yield f"People send {', '.join(words)}: keep it, or write a word that does the same."


def _quoted(text: str) -> str:
    """Return a text on one line, shortened."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"
