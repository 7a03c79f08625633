"""How badly the simulated network behaves, as plain values. Does nothing by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar


class BadRequest(ValueError):
    """The simulator was asked for something that it cannot do; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Failures:
    """What goes wrong, as shares between 0 and 1 of what is tried."""

    sends: float = 0.0  # send requests refused whole, with `send_status`, nothing taken
    send_status: int = 500
    answers: float = 0.0  # send requests taken, whose answer is then lost (HTTP 500)
    recipients: float = 0.0  # recipients refused one by one, with `recipient_code`
    recipient_code: int = 403
    reports: float = 0.0  # messages whose last report says Failed
    callbacks: float = 0.0  # callbacks lost on the way; all but USSD turns are tried again
    message: str = ""  # if set, every send is answered with this word and no recipients


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the network does to callbacks and sends. The defaults are a good day."""

    duplicate: float = 0.0  # share of callbacks that are posted twice
    delay_ms: int = 0  # before any callback
    reorder: bool = False  # callbacks overtake each other, answers list recipients in any order
    fail: Failures = Failures()
    report_delay_ms: int = 200  # from a send to its first report, and between reports
    reports: tuple[str, ...] = ("Success",)  # the status words reported of a message, in turn
    retry_ms: int = 500  # before a callback is tried again; doubles up to ten seconds
    balance: int | None = None  # how many more recipients the credit pays for; None is endless
    remember: bool = True  # if not, sends are only counted: no inboxes and no reports
    seed: int | None = None  # begins chance anew

    def changed(self, change: Mapping[str, Any]) -> "Behaviour":
        """Return the behaviour with some values changed. Raises `BadRequest`."""
        values = dict(change)
        if "fail" in values:
            if not isinstance(values["fail"], Mapping):
                raise BadRequest('fail must be an object of shares, such as {"sends": 0.1}.')
            values["fail"] = _replaced(self.fail, values["fail"])
        if "reports" in values:
            values["reports"] = _words(values["reports"])
        return _replaced(self, values)

    def to_json(self) -> dict[str, Any]:
        """Return the values as they are given to `changed`."""
        return asdict(self)


_Values = TypeVar("_Values", Behaviour, Failures)


def _replaced(old: _Values, values: Mapping[str, Any]) -> _Values:
    defaults = {field.name: field.default for field in fields(old)}
    for name, value in values.items():
        if name not in defaults:
            raise BadRequest(f"There is no '{name}'; there are {', '.join(defaults)}.")
        allowed = _allowed(defaults[name], value)
        if allowed is not None:
            raise BadRequest(f"{name} must be {allowed}.")
    return replace(old, **values)


def _allowed(default: object, value: object) -> str | None:
    """Return what a setting with this default allows, or None if the value is that."""
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    match default:
        case bool():
            return None if isinstance(value, bool) else "true or false"
        case float():
            share = whole or isinstance(value, float)
            return None if share and 0 <= float(str(value)) <= 1 else "a share from 0 to 1"
        case int():
            return None if whole else "a whole number"
        case str():
            return None if isinstance(value, str) else "a word"
        case None:
            return None if whole or value is None else "a whole number or null"
        case _:
            return None


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadRequest('reports must be a list of words, such as ["Sent", "Success"].')
    return tuple(str(word) for word in value)
