"""A stage on which flows are played in tests: a small country, a service that says yes, a phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from gateway.core.flow.engine import step
from gateway.core.flow.events import Event, Json, Prompted, Said, Texted
from gateway.core.flow.expressions.environment import Environment, Locations
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import (
    Context,
    Given,
    Outcome,
    Perform,
    Reply,
    Resume,
    Start,
    Step,
    TimedOut,
)
from gateway.core.movement.places import Place, Places
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.releases import Source, compile_release
from gateway.service.walkers.setting import Person, changed

ROOT = Path(__file__).resolve().parents[1]
FLOWS = ROOT / "flows"
ZAMBIA = read_places(ROOT / "config" / "places" / "zm.csv")
NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)

COUNTRY = Places(
    [
        Place("ZZ", "Zedland", "country", None),
        Place("ZZ-01", "North", "province", "ZZ"),
        Place("ZZ-01-01", "Mwera", "district", "ZZ-01"),
        Place("ZZ-01-02", "Mwela", "district", "ZZ-01"),
        Place("ZZ-01-03", "Katunda", "district", "ZZ-01"),
    ]
)


def release(flow: str, *, po: Mapping[str, str] | None = None, **more: str) -> Release:
    """Compile a release of the flow ``one`` beside the shipped system file."""
    files = {"one.yaml": flow.encode(), "system.yaml": (FLOWS / "system.yaml").read_bytes()}
    files |= {f"{name}.yaml": text.encode() for name, text in more.items()}
    files |= {f"translations/{code}.po": text.encode() for code, text in (po or {}).items()}
    return compile_release(Source(files))


def steps(text: str, head: str = "") -> str:
    """Return a flow file named ``one`` with these steps."""
    return f"flow: one\n{head}steps:\n{text}"


def done(_action: str, _arguments: Mapping[str, Json], _values: Mapping[str, Json]) -> Outcome:
    """Carry out every action with the outcome ``done`` and no values."""
    return Outcome("done")


@dataclass
class Phone:
    """A person at a phone who talks to a release.

    Remembers the state as JSON and how the contact changed, as a store would.
    """

    release: Release
    channel: Literal["sms", "ussd"] = "sms"
    language: str = "en"
    roots: Mapping[str, Json] = field(default_factory=dict)
    perform: Perform = done
    places: Places = COUNTRY
    country: str = "ZM"
    contact: Mapping[str, Json] | None = None
    chance: float = 0.0
    places_of_expressions: Locations | None = None
    trace: Callable[[str, str, str], None] | None = None
    kept: bytes | None = None
    now: datetime = NOW
    events: tuple[Event, ...] = ()
    said_in: str = ""

    def start(self, flow: str = "one", *answers: str, language: str | None = None) -> str:
        """Begin a flow and return what the phone shows."""
        self.kept = None
        return self._turn(Start(flow, answers, language))

    def reply(self, text: str) -> str:
        """Answer and return what the phone shows."""
        return self._turn(Reply(text))

    def resume(self) -> str:
        """Dial again and carry on."""
        return self._turn(Resume())

    def give(self, given: Given) -> str:
        """Let anything else come in, and return what the phone shows. Times are over when told."""
        state = self.state
        if isinstance(given, TimedOut) and state is not None and state.due is not None:
            self.now = max(self.now, datetime.fromtimestamp(state.due, UTC))
        return self._turn(given)

    def wait(self, **time: float) -> str:
        """Let time pass, whether it is enough or not, and return what the phone shows."""
        self.now += timedelta(**time)
        return self._turn(TimedOut())

    @property
    def state(self) -> State | None:
        """The state of the conversation, None when it is over."""
        return None if self.kept is None else State.from_json(self.kept)

    @property
    def over(self) -> bool:
        """Whether the conversation is over."""
        return self.kept is None

    def events_of(self, kind: type[Event]) -> list[Event]:
        """Return the events of one kind of the last turn."""
        return [event for event in self.events if isinstance(event, kind)]

    def context(self) -> Context:
        """Return the world as this phone's conversation knows it."""
        return Context(
            language=self.language,
            channel=self.channel,
            now=self.now,
            country=self.country,
            places=self.places,
            roots=self.roots,
            perform=self.perform,
            environment=Environment(
                date_format="DD-MM-YYYY",
                timezone=UTC,
                languages=self.release.languages,
                country=self.country,
                now=lambda: self.now,
                chance=lambda: self.chance,
                locations=self.places_of_expressions,
            ),
            contact=self.contact,
            trace=self.trace,
        )

    def _turn(self, given: Given) -> str:
        taken: Step = step(self.release, self.state, given, self.context())
        self.kept = None if taken.state is None else taken.state.to_json()
        self.events = taken.events
        if self.contact is not None:
            self.contact = changed(Person({}, self.contact), taken.events).contact
        self.said_in = taken.language
        return screen(taken.events)


def screen(events: tuple[Event, ...]) -> str:
    """Return what a turn puts on the screen: texts and options line by line, SMS in brackets.

    A text of nothing is no line, as on a real phone.
    """
    lines: list[str] = []
    for event in events:
        if isinstance(event, Said):
            lines.append(event.text)
        elif isinstance(event, Prompted):
            lines += [event.text, *(f"{key} {label}" for key, label in event.options)]
        elif isinstance(event, Texted):
            lines.append(f"[SMS: {event.text}]")
    return "\n".join(filter(None, lines))
