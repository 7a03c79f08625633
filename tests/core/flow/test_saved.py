"""Values as conversations keep them: found by path, shown, and kept as JSON."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.paths import Path, path
from gateway.core.flow.expressions.template import compile_template, names_in
from gateway.core.flow.expressions.values import Evaluation, Value
from gateway.core.flow.saved import Later, holds, kept, look_up, shown, value_of

PLACE: Json = {"code": "ZZ-01", "name": "North", "__default__": "North"}
SMALL = "0.0000000000001234567890123456789"
ROOTS: dict[str, Json] = {
    "participant": {"name": "Amina", "number": 12, "place": PLACE, "member": True},
    "motions": [{"number": 4, "label": "Water?"}, {"number": 5, "label": "Land?"}],
    "empty": None,
    "answer": {"fullName": "Amina P"},
}


@dataclass(frozen=True)
class Kept:
    """What a conversation has saved, over the roots."""

    values: dict[str, Json]
    evaluation: Evaluation = field(default_factory=lambda: Evaluation(Environment()))

    def find(self, path: Path, /) -> Value:
        return value_of(look_up(path, self.values, ROOTS))


def render(source: str, values: dict[str, Json] | None = None) -> str:
    return compile_template(source, names_in(source)).render(Kept(values or {}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("Thank you.", "Thank you.", id="a text without names is itself"),
        pytest.param("Hi @participant.name!", "Hi Amina!", id="a path is filled in"),
        pytest.param("Hi @participant.name.", "Hi Amina.", id="a full stop ends a path"),
        pytest.param("@Participant.NAME", "Amina", id="case does not matter"),
        pytest.param("@participant.number", "12", id="a number is written in digits"),
        pytest.param("in @participant.place", "in North", id="a thing shows its default"),
        pytest.param("@participant.place.code", "ZZ-01", id="a thing's parts have names"),
        pytest.param("@motions.1.label", "Land?", id="a list has positions from 0"),
        pytest.param("@motions.7.label.", ".", id="a position too far is nothing"),
        pytest.param("@motions.2.label.", ".", id="a position just behind the last is nothing"),
        pytest.param(f"@motions.{'1' * 5000}.", ".", id="a position beyond all is nothing"),
        pytest.param("@answer.fullName.", "Amina P.", id="a key of a server's has capitals"),
        pytest.param("@participant.nmae?", "?", id="an unknown name is nothing"),
        pytest.param("@participant.name.first", "", id="a part of a text is nothing"),
        pytest.param("@empty.deeper", "", id="a part of nothing is nothing"),
        pytest.param("@participant.member", "true", id="truth is a word"),
        pytest.param("a@@b", "a@b", id="a doubled sign is the sign"),
        pytest.param("@@participant.name", "@participant.name", id="a doubled sign is no path"),
        pytest.param("@@(1)", "@(1)", id="a doubled sign is no expression"),
        pytest.param("at @ 5 and @9", "at @ 5 and @9", id="a sign before no name stays"),
        pytest.param("", "", id="an empty text is empty"),
    ],
)
def test_texts_are_filled_in(source: str, expected: str) -> None:
    assert render(source) == expected


def test_a_saved_value_wins_over_the_roots() -> None:
    assert render("@participant.name", {"participant.name": "Bwalya"}) == "Bwalya"


def test_a_part_of_a_saved_thing_is_found_by_its_longer_path() -> None:
    values: dict[str, Json] = {"participant.place": {"code": "X", "name": "Xa"}}
    assert render("@participant.place.code/@participant.number", values) == "X/12"


def test_a_saved_empty_value_hides_the_root() -> None:
    assert render("[@participant.name]", {"participant.name": None}) == "[]"


def evaluate(source: str) -> Value:
    return compile_template(source, names_in(source)).evaluate(Kept({}))


def test_an_expression_computes_with_what_paths_lead_to() -> None:
    assert render("@(upper(participant.name)) @(participant.number + 1)") == "AMINA 13"


def test_a_text_of_one_path_keeps_the_kind_of_its_value() -> None:
    assert evaluate("@participant.number") == 12
    assert evaluate("no @participant.number") == "no 12"


def test_the_paths_of_a_text_are_known() -> None:
    source = "@a.b and @(upper(c))"
    assert compile_template(source, names_in(source)).paths == (path("a.b"), path("c"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("@(1 / 2)", 0.5, id="a fraction"),
        pytest.param("@(1000000 + 1 / 3)", "1000000.3333333333333333", id="many digits"),
        pytest.param("@(4 / 2)", 2, id="a whole number"),
        pytest.param("@(2 ^ 63 - 1)", 2**63 - 1, id="the largest whole number"),
        pytest.param("@(2 ^ 63)", "9223372036854775808", id="a larger one"),
        pytest.param("@(-(10 ^ 30))", "-1" + "0" * 30, id="one far below zero"),
        pytest.param(f"@({SMALL})", SMALL, id="a small fraction of many digits"),
        pytest.param('@(date("2026-05-12"))', "2026-05-12", id="a date"),
        pytest.param("@(array(1, participant.name))", [1, "Amina"], id="a list"),
        pytest.param("@(1 / 0)", None, id="an error is nothing"),
        pytest.param("@(upper)", None, id="a function is nothing"),
        pytest.param("@participant.place", PLACE, id="a thing"),
    ],
)
def test_values_are_kept_as_json(source: str, expected: Json) -> None:
    assert kept(evaluate(source)) == expected


@pytest.mark.parametrize(
    ("value", "text", "true"),
    [
        pytest.param(None, "", False, id="nothing"),
        pytest.param("", "", False, id="an empty text"),
        pytest.param("no", "no", True, id="any word"),
        pytest.param("false", "false", False, id="the word false"),
        pytest.param("FALSE", "FALSE", False, id="the word false in capitals"),
        pytest.param(
            {"__default__": False, "match": None}, "false", False, id="a test that does not hold"
        ),
        pytest.param({"__default__": True, "match": "a"}, "true", True, id="a test that holds"),
        pytest.param(0, "0", False, id="zero"),
        pytest.param(2.5, "2.5", True, id="a fraction"),
        pytest.param(Decimal("2.50"), "2.5", True, id="an exact fraction"),
        pytest.param(Decimal("1E+3"), "1000", True, id="an exact number with an exponent"),
        pytest.param(False, "false", False, id="false"),
        pytest.param([], "", False, id="an empty list"),
        pytest.param(["a", 1], "a, 1", True, id="a list"),
        pytest.param({"name": "x"}, "", True, id="a thing without a default"),
        pytest.param(PLACE, "North", True, id="a thing with a default"),
    ],
)
def test_values_are_shown_and_held_true(value: Any, text: str, true: bool) -> None:
    assert (shown(value), holds(value)) == (text, true)


def test_a_value_for_later_is_worked_out_when_it_is_named_and_once():
    opened: list[str] = []

    def name() -> Json:
        opened.append("Amina")
        return opened[-1]

    roots: dict[str, Any] = {"participant": {"name": Later(name), "number": 12}}
    assert value_of(look_up(path("participant.number"), {}, roots)) == 12
    assert not opened
    assert value_of(look_up(path("participant.name"), {}, roots)) == "Amina"
    assert value_of(look_up(path("participant"), {}, roots)) == {"name": "Amina", "number": 12}
    assert opened == ["Amina"]


def test_a_value_for_later_that_was_saved_in_between_is_not_worked_out():
    roots: dict[str, Any] = {"participant": {"name": Later(pytest.fail)}}
    values: dict[str, Json] = {"participant.name": "Bwalya"}
    assert value_of(look_up(path("participant.name"), values, roots)) == "Bwalya"
