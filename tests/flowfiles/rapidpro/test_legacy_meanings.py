"""Old expressions give, translated and evaluated, what Excel and the first engine gave."""

from datetime import UTC, datetime

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.functions import FUNCTIONS
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import DEFAULT, Value
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import (
    MESSAGE,
    OWN_SOURCE,
    PLAIN,
    Translator,
    Use,
)
from gateway.flowfiles.rapidpro.migrations.legacy.functions import FUNCTIONS as OLD_FUNCTIONS
from gateway.flowfiles.rapidpro.migrations.legacy.habits import Habits
from gateway.flowfiles.rapidpro.migrations.legacy.payload import PAYLOAD
from gateway.flowfiles.rapidpro.migrations.templates import TOPS

NOW = datetime(2026, 3, 9, 6, 5, 4, tzinfo=UTC)  # a Monday
HERE = Environment(date_format="DD-MM-YYYY", now=lambda: NOW)
BORN = "1990-02-20T00:00:00.000000Z"


def result(value: str, category: str = "Other") -> Value:
    return {DEFAULT: value, "value": value, "category": category, "category_localized": category}


ROOTS: dict[str, Value] = {
    "contact": {DEFAULT: "Amina Banda", "name": "Amina Banda", "first_name": "Amina"},
    "fields": {"age": "36", "born": BORN, "scheme": None},
    "results": {"n": result("7"), "words": result("one two three four"), "born": result(BORN)},
    "input": {DEFAULT: "yes please", "text": "yes please"},
    "legacy_extra": {"rows": {"0": "first"}},
}


def value(old: str, use: Use = PLAIN, habits: Habits | None = None) -> str:
    new = Translator(habits or Habits(), lambda _: None).template(old, "", use)
    return compile_template(new, TOPS).render(DictScope(ROOTS, HERE))


ROWS = [
    ('@(UPPER(contact.first_name) & "!")', "AMINA!"),
    ('@(PROPER("mr BANDA"))', "Mr Banda"),
    ('@(LEFT("Chipata", 3) & RIGHT("Chipata", 2))', "Chita"),
    ("@(LEN(step))", "10"),
    ('@(SUBSTITUTE("a-b-c", "-", "+"))', "a+b+c"),
    ("@(WORD(flow.words, 2))", "two"),
    ("@(WORD(flow.words, -1))", "four"),
    ("@(WORD_SLICE(flow.words, 2, 4))", "two three"),
    ("@(WORD_SLICE(flow.words, 2))", "two three four"),
    ("@(WORD_SLICE(flow.words, 2, -1))", "two three"),
    ("@(WORD_COUNT(flow.words))", "4"),
    ("@(FIRST_WORD(flow.words))", "one"),
    ("@(REMOVE_FIRST_WORD(flow.words))", "two three four"),
    ('@(FIELD("a+b+c", 2, "+"))', "b"),
    ('@(FIELD("a b c", 3))', "c"),
    ('@(REGEX_GROUP("tel 45", "tel (\\d+)", 1))', "45"),
    ("@(FIXED(12345.678, 1))", "12,345.7"),
    ("@(FIXED(12345.678, 1, TRUE))", "12345.7"),
    ("@(SUM(1, 2) * 3)", "9"),
    ("@(POWER(1 + 1, 3))", "8"),
    ("@(-2 ^ 2)", "4"),
    ("@(1 + 2 * 3)", "7"),
    ("@(10 - 3 - 2)", "5"),
    ("@(contact.age + flow.n)", "43"),
    ("@(contact.age - 6 - flow.n)", "23"),
    ('@(IF(flow.n > 3, "many", "few"))', "many"),
    ('@(IF(flow.n > 9, "many"))', "false"),
    ("@(IF(AND(flow.n >= 7, flow.n <> 8), 1, 2))", "1"),
    ('@(YEAR(contact.born) & "/" & MONTH(contact.born) & "/" & DAY(contact.born))', "1990/2/20"),
    ("@(YEAR(NOW()) - YEAR(contact.born))", "36"),
    ('@(HOUR(date.now) + 1 & ":" & MINUTE(date.now) & ":" & SECOND(date.now))', "7:5:4"),
    ("@(WEEKDAY(date.now))", "2"),
    ('@(DATEDIF(contact.born, date.now, "y"))', "36"),
    ('@(DAYS("09-03-2026", "01-03-2026"))', "8"),
    ("@date.today", "09-03-2026"),
    ("@date.tomorrow", "10-03-2026"),
    ("@date.yesterday", "08-03-2026"),
    ("@(date.today + 3)", "12-03-2026"),
    ("@(date.today - 9)", "28-02-2026"),
    ('@("on " & date.today)', "on 09-03-2026"),
    ("@(date.now + 1)", "2026-03-10T06:05:04.000000Z"),
    ("@(date.now + TIME(1, 30, 0))", "2026-03-09T07:35:04.000000Z"),
    ("@(date.now - TIME(0, 5, 0))", "2026-03-09T06:00:04.000000Z"),
    ('@(EDATE("09-03-2026", 1) + 1)', "2026-04-10T00:00:00.000000Z"),
    ('@("she said ""no""")', 'she said "no"'),
    ('@("c:\\tmp\\" & "x")', "c:\\tmp\\x"),
    ("@extra.rows.0", "first"),
    ("a@@b @ c", "a@b @ c"),
    ("me@results.example", "me@results.example"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_an_old_expression_gives_what_it_gave(old: str, expected: str) -> None:
    assert value(old) == expected


def test_an_operand_that_fails_is_its_own_source() -> None:
    assert value('@(flow.nothing & "!")', OWN_SOURCE) == '@(flow.nothing & "!")'
    assert value("@flow.n", OWN_SOURCE) == "7"


def test_a_date_of_an_old_flow_is_shown_as_the_deployment_writes_dates() -> None:
    assert value("Born @flow.born", MESSAGE, Habits(dates={"born"})) == "Born 20-02-1990"


def test_every_old_function_is_said_with_functions_that_there_are() -> None:
    three = "(1, 2, 3)"
    for name in OLD_FUNCTIONS.keys() - {"datedif"}:
        new = Translator(Habits(), lambda _: None).template(f"@({name.upper()}{three})", "")
        unknown = compile_template(new, TOPS).functions - FUNCTIONS.keys()
        assert unknown == frozenset(), name


def test_the_payload_of_old_webhooks_is_an_expression_that_can_be_read() -> None:
    payload = compile_template(PAYLOAD, TOPS)
    assert payload.single is not None
    assert payload.functions <= FUNCTIONS.keys()
