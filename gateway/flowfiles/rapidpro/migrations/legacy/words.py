"""Texts by language, put where version 13 keeps them: one in the node, the others apart."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from gateway.flowfiles.rapidpro.migrations.legacy.model import Translations, in_base

# Turns the text of one language into what is kept.
Change: TypeAlias = Callable[[str], str]


class Words:
    """The translations of a flow that is being migrated: language, item, property, texts."""

    def __init__(self, language: str) -> None:
        """`language` is the flow's own."""
        self.language = language
        self.localization: dict[str, dict[str, dict[str, list[str]]]] = {}

    def put(self, texts: Translations, item: str, name: str, change: Change) -> str:
        """Keep the translations of an item's property; return what stands in the node."""
        for language, text in texts.items():
            if language not in {self.language, "base"}:
                self._keep(language, item, name, [change(text)])
        return change(in_base(texts, self.language)) if texts else ""

    def put_lists(
        self, items: Sequence[Translations], item: str, name: str, change: Change
    ) -> list[str]:
        """Keep the translations of a property that is a list; return what stands in the node.

        An entry that a language lacks is there in the flow's own language.
        """
        base = [change(in_base(texts, self.language)) for texts in items]
        for language in dict.fromkeys(code for texts in items for code in texts):
            if language not in {self.language, "base"}:
                translated = [
                    change(texts[language]) if language in texts else own
                    for texts, own in zip(items, base, strict=True)
                ]
                self._keep(language, item, name, translated)
        return base

    def _keep(self, language: str, item: str, name: str, texts: list[str]) -> None:
        self.localization.setdefault(language, {}).setdefault(item, {})[name] = texts
