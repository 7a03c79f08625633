"""Turns per second of the flow engine, in memory and with the state through JSON between turns.

A flow of twelve questions: every question is preceded by an action (a value set or a text said),
every answer is read by a test and saved, every third text names values. One core, no database.

    python benchmarks/engine.py [--seconds 3]

The last line is one JSON object. `stored_to_memory` is what is left of the speed when the state
goes through JSON; `large_to_small` is the speed in a release of 1,000 flows against that in one of
a single flow. The three are measured in turns of a fifth of the time, and the median counts.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gateway.core.flow.engine import step
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Outcome, Reply, Start
from gateway.core.movement.places import Place, Places
from gateway.flowfiles.releases import Source, compile_release

ROUNDS = 5
QUESTIONS = (
    ("ask: What is your name?", "Amina"),
    ("ask: Which district do you live in?\n    expect: place(district)", "chipata"),
    ("ask: How old are you, @participant.q1?\n    expect: number(1, 120)", "34"),
    ('menu: Have you water?\n    options: {1: "Yes", 2: "No", 3: Sometimes}', "2"),
    ("ask: How many people use the well?\n    expect: number", "about 40"),
    ("ask: In @participant.q2.name, who repairs it?", "the committee"),
    ("ask: Is it clean?\n    expect: yes_no", "no"),
    ('menu: Who is told?\n    options: {1: Headman, 2: Council, 3: "No one"}', "council"),
    ("ask: When did it break, @participant.q1?\n    expect: date", "12/5"),
    ("ask: What did it cost?\n    expect: number", "1,500"),
    ("ask: May we call you?\n    expect: yes_no", "yes"),
    ("ask: Anything else about @participant.q4.name in @participant.q2.name?", "no thank you"),
)
PLACES = Places(
    [
        Place("ZM", "Zambia", "country", None, ()),
        Place("ZM-03", "Eastern", "province", "ZM", ()),
        Place("ZM-03-03", "Chipata", "district", "ZM-03", ()),
        Place("ZM-09-01", "Lusaka", "district", "ZM", ()),
    ]
)


def flow(name: str) -> bytes:
    """Return the flow of twelve questions as a file."""
    lines = [f"flow: {name}", "steps:"]
    for number, (question, _) in enumerate(QUESTIONS, start=1):
        acting = "set: {answer.at: '@language'}" if number % 2 else f"say: Question {number}."
        lines += [
            f"  act{number}:",
            f"    {acting}",
            f"  q{number}:",
            f"    {question}",
            f"    save: participant.q{number}",
        ]
    lines += ["  done:", "    say: Thank you @participant.q1.", "    end: true"]
    return "\n".join(lines).encode()


def release(flows: int) -> Release:
    """Return a release of so many equal flows."""
    files = {f"survey{number}.yaml": flow(f"survey{number}") for number in range(flows)}
    files["system.yaml"] = (ROOT / "flows" / "system.yaml").read_bytes()
    return compile_release(Source(files))


def walk(own: Release, context: Context, *, stored: bool) -> int:
    """Walk the flow once; return the number of turns."""
    taken = step(own, None, Start("survey0"), context)
    for _, answer in QUESTIONS:
        state = taken.state
        if state is None:
            raise SystemExit("the flow ended before its last question")
        if stored:
            state = State.from_json(state.to_json())
        taken = step(own, state, Reply(answer), context)
    if taken.state is not None:
        raise SystemExit(f"a question was not answered: {taken.events}")
    return 1 + len(QUESTIONS)


def rates(walks: Sequence[Callable[[], int]], seconds: float) -> list[float]:
    """Return the turns a second of each walk: the median of five rounds, walk beside walk."""
    found: list[list[float]] = [[] for _ in walks]
    for _ in range(ROUNDS):
        for position, one in enumerate(walks):
            turns, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < seconds / ROUNDS:
                turns += one()
            found[position].append(turns / (time.perf_counter() - begun))
    return [statistics.median(each) for each in found]


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=3.0)
    seconds = options.parse_args().seconds
    context = Context(
        language="en",
        channel="sms",
        now=datetime(2026, 5, 12, 9, 0, tzinfo=UTC),
        country="ZM",
        places=PLACES,
        roots={"participant": {"name": "Amina"}, "movement": {"name": "Mashinani"}},
        perform=lambda _action, _arguments, _values: Outcome("done"),
    )
    one = release(1)
    begun = time.perf_counter()
    many = release(1000)
    loading = time.perf_counter() - begun
    memory, kept, large = rates(
        [
            lambda: walk(one, context, stored=False),
            lambda: walk(one, context, stored=True),
            lambda: walk(many, context, stored=False),
        ],
        seconds,
    )
    print(f"in memory            {memory:10,.0f} turns/s  ({1e6 / memory:.1f} us a turn)")
    print(f"state through JSON   {kept:10,.0f} turns/s  ({1e6 / kept:.1f} us a turn)")
    print(f"release of 1,000     {large:10,.0f} turns/s  (loaded in {loading:.1f} s)")
    print(
        json.dumps(
            {
                "turns_per_second": round(memory),
                "turns_per_second_stored": round(kept),
                "stored_to_memory": round(kept / memory, 3),
                "large_to_small": round(large / memory, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
