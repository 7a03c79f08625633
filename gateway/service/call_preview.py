"""What would happen if a call to action left now: who, why not, what it costs, how it reads.

Queues nothing and changes nothing. Numbers and names are opened in memory, for prices and samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.delivery.price import PriceTable
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.core.movement.wording import Wording, read_wording
from gateway.core.text.gsm7 import Segments, segments
from gateway.service.letters import Letters
from gateway.store import recipients
from gateway.store.broadcasts import BroadcastRow
from gateway.store.claims import Recipient
from gateway.store.database import Database
from gateway.store.outbox import NUMBER
from gateway.store.recipients import REACHED, SKIPPED, Reader
from gateway.store.vault import Vault

_SAMPLES = 3
_ESTIMATED_FROM = 2_000  # people whose messages are priced; the rest are taken to be like them
_SECOND_MS = 1000


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
    `_SAMPLES` real people would read them. `untranslated` counts those who get the text in the
    movement's language since there is none in theirs, by theirs.
    """

    recipients: int
    skipped: Mapping[str, int]
    languages: tuple[InLanguage, ...]
    segments: int
    cost: int
    estimated: bool
    finishes_at: int
    samples: tuple[str, ...]
    untranslated: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Previews:
    """Looks ahead for one movement; `language` is its own, in `quiet` hours no call leaves."""

    database: Database
    vault: Vault
    places: Places
    letters: Letters
    language: str
    quiet: QuietHours | None

    def look(
        self, call: BroadcastRow, per_week: int | None, prices: PriceTable, rate_per_second: float
    ) -> Preview:
        """Count and price a call, with at most `per_week` calls a phone in a week."""
        reach = call.audience.reach(self.places)
        starts_at = max(self.database.clock(), call.not_before or 0)
        with self.database.read() as connection:
            often = recipients.cap(connection, call.number, per_week, starts_at)
            counts = recipients.count(connection, reach, self.language, often)
            readers = recipients.readers(connection, reach, self.language, _ESTIMATED_FROM, often)
        wording = read_wording(call.texts, self.language, call.texts)
        reached = {
            language: count for (verdict, language), count in counts.items() if verdict == REACHED
        }
        by_language: dict[str, int] = dict.fromkeys(call.texts, 0)
        for language, count in reached.items():
            by_language[wording.language(language)] += count
        total = sum(by_language.values())
        letters = [self._letter(wording, reader) for reader in readers]
        parts = [segments(text).count for _, text in letters]
        cost = sum(
            prices.cost(e164, count) for (e164, _), count in zip(letters, parts, strict=True)
        )
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
            untranslated={one: count for one, count in reached.items() if one not in call.texts},
        )

    def _letter(self, wording: Wording, reader: Reader) -> tuple[str, str]:
        """Return the number of somebody and the text as he or she would read it."""
        e164 = self.vault.person(reader.phone_salt).open(NUMBER, reader.number_sealed).decode()
        person = Recipient(reader.number, reader.name_sealed, reader.salt, reader.place)
        return e164, wording.render(reader.language, self.letters.roots(person))

    def _after(self, starts_at: int, span: int) -> int:
        quiet = self.quiet
        return starts_at + span if quiet is None else quiet.pass_outside(starts_at, span)


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
