"""Turns per second of the flow engine, in memory and with the state through JSON between turns.

A flow of twelve questions: before every question a node acts, then a router waits for the answer;
answers are tested and saved, and every third text has an expression. Once as a YAML flow, and once
as RapidPro exports one, with fields, results and categories. One core, no database.

    python benchmarks/engine.py [--seconds 5]

The last line is one JSON object. `stored_to_memory` is what is left of the speed when the state
goes through JSON; `imported_to_yaml` compares the two ways of writing the same flow;
`large_to_small` is the speed in a release of 1,000 flows against that in one of a single flow. All
are measured in turns of a fifth of the time, and the median counts.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gateway.core.flow.assets import Assets, Field
from gateway.core.flow.engine import step
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Outcome, Reply, Start
from gateway.core.movement.places import Place, Places
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from gateway.flowfiles.releases import Source, compile_release

ROUNDS = 5
QUESTIONS = (
    ("ask: What is your name?", "Amina"),
    ("ask: Which district do you live in?\n    expect: place(district)", "chipata"),
    ("ask: How old are you, @(title(participant.q1))?\n    expect: number(1, 120)", "34"),
    ('menu: Have you water?\n    options: {1: "Yes", 2: "No", 3: Sometimes}', "2"),
    ("ask: How many people use the well?\n    expect: number", "about 40"),
    ("ask: In @(upper(participant.q2.name)), who repairs it?", "the committee"),
    ("ask: Is it clean?\n    expect: yes_no", "no"),
    ('menu: Who is told?\n    options: {1: Headman, 2: Council, 3: "No one"}', "council"),
    ("ask: 'When did it break, @(lower(participant.q1))?'\n    expect: date", "12/5"),
    ("ask: What did it cost?\n    expect: number", "1,500"),
    ("ask: May we call you?\n    expect: yes_no", "yes"),
    ("ask: Anything else, @(word(participant.q1, 0)) of @participant.q2.name?", "no thank you"),
)
# The same questions with the tests of the field's routers.
IMPORTED = (
    ("What is your name?", "has_text"),
    ("Which district do you live in?", "has_text"),
    ("How old are you, @(title(results.q0))?", "has_number_between", "1", "120"),
    ("Have you water? 1 Yes 2 No 3 Sometimes", "has_number_between", "1", "3"),
    ("How many people use the well?", "has_number"),
    ("In @(upper(results.q1)), who repairs it?", "has_text"),
    ("Is it clean?", "has_any_word", "yes no"),
    ("Who is told?", "has_any_word", "headman council"),
    ('@(results.q0 & ", when did it break?")', "has_text"),
    ("What did it cost?", "has_number"),
    ("May we call you?", "has_any_word", "yes no"),
    ("Anything else, @(word(results.q0, 0)) of @fields.q1?", "has_text"),
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


def imported() -> Release:
    """Return a release of the flow as an export has it: every answer is a result and a field."""
    nodes = []
    for number, (text, test, *arguments) in enumerate(IMPORTED):
        following = f"act{number + 1}" if number + 1 < len(IMPORTED) else "last"
        nodes += [
            {
                "uuid": f"act{number}",
                "actions": [{"type": "send_msg", "uuid": f"say{number}", "text": text}],
                "exits": [{"uuid": f"out{number}", "destination_uuid": f"wait{number}"}],
            },
            {
                "uuid": f"wait{number}",
                "router": {
                    "type": "switch",
                    "wait": {"type": "msg"},
                    "operand": "@input.text",
                    "result_name": f"Q{number}",
                    "cases": [
                        {
                            "uuid": f"case{number}",
                            "type": test,
                            "arguments": arguments,
                            "category_uuid": f"yes{number}",
                        }
                    ],
                    "categories": [
                        {"uuid": f"yes{number}", "name": "Has", "exit_uuid": f"on{number}"},
                        {"uuid": f"no{number}", "name": "Other", "exit_uuid": f"again{number}"},
                    ],
                    "default_category_uuid": f"no{number}",
                },
                "exits": [
                    {"uuid": f"on{number}", "destination_uuid": f"keep{number}"},
                    {"uuid": f"again{number}", "destination_uuid": f"act{number}"},
                ],
            },
            {
                "uuid": f"keep{number}",
                "actions": [
                    {
                        "type": "set_contact_field",
                        "uuid": f"field{number}",
                        "field": {"key": f"q{number}", "name": f"Q{number}"},
                        "value": f"@results.q{number}",
                    }
                ],
                "exits": [{"uuid": f"then{number}", "destination_uuid": following}],
            },
        ]
    thanks = {"type": "send_msg", "uuid": "thanks", "text": "Thank you @results.q0."}
    nodes.append({"uuid": "last", "actions": [thanks], "exits": [{"uuid": "over"}]})
    definition = {"uuid": "survey0", "name": "Survey", "language": "eng", "nodes": nodes}
    made = compile_flow(definition, Neighbours())
    fields = {f"q{number}": Field(f"q{number}", f"Q{number}", "text") for number in range(12)}
    assets = Assets(fields=fields)
    return replace(release(1), flows={"survey0": made}, imports=True, assets=assets)


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
    options.add_argument("--seconds", type=float, default=5.0)
    seconds = options.parse_args().seconds
    context = Context(
        language="en",
        channel="sms",
        now=datetime(2026, 5, 12, 9, 0, tzinfo=UTC),
        country="ZM",
        places=PLACES,
        roots={"participant": {"name": "Amina"}, "movement": {"name": "Mashinani"}},
        perform=lambda _action, _arguments, _values: Outcome("done"),
        environment=Environment(
            date_format="DD-MM-YYYY",
            languages=("en",),
            country="ZM",
            now=lambda: datetime(2026, 5, 12, 9, 0, tzinfo=UTC),
        ),
        contact={"uuid": "p-1", "name": "Amina", "language": "eng", "urns": [], "fields": {}},
    )
    one = release(1)
    other = imported()
    begun = time.perf_counter()
    many = release(1000)
    loading = time.perf_counter() - begun
    memory, kept, large, carried, carried_kept = rates(
        [
            lambda: walk(one, context, stored=False),
            lambda: walk(one, context, stored=True),
            lambda: walk(many, context, stored=False),
            lambda: walk(other, context, stored=False),
            lambda: walk(other, context, stored=True),
        ],
        seconds,
    )
    print(f"in memory            {memory:10,.0f} turns/s  ({1e6 / memory:.1f} us a turn)")
    print(f"state through JSON   {kept:10,.0f} turns/s  ({1e6 / kept:.1f} us a turn)")
    print(f"release of 1,000     {large:10,.0f} turns/s  (loaded in {loading:.1f} s)")
    print(f"imported, in memory  {carried:10,.0f} turns/s  ({1e6 / carried:.1f} us a turn)")
    print(
        f"imported, JSON       {carried_kept:10,.0f} turns/s  ({1e6 / carried_kept:.1f} us a turn)"
    )
    print(
        json.dumps(
            {
                "turns_per_second": round(memory),
                "turns_per_second_stored": round(kept),
                "stored_to_memory": round(kept / memory, 3),
                "imported_turns_per_second": round(carried),
                "imported_turns_per_second_stored": round(carried_kept),
                "imported_to_yaml": round(carried / memory, 3),
                "large_to_small": round(large / memory, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
