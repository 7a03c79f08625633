"""Opens claimed messages and puts equal texts into one request. The only place they are in plain.

Nothing here is kept longer than it takes to send it, and nothing is logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.core.flow.events import Json
from gateway.core.movement.places import Places
from gateway.core.movement.wording import Wording
from gateway.store.claims import Claimed, Recipient
from gateway.store.outbox import NUMBER, TEXT
from gateway.store.vault import Sealed, Vault

NAME = b"name"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request to an aggregator: a text, and the messages and numbers that it goes to."""

    text: str
    link_id: str | None
    messages: tuple[Claimed, ...]
    numbers: tuple[str, ...]

    @property
    def lease(self) -> int:
        """The time until which all of it is ours to send, in milliseconds."""
        return min(message.lease for message in self.messages)


class Letters:
    """Writes messages out for one movement. Safe to share between threads."""

    def __init__(self, vault: Vault, places: Places, movement: str) -> None:
        """Take what texts can name."""
        self._vault = vault
        self._places = places
        self._movement: Json = {"name": movement}

    def pack(
        self,
        messages: Sequence[Claimed],
        wordings: Mapping[int, Wording],
        people: Mapping[bytes, Recipient],
        largest: int,
    ) -> tuple[list[Parcel], list[Claimed]]:
        """Return requests of up to `largest` numbers, and the messages that do not open.

        `wordings` has the texts of calls by number, `people` whom personal ones address, by phone.

        Parcels keep the order in which their first message came. No number is twice in a request,
        so that its answers cannot be mixed up.
        """
        together: dict[tuple[str, str | None, int], list[tuple[Claimed, str]]] = {}
        seen: dict[tuple[str, bytes], int] = {}
        plain: dict[tuple[int | None, str | None], str] = {}
        broken = []
        for message in messages:
            try:
                number, text = self._open(message, wordings, people, plain)
            except Sealed:
                broken.append(message)
                continue
            turn = seen.get((text, message.phone), 0)
            seen[text, message.phone] = turn + 1
            together.setdefault((text, message.link_id, turn), []).append((message, number))
        parcels = [
            parcel
            for (text, link_id, _), letters in together.items()
            for parcel in _cut(text, link_id, letters, largest)
        ]
        return parcels, broken

    def roots(self, recipient: Recipient | None) -> dict[str, Json]:
        """Return what the text of a call can name for one person. Raises `Sealed`."""
        person: Json = {}
        if recipient is not None:
            person = {
                "name": self._name(recipient.name_sealed, recipient.salt),
                "number": recipient.number,
                "place": self._place(recipient.place),
            }
        return {"participant": person, "movement": self._movement}

    def _open(
        self,
        message: Claimed,
        wordings: Mapping[int, Wording],
        people: Mapping[bytes, Recipient],
        plain: dict[tuple[int | None, str | None], str],
    ) -> tuple[str, str]:
        """Return number and text. `plain` keeps the texts that are the same for everybody."""
        phone = self._vault.person(message.salt)
        number = phone.open(NUMBER, message.number_sealed).decode()
        if message.broadcast is None:
            return number, phone.open(TEXT, message.text_sealed or b"").decode()
        same = message.broadcast, message.language
        text = plain.get(same)
        if text is None:
            wording = wordings[message.broadcast]
            if wording.personal:
                roots = self.roots(people.get(message.phone))
                return number, wording.render(message.language, roots)
            text = plain[same] = wording.render(message.language, {})
        return number, text

    def _name(self, sealed: bytes | None, salt: bytes | None) -> str:
        if sealed is None or salt is None:
            return ""
        return self._vault.person(salt).open(NAME, sealed).decode()

    def _place(self, code: str | None) -> str:
        place = None if code is None else self._places.get(code)
        return "" if place is None else place.name


def _cut(
    text: str, link_id: str | None, letters: Sequence[tuple[Claimed, str]], largest: int
) -> Iterator[Parcel]:
    # An answer to an on-demand request is for the one person who made it.
    size = largest if link_id is None else 1
    for start in range(0, len(letters), size):
        part = letters[start : start + size]
        yield Parcel(
            text,
            link_id,
            tuple(message for message, _ in part),
            tuple(number for _, number in part),
        )
