"""A small workspace and a contact in it, whose numbers are nobody's."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from gateway.core.contacts.properties import Kind, Known
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.values import Value

LUSAKA = Environment(date_format="DD-MM-YYYY", timezone=timezone(timedelta(hours=2)), country="ZM")
KNOWN = Known.of(
    {
        "wells": "number",
        "crop": "text",
        "met_on": "datetime",
        "home": "district",
        "name": "text",
    },
    groups=["Stewards", "Well Watch"],
    flows=["Join"],
)
# 23:30 on 3 March in Lusaka is another day in UTC.
AMINA: dict[tuple[str, str], Sequence[Value]] = {
    ("attribute", "uuid"): ["0c1f5e1e-7a3e-4a35-9d75-7f2f6a6d0001"],
    ("attribute", "name"): ["Amina O'Phiri-Mwansa"],
    ("attribute", "language"): ["nya"],
    ("attribute", "status"): ["active"],
    ("attribute", "urn"): ["+260970000001", "amina@mail.example"],
    ("attribute", "group"): ["Stewards"],
    ("attribute", "tickets"): [0],
    ("attribute", "created_on"): [datetime(2026, 3, 3, 21, 30, tzinfo=UTC)],
    ("urn", "tel"): ["+260970000001"],
    ("urn", "mailto"): ["amina@mail.example"],
    ("field", "wells"): [Decimal(4)],
    ("field", "crop"): ["Maize"],
    ("field", "met_on"): [datetime(2026, 3, 3, 22, 30, tzinfo=UTC)],
    ("field", "home"): ["Zambia > Eastern > Chipata"],
}


def read(text: str, environment: Environment = LUSAKA, known: Known | None = KNOWN) -> Query:
    """Read a query."""
    return parse_query(text, environment, known)


def amina(kind: Kind, key: str) -> Sequence[Value]:
    """Return the contact's values for a property."""
    return AMINA.get((kind, key), ())
