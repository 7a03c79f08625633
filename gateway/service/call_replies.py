"""What people answered to a call to action, opened for staff who may read it, and on record.

A number is shown masked. An answer is what nothing else took: no keyword, no vote, no other
question's answer, within the days that `[conversations] broadcast_reply_days` gives.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.answers import Vocabulary, read_yes_no
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.core.text.phone import mask
from gateway.service.audit import Audit
from gateway.store import call_replies
from gateway.store.call_replies import ReplyRow
from gateway.store.database import Database
from gateway.store.outbox import NUMBER, TEXT
from gateway.store.vault import Sealed, Vault

_ROWS: Final = 50
_COUNTED: Final = 500  # answers whose first words are counted
_HEARD: Final = 20_000  # answers that are looked through for yes and no
_SHOWN: Final = 8
_LONGEST: Final = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it reads. `member` is a member's number, `number` a masked phone number."""

    at: int
    text: str
    number: str
    member: int | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Replies:
    """A page of answers, where the next page begins, and how often the last ones begin how."""

    replies: tuple[Reply, ...]
    following: int | None
    words: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many phones said yes to a call, how many no, and how many something else."""

    yes: int
    no: int
    other: int


def read(
    database: Database,
    vault: Vault,
    call: int,
    who: Viewer,
    *,
    scope: Collection[str] | None,
    before: int | None,
) -> Replies:
    """Return answers to a call from people in places, the newest first; None is anywhere."""
    # Read before anything is written: whoever writes is in the way of others who do.
    with database.read() as view:
        rows = call_replies.newest(view, call, scope, before, _ROWS + 1)
        last = call_replies.newest(view, call, scope, None, _COUNTED)
    shown = rows[:_ROWS]
    detail: dict[str, str | int] = {"replies": len(shown)}
    with database.write() as tx:
        Audit(database, vault).record(tx, who, Act.REPLIES_READ, f"call:{call}", detail=detail)
    return Replies(
        tuple(_reply(vault, row) for row in shown),
        rows[_ROWS - 1].id if len(rows) > _ROWS else None,
        dict(Counter(_first_word(_text(vault, row)) for row in last).most_common(_SHOWN)),
    )


def headcount(database: Database, vault: Vault, vocabulary: Vocabulary, call: int) -> Headcount:
    """Count what the phones that answered a call said last; of many the last ones count."""
    with database.read() as view:
        rows = call_replies.newest(view, call, None, None, _HEARD)
    last = {row.phone: row for row in reversed(rows)}
    said = Counter(read_yes_no(_text(vault, row), vocabulary) for row in last.values())
    return Headcount(said[True], said[False], said[None])


def _reply(vault: Vault, row: ReplyRow) -> Reply:
    number = ""
    if row.salt is not None:
        number = mask(vault.person(row.salt).open(NUMBER, row.number_sealed).decode())
    return Reply(row.at, _text(vault, row), number, row.member, row.place)


def _text(vault: Vault, row: ReplyRow) -> str:
    """Return what somebody wrote; nothing for a person who was erased."""
    if row.salt is None or row.text_sealed is None:
        return ""
    try:
        return vault.person(row.salt).open(TEXT, row.text_sealed).decode()
    except Sealed:
        return ""


def _first_word(text: str) -> str:
    words = text.casefold().split()
    return words[0].strip(".,!?;:")[:_LONGEST] if words else ""
