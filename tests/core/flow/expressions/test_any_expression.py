"""Whatever is written: nothing raises, nothing runs on, the same in gives the same out."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.numbers import write_number
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.syntax import (
    Call,
    Chain,
    Dot,
    Index,
    Lambda,
    Literal,
    Name,
    Negation,
    Node,
    Operation,
    SyntaxTrouble,
    parse,
)
from gateway.core.flow.expressions.template import Template, TemplateError, compile_template
from gateway.core.flow.expressions.values import Error, Value

VALUES: dict[str, Value] = {
    "name": "Amina",
    "well": {"__default__": "the well", "Depth": 12, "users": ["Bwalya", "3", None]},
    "big": [[["x" * 200] * 20] * 20] * 5,
    "gone": Error("it fell dry"),
}
ROOTS = frozenset(VALUES)
NAMES = st.sampled_from(["x", "y", "name", "well", "big", "gone", "nobody", "汉字", *BUILTINS])
TEXTS = st.text(max_size=8) | st.sampled_from(["10", "-1.5", "2026-05-12 10:30", "a b", ".*(x+)*"])
NUMBERS = st.decimals(0, 10**9, places=2) | st.integers(0, 20).map(Decimal)

# The characters that mean something, so that random texts are nearly expressions.
ALMOST = st.text(st.sampled_from('@@@(((()))[].,"\\&=<>!+-*/^ \n1e0xname_well'), max_size=60)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


# How tight what a node is binds: what is looser needs brackets around it.
LEVELS = [("&",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/"), ("^",)]
FUNCTION, SIGN, LITERAL, LINK = -1, len(LEVELS), len(LEVELS) + 1, len(LEVELS) + 2


def _level(node: Node) -> int:
    if isinstance(node, Operation):
        return next(level for level, signs in enumerate(LEVELS) if node.rest[0][0] in signs)
    kinds = {Lambda: FUNCTION, Negation: SIGN, Literal: LITERAL}
    return kinds.get(type(node), LINK)


def write(node: Node, around: int = FUNCTION) -> str:
    """Write a tree with no more brackets than it needs where it stands."""
    if _level(node) < around:
        return f"({write(node)})"
    if isinstance(node, Operation):
        inner = _level(node) + 1
        rest = "".join(f" {sign} {write(operand, inner)}" for sign, operand in node.rest)
        return write(node.first, inner) + rest
    if isinstance(node, Negation):
        return "-" * node.times + write(node.operand, LITERAL)
    if isinstance(node, Lambda):
        return f"({', '.join(node.parameters)}) => {write(node.body)}"
    if isinstance(node, Chain):
        return write(node.first, LINK) + "".join(map(_written, node.trailers))
    return node.name if isinstance(node, Name) else _literal(node.value)


def _literal(value: str | Decimal | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    return _quoted(value) if isinstance(value, str) else "null"


def _written(trailer: Dot | Index | Call) -> str:
    if isinstance(trailer, Dot):
        return f".{trailer.name}"
    if isinstance(trailer, Index):
        return f"[{write(trailer.lookup)}]"
    return f"({', '.join(map(write, trailer.args))})"


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operations = st.sampled_from(LEVELS).flatmap(
        lambda signs: st.builds(
            Operation,
            inner,
            st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=2).map(tuple),
        )
    )
    trailers = st.one_of(
        st.builds(Dot, st.sampled_from(["depth", "users", "2nd", "match"])),
        st.builds(Index, inner),
        st.builds(Call, st.lists(inner, max_size=3).map(tuple)),
    )
    # What is written in a row is read as one: a chain on a chain, a sign on a sign.
    chains = st.builds(
        Chain,
        inner.filter(lambda node: not isinstance(node, Chain)),
        st.lists(trailers, min_size=1, max_size=2).map(tuple),
    )
    functions = st.builds(
        Lambda, st.lists(st.sampled_from("xy"), min_size=1, max_size=2).map(tuple), inner
    )
    signs = st.builds(Negation, st.integers(1, 3), inner)
    calls = st.builds(
        lambda name, args: Chain(Name(name), (Call(tuple(args)),)),
        st.sampled_from(sorted(BUILTINS)),
        st.lists(inner, max_size=4),
    )
    return st.one_of(operations, chains, functions, signs, calls)


TREES = st.recursive(
    st.one_of(
        st.builds(Literal, st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())),
        st.builds(Name, NAMES),
    ),
    _larger,
    max_leaves=5,
)


def evaluated(template: Template) -> tuple[Value, str, list[str]]:
    """Return what a template comes to and its errors, afresh."""
    errors: list[str] = []
    scope = DictScope(VALUES, Environment())
    return template.evaluate(scope), template.render(scope, errors), errors


@given(st.one_of(st.text(), ALMOST))
def test_any_text_becomes_a_text_and_twice_the_same(source):
    template = compile_template(source, ROOTS, strict=False)
    _, text, errors = evaluated(template)
    _, again, same_errors = evaluated(template)
    assert text == again
    assert errors == same_errors
    assert all(error.startswith("error evaluating @") for error in errors)
    assert template.plain is None or (template.plain == text and not errors)


@given(st.one_of(st.text(), ALMOST))
def test_any_text_is_compiled_or_its_author_is_told_where_it_is_wrong(source):
    position = 0
    try:
        assert compile_template(source, ROOTS).troubles == ()
    except TemplateError as trouble:
        position = trouble.position
    assert 0 <= position <= len(source)


@given(TREES)
def test_an_expression_that_is_written_is_the_one_that_is_read(tree):
    assert parse(write(tree)) == tree


@given(TREES)
def test_any_expression_comes_to_a_value_and_twice_the_same(tree):
    template = compile_template(f"@({write(tree)})", ROOTS)
    value, text, errors = evaluated(template)
    again, same_text, same_errors = evaluated(template)
    assert (text, errors) == (same_text, same_errors)
    assert errors or not isinstance(value, Error)
    assert isinstance(again, type(value))


@given(st.text(st.sampled_from('()[],."&=<>!+-*/^ 1x\\'), max_size=80))
def test_the_parser_ends_in_a_tree_or_in_trouble_with_its_place(source):
    position = 0
    try:
        parse(source)
    except SyntaxTrouble as trouble:
        position = trouble.position
    assert 0 <= position <= len(source)


@settings(max_examples=25)
@given(
    st.integers(1, 4000), st.sampled_from(["(", "[", "f(", "-", "x.", "(x) => ", '"', "1+", "@("])
)
def test_any_number_of_the_same_ends(times, piece):
    evaluated(compile_template(f"@({piece * times}", ROOTS, strict=False))
    evaluated(compile_template(f"@({piece * times}1)", ROOTS, strict=False))
