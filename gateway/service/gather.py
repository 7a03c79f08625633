"""Reads what a batch of callbacks needs, one statement per table. Decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from gateway.service.ground import Ground
from gateway.service.opening import opened
from gateway.service.world import Ballot, Call, World
from gateway.store import assemblies, cases, groups, inbox, pending, people
from gateway.store.counters import MEMBER, Counter
from gateway.store.database import Transaction
from gateway.store.streams import Head


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one callback is about: its idempotency key, and the phone that it speaks for, if any.

    `screen` is true for what may show what is pending: a USSD turn, an SMS. `case` is the code of
    a report that it names. What is no callback has no key, and its phone is known.
    """

    key: bytes | None
    phone: bytes | None
    number: str = ""
    screen: bool = False
    case: str | None = None


def gather(tx: Transaction, ground: Ground, wanted: Sequence[Wanted]) -> World:
    """Return everything that the decisions on these callbacks can depend on.

    On PostgreSQL the phones of the batch are locked until the transaction ends. The time of the
    batch is later than anything written about these phones before, whichever process wrote it.
    """
    world = World(ground, tx.now, _ids(tx.head), Counter(tx, MEMBER), ground.releases.current)
    numbers = {one.phone: one.number for one in wanted if one.phone is not None}
    repeats, motions, running, *rows = tx.rows_of(
        [
            inbox.seek_earlier(tx, (one.key for one in wanted if one.key is not None)),
            assemblies.seek_motions(tx),
            pending.seek_running(tx),
            *people.seek(tx, numbers),
        ]
    )
    world.earlier = inbox.read_earlier(repeats)
    world.motions = {motion.number: motion for motion in assemblies.read_motions(motions)}
    known = people.read(rows)
    for release in {row.release for row in known.conversations.values()}:
        world.releases[release] = ground.releases.find(tx, release)
    written = [row.updated_at for row in known.conversations.values()]
    written += [row.opted_out_at or 0 for row in known.phones.values()]
    world.now = tx.now = max(tx.now, max(written, default=0) + 1)
    world.lately = pending.Reached(tx, numbers, world.now - ground.limits.reply_ms)
    world.cases = dict(cases.named(tx, {one.case for one in wanted if one.case is not None}))
    for phone, number in numbers.items():
        world.add(opened(ground.vault, phone, number, known))
    screens = {one.phone for one in wanted if one.screen and one.phone is not None}
    _add_pending(tx, world, pending.read_running(running), list(screens))
    return world


def _ids(head: Head) -> Iterator[int]:
    while True:
        yield head.take_id()


def _add_pending(
    tx: Transaction,
    world: World,
    running: Mapping[int, Mapping[str, str]],
    screens: Sequence[bytes],
) -> None:
    """Add the groups of the callers, the votes that they have cast, the calls not read yet."""
    imports = world.current.imports  # their people need not be members
    callers = {
        world.person_of(caller): caller
        for caller in world.callers.values()
        if imports or caller.member is not None
    }
    members = [caller.member.id for caller in callers.values() if caller.member]
    if not callers and not (running and screens):
        return
    queries = [groups.seek_of(tx, callers)]
    if world.motions and members:
        queries.append(pending.seek_ballots(tx, list(world.motions), members))
    if running and screens:
        queries.append(pending.seek_unread(tx, list(running), screens))
    joined, *rest = tx.rows_of(queries)
    for who, group, _ in sorted(joined, key=itemgetter(2)):
        callers[bytes(who)].groups.append(group)
    if world.motions and members:
        for motion, who, option, changes in rest.pop(0):
            world.ballots[motion, bytes(who)] = Ballot(option, changes)
    for phone, number in rest[0] if rest else ():
        world.calls.setdefault(bytes(phone), []).append(Call(number, running[number]))
