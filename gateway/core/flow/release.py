"""All flows, words and system texts under one hash. A conversation ends on its release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.events import Json
from gateway.core.flow.graph import Flow, Text
from gateway.core.flow.template import Roots
from gateway.core.text.keywords import Words

# What is pressed on a screen to go back to the question before, and to the first menu.
KEYS: Final[Mapping[str, str]] = {"back": "0", "home": "00"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """The flow that a keyword starts, and the language that the keyword belongs to."""

    flow: str
    language: str


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that conversations are made of, read from one state of the flow files.

    `hash` is over the names and contents of the files. `keywords` has folded words as keys. `ussd`
    is the flow that answers a dial. `words` are the commands that every language has for stopping,
    starting, help and the like; `vocabulary` is what answers are made of; `keys` are those of
    screens, see `KEYS`.
    """

    hash: str
    flows: Mapping[str, Flow]
    languages: tuple[str, ...]
    keywords: Mapping[str, Trigger]
    ussd: str | None
    texts: Mapping[str, Text]
    words: Words
    vocabulary: Vocabulary
    keys: Mapping[str, str] = field(default_factory=lambda: KEYS)

    def text(self, name: str, language: str, **roots: Json) -> str:
        """Return a system text such as ``stop_confirmed``. Raises KeyError for an unknown name."""
        return self.texts[name].render(language, Roots(roots))

    def trigger(self, word: str) -> Trigger | None:
        """Return what a message starts that begins with this word, folded as `first_word` does."""
        return self.keywords.get(word)
