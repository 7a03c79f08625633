"""The text of a call to action in its languages, filled in for one person. Sends nothing.

A text may name the person and the movement, and nothing else: a path that is misspelt would leave a
hole in a million messages, so it is refused when the call is made.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.core.flow.events import Json
from gateway.core.flow.template import Template, TemplateError, compile_template, look_up
from gateway.core.text.gsm7 import Segments, segments, to_gsm7

PATHS = ("participant.name", "participant.number", "participant.place", "movement.name")
LARGEST_PARTS = 6  # of one SMS; what is longer costs more than it tells


class WordingError(ValueError):
    """A call's texts cannot be used. One sentence: which language, what, and what to write."""


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

        Quotation marks and dashes that GSM-7 lacks become those that it has; letters stay.
        """
        text = self.texts[self.language(language)]
        nothing: Mapping[str, Json] = {}
        return to_gsm7(text.render(lambda path: look_up(path, nothing, roots)))

    def segments(self, language: str) -> Segments:
        """Return what the text of a language takes on the air, with nothing filled in."""
        return segments(self.render(language, {}))


def read_wording(texts: Mapping[str, str], default: str, languages: Collection[str]) -> Wording:
    """Compile texts by language. Raises `WordingError`.

    The movement's default language must be among them, for those who speak none of the others.
    """
    if default not in texts:
        raise WordingError(
            f"There is no text in '{default}', which people get whose language has none. Write one."
        )
    return Wording(
        {language: _compiled(language, texts[language], languages) for language in texts}, default
    )


def _compiled(language: str, written: str, languages: Collection[str]) -> Template:
    if language not in languages:
        known = ", ".join(languages)
        raise WordingError(f"The language '{language}' of a text is not one of {known}.")
    text = written.strip()
    if not text:
        raise WordingError(f"The text in '{language}' is empty. Write what people shall read.")
    try:
        template = compile_template(text)
    except TemplateError as trouble:
        raise WordingError(f"The text in '{language}' cannot be used: {trouble}.") from trouble
    for path in template.paths:
        if path.full not in PATHS:
            near = difflib.get_close_matches(path.full, PATHS, n=1)
            mend = f"Did you mean @{near[0]}?" if near else f"There are @{', @'.join(PATHS)}."
            raise WordingError(f"The text in '{language}' names @{path.full}. {mend}")
    parts = segments(to_gsm7(template.render(lambda _: "")))
    if parts.count > LARGEST_PARTS:
        raise WordingError(
            f"The text in '{language}' takes {parts.count} messages of {parts.per_segment} "
            f"characters; {LARGEST_PARTS} are the most. Make it shorter."
        )
    return template
