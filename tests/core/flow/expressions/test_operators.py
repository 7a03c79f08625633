"""What operators do with values of every kind, and what they cannot do."""

from decimal import Decimal

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.operators import OPERATORS, negate
from gateway.core.flow.expressions.values import Error, Evaluation, Exhausted, Value


@pytest.mark.parametrize(
    ("one", "sign", "other", "result"),
    [
        pytest.param("0.1", "+", "0.2", Decimal("0.3"), id="sums are exact"),
        pytest.param(1, "-", Decimal("2.5"), Decimal("-1.5"), id="whole numbers from JSON count"),
        pytest.param(
            "1e9", "*", 2, Error('unable to convert "1e9" to a number'), id="no exponents"
        ),
        pytest.param(2, "/", 3, Decimal("0.6666666666666667"), id="16 decimal places, rounded"),
        pytest.param(-2, "/", 3, Decimal("-0.6666666666666667"), id="half away from zero"),
        pytest.param(
            Decimal("1E+60"), "/", 1, Decimal("1E+60"), id="a quotient without a fraction is exact"
        ),
        pytest.param(1, "/", "0.0", Error("division by zero"), id="nothing is divided by zero"),
        pytest.param(2, "^", 10, Decimal(1024), id="a power"),
        pytest.param(2, "^", -2, Decimal("0.25"), id="a power below zero"),
        pytest.param(9, "^", "0.5", Decimal(3), id="a root"),
        pytest.param(-9, "^", "0.5", Decimal(0), id="a root that does not exist"),
        pytest.param("-0.5", "^", "0.5", Decimal(0), id="nor does that of a half"),
        pytest.param(1, "^", 100, Decimal(1), id="the highest power"),
        pytest.param(1, "^", -100, Decimal(1), id="the lowest"),
        pytest.param(1, "^", 101, Error("number value out of range"), id="a power too high"),
        pytest.param(0, "^", 0, Decimal(0), id="no power of zero"),
        pytest.param(2, "^", 400, Error("number value out of range"), id="too high a power"),
        pytest.param(9, "^", 99, Error("number value out of range"), id="too many digits"),
        pytest.param(
            "9" * 36, "*", "9" * 36, Error("number value out of range"), id="too long a product"
        ),
        pytest.param("a", "&", None, "a", id="null joins as nothing"),
        pytest.param([1, 2], "&", True, "[1, 2]true", id="all kinds join as they are shown"),
        pytest.param("a", "=", "A", False, id="texts are equal in the same case only"),
        pytest.param("1.0", "=", 1, False, id="equality is that of texts"),
        pytest.param(Decimal("1.0"), "=", 1, True, id="a number has one text"),
        pytest.param(None, "=", "", True, id="null is equal to nothing"),
        pytest.param([1], "!=", [2], True, id="arrays differ as they are shown"),
        pytest.param("9", "<", "10", True, id="order is that of numbers"),
        pytest.param(2, "<=", 2, True, id="no more than itself"),
        pytest.param(2, ">=", 3, False, id="less than more"),
        pytest.param(
            "b", ">", "a", Error('unable to convert "b" to a number'), id="texts have none"
        ),
        pytest.param(Error("x"), "+", Error("y"), Error("x"), id="the first error counts"),
        pytest.param("a", "&", Error("y"), Error("y"), id="an error joins as itself"),
        pytest.param(Error("x"), "!=", "a", Error("x"), id="an error is neither"),
    ],
)
def test_an_operator(one: Value, sign: str, other: Value, result: Value):
    assert OPERATORS[sign](Evaluation(Environment()), one, other) == result


def test_a_sign_is_for_numbers():
    evaluation = Evaluation(Environment())
    assert negate(evaluation, "2.5") == Decimal("-2.5")
    assert negate(evaluation, "x") == Error('unable to convert "x" to a number')


def test_joining_long_texts_costs_their_length():
    evaluation = Evaluation(Environment(cost_limit=1000))
    OPERATORS["&"](evaluation, "a" * 300, "b" * 300)
    assert evaluation.left == 400
    with pytest.raises(Exhausted):
        OPERATORS["&"](evaluation, "a" * 300, "b" * 300)
