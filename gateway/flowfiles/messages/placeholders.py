"""What texts are filled with: ``@movement.name``, ``@(expressions)``. Knows names, not values."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.expressions.template import spans
from gateway.core.flow.names import ROOTS

_BRACKETED: Final = re.compile(r"@\((.*)\)", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """What a placeholder stands for, in words, and a long one of what people may read there."""

    meaning: str
    text: str


# The names that texts of ours use. `example` knows what to say of others.
EXAMPLES: Final[Mapping[str, Example]] = {
    "movement.name": Example("the movement's name", "Mashinani Zambia"),
    "participant.name": Example("the person's name", "Mwansa Chilufya-Banda"),
    "participant.number": Example("the person's number as a member", "4821307"),
    "participant.place": Example("the person's district", "Shiwang'andu"),
    "participant.place.name": Example("the person's district", "Shiwang'andu"),
    "report.code": Example("the code of the report", "7K4-2C9X"),
    "report.reply": Example("what an answer begins with", "7K42C9X"),
    "report.words": Example("what staff write", "Who told you so?"),
    "answer.name": Example("the answer that was voted for", "Not sure"),
    "answer.choice.name": Example("the answer that was voted for", "Not sure"),
    "motion.number": Example("the number of the vote", "1048"),
    "motion.closes": Example("when the vote closes", "18 Dec 18:00"),
    "motion.question": Example(
        "the question that is put to the vote", "Shall we march to the district office on Friday?"
    ),
    "pending.call.text": Example(
        "what the organisers wrote", "Meeting on water on Friday at 10:00 in the village hall."
    ),
    "session.code": Example("the code that people dial", "*384*20200#"),
}
_ANSWERED: Final = "what the person answered before"
_WORKED_OUT: Final = Example("a value that is worked out", "Mwansa Banda")
_UNKNOWN_TEXT: Final = "Mwansa Banda"


def example(placeholder: str) -> Example:
    """Return what a placeholder such as ``@movement.name`` stands for."""
    name = placeholder.removeprefix("@")
    if name in EXAMPLES:
        return EXAMPLES[name]
    root = name.partition(".")[0]
    if root == "answer":
        return Example(_ANSWERED, _UNKNOWN_TEXT)
    if root in ROOTS:
        return Example(f"a value of {root}", _UNKNOWN_TEXT)
    return _WORKED_OUT


def placeholders(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text in their order, names in lower case."""
    return tuple(_same(part) for part, holds in pieces(text) if holds)


def filled(text: str) -> str:
    """Return a text as a person may read it, with long examples in it."""
    return mapped(text, words=lambda part: part.replace("@@", "@"), value=_shown)


def mapped(text: str, words: Callable[[str], str], value: Callable[[str], str]) -> str:
    """Return a text with something done to its words, and something else to its placeholders."""
    return "".join([value(part) if holds else words(part) for part, holds in pieces(text)])


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text piece by piece, each with whether it is a placeholder. Together: the text."""
    begin = 0
    for start, end in spans(text):
        if begin < start:
            yield text[begin:start], False
        yield text[start:end], True
        begin = end
    if begin < len(text):
        yield text[begin:], False


def _shown(placeholder: str) -> str:
    return example(_same(placeholder)).text


def _same(placeholder: str) -> str:
    """Return a placeholder in the one way in which two that mean the same are written."""
    inner = _BRACKETED.fullmatch(placeholder)
    if inner is None:
        return placeholder.lower()
    inside = " ".join(inner[1].split())
    return f"@{inside.lower()}" if _NAME.fullmatch(inside) else f"@({inside})"
