"""Calls to action: made, looked at before they leave, sent, followed and stopped. Sends no SMS.

What leaves is queued here and delivered by `deliver`. A call never changes once it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.delivery.price import PriceTable
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.core.movement.wording import Wording, read_wording
from gateway.core.text.gsm7 import Segments, segments
from gateway.flowfiles.call_files import CallPlan
from gateway.service.expire import queue_all, withdraw_all
from gateway.service.letters import Letters
from gateway.store import broadcasts, journal, recipients
from gateway.store.broadcasts import DRAFT, QUEUEING, SENDING, STOPPED, BroadcastRow, Draft
from gateway.store.claims import Recipient
from gateway.store.database import Database, Transaction
from gateway.store.outbox import NUMBER
from gateway.store.recipients import REACHED, SKIPPED, Reader
from gateway.store.vault import Vault

_SAMPLES = 3
_ESTIMATED_FROM = 2_000  # people whose messages are priced; the rest are taken to be like them
_SECOND_MS = 1000


class BroadcastError(Exception):
    """What was asked cannot be done with this call. One sentence that says why."""


@dataclass(frozen=True, slots=True)
class InLanguage:
    """What a call is in one language. `text` is what people read, names left out."""

    language: str
    recipients: int
    text: str
    segments: Segments


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen if a call were sent now.

    `skipped` counts those in the audience who do not get it, by reason. `cost` is in thousandths of
    the price table's currency, `estimated` where it was told from a part of the recipients.
    `finishes_at` is when the last message leaves if nothing else does. `samples` are texts as
    `_SAMPLES` real people would read them.
    """

    recipients: int
    skipped: Mapping[str, int]
    languages: tuple[InLanguage, ...]
    segments: int
    cost: int
    estimated: bool
    finishes_at: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a call is: its row, and its messages by status."""

    call: BroadcastRow
    messages: Mapping[Status, int]


class Broadcasts:
    """The calls of one movement."""

    def __init__(
        self, database: Database, vault: Vault, places: Places, *, movement: str, language: str,
        quiet: QuietHours | None = None,
    ) -> None:  # fmt: skip
        """`language` is the movement's own, for people who have told us none.

        In `quiet` hours no call leaves, which its preview tells of.
        """
        self._quiet = quiet
        self._database = database
        self._vault = vault
        self._places = places
        self._letters = Letters(vault, places, movement)
        self._language = language

    def create(self, plan: CallPlan, channel: int) -> int:
        """Keep a new call and return its number. Nothing leaves before it is sent."""
        with self._database.write() as tx:
            if plan.valid_until <= tx.now:
                raise BroadcastError("The call's valid_until is over. Give one that is to come.")
            return broadcasts.add(
                tx,
                Draft(
                    plan.title,
                    plan.texts,
                    plan.audience,
                    channel,
                    plan.not_before,
                    plan.valid_until,
                ),
            )

    def find(self, number: int) -> BroadcastRow:
        """Return a call. Raises `BroadcastError` where there is none of this number."""
        with self._database.read() as connection:
            call = broadcasts.find(connection, number)
        if call is None:
            raise BroadcastError(f"There is no call number {number}.")
        return call

    def newest(self, limit: int) -> list[BroadcastRow]:
        """Return the newest calls first."""
        with self._database.read() as connection:
            return broadcasts.newest(connection, limit)

    def preview(self, number: int, prices: PriceTable, rate_per_second: float) -> Preview:
        """Say who gets a call, who does not and why, what it costs and how it reads."""
        call = self.find(number)
        reach = call.audience.reach(self._places)
        with self._database.read() as connection:
            counts = recipients.count(connection, reach, self._language)
            readers = recipients.readers(connection, reach, self._language, _ESTIMATED_FROM)
        wording = read_wording(call.texts, self._language, call.texts)
        by_language: dict[str, int] = dict.fromkeys(call.texts, 0)
        for (verdict, language), count in counts.items():
            if verdict == REACHED:
                by_language[wording.language(language)] += count
        total = sum(by_language.values())
        letters = [self._letter(wording, reader) for reader in readers]
        parts = [segments(text).count for _, text in letters]
        cost = sum(
            prices.cost(e164, count) for (e164, _), count in zip(letters, parts, strict=True)
        )
        starts_at = max(self._database.clock(), call.not_before or 0)
        return Preview(
            recipients=total,
            skipped=_skipped(counts),
            languages=tuple(
                InLanguage(
                    language, count, wording.render(language, {}), wording.segments(language)
                )
                for language, count in by_language.items()
            ),
            segments=_scaled(sum(parts), len(letters), total),
            cost=_scaled(cost, len(letters), total),
            estimated=len(letters) < total,
            finishes_at=self._after(starts_at, int(total / rate_per_second * _SECOND_MS)),
            samples=_samples(readers, [text for _, text in letters]),
        )

    def send(self, number: int) -> int:
        """Release a call to its audience and return how many messages were queued.

        A crash on the way is made good by whoever delivers. Raises `BroadcastError` for a call that
        was released, stopped or is too late.
        """
        call = self.find(number)
        with self._database.write() as tx:
            if call.valid_until <= tx.now:
                raise BroadcastError(
                    f"Call {number} was valid until a time that is over. Make a new one."
                )
            if not broadcasts.move(tx, number, (DRAFT,), QUEUEING):
                raise BroadcastError(f"Call {number} is {call.status}; only a draft can be sent.")
            journal.record(tx, [_released(call)])
        queue_all(self._database, call, self._places, self._language)
        return self.find(number).queued

    def stop(self, number: int) -> int:
        """Stop a call and return how many of its messages will not leave.

        From the moment this commits no deliverer takes another of its messages; those that are on
        their way arrive. Raises `BroadcastError` for a call that is over.
        """
        with self._database.write() as tx:
            if not broadcasts.move(tx, number, (DRAFT, QUEUEING, SENDING), STOPPED):
                raise BroadcastError(self._why_not_stopped(tx, number))
            journal.record(tx, [Fact(kinds.BROADCAST_STOPPED, b"", {"number": number})])
        withdraw_all(self._database, number)
        return self.progress(number).messages.get(Status.CANCELLED, 0)

    def progress(self, number: int) -> Progress:
        """Return where a call is. Raises `BroadcastError` where there is none of this number."""
        call = self.find(number)
        with self._database.read() as connection:
            return Progress(call, broadcasts.count_messages(connection, number))

    def _letter(self, wording: Wording, reader: Reader) -> tuple[str, str]:
        """Return the number of somebody and the text as he or she would read it."""
        e164 = self._vault.person(reader.phone_salt).open(NUMBER, reader.number_sealed).decode()
        person = Recipient(reader.number, reader.name_sealed, reader.salt, reader.place)
        return e164, wording.render(reader.language, self._letters.roots(person))

    def _after(self, starts_at: int, span: int) -> int:
        quiet = self._quiet
        return starts_at + span if quiet is None else quiet.pass_outside(starts_at, span)

    def _why_not_stopped(self, tx: Transaction, number: int) -> str:
        call = broadcasts.find(tx.connection, number)
        if call is None:
            return f"There is no call number {number}."
        return f"Call {number} is {call.status} already."


def _released(call: BroadcastRow) -> Fact:
    return Fact(
        kinds.BROADCAST_SENT,
        b"",
        {
            "number": call.number,
            "title": call.title,
            "texts": dict(call.texts),
            "audience": call.audience.to_json(),
            "not_before": call.not_before,
            "valid_until": call.valid_until,
        },
    )


def _skipped(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {
        reason: count
        for reason in SKIPPED
        if (count := sum(n for (verdict, _), n in counts.items() if verdict == reason))
    }


def _scaled(amount: int, of: int, total: int) -> int:
    """Return what `total` people come to where `of` of them come to an amount, rounded up."""
    return 0 if of == 0 else -(-amount * total // of)


def _samples(readers: Sequence[Reader], texts: Sequence[str]) -> tuple[str, ...]:
    """Return a few texts, of different languages where there are any."""
    by_language: dict[str, list[str]] = {}
    for reader, text in zip(readers, texts, strict=True):
        by_language.setdefault(reader.language, []).append(text)
    found: list[str] = []
    for turn in range(_SAMPLES):
        found += [some[turn] for some in by_language.values() if turn < len(some)]
    return tuple(found[:_SAMPLES])
