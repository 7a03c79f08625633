"""The text of a call to action in its languages, filled in for one person. Sends nothing.

A text may name the person and the movement, and nothing else: a path that is misspelt would leave a
hole in a million messages, so it is refused when the call is made.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import (
    Template,
    TemplateError,
    compile_template,
    names_in,
)
from gateway.core.flow.saved import Roots
from gateway.core.text.gsm7 import Segments, segments
from gateway.core.text.plain import normal

PATHS = ("participant.name", "participant.number", "participant.place", "movement.name")
LARGEST_PARTS = 6  # of one SMS; what is longer costs more than it tells


_NOTHING_TO_COMPUTE = "There is nothing to compute in a call"


class Wrong(StrEnum):
    """What can be wrong with a call's text."""

    MISSING = "missing"
    FOREIGN = "foreign"  # of a language that is none of the movement's
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    COMPUTES = "computes"
    UNKNOWN = "unknown"  # it names something that is not there
    LONG = "long"


class WordingError(ValueError):
    """A call's text cannot be used: the language it is in, what is wrong, and what to write."""

    def __init__(self, language: str, why: Wrong, what: str, mend: str) -> None:
        """Both `what` and `mend` are sentences without their full stop."""
        super().__init__(f"{what}. {mend}.")
        self.language = language
        self.why = why
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by language. Every text is compiled; `default` serves languages that have none."""

    texts: Mapping[str, Template]
    default: str

    @property
    def personal(self) -> bool:
        """Whether people get different texts in the same language."""
        return any(text.plain is None for text in self.texts.values())

    def language(self, wanted: str | None) -> str:
        """Return the language that a person gets who wants another one, or this one."""
        return wanted if wanted is not None and wanted in self.texts else self.default

    def render(self, language: str | None, roots: Mapping[str, Json]) -> str:
        """Return the text for one person, written so that it fits more into an SMS if it can.

        Quotation marks and dashes that GSM-7 lacks become those that it has, see `plain`; letters
        stay.
        """
        text = self.texts[self.language(language)]
        return normal(text.render(Roots(roots)))

    def segments(self, language: str) -> Segments:
        """Return what the text of a language takes on the air, with nothing filled in."""
        return segments(self.render(language, {}))


def read_wording(texts: Mapping[str, str], default: str, languages: Collection[str]) -> Wording:
    """Compile texts by language. Raises `WordingError`.

    The movement's default language must be among them, for those who speak none of the others.
    """
    if default not in texts:
        raise WordingError(
            default,
            Wrong.MISSING,
            f"There is no text in '{default}', which people get whose language has none",
            "Write one",
        )
    return Wording(
        {language: _compiled(language, texts[language], languages) for language in texts}, default
    )


def _compiled(language: str, written: str, languages: Collection[str]) -> Template:
    def wrong(why: Wrong, what: str, mend: str) -> WordingError:
        return WordingError(language, why, f"The text in '{language}' {what}", mend)

    if language not in languages:
        raise wrong(
            Wrong.FOREIGN,
            f"is in a language that is not one of {', '.join(languages)}",
            "Write one",
        )
    text = written.strip()
    if not text:
        raise wrong(Wrong.EMPTY, "is empty", "Write what people shall read")
    try:
        template = compile_template(text, names_in(text))
    except TemplateError as trouble:
        raise wrong(Wrong.UNREADABLE, f"cannot be used: {trouble}", _NOTHING_TO_COMPUTE) from None
    if any(not isinstance(part, str) and part.expression.path is None for part in template.parts):
        raise wrong(
            Wrong.COMPUTES, "cannot be used: it has an expression, @(…)", _NOTHING_TO_COMPUTE
        )
    for path in template.paths:
        if path.full not in PATHS:
            near = difflib.get_close_matches(path.full, PATHS, n=1)
            known = f"@{', @'.join(PATHS)}"
            mend = f"Write @{near[0]}" if near else f"Write one of {known}, or @@ for the sign"
            raise wrong(Wrong.UNKNOWN, f"names @{path.full}, which is not there", mend)
    parts = segments(normal(template.render(Roots({}))))
    if parts.count > LARGEST_PARTS:
        raise wrong(
            Wrong.LONG,
            f"takes {parts.count} messages of {parts.per_segment} characters",
            f"Make it shorter; {LARGEST_PARTS} are the most",
        )
    return template
