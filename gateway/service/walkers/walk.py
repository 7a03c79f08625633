"""One invented conversation, on the engine itself: what was said, how it ended, what it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final, Literal

from gateway.core.flow.engine import step
from gateway.core.flow.events import (
    Ended,
    Failed,
    Json,
    Prompted,
    Requested,
    Said,
    Texted,
    WentHome,
)
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.release import Release
from gateway.core.flow.turn import Context, Outcome, Reply, Responded, Start, Step, TimedOut
from gateway.core.movement.places import Places
from gateway.core.text import messages, plain, screens
from gateway.service.walkers.people import Manners, answer, nonsense, person

# Every invented conversation happens then, so that the same seed gives the same.
_WHEN: Final = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
_MOST_TURNS: Final = 100

COMPLETED: Final = "completed"
DROPPED: Final = "dropped"
HOME: Final = "went home"
FAILED: Final = "failed"
ENDLESS: Final = "endless"

# Seconds: to read a character, to type an answer, and for the network, by channel.
READING: Final = 0.05
TYPING: Final = 4.0
NETWORK: Final[Mapping[str, float]] = {"sms": 8.0, "ussd": 2.0}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where conversations are held. What a screen holds is in septets."""

    release: Release
    places: Places
    channel: Literal["sms", "ussd"] = "sms"
    movement: str = "Mashinani"
    country: str = "ZM"
    screen: int = 160
    first_screen: int = 140


@dataclass(slots=True)
class Walk:
    """How a conversation went. `last` is the step it was at, `path` the steps in their order."""

    language: str
    end: str = ""
    last: str = ""
    turns: int = 0
    received: int = 0
    messages: int = 0
    segments: int = 0
    screens: int = 0
    seconds: float = 0.0
    path: list[str] = field(default_factory=list)


def walk(setting: Setting, flow: str, language: str, manners: Manners, chance: Random) -> Walk:
    """Let somebody go through a flow to its end, or to where they break off."""
    done = Walk(language)
    context = _context(setting, flow, done, chance)
    turn = step(setting.release, None, Start(flow), context)
    while True:
        _count(setting, done, turn)
        state = turn.state
        if state is None:
            done.end = _end(turn)
            return done
        if done.turns >= _MOST_TURNS:
            done.end = ENDLESS
            return done
        asked = next((one for one in reversed(turn.events) if isinstance(one, Requested)), None)
        if asked is not None and state.at is not None:
            status = 200 if chance.random() >= manners.wrong else 0
            given = Responded(asked.ticket, status, "{}")
            turn = step(setting.release, state, given, context)
            done.turns += 1
            continue
        frame = state.frames[-1]
        router = setting.release.flows[frame.flow].nodes[frame.node].router
        wait = None if router is None else router.wait
        silent = chance.random() < manners.drop
        if wait is None or router is None or (silent and wait.timeout is None):
            done.end = DROPPED
            return done
        done.turns += 1
        if wait.pause or silent:
            turn = step(setting.release, state, TimedOut(), context)
            continue
        prompt = next((one for one in reversed(turn.events) if isinstance(one, Prompted)), None)
        wrong = chance.random() < manners.wrong
        text = nonsense(chance) if wrong else answer(router, prompt, setting.places, chance)
        done.received += 1
        done.seconds += TYPING
        turn = step(setting.release, state, Reply(text), context)


def _context(setting: Setting, flow: str, done: Walk, chance: Random) -> Context:
    def perform(
        action: str, _arguments: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        spec = ACTIONS.get(action)
        if spec is None:
            return Outcome("done")
        likely = chance.random() < 0.9
        category = spec.categories[0] if likely else chance.choice(spec.categories)
        return Outcome(category, {path: _value(path) for path in spec.values})

    def trace(flow: str, node: str, category: str) -> None:
        if not category:
            done.last = f"{flow}.{node}"
            done.path.append(done.last)

    languages = setting.release.languages
    roots: dict[str, Json] = {
        **person(setting.release.flows[flow], chance),
        "movement": {"name": setting.movement, "languages": dict.fromkeys(languages, True)},
    }
    environment = Environment(
        date_format="DD-MM-YYYY", languages=languages, country=setting.country,
        now=lambda: _WHEN, chance=chance.random,
    )  # fmt: skip
    return Context(
        done.language, setting.channel, _WHEN, setting.country, setting.places, roots, perform,
        environment=environment, trace=trace,
    )  # fmt: skip


def _value(path: str) -> Json:
    if path == "motion.options":
        return [{"number": 1, "label": "Yes"}, {"number": 2, "label": "No"}]
    values: Mapping[str, Json] = {
        "motion.number": 12, "motion.question": "Shall we march on Friday?",
        "motion.closes": "18 Dec 18:00", "report.code": "K7QM-2X", "participant.number": "4821307",
        "participant.member": True,
    }  # fmt: skip
    return values.get(path, "")


def _count(setting: Setting, done: Walk, turn: Step) -> None:
    """Add what a turn sends and shows."""
    said = [one for one in turn.events if isinstance(one, Said | Prompted)]
    prompts = [one for one in said if isinstance(one, Prompted)]
    texts = [plain.normal(one.text) for one in said if one.text]
    options = [(key, plain.normal(label)) for key, label in prompts[-1].options] if prompts else []
    beside = [plain.normal(one.text) for one in turn.events if isinstance(one, Texted)]
    parts = list(beside)
    if setting.channel == "sms":
        parts += messages.join(texts, options) if texts or options else []
    elif texts or options:
        release, language = setting.release, turn.language
        limit = min(setting.screen, setting.first_screen) if not done.screens else setting.screen
        done.screens += len(
            screens.pages(
                "\n".join(texts), options, limit=setting.screen, first_limit=limit,
                more=release.text("more", language), back=release.text("back", language),
            )
        )  # fmt: skip
    done.messages += len(parts)
    done.segments += sum(messages.cost(part).segments for part in parts)
    read = sum(map(len, texts)) + sum(len(key) + len(label) + 2 for key, label in options)
    done.seconds += read * READING + NETWORK[setting.channel]


def _end(turn: Step) -> str:
    last = turn.events[-1] if turn.events else None
    if isinstance(last, Failed):
        return FAILED
    return HOME if isinstance(last, WentHome) else COMPLETED if isinstance(last, Ended) else DROPPED
