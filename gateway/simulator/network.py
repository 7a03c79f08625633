"""The simulated aggregator and its phones as plain state. Chance is seeded; no clock, no I/O."""

import random
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.simulator.settings import SimulatorSettings

_NUMBER: Final = re.compile(r"\+[0-9]{8,15}")
_COST: Final = 0.1
_MOST_PHONES = 10_000
_MOST_INBOX = 200
_MOST_INCOMING = 10_000
_FETCH_PAGE = 100
_REORDER_SECONDS = 0.3

# The aggregator's refusals of a recipient: the word that goes with the code.
_WORDS: Final = {
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


@dataclass(frozen=True, slots=True)
class Callback:
    """One thing to tell the gateway: the form fields, and how long to hold it back in seconds."""

    kind: str
    fields: Mapping[str, str]
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Inboxed:
    """One SMS on a phone. `number` counts that phone's messages from 1."""

    number: int
    id: str
    sender: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a send request, and the reports that follow from it."""

    status: int
    payload: dict[str, Any] | str
    reports: tuple[Callback, ...] = ()


class Network:
    """Everything the simulator knows. Used from one thread."""

    def __init__(self, settings: SimulatorSettings, run: str) -> None:
        """`run` begins every id, so that two runs against one gateway never share an id."""
        self.counts: Counter[str] = Counter()
        self.behaviour = settings.behaviour
        self.balance = settings.behaviour.balance
        self._settings = settings
        self._run = run
        self._made = 0
        self._chance = random.Random(settings.behaviour.seed)
        self._inboxes: OrderedDict[str, deque[Inboxed]] = OrderedDict()
        self._incoming: deque[dict[str, Any]] = deque(maxlen=_MOST_INCOMING)
        self._left: set[str] = set()

    def behave(self, change: Mapping[str, Any]) -> None:
        """Change the behaviour. Raises `BadRequest`."""
        self.behaviour = self.behaviour.changed(change)
        if "balance" in change:
            self.balance = self.behaviour.balance
        if "seed" in change:
            self._chance.seed(self.behaviour.seed)

    def reset(self) -> None:
        """Go back to the start, but never reuse an id."""
        self.counts.clear()
        self._inboxes.clear()
        self._incoming.clear()
        self._left.clear()
        self.behaviour = self._settings.behaviour
        self.balance = self.behaviour.balance
        self._chance.seed(self.behaviour.seed)

    def new_id(self, prefix: str = "") -> str:
        """Return an id of this run."""
        self._made += 1
        return f"{prefix}{self._run}{self._made:020x}"

    def happens(self, share: float) -> bool:
        """Let chance decide whether something that happens in this share of cases happens now."""
        return share > 0 and self._chance.random() < share

    # Sends -------------------------------------------------------------------------------------

    def take(self, numbers: list[str], text: str, sender: str, now: datetime) -> Taken:
        """Take one text for many numbers, or fail as the behaviour says."""
        self.counts["send_requests"] += 1
        fail = self.behaviour.fail
        if self.happens(fail.sends):
            self.counts["send_requests_failed"] += 1
            return Taken(fail.send_status, "Request failed on purpose")
        if fail.message:
            return Taken(201, _answer(fail.message, []))
        reports: list[Callback] = []
        at = now.isoformat()
        recipients = [self._take_one(number, text, sender, at, reports) for number in numbers]
        accepted = sum(recipient["statusCode"] < 400 for recipient in recipients)
        self.counts["accepted"] += accepted
        self.counts["refused"] += len(recipients) - accepted
        if self.behaviour.reorder:
            self._chance.shuffle(recipients)
        if self.happens(fail.answers):
            self.counts["answers_lost"] += 1
            return Taken(500, "Answer lost on purpose", tuple(reports))
        cost = f"{self._settings.currency} {accepted * _COST:.4f}"
        message = f"Sent to {accepted}/{len(numbers)} Total Cost: {cost}"
        return Taken(201, _answer(message, recipients), tuple(reports))

    def _take_one(
        self, number: str, text: str, sender: str, at: str, reports: list[Callback]
    ) -> dict[str, Any]:
        code = self._refusal(number)
        if code is not None:
            return {
                "statusCode": code,
                "number": number,
                "status": _WORDS.get(code, "Refused"),
                "cost": "0",
                "messageId": "None",
            }
        if self.balance is not None:
            self.balance -= 1
        message = self.new_id("ATXid_")
        if self.behaviour.remember:
            self._put(number, Inboxed(0, message, sender, text, at))
            reports.extend(self._reports(message, number))
        return {
            "statusCode": 101,
            "number": number,
            "status": "Success",
            "cost": f"{self._settings.currency} {_COST:.4f}",
            "messageId": message,
        }

    def _refusal(self, number: str) -> int | None:
        if not _NUMBER.fullmatch(number):
            return 403
        if number in self._left:
            return 406
        if self.balance is not None and self.balance < 1:
            return 405
        fail = self.behaviour.fail
        return fail.recipient_code if self.happens(fail.recipients) else None

    def _reports(self, message: str, number: str) -> Iterable[Callback]:
        words = list(self.behaviour.reports)
        fails = bool(words) and self.happens(self.behaviour.fail.reports)
        if fails:
            words[-1] = "Failed"
        wait = self.behaviour.report_delay_ms / 1000
        for turn, word in enumerate(words, start=1):
            fields = {
                "id": message,
                "status": word,
                "phoneNumber": number,
                "networkCode": self._settings.network_code,
                "retryCount": "0",
            }
            if word == "Failed":
                fields["failureReason"] = "DeliveryFailure"
            yield Callback("delivery", fields, turn * wait)

    # Phones ------------------------------------------------------------------------------------

    def inbox(self, phone: str, after: int = 0) -> list[Inboxed]:
        """Return the SMS on a phone that came after its message `after`, oldest first."""
        return [message for message in self._inboxes.get(phone, ()) if message.number > after]

    def _put(self, phone: str, message: Inboxed) -> None:
        inbox = self._inboxes.get(phone)
        if inbox is None:
            inbox = self._inboxes[phone] = deque(maxlen=_MOST_INBOX)
            if len(self._inboxes) > _MOST_PHONES:
                self._inboxes.popitem(last=False)
        self._inboxes.move_to_end(phone)
        number = inbox[-1].number + 1 if inbox else 1
        inbox.append(Inboxed(number, message.id, message.sender, message.text, message.at))

    def text(self, phone: str, text: str, now: datetime) -> Callback:
        """Let a phone text the short code; return what the gateway is to be told."""
        self.counts["texts"] += 1
        number = self.counts["texts"]
        # Both date formats are seen in production, so they take turns.
        date = now.strftime("%Y-%m-%d %H:%M:%S" if number % 2 else "%Y-%m-%dT%H:%M:%SZ")
        fields = {
            "linkId": self.new_id(),
            "text": text,
            "to": self._settings.shortcode,
            "id": self.new_id(),
            "date": date,
            "from": phone,
            "networkCode": self._settings.network_code,
            "cost": f"{self._settings.currency} 1.00",
        }
        fetched = {name: fields[name] for name in ("linkId", "text", "to", "date", "from")}
        self._incoming.append(fetched | {"id": self._made})
        return Callback("sms", fields)

    def incoming(self, after: int) -> dict[str, Any]:
        """Return a page of what phones texted, as the aggregator lists it to a caller."""
        page = [entry for entry in self._incoming if entry["id"] > after][:_FETCH_PAGE]
        return {"SMSMessageData": {"Messages": page}}

    def credit(self) -> dict[str, Any]:
        """Return the account's balance, as the aggregator tells it to a caller."""
        left = 1_000_000 if self.balance is None else self.balance
        return {"UserData": {"balance": f"{self._settings.currency} {left * _COST:.4f}"}}

    def leave(self, phone: str, sender: str | None) -> Callback:
        """Let a person block the movement at the operator: sends to them are refused from now."""
        self._left.add(phone)
        return Callback(
            "optout", {"senderId": sender or self._settings.shortcode, "phoneNumber": phone}
        )

    def ring(self, phone: str, *, withheld: bool, over: Callback | None = None) -> Callback:
        """Let a phone call the voice number; return what the gateway is to be told.

        `over` is the callback of the same call while it rang, whose end is to be told.
        """
        if over is not None:
            ended = {"isActive": "0", "status": "Aborted", "durationInSeconds": "0"}
            cost = {"currencyCode": self._settings.currency, "amount": "0.0"}
            return Callback("voice", {**over.fields, **ended, **cost})
        self.counts["calls"] += 1
        return Callback(
            "voice",
            {
                "isActive": "1",
                "sessionId": self.new_id("ATVId_"),
                "direction": "Inbound",
                "callerNumber": "anonymous" if withheld else phone,
                "destinationNumber": self._settings.voice_number,
            },
        )

    # Callbacks ---------------------------------------------------------------------------------

    def copies(self, callback: Callback) -> list[float]:
        """Return after how many seconds each copy of a callback is posted; mostly it is one."""
        count = 1
        if self.happens(self.behaviour.duplicate):
            self.counts["duplicates"] += 1
            count = 2
        wait = callback.after + self.behaviour.delay_ms / 1000
        if not self.behaviour.reorder:
            return [wait] * count
        return [wait + self._chance.uniform(0, _REORDER_SECONDS) for _ in range(count)]

    def loses(self) -> bool:
        """Let chance decide whether a callback is lost on its way."""
        lost = self.happens(self.behaviour.fail.callbacks)
        self.counts["callbacks_lost"] += lost
        return lost


def _answer(message: str, recipients: list[dict[str, Any]]) -> dict[str, Any]:
    return {"SMSMessageData": {"Message": message, "Recipients": recipients}}
