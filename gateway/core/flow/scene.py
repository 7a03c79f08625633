"""What a turn knows and brings about: values, language, the runs under way. Walks no graph."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, ClassVar, Final

import orjson

from gateway.core.flow.contact import Contact
from gateway.core.flow.events import Event, Faulty, Json, ResultSaved, Saved
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.expressions.values import Evaluation, Value
from gateway.core.flow.graph import Flow, Node, Text
from gateway.core.flow.passages import PUT, Kind, Passage
from gateway.core.flow.release import Release
from gateway.core.flow.saved import descend, kept, look_up, value_of
from gateway.core.flow.state import ARGUMENTS, EXTRA, RESULTS, Frame, Since, State
from gateway.core.flow.turn import Context
from gateway.core.text.languages import twin

# Where the person's language is saved; it counts from the next word on.
LANGUAGE: Final = "participant.language"

# Where it is kept what the conversation went on with, where that was no message.
RESUME: Final = "resume"

# The longest value of a result; what is longer is cut.
RESULT_LIMIT: Final = 640

# The longest text that is made of a template; what is longer is cut.
TEXT_LIMIT: Final = 10_000


class Run:
    """A flow under way, while the turn is taken. `own` is that of `state.Frame`."""

    __slots__ = ("flow", "node", "own")

    def __init__(self, flow: str, node: str, own: dict[str, Json] | None = None) -> None:
        self.flow = flow
        self.node = node
        self.own = own

    def part(self, name: str) -> dict[str, Json]:
        """Return a part of what only this run knows, to be changed."""
        if self.own is None:
            self.own = {}
        part = self.own.get(name)
        if not isinstance(part, dict):
            part = self.own[name] = {}
        return part

    def replace(self, name: str, value: dict[str, Json]) -> None:
        """Put a part of what only this run knows in place of what was there."""
        if self.own is None:
            self.own = {}
        self.own[name] = value

    def read(self, name: str) -> Json:
        """Return a part of what only this run knows, None where there is nothing."""
        return None if self.own is None else self.own.get(name)


class Scene:
    """A turn's own copy of the values, and the events so far. The state it came from stays."""

    __slots__ = (
        "_contact", "_environment", "_evaluation", "ahead", "at", "attempts", "candidates",
        "context", "due", "events", "language", "outcome", "passages", "passed", "release",
        "returned", "runs", "since", "ticket", "trail", "turns", "values", "words",
    )  # fmt: skip

    # Names that the engine itself gives to texts and conditions.
    OWN: ClassVar[Mapping[str, Callable[[Any], Json]]] = {
        "channel": lambda scene: scene.context.channel,
        "language": lambda scene: scene.language,
        "outcome": lambda scene: scene.outcome,
        "argument": lambda scene: scene.runs[-1].read(ARGUMENTS) if scene.runs else None,
    }

    def __init__(self, release: Release, context: Context, state: State | None) -> None:
        self.release = release
        self.context = context
        self.events: list[Event] = []
        self.passages: list[Passage] = []
        self.language = context.language
        self.outcome = ""
        self.passed = 0
        self.returned = False  # to a question that was put before the turn
        self._environment = context.environment
        self._evaluation: Evaluation | None = None
        self._contact: Contact | None = None
        if state is None:
            self.runs: list[Run] = []
            self.values: dict[str, Json] = {}
            self.attempts = self.ticket = self.turns = 0
            self.candidates: tuple[str, ...] = ()
            self.ahead: tuple[str, ...] = ()
            self.trail: tuple[str, ...] = ()
            self.at: int | None = None
            self.due: int | None = None
            self.since: Since | None = None
            self.words: tuple[str, ...] = ()
            return
        self.runs = [
            Run(frame.flow, frame.node, _copied(frame.own) if frame.own else None)
            for frame in state.frames
        ]
        self.values = dict(state.values)
        self.attempts, self.ticket, self.turns = state.attempts, state.ticket, state.turns
        self.candidates, self.ahead, self.trail = state.candidates, state.ahead, state.trail
        self.at, self.due, self.since = state.at, state.due, state.since
        self.words = state.words
        if self.values:
            self.speak(self.values.get(LANGUAGE))

    @property
    def flow(self) -> Flow:
        """The innermost flow."""
        return self.release.flows[self.runs[-1].flow]

    @property
    def node(self) -> Node:
        """The node that the innermost flow has reached."""
        run = self.runs[-1]
        return self.release.flows[run.flow].nodes[run.node]

    @property
    def environment(self) -> Environment:
        """Where expressions run."""
        if self._environment is None:
            now, country = self.context.now, self.context.country
            self._environment = Environment(
                date_format="DD-MM-YYYY",
                timezone=now.tzinfo or UTC,
                languages=self.release.languages,
                country=country,
                now=lambda: now,
            )
        return self._environment

    @property
    def evaluation(self) -> Evaluation:
        """What expressions are counted in."""
        if self._evaluation is None:
            self._evaluation = Evaluation(self.environment, self.environment.turn_limit)
        return self._evaluation

    @property
    def contact(self) -> Contact | None:
        """The person as imported flows see one; None where the caller does not say."""
        if self._contact is None and self.context.contact is not None:
            self._contact = Contact(
                self.context.contact, self.release.assets, self.environment, self.events
            )
        return self._contact

    def state(self) -> State:
        """Return the state in which the conversation waits."""
        return State(
            self.release.hash,
            tuple([Frame(run.flow, run.node, run.own or None) for run in self.runs]),
            self.values,
            self.attempts,
            self.candidates,
            self.turns,
            self.ticket,
            self.at,
            self.ahead,
            self.trail,
            self.due,
            self.since,
            self.words,
        )

    # Passages

    def put(self) -> None:
        """Note that the question of the node that was reached is put."""
        context = self.context
        self.since = (context.now.toordinal(), context.channel)
        self.note(PUT)

    def note(self, kind: Kind) -> None:
        """Note what becomes of the question that waits, if its beginning was noted."""
        if self.since is not None:
            run = self.runs[-1]
            self.passages.append(Passage(run.flow, run.node, kind, self.since))

    def note_flow(self, run: Run, kind: Kind) -> None:
        """Note that a flow begins or is finished."""
        context = self.context
        since = (context.now.toordinal(), context.channel)
        self.passages.append(Passage(run.flow, "", kind, since))

    # Values

    def find(self, path: Path, /) -> Value:
        """Return what a path leads to; the engine's own names are looked at first."""
        own = self.OWN.get(path.parts[0])
        if own is not None:
            return value_of(descend(own(self), path.parts[1:]))
        found = look_up(path, self.values, self.context.roots)
        return found if found is None or isinstance(found, str) else value_of(found)

    def fill(self, given: Template | Text | Json) -> Json:
        """Return a constant as it is, a text as it reads, a template's value otherwise."""
        if isinstance(given, Template):
            return kept(self.evaluate(given))
        return self.write(given) if isinstance(given, Text) else given

    def evaluate(self, template: Template) -> Value:
        """Return what a template amounts to, an `Error` too."""
        return template.evaluate(self)

    def write(self, text: Text) -> str:
        """Return a text in the language of the conversation."""
        template = text.translations.get(self.language, text.original)
        if template.plain is not None:
            return template.plain
        return self.render(template)

    def render(self, template: Template) -> str:
        """Return a template as it reads. What fails in it is left out and is an event."""
        return self.attempt(template)[0]

    def attempt(self, template: Template) -> tuple[str, bool]:
        """Return a template as it reads, and whether all of it could be worked out."""
        errors: list[str] = []
        text = template.render(self, errors)
        if errors:
            run = self.runs[-1] if self.runs else None
            flow, node = ("", "") if run is None else (run.flow, run.node)
            self.events.extend([Faulty(flow, node, reason) for reason in errors])
        cut = text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 3] + "..."
        return cut, not errors

    def system(self, name: str) -> str:
        """Return a system text in the language of the conversation."""
        return self.write(self.release.texts[name])

    def save(self, where: str, value: Json) -> None:
        """Save a value."""
        self.values[where] = value
        self.events.append(Saved(where, value))
        if where == LANGUAGE:
            self.speak(value)

    def save_result(
        self,
        name: str,
        value: str,
        category: str,
        given: str = "",
        extra: Json = None,
        localised: str = "",
        raw: str | None = None,
    ) -> None:
        """Save a result of the innermost run. The same value and category again are no event.

        `localised` is the category as people read it, `raw` is the text that `extra` was read from.
        """
        run = self.runs[-1]
        value = value[:RESULT_LIMIT]
        kept = run.part(RESULTS)
        before = kept.get(result_key(name))
        kept[result_key(name)] = {
            "name": name,
            "value": value,
            "category": category,
            "category_localized": localised or category,
            "input": given,
            "node": run.node,
            "at": self.environment.now().isoformat(),
            "extra": extra,
        }
        if extra is not None:
            self._add_legacy_extra(run.part(EXTRA), result_key(name), extra, raw)
        if not isinstance(before, dict) or (before["value"], before["category"]) != (
            value,
            category,
        ):
            self.events.append(ResultSaved(run.flow, run.node, name, value, category, given, extra))

    @staticmethod
    def _add_legacy_extra(kept: dict[str, Json], key: str, extra: Json, raw: str | None) -> None:
        """Add what came with a result to what old flows find under ``@legacy_extra``."""
        if isinstance(extra, dict):
            kept.update(extra)
        elif isinstance(extra, list):
            kept.update({str(position): one for position, one in enumerate(extra)})
        kept[key] = orjson.dumps(extra).decode() if raw is None else raw

    def speak(self, language: Json) -> None:
        """Go on in a language, where the release has it."""
        code = language.get("code") if isinstance(language, Mapping) else language
        if isinstance(code, str):
            for known in (code, twin(code)):
                if known in self.release.languages:
                    self.language = known
                    return


def result_key(name: str) -> str:
    """Return the name by which expressions find a result: ``favourite_colour``."""
    kept = [character if character.isalnum() else " " for character in name.lower()]
    return "_".join("".join(kept).split())


def _copied(own: Mapping[str, Json]) -> dict[str, Json]:
    """Copy what a run knows as deeply as a turn changes it."""
    return {key: dict(part) if isinstance(part, dict) else part for key, part in own.items()}
