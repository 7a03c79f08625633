"""Translations of flow files from gettext catalogues. Uses nothing that is marked fuzzy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.flowfiles.po_files import read_po_file


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
    entries = {
        (entry.context, entry.source): Translated(entry.text.strip(), entry.line)
        for entry in read_po_file(path, content).entries
        if entry.context and entry.source and entry.text.strip() and not entry.fuzzy
    }
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
