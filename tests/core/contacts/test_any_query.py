"""Whatever is typed as a query is a query or a `QueryError`, and the normal form says the same."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.properties import ATTRIBUTES, SCHEMES, Kind, Known
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import Value
from tests.core.contacts.asking import KNOWN, LUSAKA, amina

REDACTED = replace(LUSAKA, redact_urns=True)

names = st.sampled_from(
    [*sorted(ATTRIBUTES), *sorted(SCHEMES)[:3], *KNOWN.fields, "fields.wells", "urns.tel", "beds"]
)
operators = st.sampled_from(["=", "!=", "~", ">", "<", ">=", "<=", " is ", " HAS "])
literals = st.one_of(
    st.integers().map(str),
    st.dates().map(str),
    st.sampled_from(["Stewards", "Join", "active", "nya", "+260970000001", "0970", "Amina"]),
    st.text(max_size=12).map(lambda text: f'"{text}"'),
    st.text(alphabet='\\"nx0419', max_size=8).map(lambda text: f'"{text}"'),
)
conditions = st.one_of(literals, st.tuples(names, operators, literals).map("".join))
queries = st.recursive(
    conditions,
    lambda inner: st.tuples(inner, st.sampled_from([" and ", " OR ", " "]), inner).map(
        lambda parts: f"({''.join(parts)})"
    ),
    max_leaves=8,
)
typed = st.one_of(
    queries,
    st.text(max_size=60),
    st.text(alphabet="ab1 .-+/'@:()\"\\=!~<>&$", max_size=60),
)
environments = st.sampled_from([LUSAKA, REDACTED])
workspaces = st.sampled_from([KNOWN, None])


def understood(text: str, environment: Environment, known: Known | None) -> Query | None:
    try:
        return parse_query(text, environment, known)
    except QueryError:
        return None


@given(typed, environments, workspaces)
def test_the_normal_form_reads_as_the_same_query(text, environment, known):
    query = understood(text, environment, known)
    if query is not None:
        again = parse_query(query.text, environment, known)
        assert again == query
        assert again.text == query.text


@given(typed, workspaces, st.lists(st.one_of(st.none(), st.text(), st.integers()), max_size=3))
def test_a_query_means_a_contact_or_not(text, known, values):
    query = understood(text, LUSAKA, known)
    if query is None:
        return

    def lookup(_kind: Kind, _key: str) -> Sequence[Value]:
        return values

    assert query.matches(LUSAKA, lookup) in {True, False}
    assert query.matches(LUSAKA, amina) is query.matches(LUSAKA, amina)
