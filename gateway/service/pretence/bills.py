"""Reckons what a made-up movement's messages cost of late, as if they had really been sent.

Opens them by the part, as their delivery would have; keeps nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.movement.moments import month_begins, month_of
from gateway.core.movement.places import Places
from gateway.core.movement.wording import Wording, read_wording
from gateway.service.letters import Letters
from gateway.service.spending import Till
from gateway.store import broadcasts, claims, pretence, spending
from gateway.store.claims import Claimed
from gateway.store.database import Database
from gateway.store.vault import Vault

_BEFORE: Final = 2  # months before the last one, so that pages show two that are whole
_PART: Final = 2_000


class Bills:
    """Reckons for one movement; `language` is its own."""

    def __init__(
        self, database: Database, vault: Vault, places: Places, movement: str, language: str
    ) -> None:
        """Take where the messages are, and what their texts can name."""
        self._database = database
        self._letters = Letters(vault, places, movement)
        self._language = language

    def reckon(self, till: Till, channel: int, ends_at: int) -> None:
        """Count what was sent through a channel before a moment, for some months of the till."""
        last = month_of(ends_at, till.zone)
        for month in range(last - _BEFORE, last + 1):
            begins = month_begins(month, till.zone)
            ends = min(month_begins(month + 1, till.zone), ends_at)
            after: int | None = 0
            while after is not None:
                after = self._part(till, channel, (begins, ends), after)

    def _part(self, till: Till, channel: int, when: tuple[int, int], after: int) -> int | None:
        """Count the next messages after one; return the last of them, or None at the end."""
        with self._database.read() as view:
            sent = pretence.sent(view, channel, when, after, _PART)
        parcels, _ = self._letters.pack(sent, *self._what_calls_say(sent), _PART)
        with self._database.write() as tx:
            at = when[0]
            spending.add(tx, channel, [till.reckon(one.text, one.numbers, at) for one in parcels])
        return sent[-1].id if sent else None

    def _what_calls_say(
        self, some: Sequence[Claimed]
    ) -> tuple[Mapping[int, Wording], Mapping[bytes, claims.Recipient]]:
        numbers = {one.broadcast for one in some if one.broadcast is not None}
        with self._database.read() as view:
            texts = broadcasts.texts(view, numbers)
            phones = [one.phone for one in some if one.broadcast is not None]
            people = claims.recipients(view, phones) if phones else {}
        wordings = {
            number: read_wording(written, self._language, written)
            for number, written in texts.items()
        }
        return wordings, people
