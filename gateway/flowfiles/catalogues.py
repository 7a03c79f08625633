"""Translations of flow files from gettext catalogues. Uses nothing that is marked fuzzy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from babel.messages.pofile import PoFileError, read_po

from gateway.flowfiles.errors import FlowFileError


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation, and the line of its catalogue."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations into one language, by context such as ``join.name.ask`` and source text.

    `fallbacks` are the languages that serve a text which has none here, the nearest first.
    """

    language: str
    path: str
    entries: Mapping[tuple[str, str], Translated]
    fallbacks: tuple[str, ...] = ()

    def find(self, context: str, source: str) -> Translated | None:
        """Return the translation of a text, or None where it has none or its source has changed."""
        return self.entries.get((context, source))


def read_catalogue(path: str, language: str, content: bytes) -> Catalogue:
    """Read a ``.po`` file. Raises `FlowFileError` for one that gettext would not read."""
    try:
        messages = read_po(BytesIO(content), ignore_obsolete=True, abort_invalid=True)
    except PoFileError as fault:
        line = (fault.lineno or 0) + 1
        raise FlowFileError(
            path, line, f"this is not a gettext catalogue: {fault}", "Check quotes and keywords"
        ) from fault
    except (UnicodeDecodeError, ValueError) as fault:
        raise FlowFileError(
            path, 1, f"this is not a gettext catalogue: {fault}", "Save it as UTF-8"
        ) from fault
    entries = {}
    for message in messages:
        source, text, context = message.id, message.string, message.context
        if not source or not context or message.fuzzy:
            continue
        if not isinstance(source, str) or not isinstance(text, str):
            raise FlowFileError(
                path,
                message.lineno or 1,
                f"{context} has plural forms, which texts of flows do not have",
                "Write msgid and msgstr only",
            )
        if text.strip():
            entries[context, source] = Translated(text.strip(), message.lineno or 1)
    return Catalogue(language, path, entries)


def with_fallbacks(
    catalogues: Mapping[str, Catalogue], fallbacks: Mapping[str, Sequence[str]]
) -> dict[str, Catalogue]:
    """Return catalogues that know what serves for them; a language that has only that gets one.

    `fallbacks` maps a language to those of its neighbours, whose own fallbacks follow theirs.
    """
    languages = sorted({*catalogues, *fallbacks})
    found = {code: catalogues.get(code) or Catalogue(code, "", {}) for code in languages}
    return {
        code: replace(catalogue, fallbacks=_chain(code, fallbacks))
        for code, catalogue in found.items()
    }


def _chain(language: str, fallbacks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a language's fallbacks, then theirs, each once."""
    chain = [language]
    for code in chain:  # grows while it is walked
        chain += [one for one in fallbacks.get(code, ()) if one not in chain]
    return tuple(chain[1:])
