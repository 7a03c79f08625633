"""A fault that is put into a folder in order is found: its rule, its file and its line."""

import pytest

from gateway.flowfiles.lint.checks import RULES, check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.releases import Source
from tests.stage import FLOWS, ROOT

EXAMPLES = {
    path.name: path.read_bytes()
    for path in (ROOT / "docs" / "examples" / "flows").glob("*.yaml")
    if not path.name.endswith(".test.yaml")
}
FILES = {**EXAMPLES, "system.yaml": (FLOWS / "system.yaml").read_bytes()}
HERE = Deployment(networks={"64502": 120}, hosts=("x.example",), secrets=())

LONG = "Bring your friends and a bottle of water. "
CAST = "cast: {do: cast_vote, with: {motion: 1, option: '@answer.seeded.code'}}"

# Steps that are put first into a flow, and which of their lines bears the finding.
SEEDS: dict[str, tuple[tuple[str, ...], int]] = {
    "mistake": (("seeded: {sya: Hello.}",), 0),
    "conflict": (("seeded: {call: nowhere}",), 0),
    "unreachable": (("first: {say: Hi., goto: third}", "seeded: {say: Lost.}",
                     "third: {say: Found.}"), 1),
    "no-end": (("seeded: {ask: Well?, goto: seeded}",), 0),
    "loop": (("first: {say: Hi.}", "seeded: {say: Well., goto: seeded}"), 1),
    "call-circle": (("seeded: {call: survey}",), 0),
    "same-label": (("seeded:", "  menu: Which?", "  options:", "    1: Water", "    2: water"), 4),
    "empty-menu": (("seeded: {menu: Which?, options_from: '@motions'}",), 0),
    "vote-guessed": (("seeded: {menu: Which?, options: {1: A, 2: B}, save: answer.seeded}", CAST),
                     0),
    "paging-key": (("seeded:", "  menu: Which?", "  options:", "    1: A", "    98: B"), 4),
    "stop-option": (("seeded:", "  menu: Which?", "  options:", "    1: A", "    2: Cancel"), 4),
    "given-name": (("seeded: {ask: Well?, save: movement.name}",), 0),
    "never-scheduled": (("seeded: {unschedule: nothing}",), 0),
    "unknown-name": (("seeded:", "  set: {answer.x: y}", "  say: Hello @participant.nmae"), 2),
    "impossible": (("seeded:", "  set: {answer.x: y}", "  say: '@(upper())'"), 2),
    "always-same": (("seeded: {when: '@(channel = \"email\")', then: end}",), 0),
    "case-never": (("seeded: {when: '@channel', cases: {email: end}}",), 0),
    "long-screen": (("seeded:", "  set: {answer.x: y}", f"  say: {LONG * 5}"), 2),
    "long-options": (("seeded:", "  menu: Which?", "  options:",
                      *(f"    {key}: {LONG}{key}" for key in range(1, 6))), 1),
    "long-sms": (("seeded:", f"  text: {LONG * 5}"), 1),
    "alphabet": (("seeded:", "  set: {answer.x: y}", "  say: Come – at once."), 2),
    "long-turn": ((*(f"s{key}: {{say: {LONG}{LONG}}}" for key in range(5)),
                   "last: {say: Come., end: true}"), 5),
    "secret": (("seeded: {say: Hi.}", "# the password is mango2024"), 1),
    "phone-number": (("seeded: {say: Hi.}", "second: {say: Call 0970 000 001.}"), 1),
    "secrecy": (("seeded:", "  set: {answer.x: y}", "  say: Your vote is secret."), 2),
    "webhook-host": (("seeded:", "  webhook:", "    url: https://y.example/"), 2),
    "webhook-open": (("seeded:", "  webhook:", "    url: http://x.example/"), 2),
    "webhook-secret": (("seeded:", "  webhook:", "    url: https://x.example/",
                        "    headers: {Authorization: {secret: nowhere}}"), 2),
    "personal-url": (("seeded:", "  webhook:", "    url: https://x.example/@participant.name"), 2),
}  # fmt: skip

# They need more than steps: each has tests of its own. A server that is worked out is a mistake in
# flows that are written here.
ELSEWHERE = {
    "answer-word", "unknown-language", "two-meanings", "shown-key",
    "unused-flow", "webhook-any-host", "renumbered", "no-room",
    "offered-language", "stand-in", "missing", "fuzzy", "unreadable", "placeholder", "number",
    "command", "screens", "segments", "options",
}  # fmt: skip


def seeded(name: str, steps: tuple[str, ...]) -> tuple[dict[str, bytes], int]:
    """Return the folder with steps before all others of a flow, and the line of the first one."""
    lines = FILES[name].decode().splitlines()
    at = lines.index("steps:") + 1
    lines[at:at] = [f"  {line}" for line in steps]
    return {**FILES, name: "\n".join(lines).encode()}, at + 1


def test_every_rule_has_a_seed_or_tests_of_its_own() -> None:
    assert SEEDS.keys() | ELSEWHERE == RULES.keys()
    assert not SEEDS.keys() & ELSEWHERE


def test_nothing_is_found_where_nothing_was_seeded() -> None:
    assert check_folder(Source(FILES), "flows", Deployment(hosts=None)) == []


@pytest.mark.parametrize("rule", SEEDS)
def test_what_was_seeded_is_found_where_it_is(rule: str) -> None:
    steps, offset = SEEDS[rule]
    files, line = seeded("survey.yaml", steps)
    found = check_folder(Source(files), "flows", HERE)
    places = [(one.path, one.line) for one in found if one.rule == rule]
    assert ("flows/survey.yaml", line + offset) in places
