"""Africa's Talking, the connection: sends through its SDK and fetches; decides nothing.

What its callbacks say is read in `africastalking_callbacks`.
The SDK builds every request. Its transport is replaced by a pooled client, because its own opens a
connection per call, knows only fixed hosts and loses the status code of an answer.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from africastalking.SMS import SMSService

from gateway.channels.account import Account
from gateway.channels.africastalking_callbacks import REJECTION, read_callback, read_sms
from gateway.channels.base import (
    Accepted,
    CallbackEvent,
    CallbackKind,
    ChannelPaused,
    Outcome,
    Outgoing,
    Refused,
    SendFailed,
    SmsReceived,
    Unreadable,
)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One of the vendor's refusals: its code and word, then ours."""

    code: int
    word: str
    error: str
    advice: str
    retryable: bool = False
    opted_out: bool = False
    pauses: bool = False  # nothing can be sent until a person acts

    def of(self, number: str) -> Refused:
        """Apply the refusal to one number. What pauses the channel is worth another try later."""
        retryable = self.retryable or self.pauses
        return Refused(number, self.error, self.advice, retryable, self.opted_out)


_ACCEPTED: Final = {100: "processed", 101: "sent", 102: "queued"}
_ACCEPTED_WORDS: Final = frozenset({"success", *_ACCEPTED.values()})

_BALANCE = "Top up the Africa's Talking account, then resume the channel."
_HELD = "Ask Africa's Talking to release the account, then resume the channel."
_SENDER = "Check the channel's sender_id; Africa's Talking must have approved it for this account."
_LEFT = "The person blocked our messages at the operator; they are treated as having left."
_AGAIN = "A passing fault; it is tried again."

_REFUSALS: Final = (
    _Refusal(401, "riskhold", "risk_hold", _HELD, pauses=True),
    _Refusal(402, "invalidsenderid", "invalid_sender", _SENDER),
    _Refusal(403, "invalidphonenumber", "invalid_number", "Correct the phone number."),
    _Refusal(404, "unsupportednumbertype", "unsupported_number", "This number takes no SMS."),
    _Refusal(405, "insufficientbalance", "insufficient_balance", _BALANCE, pauses=True),
    _Refusal(406, "userinblacklist", "opted_out", _LEFT, opted_out=True),
    _Refusal(407, "couldnotroute", "no_route", "Ask Africa's Talking for a route to this network."),
    _Refusal(409, "donotdisturbrejection", "do_not_disturb", "Send by day, or from a short code."),
    _Refusal(500, "internalservererror", "vendor_error", _AGAIN, retryable=True),
    _Refusal(501, "gatewayerror", "operator_error", _AGAIN, retryable=True),
    _Refusal(502, "rejectedbygateway", "rejected", "The operator refused this text or number."),
)
_BY_CODE: Final = {refusal.code: refusal for refusal in _REFUSALS}
_BY_WORD: Final = {refusal.word: refusal for refusal in _REFUSALS}

_NO_ANSWER = "The answer left this number out; it is tried again."
_BAD_NUMBER = "The number is not in international form."
_NO_SHORT_CODE = "Set sender_id to the channel's short code: a premium answer must name it."

_NUMBER: Final = re.compile(r"\+[0-9]{4,15}")
_TIMEOUT = httpx.Timeout(30, connect=5, pool=10)  # the vendor answers for hundreds of numbers
_LIMITS = httpx.Limits(max_connections=16, max_keepalive_connections=16)

log = logging.getLogger(__name__)


class AfricasTalking:
    """One account at Africa's Talking. Thread-safe; keeps its connections open until `close`."""

    kind = "africastalking"
    rejection = REJECTION

    def __init__(self, account: Account, transport: httpx.BaseTransport | None = None) -> None:
        """Prepare without connecting. `transport` takes the network's place in tests."""
        self._sender = account.sender
        self._client = httpx.Client(timeout=_TIMEOUT, limits=_LIMITS, transport=transport)
        self._sms = _PooledSms(account, self._client)

    def parse(self, kind: CallbackKind, body: bytes, headers: Mapping[str, str]) -> CallbackEvent:
        """Read a form-encoded callback; its headers say nothing we need. Raises `Unreadable`."""
        del headers
        return read_callback(kind, body)

    def send(self, message: Outgoing) -> tuple[Outcome, ...]:
        """Send one text to many numbers; one outcome per number, in order.

        An account that is out of credit or on hold raises `ChannelPaused` if nothing at all was
        accepted; if something was, the other numbers are refused as worth another try.
        Raises `SendFailed` where the request as a whole failed.
        """
        numbers = [number for number in message.numbers if _NUMBER.fullmatch(number)]
        sender = message.sender or self._sender
        if message.link_id is not None and sender is None:
            return tuple(_refused(n, "no_short_code", _NO_SHORT_CODE) for n in message.numbers)
        outcomes: Callable[[str], Outcome] = _no_answer
        if numbers:
            outcomes = _read_outcomes(_answer_of(self._request(message, numbers, sender)))
        return tuple(
            outcomes(number)
            if _NUMBER.fullmatch(number)
            else _refused(number, "invalid_number", _BAD_NUMBER)
            for number in message.numbers
        )

    def fetch(self, after: str | None) -> Iterator[tuple[str, SmsReceived]]:
        """Yield (cursor, message) received after a cursor, oldest first. Raises `SendFailed`.

        The vendor numbers fetched messages by itself: the same SMS came to a callback, if it did,
        under another `provider_id`. One that cannot be read is logged by its cursor and skipped.
        """
        last = int(after or 0)
        while page := self._page(last):
            for number, fields in page:
                last = number
                try:
                    yield str(number), read_sms(fields)
                except Unreadable as error:
                    log.warning("skipped fetched message %d: %s", number, error)

    def body_of(self, event: SmsReceived) -> bytes:
        """Return the body of a callback that `parse` would read as this event."""
        fields = {
            "id": event.provider_id,
            "from": event.sender,
            "to": event.recipient,
            "text": event.text,
            "date": event.provider_time and event.provider_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "linkId": event.link_id,
            "networkCode": event.network,
        }
        return urlencode({name: value for name, value in fields.items() if value}).encode()

    def close(self) -> None:
        """Close the connection pool."""
        self._client.close()

    def _request(self, message: Outgoing, numbers: list[str], sender: str | None) -> httpx.Response:
        if message.link_id is not None:
            return _exchange(
                lambda: self._sms.send_premium(
                    message.text, sender, numbers, link_id=message.link_id
                )
            )
        return _exchange(lambda: self._sms.send(message.text, numbers, sender_id=sender))

    def _page(self, last: int) -> list[tuple[int, dict[str, str]]]:
        try:
            data = _answer_of(_exchange(lambda: self._sms.fetch_messages(last)))
        except ChannelPaused as error:
            raise SendFailed(error.error, error.advice, retryable=False, sent_maybe=False) from None
        page = {}
        for entry in _list_of_objects(data.get("Messages")):
            number = _whole_number(entry.get("id"))
            if number is not None and number > last:
                page[number] = {name: str(value) for name, value in entry.items() if value}
        return sorted(page.items())


class _PooledSms(SMSService):  # type: ignore[misc] # the SDK ships no types
    """The SDK's SMS service over our client: its requests, our connections and addresses."""

    def __init__(self, account: Account, client: httpx.Client) -> None:
        super().__init__(account.username, account.api_key)
        self._client = client
        if account.base_url is not None:
            self._baseUrl = self._contentUrl = _versioned(account.base_url)

    def _make_request(  # the SDK's own signature
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, Any] | None,
        params: Mapping[str, Any] | None,
        callback: None = None,
        timeout: object = None,
    ) -> httpx.Response:
        del callback, timeout  # we wait for the answer, as long as our client's own timeout says
        return self._client.request(method, url, headers=headers, data=data, params=params)


def _versioned(base_url: str) -> str:
    base_url = base_url.rstrip("/")
    _, *path = base_url.partition("://")[2].split("/")
    return base_url if "version1" in path else f"{base_url}/version1"


def _exchange(request: Callable[[], httpx.Response]) -> httpx.Response:
    """Make a request, or say as `SendFailed` whether the vendor may have acted on it."""
    try:
        return request()
    except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError):
        # Not chained: these errors print the header they choke on, which may be the key.
        advice = "Check the channel's username, API key and base_url: they make no valid request."
        raise ChannelPaused("misconfigured", advice) from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        advice = "Africa's Talking could not be reached; it is tried again."
        raise SendFailed("unreachable", advice, retryable=True, sent_maybe=False) from error
    except httpx.HTTPError as error:
        advice = "The connection broke before the answer came; Africa's Talking may have acted."
        raise SendFailed("no_answer", advice, retryable=True, sent_maybe=True) from error


def _answer_of(response: httpx.Response) -> Mapping[str, Any]:
    """Return the answer's `SMSMessageData`. Refusals of the whole request are raised."""
    code = response.status_code
    if code in {401, 403}:
        advice = "Check the channel's username and API key: Africa's Talking does not accept them."
        raise ChannelPaused("signed_out", advice)
    if code in {408, 429}:
        advice = "Africa's Talking asks us to slow down; lower the channel's rate_per_second."
        raise SendFailed("throttled", advice, retryable=True, sent_maybe=False)
    if code >= 500:
        advice = f"Africa's Talking failed with HTTP {code} and may have acted."
        raise SendFailed("vendor_error", advice, retryable=True, sent_maybe=True)
    try:
        data = response.json()["SMSMessageData"]
    except (ValueError, LookupError, TypeError):
        data = None
    if isinstance(data, dict):
        return data  # also with HTTP 409, which carries a recipient's refusal
    if response.is_success:
        advice = "The answer is not Africa's Talking's; check base_url, and the uplink's log-in."
        raise SendFailed("unreadable_answer", advice, retryable=True, sent_maybe=True)
    advice = f"Africa's Talking refused the request with HTTP {code}; check the channel's settings."
    retryable = response.is_redirect  # an uplink that wants a log-in first
    raise SendFailed("request_refused", advice, retryable=retryable, sent_maybe=False)


def _read_outcomes(data: Mapping[str, Any]) -> Callable[[str], Outcome]:
    """Return number -> outcome. The vendor promises no order, and may repeat a number."""
    entries = _list_of_objects(data.get("Recipients"))
    if not entries:
        return _whole_refusal(str(data.get("Message") or ""))
    verdicts: dict[str, list[Accepted | _Refusal]] = {}
    for entry in entries:
        number = str(entry.get("number", "")).lstrip("+ ")
        verdicts.setdefault(number, []).append(_verdict(entry))
    told = [verdict for several in verdicts.values() for verdict in several]
    pausing = [v for v in told if isinstance(v, _Refusal) and v.pauses]
    if pausing and not any(isinstance(verdict, Accepted) for verdict in told):
        raise ChannelPaused(pausing[0].error, pausing[0].advice)

    def outcome(number: str) -> Outcome:
        several = verdicts.get(number.lstrip("+"))
        if several is None:
            return _no_answer(number)
        verdict = several.pop(0) if len(several) > 1 else several[0]
        if isinstance(verdict, _Refusal):
            return verdict.of(number)
        return Accepted(number, verdict.provider_ref, verdict.cost)

    return outcome


def _whole_refusal(message: str) -> Callable[[str], Outcome]:
    """Read the one word that stands for every number where `Recipients` is empty."""
    word = re.sub(r"[^a-z]", "", message.casefold())
    refusal = _BY_WORD.get(word)
    if refusal is not None and refusal.pauses:
        raise ChannelPaused(refusal.error, refusal.advice)
    if refusal is not None:
        return refusal.of
    if not word or word.startswith("sentto"):
        return _no_answer
    return _unknown_refusal(message).of


def _verdict(entry: Mapping[str, Any]) -> Accepted | _Refusal:
    code = _whole_number(entry.get("statusCode"))
    word = str(entry.get("status") or "")
    if code in _ACCEPTED or (code not in _BY_CODE and word.casefold() in _ACCEPTED_WORDS):
        reference = str(entry.get("messageId") or "None")
        cost = entry.get("cost")
        return Accepted(
            "", None if reference == "None" else reference, None if cost is None else str(cost)
        )
    known = _BY_WORD.get(word.casefold()) if code not in _BY_CODE else _BY_CODE[code]
    return known or _unknown_refusal(word)


def _unknown_refusal(word: str) -> _Refusal:
    """Quote the vendor only where it is one plain word: a sentence might hold a number."""
    said = word if word.isalpha() and len(word) < 64 else "something unknown"
    return _Refusal(0, "", "refused", f"Africa's Talking said {said}; look it up in its pages.")


def _refused(number: str, error: str, advice: str) -> Refused:
    return Refused(number, error, advice, retryable=False)


def _no_answer(number: str) -> Refused:
    return Refused(number, "no_answer", _NO_ANSWER, retryable=True)


def _list_of_objects(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _whole_number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
