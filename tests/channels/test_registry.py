"""Every kind of channel keeps the adapter's contract on its own payloads.

``payloads/<kind>/<callback kind>.yaml`` is a list of rows: ``name`` (a sentence), ``body`` (as
posted), and either ``event`` (``is`` and the event's fields) or ``unreadable`` (the field named).
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from gateway.channels import base
from gateway.channels.account import Account
from gateway.channels.base import Aggregator, CallbackKind, Unreadable
from gateway.channels.registry import AGGREGATORS
from gateway.core.delivery.status import Status

PAYLOADS = Path(__file__).parent / "payloads"


def rows():
    for path in sorted(PAYLOADS.glob("*/*.yaml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(
                path.parent.name, CallbackKind(path.stem), row, id=f"{path.stem}: {row['name']}"
            )


@pytest.fixture(params=sorted(AGGREGATORS))
def aggregator(request) -> Iterator[Aggregator]:
    adapter = build(request.param)
    yield adapter
    adapter.close()


def build(kind: str) -> Aggregator:
    unreachable = httpx.MockTransport(lambda _: httpx.Response(500))
    return AGGREGATORS[kind](Account("sandbox", "a-key-of-nobody"), unreachable)


def expected_event(described: dict[str, Any]):
    event_type = getattr(base, described.pop("is"))
    values: dict[str, Any] = {
        field.name: False if field.name == "opted_out" else None
        for field in fields(event_type)
        if field.default is MISSING
    }
    values |= described
    if values.get("provider_time"):
        values["provider_time"] = datetime.fromisoformat(values["provider_time"])
    if event_type is base.DeliveryReport and values["status"]:
        values["status"] = Status[values["status"]]
    return event_type(**values)


@pytest.mark.parametrize(("kind", "callback", "row"), list(rows()))
def test_a_payload_is_read_as_its_row_says(kind, callback, row):
    body = row["body"].encode()
    adapter = build(kind)
    try:
        if "unreadable" in row:
            with pytest.raises(Unreadable) as refusal:
                adapter.parse(callback, body, {})
            assert refusal.value.field == row["unreadable"]
        else:
            assert adapter.parse(callback, body, {}) == expected_event(dict(row["event"]))
    finally:
        adapter.close()


def test_every_registered_kind_says_its_own_name(aggregator):
    assert AGGREGATORS[aggregator.kind] is type(aggregator)


@pytest.mark.parametrize("callback", CallbackKind)
@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_every_kind_of_callback_has_a_payload_that_reads_and_one_that_does_not(kind, callback):
    listed = yaml.safe_load((PAYLOADS / kind / f"{callback}.yaml").read_text("utf-8"))
    assert {"event" in row for row in listed} == {True, False}


def test_no_payloads_lie_about_for_a_kind_that_is_not_registered():
    assert {path.name for path in PAYLOADS.iterdir()} == set(AGGREGATORS)


@pytest.mark.parametrize("callback", CallbackKind)
def test_a_body_of_too_many_fields_is_unreadable_before_it_is_taken_apart(aggregator, callback):
    with pytest.raises(Unreadable, match="body"):
        aggregator.parse(callback, b"a=1&" * 200, {})


def test_an_account_never_shows_its_key():
    assert "a-key-of-nobody" not in repr(Account("sandbox", "a-key-of-nobody"))
