"""Every kind of channel keeps the adapter's contract on its own payloads.

``payloads/<kind>/<callback kind>.yaml`` is a list of rows: ``name`` (a sentence), ``body`` (as
posted), and either ``event`` (``is`` and the event's fields) or ``unreadable`` (the field named).
"""

import logging
from contextlib import closing, suppress
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels import base
from gateway.channels.account import Account
from gateway.channels.base import (
    Aggregator,
    CallbackKind,
    ChannelPaused,
    Outgoing,
    SendFailed,
    Unreadable,
)
from gateway.channels.registry import AGGREGATORS
from gateway.core.delivery.status import Status

PAYLOADS = Path(__file__).parent / "payloads"


def rows():
    for path in sorted(PAYLOADS.glob("*/*.yaml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(
                path.parent.name, CallbackKind(path.stem), row, id=f"{path.stem}: {row['name']}"
            )


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


# Reading needs no connection, so one adapter of each kind serves all examples.
ADAPTERS = {kind: build(kind) for kind in AGGREGATORS}


@pytest.mark.parametrize(("kind", "callback", "row"), list(rows()))
def test_a_payload_is_read_as_its_row_says(kind, callback, row):
    body = row["body"].encode()
    if "unreadable" in row:
        with pytest.raises(Unreadable) as refusal:
            ADAPTERS[kind].parse(callback, body, {})
        assert refusal.value.field == row["unreadable"]
    else:
        assert ADAPTERS[kind].parse(callback, body, {}) == expected_event(dict(row["event"]))


@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_every_registered_kind_says_its_own_name(kind):
    assert ADAPTERS[kind].kind == kind


@pytest.mark.parametrize("callback", CallbackKind)
@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_every_kind_of_callback_has_a_payload_that_reads_and_one_that_does_not(kind, callback):
    listed = yaml.safe_load((PAYLOADS / kind / f"{callback}.yaml").read_text("utf-8"))
    assert {"event" in row for row in listed} == {True, False}


def test_no_payloads_lie_about_for_a_kind_that_is_not_registered():
    assert {path.name for path in PAYLOADS.iterdir()} == set(AGGREGATORS)


@pytest.mark.parametrize("callback", CallbackKind)
@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_a_body_of_too_many_fields_is_unreadable_before_it_is_taken_apart(kind, callback):
    with pytest.raises(Unreadable, match="body"):
        ADAPTERS[kind].parse(callback, b"a=1&" * 200, {})


@pytest.mark.parametrize("callback", CallbackKind)
@given(
    body=st.binary(max_size=300)
    | st.dictionaries(
        st.sampled_from(
            [
                "from",
                "to",
                "text",
                "id",
                "date",
                "status",
                "phoneNumber",
                "sessionId",
                "serviceCode",
                "updateType",
                "shortCode",
                "failureReason",
                "durationInMillis",
                "hopsCount",
            ]
        ),
        st.text(max_size=40) | st.sampled_from(["Success", "addition", "0001-01-01 00:00+02:00"]),
    ).map(lambda form: urlencode(form).encode())
)
@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_any_bytes_at_all_are_an_event_or_unreadable(kind, callback, body):
    try:
        event = ADAPTERS[kind].parse(callback, body, {})
    except Unreadable:
        return
    assert isinstance(event, base.CallbackEvent)
    keys = [getattr(event, name, None) for name in ("session", "provider_ref", "phone", "sender")]
    assert all(key is None or (key.strip() and "\x00" not in key) for key in keys)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="+260970000001"),
        httpx.Response(201, json={"SMSMessageData": {"Message": "+260970000001"}}),
        httpx.ConnectError("+260970000001"),
    ],
    ids=["a failure", "an odd answer", "no connection"],
)
@pytest.mark.parametrize("kind", sorted(AGGREGATORS))
def test_no_adapter_logs_a_number_a_text_or_its_key(kind, answer, caplog):
    caplog.set_level(logging.DEBUG)

    def respond(_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    adapter = AGGREGATORS[kind](Account("sandbox", "a-key-of-nobody"), httpx.MockTransport(respond))
    with closing(adapter):
        for parameters in rows():
            named, callback, row = parameters.values
            if named == kind:
                with suppress(Unreadable):
                    adapter.parse(callback, row["body"].encode(), {})
        with suppress(SendFailed, ChannelPaused):
            adapter.send(Outgoing("A text of nobody's", ("+260970000001",), None))
        with suppress(SendFailed, ChannelPaused):
            list(adapter.fetch(None))
    for secret in ("26097000", "A text of nobody", "a-key-of-nobody", "Report no water"):
        assert secret not in caplog.text


def test_an_account_never_shows_its_key():
    assert "a-key-of-nobody" not in repr(Account("sandbox", "a-key-of-nobody"))
