"""The tables of calls: functions and answer tests, each called with given arguments."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.functions import FUNCTIONS
from gateway.core.flow.expressions.values import (
    DEFAULT,
    Error,
    Evaluation,
    Exhausted,
    Function,
    Value,
)
from gateway.service.conformance.contexts import environment
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome, compared
from gateway.service.conformance.typed import read_items, read_typed, same


def functions(folder: Folder) -> Iterator[Outcome]:
    """Call every function as its rows say."""
    for row in folder.rows("functions"):
        env = environment(folder, row["environment"])
        given = _call(env, FUNCTIONS, row["function"], read_items(row["args"]))
        expected = read_typed(row["expected"])
        if row.get("depends_on") == "random":
            passed = type(given) is type(expected)
        else:
            passed = same(expected, given)
        yield compared(row["id"], passed=passed, expected=expected, given=given)


def router_cases(folder: Folder) -> Iterator[Outcome]:
    """Ask every answer test as its rows say."""
    for row in folder.rows("router_cases"):
        changes = {key: row[key] for key in ("number_format",) if key in row}
        env = environment(folder, row["environment"], **changes)
        given = _call(env, ANSWER_TESTS, row["test"], read_items(row["args"]))
        expected = _result(row)
        if isinstance(expected, Mapping) and isinstance(given, Mapping):
            given = {key: value for key, value in given.items() if key != DEFAULT}
        yield compared(row["id"], passed=same(expected, given), expected=expected, given=given)


def _call(
    env: Environment, known: Mapping[str, Function], name: str, args: Sequence[Value]
) -> Value:
    function = known.get(name)
    if function is None:
        return f"there is no function {name}"
    try:
        return function.call(Evaluation(env), args)
    except Exhausted:
        return Error("exhausted")


def _result(row: Row) -> Value:
    """Return what a test is expected to give: an object with the match, False or an error."""
    expected = row["expected"]
    if "false" in expected:
        return False
    if "match" not in expected:
        return read_typed(expected)
    result = {"match": read_typed(expected["match"])}
    if "extra" in expected:
        result["extra"] = {key: read_typed(item) for key, item in expected["extra"].items()}
    return result
