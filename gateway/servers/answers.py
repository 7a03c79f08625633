"""What is asked of a server and what comes of it: values, and the names of what can go wrong."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Asked twice, these do what they do once (RFC 9110, 9.2.2); any other may do it twice.
REPEATABLE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class Trouble(StrEnum):
    """Why there is no answer. The value is what an operator reads."""

    NOT_ALLOWED = "the settings do not allow this server: add it to [webhooks] allow"
    NOT_AN_ADDRESS = "the address is none of a server: see the flow's url"
    UNKNOWN_KEY = "a header names a secret that the settings do not have: see [webhooks] secrets"
    NOT_PRIVATE = "a secret may not go over plain http: write https:// in the flow"
    PRIVATE = "the server's name leads into a private network: name it in [webhooks] local"
    UNKNOWN = "no such server is known: see its name, and whether the internet is there"
    UNREACHABLE = "the server could not be reached: it is down, or the internet is"
    UNTRUSTED = "the server could not prove who it is: its certificate is not valid"
    SLOW = "the server did not answer in time: see the step's seconds"
    BROKEN = "the server broke off, or answered with what is no HTTP"
    TOO_LARGE = "the answer was larger than [webhooks] max_bytes"
    LOST = "the gateway ended while it asked, and asking again might do it twice"
    UNWANTED = "nobody waited for it any more"
    FAULT = "the conversation could not go on with the answer: see the log"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `secrets` are (header, name of the secret); `seconds` bound all of it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    seconds: int
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `status` 0: there was no answer, and `trouble` says why."""

    status: int
    body: str = ""
    trouble: Trouble | None = None

    @property
    def went_well(self) -> bool:
        """Whether the server did as it was asked."""
        return 200 <= self.status < 300


def no_answer(trouble: Trouble) -> Answer:
    """Return that there was no answer, and why."""
    return Answer(0, "", trouble)
