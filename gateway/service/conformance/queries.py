"""The table of queries for contacts: their normal forms, and whom they mean."""

from collections.abc import Iterator, Sequence

from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.properties import Kind, Known
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.expressions.values import Value
from gateway.service.conformance.contexts import environment
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome, compared
from gateway.service.conformance.typed import read_plain


def queries(folder: Folder) -> Iterator[Outcome]:
    """Read every query, and ask it of an object where the row says so."""
    for row in folder.rows("contactql"):
        env = environment(folder, row["environment"])
        try:
            query = parse_query(row["query"], env, _known(folder, row["resolver"]))
        except QueryError as trouble:
            yield Outcome(row["id"], bool(row.get("error")), f"refused: {trouble}")
            continue
        if row.get("error"):
            yield Outcome(row["id"], passed=False, why=f"read as {query.text}")
            continue
        given = query.text if row["operation"] == "parse" else _means(folder, row, query)
        expected = row["expected"]
        yield compared(row["id"], passed=given == expected, expected=expected, given=given)


def _known(folder: Folder, resolver: str | None) -> Known | None:
    if resolver is None:
        return None
    written = folder.context["contactql"]["resolvers"][resolver]
    fields = {field["key"]: field["type"] for field in written["fields"]}
    return Known.of(fields, written["groups"], written["flows"])


def _means(folder: Folder, row: Row, query: Query) -> bool:
    written = folder.context["contactql"]["objects"][row["object"]]
    values = {key: [read_plain(value) for value in each] for key, each in written.items()}

    def lookup(_kind: Kind, key: str) -> Sequence[Value]:
        return values.get(key, ())

    return query.matches(environment(folder, row["environment"]), lookup)
