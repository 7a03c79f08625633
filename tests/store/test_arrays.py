import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url

from gateway.store.arrays import array
from tests.conftest import PostgresServer

plain_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def ask(postgres: PostgresServer):
    """Return a function that has PostgreSQL read an array of a type and give it back."""
    url = make_url(postgres.address).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    with engine.connect() as connection:
        yield lambda kind, values: connection.exec_driver_sql(
            f"SELECT %s::{kind}[]", (array(values),)
        ).scalar()
    engine.dispose()


@given(st.lists(st.none() | st.binary()))
def test_bytes_come_back_as_they_were_sent(ask, values):
    assert ask("bytea", values) == values


@given(st.lists(st.none() | plain_text))
def test_text_comes_back_as_it_was_sent_whatever_it_holds(ask, values):
    assert ask("text", values) == values


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_numbers_come_back_as_they_were_sent(ask, values):
    assert ask("bigint", values) == values


def test_the_word_null_is_a_word_and_not_nothing(ask):
    assert ask("text", ["NULL", None, "", "{}", 'a"b\\c']) == ["NULL", None, "", "{}", 'a"b\\c']


def test_a_value_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="float"):
        array([1.5])
