"""Whatever people type, at whatever moment, every shipped flow goes on or ends, within limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.core.flow.engine import step
from gateway.core.flow.events import Ended, Event, Failed, Json, Prompted, Said, WentHome
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Given, Outcome, Reply, Resume, Start, Step
from gateway.core.text.gsm7 import septets, utf16_units
from gateway.core.text.screens import fits, pages
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS, NOW, ZAMBIA

RELEASE = read_release(FLOWS)
LIMIT = 160
FIRST_LIMIT = 140

TYPED = some.sampled_from(
    ["0", "1", "2", "3", "7", "12", "00", "98", "yes", "Awe", "Mwansa", "Kitwe", "Kabwe district",
     "Lunga", "Mpika ndi Mporokoso", "", " ", "*", "1*2", "@(1)", "@participant.name", "STOP"]
) | some.text(max_size=40) | some.text("0123456789 .*#", max_size=6)  # fmt: skip
WORDS = some.text(max_size=30)
ROWS = some.lists(
    some.fixed_dictionaries({"number": some.integers(0, 99), "label": WORDS}), max_size=4
)
PLACES = some.none() | some.fixed_dictionaries({"code": WORDS, "name": WORDS})
ROOTS = some.fixed_dictionaries(
    {
        "movement": some.fixed_dictionaries(
            {"name": WORDS, "languages": some.just(dict.fromkeys(RELEASE.languages, True))}
        ),
        "session": some.fixed_dictionaries({"direct": some.booleans()}),
        "participant": some.none()
        | some.fixed_dictionaries({"member": some.booleans(), "name": WORDS, "place": PLACES}),
        "pending": some.none()
        | some.fixed_dictionaries(
            {
                "vote": some.none() | some.fixed_dictionaries({"number": some.integers(1, 99)}),
                "call": some.none() | some.fixed_dictionaries({"text": WORDS}),
            }
        ),
        "motions": ROWS,
        "motion": some.none() | some.fixed_dictionaries({"options": ROWS, "question": WORDS}),
    }
)


@dataclass(frozen=True)
class World:
    """What a conversation happens in. `chances` decide what becomes of actions."""

    roots: dict[str, Json]
    language: str
    channel: Literal["sms", "ussd"]
    chances: tuple[int, ...]

    def context(self) -> Context:
        chances = iter(self.chances * 100)

        def perform(
            action: str, _arguments: Mapping[str, Json], _values: Mapping[str, Json]
        ) -> Outcome:
            categories = (*ACTIONS[action].categories, "unforeseen")
            values: dict[str, Json] = dict.fromkeys(ACTIONS[action].values, "K7")
            return Outcome(categories[next(chances) % len(categories)], values)

        return Context(self.language, self.channel, NOW, "ZM", ZAMBIA, self.roots, perform)


WORLDS = some.builds(
    World,
    roots=ROOTS,
    language=some.sampled_from([*RELEASE.languages, "xx"]),
    channel=some.sampled_from(["sms", "ussd"]),
    chances=some.lists(some.integers(0, 9), min_size=1, max_size=5).map(tuple),
)
STARTS = some.builds(
    Start,
    flow=some.sampled_from(sorted(RELEASE.flows)),
    answers=some.lists(TYPED, max_size=3).map(tuple),
    language=some.none() | some.sampled_from([*RELEASE.languages, "xx"]),
)
TURNS = some.lists(some.builds(Reply, TYPED) | some.just(Resume()), max_size=8)


def converse(world: World, turns: list[Given]) -> list[Step]:
    """Take the turns until the conversation is over; the state goes through JSON between them."""
    taken: list[Step] = []
    context = world.context()
    state: State | None = None
    for turn in turns:
        if state is None and not isinstance(turn, Start):
            break
        one = step(RELEASE, state, turn, context)
        state = None if one.state is None else State.from_json(one.state.to_json())
        assert state == one.state
        taken.append(one)
    return taken


@settings(max_examples=300, deadline=None)
@given(WORLDS, STARTS, TURNS)
def test_any_input_leads_to_a_screen_or_an_end(
    world: World, start: Start, turns: list[Given]
) -> None:
    for taken in converse(world, [start, *turns]):
        last = taken.events[-1]
        assert isinstance(last, Ended | WentHome) == (taken.state is None)
        assert isinstance(last, Prompted) == (taken.state is not None)
        assert not any(isinstance(event, Failed) for event in taken.events)
        assert all(fits(page, LIMIT) for page in screens(taken.events, taken.language))


@settings(max_examples=100, deadline=None)
@given(WORLDS, STARTS, TURNS)
def test_the_same_input_leads_to_the_same_conversation(
    world: World, start: Start, turns: list[Given]
) -> None:
    assert converse(world, [start, *turns]) == converse(world, [start, *turns])


def screens(events: tuple[Event, ...], language: str) -> tuple[str, ...]:
    """Return the screens that a turn's texts are cut into."""
    lines = "\n".join(event.text for event in events if isinstance(event, Said | Prompted))
    prompts = [event for event in events if isinstance(event, Prompted)]
    return pages(
        lines,
        prompts[-1].options if prompts else (),
        limit=LIMIT,
        first_limit=FIRST_LIMIT,
        more=RELEASE.text("more", language),
        back=RELEASE.text("back", language),
    )


def test_the_labels_of_more_and_back_leave_room_for_text() -> None:
    for language in RELEASE.languages:
        for name in ("more", "back"):
            label = RELEASE.text(name, language)
            assert (septets(label) or utf16_units(label) * 16 // 7) <= 20
