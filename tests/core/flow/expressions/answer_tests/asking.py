"""Calls answer tests as a router does."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.expressions.values import Evaluation, Value

ZAMBIA = LocationTree.read(
    [
        {
            "name": "Zambia",
            "children": [
                {
                    "name": "Western",
                    "children": [{"name": "Mongu", "children": [{"name": "Lealui"}]}],
                },
                {
                    "name": "North-Western",
                    "aliases": ["North Western"],
                    "children": [{"name": "Solwezi", "children": [{"name": "Kimasala"}]}],
                },
                {
                    "name": "Copperbelt",
                    "aliases": ["Kopala", "CB"],
                    "children": [
                        {"name": "Kitwe", "children": [{"name": "Riverside"}, {"name": "Kwacha"}]},
                        {"name": "Ndola", "children": [{"name": "Kwacha"}]},
                    ],
                },
                {"name": "Muchinga", "children": [{"name": "Mongu"}]},
            ],
        }
    ]
)
STEWARDS = {"uuid": "g-2", "name": "Stewards"}
GROUPS: list[Value] = [{"uuid": "g-1", "name": "Members"}, STEWARDS]
RESULT = {"__default__": "yes", "name": "Consent", "value": "yes", "category": "Yes"}
CLASSIFIED: Value = {
    "category": "Success",
    "extra": {
        "intents": [
            {"name": "report_well", "confidence": Decimal("0.7")},
            {"name": "join", "confidence": Decimal("0.2")},
        ],
        "entities": {"place": [{"value": "Kitwe", "confidence": 1}, {"value": "Ndola"}], "n": []},
    },
}
LUSAKA = Environment(
    date_format="DD-MM-YYYY",
    timezone=timezone(timedelta(hours=2)),
    country="ZM",
    now=lambda: datetime(2026, 5, 12, 7, 30, 15, tzinfo=UTC),
    locations=ZAMBIA,
)


def ask(name: str, *args: Value, environment: Environment = LUSAKA) -> Value:
    """Return the result of a test."""
    return ANSWER_TESTS[name].call(Evaluation(environment), args)


def match(name: str, *args: Value, environment: Environment = LUSAKA) -> Value:
    """Return what matched, or the result when it is no match."""
    result = ask(name, *args, environment=environment)
    return result["match"] if isinstance(result, dict) else result
