"""All flows, words and system texts under one hash. A conversation ends on its release."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.events import Json
from gateway.core.flow.graph import Flow, Text
from gateway.core.flow.template import look_up
from gateway.core.text.keywords import Words


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
    starting, help and the like; `vocabulary` is what answers are made of.
    """

    hash: str
    flows: Mapping[str, Flow]
    languages: tuple[str, ...]
    keywords: Mapping[str, Trigger]
    ussd: str | None
    texts: Mapping[str, Text]
    words: Words
    vocabulary: Vocabulary

    def text(self, name: str, language: str, **roots: Json) -> str:
        """Return a system text such as ``stop_confirmed``. Raises KeyError for an unknown name."""
        nothing: Mapping[str, Json] = {}
        return self.texts[name].render(language, lambda wanted: look_up(wanted, nothing, roots))

    def trigger(self, word: str) -> Trigger | None:
        """Return what a message starts that begins with this word, folded as `first_word` does."""
        return self.keywords.get(word)
