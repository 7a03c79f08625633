"""What a turn knows and brings about: values, language, actions. Does not walk the graph."""

from collections.abc import Callable, Mapping
from typing import Final

from gateway.core.flow.events import Event, Json, Performed, Said, Saved, Texted
from gateway.core.flow.graph import Action, Do, Say, SendSms
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.template import Path, Template, look_up
from gateway.core.flow.turn import Context

# Where the person's language is saved; it counts from the next word on.
LANGUAGE: Final = "participant.language"


class Scene:
    """A turn's own copy of the values, and the events so far. The state it came from stays."""

    __slots__ = ("context", "events", "language", "outcome", "release", "values")

    def __init__(self, release: Release, context: Context, state: State | None) -> None:
        self.release = release
        self.context = context
        self.events: list[Event] = []
        self.values: dict[str, Json] = {} if state is None else dict(state.values)
        self.language = context.language
        self.outcome = ""
        if self.values:
            self.speak(self.values.get(LANGUAGE))

    def find(self, wanted: Path) -> Json:
        """Return what a path leads to; the engine's own names are looked at first."""
        own = _OWN.get(wanted.full)
        if own is not None:
            return own(self)
        return look_up(wanted, self.values, self.context.roots)

    def fill(self, given: Template | Json) -> Json:
        """Return a constant as it is, a template's value otherwise."""
        return given.value(self.find) if isinstance(given, Template) else given

    def system(self, name: str) -> str:
        """Return a system text in the language of the conversation."""
        return self.release.texts[name].render(self.language, self.find)

    def save(self, where: str, value: Json) -> None:
        """Save a value."""
        self.values[where] = value
        self.events.append(Saved(where, value))
        if where == LANGUAGE:
            self.speak(value)

    def speak(self, language: Json) -> None:
        """Go on in a language, where the release has it."""
        code = language.get("code") if isinstance(language, Mapping) else language
        if isinstance(code, str) and code in self.release.languages:
            self.language = code

    def act(self, action: Action) -> None:
        """Do what a node's action says."""
        if isinstance(action, Say):
            text = action.text.render(self.language, self.find)
            if text:
                self.events.append(Said(text))
        elif isinstance(action, Do):
            self.perform(action)
        elif isinstance(action, SendSms):
            if self.context.channel == "ussd":
                self.events.append(Texted(action.text.render(self.language, self.find)))
        else:
            self.save(action.path, self.fill(action.value))

    def perform(self, action: Do) -> None:
        """Have the caller carry out an action of the movement, and take in what became of it."""
        arguments = {name: self.fill(value) for name, value in action.arguments}
        outcome = self.context.perform(action.action, arguments, self.values)
        self.values.update(outcome.values)
        self.outcome = outcome.category
        self.events.append(Performed(action.action, outcome.category))
        if LANGUAGE in outcome.values:
            self.speak(outcome.values[LANGUAGE])


# Names that the engine itself gives to texts and conditions.
_OWN: Final[Mapping[str, Callable[[Scene], Json]]] = {
    "channel": lambda scene: scene.context.channel,
    "language": lambda scene: scene.language,
    "outcome": lambda scene: scene.outcome,
}
