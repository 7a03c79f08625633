"""The connection to Africa's Talking: what goes out, and what each answer means."""

import http.server
import json
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import parse_qs

import httpx
import pytest

from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.base import (
    Accepted,
    CallbackKind,
    ChannelPaused,
    Outgoing,
    Refused,
    SendFailed,
    Unreadable,
)

AMINA, BWALYA, CHANDA = "+260970000001", "+260970000002", "+260970000003"
ACCOUNT = Account("mashinani", "a-key-of-nobody", base_url="http://sim.test", sender="21512")


def recipient(number: str, code: object = 101, **fields: object) -> dict[str, object]:
    return {
        "statusCode": code,
        "number": number,
        "status": "Success",
        "cost": "ZMW 0.1000",
        "messageId": f"ATXid_{number[-1]}",
    } | fields


def answer(
    *recipients: dict[str, object], message: str = "Sent", code: int = 201
) -> httpx.Response:
    told = {"SMSMessageData": {"Message": message, "Recipients": list(recipients)}}
    return httpx.Response(code, json=told)


@contextmanager
def connection(respond, account: Account = ACCOUNT):
    """An adapter whose requests are answered by `respond`, and the list of those requests."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        result: httpx.Response | Exception = respond(request) if callable(respond) else respond
        if isinstance(result, Exception):
            raise result
        return result

    with closing(AfricasTalking(account, httpx.MockTransport(handle))) as adapter:
        yield adapter, requests


def send(respond, *numbers: str, account: Account = ACCOUNT):
    with connection(respond, account) as (adapter, _):
        return adapter.send(Outgoing("Hello", numbers or (AMINA,), None))


def form_of(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


class TestRequest:
    def test_one_request_carries_one_text_to_many_numbers(self):
        with connection(answer(recipient(AMINA), recipient(BWALYA))) as (adapter, requests):
            adapter.send(Outgoing("Meet at 9 & bring 50%+", (AMINA, BWALYA), None))
        assert len(requests) == 1
        assert (requests[0].method, str(requests[0].url)) == (
            "POST",
            "http://sim.test/version1/messaging",
        )
        assert requests[0].headers["apiKey"] == "a-key-of-nobody"
        assert form_of(requests[0]) == {
            "username": "mashinani",
            "to": f"{AMINA},{BWALYA}",
            "message": "Meet at 9 & bring 50%+",
            "bulkSMSMode": "1",
            "from": "21512",
        }

    def test_a_message_names_its_own_sender_before_the_channels(self):
        with connection(answer(recipient(AMINA))) as (adapter, requests):
            adapter.send(Outgoing("Hello", (AMINA,), "99MOVE"))
        assert form_of(requests[0])["from"] == "99MOVE"

    def test_without_any_sender_the_vendor_chooses(self):
        account = Account("mashinani", "a-key-of-nobody", base_url="http://sim.test")
        with connection(answer(recipient(AMINA)), account) as (adapter, requests):
            adapter.send(Outgoing("Hello", (AMINA,), None))
        assert "from" not in form_of(requests[0])

    def test_a_premium_request_is_answered_with_its_link(self):
        with connection(answer(recipient(AMINA))) as (adapter, requests):
            adapter.send(Outgoing("Hello", (AMINA,), None, link_id="L1"))
        form = form_of(requests[0])
        assert (form["linkId"], form["bulkSMSMode"], form["from"]) == ("L1", "0", "21512")

    def test_a_premium_answer_without_a_short_code_is_refused_unsent(self):
        account = Account("mashinani", "a-key-of-nobody", base_url="http://sim.test")
        with connection(answer(recipient(AMINA)), account) as (adapter, requests):
            (outcome,) = adapter.send(Outgoing("Hello", (AMINA,), None, link_id="L1"))
        assert isinstance(outcome, Refused)
        assert (outcome.error, requests) == ("no_short_code", [])

    @pytest.mark.parametrize(
        ("account", "url"),
        [
            (Account("mashinani", "k"), "https://api.africastalking.com/version1/messaging"),
            (Account("sandbox", "k"), "https://api.sandbox.africastalking.com/version1/messaging"),
            (Account("a", "k", "http://sim.test/"), "http://sim.test/version1/messaging"),
            (Account("a", "k", "http://sim.test/version1"), "http://sim.test/version1/messaging"),
            (Account("a", "k", "http://sim.test/at/"), "http://sim.test/at/version1/messaging"),
            (
                Account("a", "k", "http://version1.test"),
                "http://version1.test/version1/messaging",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else str(value.base_url),
    )
    def test_the_address_is_the_accounts_or_the_vendors(self, account, url):
        with connection(answer(recipient(AMINA)), account) as (adapter, requests):
            adapter.send(Outgoing("Hello", (AMINA,), None))
        assert str(requests[0].url) == url


class TestOutcomes:
    @pytest.mark.parametrize("code", [100, 101, 102, "101"])
    def test_processed_sent_and_queued_are_accepted(self, code):
        assert send(answer(recipient(AMINA, code))) == (Accepted(AMINA, "ATXid_1", "ZMW 0.1000"),)

    @pytest.mark.parametrize(
        ("code", "error", "retryable", "opted_out"),
        [
            (402, "invalid_sender", False, False),
            (403, "invalid_number", False, False),
            (404, "unsupported_number", False, False),
            (406, "opted_out", False, True),
            (407, "no_route", False, False),
            (409, "do_not_disturb", False, False),
            (500, "vendor_error", True, False),
            (501, "operator_error", True, False),
            (502, "rejected", False, False),
        ],
    )
    def test_a_recipients_code_is_read_by_the_table(self, code, error, retryable, opted_out):
        (outcome,) = send(answer(recipient(AMINA, code, status="Anything", messageId="None")))
        assert isinstance(outcome, Refused)
        assert (outcome.error, outcome.retryable, outcome.opted_out) == (
            error,
            retryable,
            opted_out,
        )
        assert outcome.advice.endswith(".")

    def test_a_code_that_nobody_knows_goes_by_its_word(self):
        told = answer(recipient(AMINA, 777), recipient(BWALYA, None, status="UserInBlacklist"))
        accepted, left = send(told, AMINA, BWALYA)
        assert isinstance(accepted, Accepted)
        assert isinstance(left, Refused)
        assert left.opted_out

    def test_a_word_that_nobody_knows_is_quoted_to_the_operator(self):
        (outcome,) = send(answer(recipient(AMINA, 777, status="MoonPhase")))
        assert isinstance(outcome, Refused)
        assert (outcome.error, outcome.retryable) == ("refused", False)
        assert "MoonPhase" in outcome.advice

    def test_a_sentence_is_not_quoted_because_it_might_hold_a_number(self):
        (outcome,) = send(answer(message=f"Cannot send to {AMINA}"))
        assert isinstance(outcome, Refused)
        assert outcome.error == "refused"
        assert AMINA not in outcome.advice

    def test_the_message_id_none_is_no_reference(self):
        assert send(answer(recipient(AMINA, messageId="None"))) == (
            Accepted(AMINA, None, "ZMW 0.1000"),
        )

    def test_outcomes_stand_in_the_order_of_the_numbers_whatever_the_answers_order(self):
        outcomes = send(
            answer(recipient(CHANDA), recipient(AMINA, 403), recipient(BWALYA)),
            AMINA,
            BWALYA,
            CHANDA,
        )
        assert [outcome.number for outcome in outcomes] == [AMINA, BWALYA, CHANDA]
        assert [type(outcome) for outcome in outcomes] == [Refused, Accepted, Accepted]

    def test_a_number_that_the_answer_leaves_out_is_tried_again(self):
        accepted, missing = send(answer(recipient(AMINA)), AMINA, BWALYA)
        assert isinstance(accepted, Accepted)
        assert isinstance(missing, Refused)
        assert (missing.error, missing.retryable) == ("no_answer", True)

    def test_a_number_given_twice_keeps_the_reference_of_each_message(self):
        told = answer(recipient(AMINA, messageId="one"), recipient(AMINA, messageId="two"))
        outcomes = send(told, AMINA, AMINA)
        assert [o.provider_ref for o in outcomes if isinstance(o, Accepted)] == ["one", "two"]

    def test_the_answer_may_drop_the_plus(self):
        (outcome,) = send(answer(recipient(AMINA[1:])))
        assert isinstance(outcome, Accepted)

    def test_a_number_that_is_no_number_never_leaves_and_does_not_hold_up_the_others(self):
        with connection(answer(recipient(AMINA))) as (adapter, requests):
            bad, good = adapter.send(Outgoing("Hello", ("0970000001", AMINA), None))
        assert isinstance(good, Accepted)
        assert isinstance(bad, Refused)
        assert bad.error == "invalid_number"
        assert form_of(requests[0])["to"] == AMINA

    def test_without_a_single_number_nothing_is_requested(self):
        with connection(answer()) as (adapter, requests):
            (outcome,) = adapter.send(Outgoing("Hello", ("MTN",), None))
        assert isinstance(outcome, Refused)
        assert requests == []

    def test_an_empty_list_of_recipients_refuses_every_number_by_the_message(self):
        outcomes = send(answer(message="InvalidSenderId"), AMINA, BWALYA)
        assert [o.error for o in outcomes if isinstance(o, Refused)] == ["invalid_sender"] * 2

    def test_an_empty_list_that_counts_to_nothing_is_no_answer(self):
        (outcome,) = send(answer(message="Sent to 0/1 Total Cost: 0"))
        assert isinstance(outcome, Refused)
        assert (outcome.error, outcome.retryable) == ("no_answer", True)

    def test_http_409_still_tells_each_recipients_outcome(self):
        (outcome,) = send(answer(recipient(AMINA, 409, messageId="None"), code=409))
        assert isinstance(outcome, Refused)
        assert outcome.error == "do_not_disturb"

    def test_json_is_read_whatever_its_content_type_says(self):
        body = json.dumps({"SMSMessageData": {"Recipients": [recipient(AMINA)]}})
        for content_type in ("application/json; charset=utf-8", "text/plain"):
            told = httpx.Response(201, text=body, headers={"content-type": content_type})
            assert isinstance(send(told)[0], Accepted)


class TestPause:
    @pytest.mark.parametrize(("code", "error"), [(401, "risk_hold"), (405, "insufficient_balance")])
    def test_a_refusal_of_the_account_pauses_the_channel(self, code, error):
        with pytest.raises(ChannelPaused) as paused:
            send(answer(recipient(AMINA, code), recipient(BWALYA, 403)), AMINA, BWALYA)
        assert paused.value.error == error

    def test_what_was_accepted_before_the_credit_ran_out_is_kept(self):
        accepted, refused = send(answer(recipient(AMINA), recipient(BWALYA, 405)), AMINA, BWALYA)
        assert isinstance(accepted, Accepted)
        assert isinstance(refused, Refused)
        assert (refused.error, refused.retryable) == ("insufficient_balance", True)

    def test_a_message_alone_can_pause_the_channel(self):
        with pytest.raises(ChannelPaused, match="Top up"):
            send(answer(message="Insufficient Balance"))

    @pytest.mark.parametrize("code", [401, 403])
    def test_a_key_that_is_not_accepted_pauses_the_channel(self, code):
        with pytest.raises(ChannelPaused, match="API key"):
            send(httpx.Response(code, text="The supplied authentication is invalid"))

    @pytest.mark.parametrize(
        "account",
        [
            Account("a", "clé", "http://127.0.0.1:1"),
            Account("a", "k", "sim.test"),
            Account("a", "k", "http://sim.test:port"),
        ],
        ids=["a key beyond ASCII", "no scheme", "no address"],
    )
    def test_settings_that_make_no_request_pause_the_channel_and_stay_secret(self, account):
        with (
            closing(AfricasTalking(account)) as adapter,
            pytest.raises(ChannelPaused) as paused,
        ):
            adapter.send(Outgoing("Hello", (AMINA,), None))
        assert paused.value.error == "misconfigured"
        assert paused.value.__cause__ is None
        assert paused.value.__suppress_context__


class TestFailure:
    @pytest.mark.parametrize(
        ("respond", "error", "retryable", "sent_maybe"),
        [
            (httpx.ConnectError("refused"), "unreachable", True, False),
            (httpx.ConnectTimeout("slow"), "unreachable", True, False),
            (httpx.PoolTimeout("busy"), "unreachable", True, False),
            (httpx.ReadTimeout("slow"), "no_answer", True, True),
            (httpx.ReadError("cut"), "no_answer", True, True),
            (httpx.WriteError("cut"), "no_answer", True, True),
            (httpx.RemoteProtocolError("cut"), "no_answer", True, True),
            (httpx.Response(429), "throttled", True, False),
            (httpx.Response(500), "vendor_error", True, True),
            (httpx.Response(503, text="<html>"), "vendor_error", True, True),
            (httpx.Response(400, text="Bad"), "request_refused", False, False),
            (
                httpx.Response(302, headers={"location": "http://hotel.test"}),
                "request_refused",
                True,
                False,
            ),
            (httpx.Response(200, text="<html>Log in</html>"), "unreadable_answer", True, True),
            (httpx.Response(201, json=["nothing"]), "unreadable_answer", True, True),
        ],
        ids=lambda value: repr(value) if isinstance(value, (httpx.Response, Exception)) else None,
    )
    def test_a_failed_request_says_whether_the_vendor_may_have_acted(
        self, respond, error, retryable, sent_maybe
    ):
        with pytest.raises(SendFailed) as failed:
            send(respond)
        assert (failed.value.error, failed.value.retryable, failed.value.sent_maybe) == (
            error,
            retryable,
            sent_maybe,
        )


class Vendor(http.server.BaseHTTPRequestHandler):
    """A server on a real socket that refuses with the number in its words."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"SMSMessageData": {"Message": f"No way to {AMINA}", "Recipients": []}})
        self.send_response(201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object):
        """Stay silent: only the adapter is on trial."""


@pytest.fixture
def vendor_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_key_with_a_line_end_pauses_the_channel_and_stays_secret(vendor_url):
    with (
        closing(AfricasTalking(Account("a", "key-from-a-file\n", vendor_url))) as adapter,
        pytest.raises(ChannelPaused) as paused,
    ):
        adapter.send(Outgoing("Hello", (AMINA,), None))
    assert paused.value.error == "misconfigured"
    assert "key-from-a-file" not in "".join(traceback.format_exception(paused.value))


def test_no_log_at_any_level_carries_a_number_a_text_or_the_key(caplog, vendor_url):
    caplog.set_level(logging.DEBUG)
    with closing(AfricasTalking(Account("a", "a-key-of-nobody", vendor_url))) as adapter:
        adapter.send(Outgoing("A secret text", (AMINA,), None))
        with pytest.raises(SendFailed):
            list(adapter.fetch(None))
        with pytest.raises(Unreadable) as refusal:
            adapter.parse(CallbackKind.SMS, b"from=%2B260970000001&text=A+secret+text", {})
    assert caplog.records, "the client's own log must have been listened to"
    written = caplog.text + str(refusal.value)
    for secret in (AMINA, AMINA[1:], "secret text", "secret+text", "a-key-of-nobody"):
        assert secret not in written
