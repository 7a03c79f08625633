"""Where invented conversations are held, and what they may know of the world. Holds none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal, Protocol

from gateway.core.flow.events import ContactChanged, Event, GroupsChanged, Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.release import Release
from gateway.core.flow.turn import Context, Outcome
from gateway.core.movement.places import Places

# Every invented conversation begins then, so that the same seed gives the same.
WHEN: Final = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)

_NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Setting:
    """Where conversations are held. What a screen holds is in septets.

    `known` are values by their whole names, which take the place of what is invented; `body` is
    what servers answer.
    """

    release: Release
    places: Places
    channel: Literal["sms", "ussd"] = "sms"
    movement: str = "Mashinani"
    country: str = "ZM"
    screen: int = 160
    first_screen: int = 140
    environment: Environment = field(default_factory=lambda: Environment("DD-MM-YYYY"))
    known: Mapping[str, Json] = field(default_factory=lambda: _NOTHING)
    body: str = "{}"


@dataclass(frozen=True, slots=True)
class Person:
    """What flows can name of somebody: `roots` by first names, `contact` for imported flows."""

    roots: Mapping[str, Json]
    contact: Mapping[str, Json]


class Fate(Protocol):
    """What decides where nobody who talks does."""

    def outcome(self, action: str, categories: tuple[str, ...]) -> str:
        """Return what becomes of an action: one of its categories."""

    def values(self, action: str, paths: tuple[str, ...]) -> Mapping[str, Json]:
        """Return what an action gives values to."""

    def draw(self) -> float:
        """Return a number from 0 to 1, 1 excluded."""


class Trace(Protocol):
    """Is told of every step that is reached and every way that is taken."""

    def __call__(self, flow: str, node: str, category: str, /) -> None:
        """Note it."""


def context(
    setting: Setting,
    language: str,
    person: Person,
    fate: Fate,
    trace: Trace | None = None,
    now: datetime = WHEN,
) -> Context:
    """Return the world of one turn."""

    def perform(
        action: str, _arguments: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        spec = ACTIONS.get(action)
        if spec is None:
            return Outcome("done")
        category = fate.outcome(action, spec.categories)
        return Outcome(category, fate.values(action, spec.values))

    release = setting.release
    environment = replace(
        setting.environment,
        languages=(language, *(code for code in release.languages if code != language)),
        country=setting.country,
        now=lambda: now,
        chance=fate.draw,
    )
    return Context(
        language=language,
        channel=setting.channel,
        now=now,
        country=setting.country,
        places=setting.places,
        roots=person.roots,
        perform=perform,
        environment=environment,
        contact=person.contact if release.imports else None,
        trace=trace,
    )


def person_of(setting: Setting, roots: Mapping[str, Json], language: str) -> Person:
    """Return somebody with what is known of them, whatever was invented."""
    languages: Json = dict.fromkeys(setting.release.languages, True)
    movement: Json = {"name": setting.movement, "languages": languages}
    shown: dict[str, Json] = {"movement": movement, "phone": {"stopped": False}, **roots}
    known = shown["participant"]
    contact: dict[str, Json] = {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "name": known.get("name") if isinstance(known, dict) else None,
        "language": language,
        "urns": ["tel:+260970000001"],
        "groups": [],
        "fields": {},
        "created_on": WHEN.isoformat(),
        "last_seen_on": WHEN.isoformat(),
    }
    for name, value in setting.known.items():
        first, *rest = name.split(".")
        if first == "contact":
            _put(contact, rest, value)
        elif first == "fields":
            _put(contact, ["fields", *rest], {"text": value if type(value) is str else str(value)})
        else:
            _put(shown, [first, *rest], _place(setting, value) if rest == ["place"] else value)
    return Person(shown, contact)


def _put(into: dict[str, Json], parts: list[str], value: Json) -> None:
    """Put a value where the parts of a name lead, beside what is there."""
    *above, last = parts
    for part in above:
        inner = into.get(part)
        into[part] = inner = dict(inner) if isinstance(inner, dict) else {}
        into = inner
    into[last] = value


def _place(setting: Setting, value: Json) -> Json:
    """Return a place by its code or its name as texts show one, or the value that is none."""
    if not isinstance(value, str):
        return value
    place = setting.places.get(value) or setting.places.find(value).place
    if place is None:
        return value
    return {"code": place.code, "name": place.name, "__default__": place.name}


def changed(person: Person, events: Sequence[Event]) -> Person:
    """Return the person as imported flows see one after a turn."""
    contact = dict(person.contact)
    for event in events:
        if isinstance(event, ContactChanged):
            if event.what == "field":
                _put(contact, ["fields", event.key], event.value)
            elif event.what != "urn":
                contact[event.what] = event.value
        elif isinstance(event, GroupsChanged):
            known = contact["groups"]
            groups = (
                [one for one in known if one not in event.removed]
                if isinstance(known, list)
                else []
            )
            contact["groups"] = [*groups, *(one for one in event.added if one not in groups)]
    return person if contact == person.contact else Person(person.roots, contact)
