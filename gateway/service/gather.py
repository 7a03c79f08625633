"""Reads what a batch of callbacks needs, one statement per table. Decides nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.service.ground import Ground
from gateway.service.world import NAME, STATE, Ballot, Call, Caller, Member, Thread, World
from gateway.store import assemblies, inbox, pending, people
from gateway.store.counters import MEMBER, Counter
from gateway.store.database import SQLITE, Transaction
from gateway.store.people import ConversationRow, ParticipantRow, PhoneRow
from gateway.store.streams import Head
from gateway.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one callback is about: its idempotency key, and the phone that it speaks for, if any.

    `screen` is true for a USSD turn, whose first screen shows what is pending.
    """

    key: bytes
    phone: bytes | None
    number: str
    screen: bool


def gather(tx: Transaction, ground: Ground, wanted: Sequence[Wanted]) -> World:
    """Return everything that the decisions on these callbacks can depend on.

    On PostgreSQL the phones of the batch are locked until the transaction ends. The time of the
    batch is later than anything written about these phones before, whichever process wrote it.
    """
    world = World(ground, tx.now, _ids(tx.head), Counter(tx, MEMBER))
    world.earlier = inbox.earlier(tx, (one.key for one in wanted))
    numbers = {one.phone: one.number for one in wanted if one.phone is not None}
    if not numbers:
        return world
    known = people.phones(tx, numbers, lock=tx.dialect != SQLITE)
    members = people.participants(tx, known)
    threads = people.conversations(tx, known)
    for release in {row.release for row in threads.values()}:
        ground.releases.find(tx, release)
    written = [row.updated_at for row in threads.values()]
    written += [row.opted_out_at for row in known.values() if row.opted_out_at is not None]
    world.now = tx.now = max(tx.now, max(written, default=0) + 1)
    for phone, number in numbers.items():
        world.callers[phone] = _caller(
            ground.vault,
            phone,
            number,
            known.get(phone),
            members.get(phone, ()),
            threads.get(phone),
        )
    screens = {one.phone for one in wanted if one.screen and one.phone is not None}
    _add_pending(tx, world, list(screens))
    return world


def _ids(head: Head) -> Iterator[int]:
    while True:
        yield head.take_id()


def _caller(
    vault: Vault,
    phone: bytes,
    number: str,
    row: PhoneRow | None,
    members: Sequence[ParticipantRow],
    thread: ConversationRow | None,
) -> Caller:
    if row is None or row.salt is None:
        salt = vault.new_salt()
        return Caller(phone, number, salt, vault.person(salt), new=True)
    sealer = vault.person(row.salt)
    caller = Caller(phone, number, row.salt, sealer, new=False)
    caller.language = row.language
    caller.opted_out = row.opted_out_at is not None
    if members:
        caller.member = _member(vault, members[0])
    if thread is not None and thread.state_sealed is not None:
        stored = sealer.open(STATE, thread.state_sealed)
        caller.thread = Thread.from_bytes(stored, thread.updated_at)
    return caller


def _member(vault: Vault, row: ParticipantRow) -> Member:
    salt = row.salt or vault.new_salt()
    name = vault.person(salt).open(NAME, row.name_sealed).decode() if row.name_sealed else ""
    return Member(
        row.id,
        row.slot,
        row.number,
        name,
        row.place,
        row.language,
        row.status,
        row.consent,
        salt,
    )


def _add_pending(tx: Transaction, world: World, screens: Sequence[bytes]) -> None:
    world.motions = {motion.number: motion for motion in assemblies.motions(tx)}
    members = [caller.member.id for caller in world.callers.values() if caller.member]
    for motion, who, option, changes in pending.ballots(tx, tuple(world.motions), members):
        world.ballots[motion, who] = Ballot(option, changes)
    for phone, number, texts in pending.calls(tx, screens):
        world.calls.setdefault(phone, []).append(Call(number, texts))
