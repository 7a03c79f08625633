"""All flows, words and system texts under one hash. A conversation ends on its release."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.assets import Assets
from gateway.core.flow.events import Json
from gateway.core.flow.graph import Flow, Text
from gateway.core.flow.saved import Roots
from gateway.core.flow.triggers import Triggers
from gateway.core.text.keywords import Words

SHORT: Final = 12  # digits of a release's hash that people call it by

# What is pressed on a screen to go back to the question before, and to the first menu.
KEYS: Final[Mapping[str, str]] = {"back": "0", "home": "00"}


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that conversations are made of, read from one state of the flow files.

    `hash` is over the names and contents of the files. `triggers` begin flows. `words` are
    the commands that every language has for stopping, starting, help and the like; `vocabulary` is
    what answers are made of; `keys` are those of screens, see `KEYS`;
    `imports` says whether any flow was imported, and `assets` are what those presume. `leading`
    remembers, of questions that read everybody's keys alike, whether a key leads back or home.
    """

    hash: str
    flows: Mapping[str, Flow]
    languages: tuple[str, ...]
    triggers: Triggers
    texts: Mapping[str, Text]
    words: Words
    vocabulary: Vocabulary
    keys: Mapping[str, str] = field(default_factory=lambda: KEYS)
    imports: bool = False
    assets: Assets = field(default_factory=Assets)
    leading: dict[tuple[Hashable, ...], bool] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def text(self, name: str, language: str, **roots: Json) -> str:
        """Return a system text such as ``stop_confirmed``. Raises KeyError for an unknown name."""
        text = self.texts[name]
        plain = text.translations.get(language, text.original).plain
        return text.render(language, Roots(roots)) if plain is None else plain
