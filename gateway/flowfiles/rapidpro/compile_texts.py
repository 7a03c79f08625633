"""Texts of imported flows in all their languages, compiled. Broken expressions fail late.

A definition holds its translations itself: by language, by the uuid of what has the text, by key.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from gateway.core.flow.contexts import ROOTS
from gateway.core.flow.expressions.template import Template, compile_template
from gateway.core.flow.graph import Text
from gateway.core.text.languages import twin
from gateway.flowfiles.rapidpro.neighbours import Neighbours

_NAMES: Final = frozenset(ROOTS)


class Words:
    """The texts of one flow."""

    def __init__(self, localization: Mapping[str, Any], language: str, around: Neighbours) -> None:
        """`language` is that of the flow."""
        self.localization = localization
        self.language = language
        self.around = around

    def template(self, source: str) -> Template:
        """Compile one text as it is."""
        return compile_template(str(source), _NAMES, strict=False)

    def text(self, uuid: str, key: str, source: str) -> Text:
        """Return the text under a key of something, with its translations."""
        return self.texts(uuid, key, (source,))[0]

    def name(self, uuid: str, source: str) -> Text:
        """Return the name of a category, in which nothing is filled in."""
        return self._at(self._found(uuid, "name", (source,), _as_it_stands), 0)

    def texts(self, uuid: str, key: str, sources: Sequence[str]) -> tuple[Text, ...]:
        """Return the texts of a list. A language that has fewer of them has the rest empty."""
        found = self._found(uuid, key, sources)
        longest = max(map(len, found.values()), default=0)
        return tuple(self._at(found, position) for position in range(longest))

    def arguments(self, uuid: str, sources: Sequence[str]) -> tuple[Text, ...]:
        """Return the arguments of a test; a translation of more or fewer of them is none."""
        found = self._found(uuid, "arguments", sources)
        found = {code: texts for code, texts in found.items() if len(texts) == len(sources)}
        return tuple(self._at(found, position) for position in range(len(sources)))

    def _found(
        self,
        uuid: str,
        key: str,
        sources: Sequence[str],
        compiled: Callable[[str], Template] | None = None,
    ) -> dict[str, tuple[Template, ...]]:
        """Return texts by language, the flow's own first."""
        compiled = compiled or self.template
        found = {self.language: tuple(map(compiled, sources))}
        for language, things in self.localization.items():
            translated = (things.get(uuid) or {}).get(key)
            if isinstance(translated, list) and any(translated) and language != self.language:
                found[language] = tuple(map(compiled, translated))
        return found

    def _at(self, found: Mapping[str, tuple[Template, ...]], position: int) -> Text:
        """Return the text at a position, by the codes of two and of three letters."""
        empty = self.template("")
        by_language = {}
        for language, templates in found.items():
            template = templates[position] if position < len(templates) else empty
            by_language[language] = by_language[twin(language)] = template
        original = by_language.get(self.around.language, by_language[self.language])
        for language, others in self.around.fallbacks.items():
            served = next((one for one in others if one in by_language), None)
            if served is not None:
                by_language.setdefault(language, by_language[served])
        return Text(original, by_language)


def _as_it_stands(source: str) -> Template:
    return Template(str(source), str(source), (str(source),))
