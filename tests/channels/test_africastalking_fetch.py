"""Catching up from Africa's Talking: what is asked for after an outage, and in what order."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest

from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.base import SendFailed

AMINA = "+260970000001"
ACCOUNT = Account("mashinani", "a-key-of-nobody", base_url="http://sim.test")

Respond = Callable[[httpx.Request], httpx.Response]


@contextmanager
def fetching(respond: Respond) -> Iterator[AfricasTalking]:
    with closing(AfricasTalking(ACCOUNT, httpx.MockTransport(respond))) as adapter:
        yield adapter


def entry(number: int, **fields: object) -> dict[str, Any]:
    return {
        "id": number,
        "from": AMINA,
        "to": "21512",
        "text": f"text {number}",
        "date": "2026-03-19T08:34:18.445Z",
        "linkId": "",
    } | fields


def vendor(*pages: list[dict[str, Any]]) -> Respond:
    """Answer each request with the first page that has something after `lastReceivedId`."""

    def respond(request: httpx.Request) -> httpx.Response:
        last = int(request.url.params["lastReceivedId"])
        fresh = [page for page in pages if any(int(e["id"]) > last for e in page)]
        told = fresh[0] if fresh else []
        return httpx.Response(200, json={"SMSMessageData": {"Messages": told}})

    return respond


def fetch(respond: Respond, after: str | None = None) -> list[tuple[str, str]]:
    with fetching(respond) as adapter:
        return [(cursor, message.text) for cursor, message in adapter.fetch(after)]


def test_pages_are_asked_for_until_one_is_empty_and_come_oldest_first():
    told = vendor([entry(2), entry(1)], [entry(3)])
    assert fetch(told) == [("1", "text 1"), ("2", "text 2"), ("3", "text 3")]


def test_it_goes_on_after_a_cursor():
    told = vendor([entry(1)], [entry(2), entry(3)])
    assert fetch(told, "2") == [("3", "text 3")]


def test_a_vendor_that_repeats_a_page_for_ever_is_read_once():
    stuck = httpx.Response(200, json={"SMSMessageData": {"Messages": [entry(1)]}})
    assert fetch(lambda _: stuck) == [("1", "text 1")]


def test_one_that_cannot_be_read_is_logged_by_its_cursor_and_passed(caplog):
    told = vendor([entry(1), entry(2, to=None), entry(3)])
    assert [cursor for cursor, _ in fetch(told)] == ["1", "3"]
    assert "skipped fetched message 2: field 'to' is missing" in caplog.text


def test_the_request_is_the_sdks():
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"SMSMessageData": {"Messages": []}})

    assert fetch(respond, "41") == []
    url = "http://sim.test/version1/messaging?username=mashinani&lastReceivedId=41"
    assert [(request.method, str(request.url)) for request in requests] == [("GET", url)]
    assert requests[0].headers["apiKey"] == "a-key-of-nobody"


def test_a_refused_key_fails_the_catch_up():
    with pytest.raises(SendFailed) as failed:
        fetch(lambda _: httpx.Response(401))
    assert (failed.value.error, failed.value.retryable) == ("signed_out", False)
