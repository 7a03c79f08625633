"""After an outage, what the aggregator's archive has and we have not is taken, once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.base import SendFailed
from gateway.service.catch_up import CaughtUp, catch_up
from tests.exchange import AMINA, BWALYA, CHANNEL, SHORT_CODE, Exchange

DAYS = 7


class Archive:
    """The aggregator's archive behind its real adapter: what it holds, and what it was asked."""

    def __init__(self, exchange: Exchange) -> None:
        self.held: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self._exchange = exchange
        self._adapter = AfricasTalking(
            Account("sandbox", "key", sender=SHORT_CODE), httpx.MockTransport(self._answer)
        )

    def hold(self, sender: str, text: str, *, ago: timedelta = timedelta()) -> dict[str, Any]:
        """Put one SMS into the archive as it came some time ago."""
        now = datetime.fromtimestamp(self._exchange.database.clock() / 1000, UTC)
        entry = {
            "id": len(self.held) + 1,
            "from": sender,
            "to": SHORT_CODE,
            "text": text,
            "date": (now - ago).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "linkId": "",
        }
        self.held.append(entry)
        return entry

    def catch_up(self) -> CaughtUp:
        """Catch up with the archive."""
        return catch_up(
            self._exchange.database, self._exchange.ground, CHANNEL, self._adapter, DAYS
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        last = int(request.url.params["lastReceivedId"])
        self.asked.append(last)
        page: Sequence[dict[str, Any]] = [one for one in self.held if one["id"] > last][:2]
        return httpx.Response(200, json={"SMSMessageData": {"Messages": page}})


@pytest.fixture
def archive(exchange: Exchange) -> Archive:
    return Archive(exchange)


def test_what_came_during_an_outage_is_taken_in_order_and_answered(exchange, archive):
    archive.hold(AMINA, "JOIN Amina, Chipata, 1", ago=timedelta(minutes=9))
    archive.hold(BWALYA, "JOIN", ago=timedelta(minutes=8))
    archive.hold(BWALYA, "Bwalya", ago=timedelta(minutes=7))
    assert archive.catch_up() == CaughtUp(read=3, taken=3, known=0, too_old=0)
    assert exchange.name_of(AMINA) == "Amina"
    assert exchange.name_of_waiting(BWALYA) == "Bwalya"
    assert len(exchange.queued(BWALYA)) == 2


def test_what_came_by_callback_as_well_is_not_taken_a_second_time(exchange, archive):
    exchange.open_motions()
    exchange.join(AMINA)
    came = exchange.sms_form(AMINA, "12 1")
    exchange.receiver.receive([exchange.callback("sms", came)])
    archive.hold(AMINA, "12 1")
    assert archive.catch_up() == CaughtUp(read=1, taken=0, known=1, too_old=0)
    assert [row["changes"] for row in exchange.rows("ballots")] == [0]


def test_the_next_catch_up_goes_on_where_the_last_one_ended(exchange, archive):
    archive.hold(AMINA, "JOIN")
    archive.catch_up()
    archive.asked.clear()
    archive.hold(AMINA, "Amina")
    assert archive.catch_up() == CaughtUp(read=1, taken=1, known=0, too_old=0)
    assert archive.asked[0] == 1


def test_what_is_older_than_the_inbox_is_left_alone_because_nobody_can_tell(exchange, archive):
    archive.hold(AMINA, "JOIN Amina, Chipata, 1", ago=timedelta(days=DAYS, seconds=5))
    assert archive.catch_up() == CaughtUp(read=1, taken=0, known=0, too_old=1)
    assert exchange.member(AMINA) is None


def test_an_archive_that_refuses_is_an_error_and_nothing_is_skipped(exchange, archive):
    archive._adapter = AfricasTalking(
        Account("sandbox", "key"), httpx.MockTransport(lambda _: httpx.Response(401))
    )
    with pytest.raises(SendFailed):
        archive.catch_up()
    assert [row["fetch_cursor"] for row in exchange.rows("channels")] == [None]
