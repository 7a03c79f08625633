"""How an expression is read: what binds tighter, what a text holds, what cannot be read."""

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.syntax import (
    MOST_CHARACTERS,
    Literal,
    SyntaxTrouble,
    levels_of,
    parse,
)
from gateway.core.flow.expressions.template import compile_template
from gateway.core.flow.expressions.values import Value

VALUES: dict[str, Value] = {
    "well": {"depth": 12, "users": ["Amina", "Bwalya"], "2nd": "dry"},
    "kisima_": "yes",
}


def shown(expression: str) -> str:
    """Return what an expression comes to, as text."""
    template = compile_template(f"@({expression})", frozenset(VALUES))
    return template.render(DictScope(VALUES, Environment()))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param("1 + 2 * 3", "7", id="a product binds tighter than a sum"),
        pytest.param("2 * 3 ^ 2", "18", id="a power binds tighter than a product"),
        pytest.param("-2 ^ 2", "4", id="a sign binds tighter than a power"),
        pytest.param("2 ^ 3 ^ 2", "64", id="powers are taken from the left"),
        pytest.param("2 ^ -1", "0.5", id="an exponent may have a sign"),
        pytest.param("- - 3", "3", id="two signs are none"),
        pytest.param("- - -3", "-3", id="three signs are one"),
        pytest.param("10 - 3 - 2", "5", id="differences are taken from the left"),
        pytest.param("8 / 4 / 2", "1", id="quotients are taken from the left"),
        pytest.param("1 + 1 < 3", "true", id="a comparison is looser than a sum"),
        pytest.param("2 < 3 = true", "true", id="equality is looser than a comparison"),
        pytest.param('"is " & 1 = 1', "is true", id="joining is loosest"),
        pytest.param("(1 + 2) * 3", "9", id="brackets come first"),
        pytest.param("\n1\t+\r\n 2 ", "3", id="space does not matter"),
        pytest.param("TRUE & False & nUlL", "truefalse", id="the case of words does not matter"),
        pytest.param("WELL.Depth", "12", id="the case of names does not matter"),
        pytest.param("well.2nd", "dry", id="a key may begin with a digit"),
        pytest.param("well.users.1", "Bwalya", id="a position may follow a dot"),
        pytest.param("well.users[-1]", "Bwalya", id="a position may count from the end"),
        pytest.param('well["DEPTH"] + 1', "13", id="a key may stand in brackets"),
        pytest.param("kisima_", "yes", id="a name may have an underscore"),
        pytest.param("((x) => x + 1)(2)", "3", id="a function may be called where it stands"),
        pytest.param("((x) => (y) => x - y)(9)(4)", "5", id="a function may give a function"),
        pytest.param("((x, y, x) => x)(1, 2, 3)", "3", id="of two parameters the last counts"),
        pytest.param("((Well) => well)(7)", "7", id="a parameter hides a value of that name"),
        pytest.param("((x) => well.depth + x)(1)", "13", id="a function sees what is around it"),
        pytest.param("((x) => x.depth)(well)", "12", id="a parameter has properties"),
    ],
)
def test_what_an_expression_comes_to(expression: str, text: str):
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r'"say \"hi\""', 'say "hi"'),
        (r'"two\nlines"', "two\nlines"),
        (r'"tab\tback\\slash"', "tab\tback\\slash"),
        (r'"\u00e9\U0001F4A7"', "é💧"),
        (r'"\xc3\xa9\303\251"', "éé"),
        (r'"\w+ and \n stay"', r"\w+ and \n stay"),
        (r'"\ud83d"', r"\ud83d"),
        ('"a\nb"', "a\nb"),
        ('"C:\\"', "C:\\"),
        ('""', ""),
        ('"(@)"', "(@)"),
    ],
    ids=[
        "a quote may be escaped",
        "a line may be escaped",
        "a backslash may be escaped",
        "a character may be given by its number",
        "a character may be given by its octets",
        "a text with an escape that is none stands as it is written",
        "half a character is no escape",
        "a text may go over lines",
        "a backslash may be last",
        "a text may be empty",
        "brackets and signs within a text mean nothing",
    ],
)
def test_what_a_text_holds(written: str, text: str):
    assert parse(written) == Literal(text)


@pytest.mark.parametrize(
    ("expression", "message", "position"),
    [
        ("1 + ", "syntax error at ", 4),
        ("1.2.3", "syntax error at .3", 3),
        ("'x'", "syntax error at 'x'", 0),
        ("a b", "syntax error at b", 2),
        ('"abc', 'syntax error at "abc', 0),
        ("true.x", "syntax error at .x", 4),
        ("f(1,)", "syntax error at )", 4),
        ("() => 1", "syntax error at ) => 1", 1),
        ("a.0.1", "syntax error at 0.1", 2),
        ("1\n+ * and a long rest", "syntax error at * and a lo", 4),
        ("", "syntax error at ", 0),
        ("9" * 37, f"number {'9' * 37} is out of range", 0),
    ],
    ids=[
        "nothing after an operator",
        "a number with two points",
        "single quotes",
        "two names",
        "a text without its end",
        "a property of a literal",
        "a comma too many",
        "a function of nothing",
        "two positions that read as a decimal",
        "what is wrong is quoted to the end of its line",
        "nothing at all",
        "a number with more digits than count",
    ],
)
def test_what_cannot_be_read_says_where(expression: str, message: str, position: int):
    with pytest.raises(SyntaxTrouble) as caught:
        parse(expression)
    assert str(caught.value) == message
    assert caught.value.position == position


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("(" * 4000 + "1" + ")" * 4000, id="brackets"),
        pytest.param("-" * 9000 + "1", id="signs"),
        pytest.param("1" + "+1" * 4500, id="a sum"),
        pytest.param("a" + ".a" * 4500, id="a path"),
        pytest.param("a" + "[0]" * 3000, id="positions"),
        pytest.param("a" + "()" * 4500, id="calls"),
    ],
)
def test_a_long_expression_is_no_deep_one(expression: str):
    assert levels_of(parse(expression)) <= 3


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("f(" * 500 + "1" + ")" * 500, id="calls within calls"),
        pytest.param("a[" * 500 + "1" + "]" * 500, id="positions within positions"),
        pytest.param("(x) => " * 500 + "x", id="functions within functions"),
        pytest.param("(1 + " * 500 + "1" + ")" * 500, id="sums within sums"),
    ],
)
def test_a_deep_expression_is_refused(expression: str):
    with pytest.raises(SyntaxTrouble, match="nested more than 100 levels deep"):
        parse(expression)


def test_an_expression_that_is_too_long_is_refused():
    with pytest.raises(SyntaxTrouble, match="longer than 10000 characters"):
        parse("1" + " " * MOST_CHARACTERS)
