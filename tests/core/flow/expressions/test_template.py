"""Texts with expressions: what is filled in, what stays text, what is told of what fails."""

from decimal import Decimal

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import TemplateError, compile_template
from gateway.core.flow.expressions.values import Function, Value

VALUES: dict[str, Value] = {
    "name": "Amina",
    "well": {"__default__": "the well", "Depth": 12, "users": ["Bwalya", "Chanda"], "note": None},
    "double": Function("double", lambda _evaluation, args: args[0]),
    "_mark": "💧",
    "kata": {"mtaa": "Kariakoo"},
    "汉字": "signs",
}
ROOTS = frozenset(VALUES)
ROOTS_WIDE = frozenset({"wide"})


def rendered(source: str, errors: list[str] | None = None) -> str:
    """Return a text filled in."""
    template = compile_template(source, ROOTS, strict=False)
    return template.render(DictScope(VALUES, Environment()), errors)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("no sign", "no sign", id="a text without a sign"),
        pytest.param("Hi @name!", "Hi Amina!", id="a name"),
        pytest.param("@NAME @Well.DEPTH", "Amina 12", id="a name in any case"),
        pytest.param("@name.", "Amina.", id="a full stop ends a name"),
        pytest.param("@name...", "Amina...", id="dots end a name"),
        pytest.param("@name..x", "Amina..x", id="two dots end a name before another"),
        pytest.param("@..name", "@..name", id="dots begin none"),
        pytest.param("@kata.mtaa.@name", "Kariakoo.Amina", id="names in a row"),
        pytest.param("@well", "the well", id="an object is shown as its default"),
        pytest.param("@well.users", "[Bwalya, Chanda]", id="an array"),
        pytest.param("@well.users.0", "Bwalya", id="an item"),
        pytest.param("@well.users[0]", "[Bwalya, Chanda][0]", id="brackets need an expression"),
        pytest.param("@well.note", "", id="null is nothing"),
        pytest.param("@_mark", "💧", id="a name with an underscore"),
        pytest.param("@汉字", "signs", id="a name in another script"),
        pytest.param("@nobody", "@nobody", id="a name that is none stays"),
        pytest.param("me@nobody.org.", "me@nobody.org.", id="an address stays"),
        pytest.param("@", "@", id="a sign alone"),
        pytest.param("@ name", "@ name", id="a sign before a space"),
        pytest.param("@@name", "@name", id="two signs are one"),
        pytest.param("@@@name", "@Amina", id="three signs are one and a name"),
        pytest.param("@@(1 + 1)", "@(1 + 1)", id="two signs before a bracket are one"),
        pytest.param("@(1 + 1)@(2)", "22", id="expressions in a row"),
        pytest.param('@("@name)")', "@name)", id="a bracket within a text closes nothing"),
        pytest.param('@("\\")" & name)', '")Amina', id="a quote within a text"),
        pytest.param("@(name", "@(name", id="a bracket that is not closed is text"),
        pytest.param('@("a) @name', '@("a) @name', id="a text that is not closed is text"),
        pytest.param('@(well["width"])', "", id="brackets find nothing, which is no error"),
        pytest.param("@(object(1, 2)[3])", "", id="nor where the object is made there"),
        pytest.param('@(well["note"] & well["DEPTH"])', "12", id="brackets find in any case"),
        pytest.param('@(well["users"][1])', "Chanda", id="an item of what brackets find"),
        pytest.param('@(well["__default__"])', "", id="what an object is shown as is no property"),
        pytest.param('@(((w) => w["width"])(well))', "", id="brackets behind a parameter"),
        pytest.param("@(double)", "double", id="a function is shown as its name"),
    ],
)
def test_what_a_text_becomes(source: str, text: str):
    errors: list[str] = []
    assert rendered(source, errors) == text
    assert errors == []


@pytest.mark.parametrize(
    ("source", "text", "error"),
    [
        ("a @name.x b", "a  b", '@name.x: "Amina" doesn\'t support lookups'),
        ("@well.width", "", "@well.width: object has no property 'width'"),
        ("@(well.__default__)", "", "@(well.__default__): object has no property '__default__'"),
        ("@well.note.x", "", "@well.note.x: null doesn't support lookups"),
        ("@(well.users[2])", "", "@(well.users[2]): index 2 out of range for 2 items"),
        ("@(well.users.x)", "", '@(well.users.x): unable to convert "x" to a number'),
        ('@(well["x"].y)', "", '@(well["x"].y): null doesn\'t support lookups'),
        ('@(well.x["y"])', "", "@(well.x[\"y\"]): object has no property 'x'"),
        ('@(nobody["x"])', "", "@(nobody[\"x\"]): context has no property 'nobody'"),
        ('@(well["users"]["x"])', "", '@(well["users"]["x"]): unable to convert "x" to a number'),
        ('@(name["x"])', "", '@(name["x"]): "Amina" doesn\'t support lookups'),
        ("@(nobody)", "", "@(nobody): context has no property 'nobody'"),
        ("@(nobody.child)", "", "@(nobody.child): context has no property 'nobody'"),
        ("@(NOBODY(1))", "", "@(NOBODY(1)): nobody is not a function"),
        ("@(name())", "", "@(name()): name is not a function"),
        ("@(well.Depth(1))", "", "@(well.Depth(1)): well.depth is not a function"),
        ("@(well.users[0](1))", "", "@(well.users[0](1)): well.users[0] is not a function"),
        ("@(upper(1)(2))", "", "@(upper(1)(2)): upper(1) is not a function"),
        ('@((1 & "")())', "", '@((1 & "")()): (...) is not a function'),
        ("@((1 / 0)())", "", "@((1 / 0)()): division by zero"),
        (
            "@(((x) => x)())",
            "",
            "@(((x) => x)()): error calling <anon>(...): need 1 argument(s), got 0",
        ),
        (
            "@(has_text())",
            "",
            "@(has_text()): error calling has_text(...): need 1 argument(s), got 0",
        ),
        ("x @(1 +) y", "x  y", "@(1 +): syntax error at "),
        ("@well.users.0.1", "", "@well.users.0.1: syntax error at 0.1"),
    ],
    ids=lambda value: value if value.startswith("@") and ": " not in value else "",
)
def test_what_fails_is_left_out_and_told(source: str, text: str, error: str):
    errors: list[str] = []
    assert rendered(source, errors) == text
    assert errors == [f"error evaluating {error}"]
    assert rendered(source) == text


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("@well.depth", 12, id="a name"),
        pytest.param("\n @(1.50 + 1) ", Decimal("2.50"), id="space around it is none of it"),
        pytest.param("@well.users", ["Bwalya", "Chanda"], id="an array"),
        pytest.param(" @name @name ", "Amina Amina", id="two expressions are a text"),
        pytest.param(" plain ", "plain", id="a text without space around it"),
        pytest.param("@nobody", "@nobody", id="what is no expression is a text"),
        pytest.param(" 1@(1) ", "11", id="an expression in a text is a text"),
    ],
)
def test_a_single_expression_keeps_its_kind(source: str, value: Value):
    assert compile_template(source, ROOTS).evaluate(DictScope(VALUES, Environment())) == value


def test_the_error_of_a_single_expression_is_told():
    errors: list[str] = []
    compile_template("@(1 / 0)", ROOTS).evaluate(DictScope(VALUES, Environment()), errors)
    assert errors == ["error evaluating @(1 / 0): division by zero"]


def test_only_what_is_filled_in_is_escaped():
    template = compile_template("'@name' & '@(\"a'b\")'", ROOTS)
    scope = DictScope(VALUES, Environment())
    assert template.render(scope, escape=str.swapcase) == "'aMINA' & 'A'B'"


def test_a_text_without_expressions_is_plain():
    assert compile_template("a @@ @nobody", ROOTS).plain == "a @ @nobody"
    assert compile_template("a @name", ROOTS).plain is None


def test_a_text_says_what_it_names():
    template = compile_template(
        '@name @(has_text(well.users[0].x & WELL["Depth"]) & lengt(nobody) & ((x) => x.y)(1))',
        ROOTS,
    )
    assert [path.full for path in template.paths] == [
        "name",
        "well.users",
        "well.depth",
        "nobody",
    ]
    assert template.functions == {"has_text", "lengt"}


@pytest.mark.parametrize(
    ("source", "message", "position"),
    [
        ("Hi @(1 + ) there", "@(1 + ) cannot be read: syntax error at its end. Mend it", 9),
        ("Hi @(name", "@(name is never closed. Write its last bracket", 3),
        ("Hi @well.users.0.1", "@well.users.0.1 cannot be read: syntax error at 0.1", 15),
        ("@(" + "f(" * 200 + ")" * 201, "nested more than 100 levels deep", 2),
    ],
    ids=["an expression", "a bracket", "a name", "a deep expression"],
)
def test_an_author_is_told_what_cannot_be_read_and_where(source: str, message: str, position: int):
    with pytest.raises(TemplateError) as caught:
        compile_template(source, ROOTS)
    assert message in str(caught.value)
    assert caught.value.position == position
    assert len(compile_template(source, ROOTS, strict=False).troubles) == (
        0 if "closed" in message else 1
    )


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("((f) => f(f))((f) => f(f))", id="a function that calls itself"),
        pytest.param(
            "((f) => f(f) & f(f))((f) => f(f) & f(f))", id="a function that calls itself twice"
        ),
        pytest.param("(" * 18 + '"x"' + " & 1)" * 18, id="no limit is met"),
        pytest.param(
            "((a) => a & a)(" * 30 + '"ab"' + ")" * 30, id="a text that doubles again and again"
        ),
    ],
)
def test_no_expression_runs_for_ever(expression: str):
    errors: list[str] = []
    text = rendered(f"@({expression})", errors)
    if expression.startswith("(((((("):
        assert text == "x" + "1" * 18
    else:
        assert text == ""
        assert errors[0].endswith("evaluation takes more than an expression may")


def test_what_follows_an_expression_that_takes_too_much_is_left_out_and_not_raised():
    values: dict[str, Value] = {"wide": {f"Key{number}": number for number in range(100)}}
    template = compile_template("@(((f) => f(f))((f) => f(f))) @wide.key7 @wide.key8", ROOTS_WIDE)
    errors: list[str] = []
    scope = DictScope(values, Environment(cost_limit=50))
    assert template.render(scope, errors) == "  "
    assert len(errors) == 3
    assert compile_template("@wide.key7", ROOTS_WIDE).render(scope) == "7"


def test_a_long_name_is_taken_apart_only_so_far():
    nested: Value = "deep"
    for _ in range(30):
        nested = {"a": nested}
    template = compile_template("@a" + ".a" * 29, frozenset("a"))
    assert template.render(DictScope({"a": nested["a"]}, Environment())) == "deep"  # type: ignore[index, call-overload]
    assert [len(path.parts) for path in template.paths] == [12]
    with pytest.raises(TemplateError, match="longer than 10000 characters"):
        compile_template("@a" + ".a" * 5000, frozenset("a"))


def test_each_text_may_spend_the_whole_limit():
    scope = DictScope(VALUES, Environment(cost_limit=5))
    template = compile_template("@(1 + 1 + 1 + 1)", ROOTS)
    assert [template.render(scope) for _ in range(4)] == ["4"] * 4
