"""What a text is filled with is found and left alone by everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.core.flow.expressions.template import compile_template, names_in
from gateway.core.flow.names import ROOTS
from gateway.flowfiles.messages.placeholders import (
    EXAMPLES,
    example,
    filled,
    mapped,
    pieces,
    placeholders,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Hello.", (), id="none"),
        pytest.param("@movement.name. Hello", ("@movement.name",), id="a full stop ends it"),
        pytest.param("Hi @Participant.Name!", ("@participant.name",), id="case does not matter"),
        pytest.param("@participant.name።", ("@participant.name",), id="so does any other sign"),
        pytest.param(
            "@participant.nameን", ("@participant.nameን",), id="a letter of any script belongs to it"
        ),
        pytest.param(
            "@(participant.name)ን", ("@participant.name",), id="unless the name is in brackets"
        ),
        pytest.param("a@@b.c", (), id="a doubled sign is the sign itself"),
        pytest.param("@@@report.code", ("@report.code",), id="and a third begins a name"),
        pytest.param("5 @ 3, @.", (), id="a sign before no name"),
        pytest.param("@(upper( name ))", ("@(upper( name ))",), id="an expression"),
        pytest.param('@(a & ")")x', ('@(a & ")")',), id="a bracket in quotes"),
        pytest.param("@(a  +\n b)", ("@(a + b)",), id="spaces in it do not matter"),
        pytest.param("@(a", (), id="a bracket that nothing closes"),
    ],
)
def test_placeholders_are_found_as_texts_are_compiled(text: str, found: tuple[str, ...]) -> None:
    assert placeholders(text) == found


@given(some.text(alphabet='abን1 @.("&)\\\n', max_size=40))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(part for part, _ in pieces(text)) == text
    assert mapped(text, words=str, value=str) == text


@pytest.mark.parametrize("name", [*EXAMPLES, "answer.well", "motions.0.label", "nobody.knows"])
def test_every_placeholder_is_explained_with_an_example(name: str) -> None:
    shown = example(f"@{name}")
    assert shown.meaning
    assert shown.text


def test_examples_are_of_names_that_texts_may_use() -> None:
    assert {name.partition(".")[0] for name in EXAMPLES} <= ROOTS.keys()


def test_a_text_is_filled_with_long_examples() -> None:
    assert filled("Hi @participant.name @@ home") == "Hi Mwansa Chilufya-Banda @ home"


@given(some.text(alphabet='abን1 @.(&)"', max_size=40))
def test_placeholders_are_those_of_the_engine(text: str) -> None:
    compiled = compile_template(text, names_in(text), strict=False)
    wanted = [part.source for part in compiled.parts if not isinstance(part, str)]
    found = [part for part, holds in pieces(text) if holds]
    assert [one for one in found if one in wanted] == wanted
