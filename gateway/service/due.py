"""Carries out what is due: waits that end, texts and flows that were scheduled, timetables.

What a timer brings about and the end of the timer are one transaction under the lock of its phone,
so it happens once, in whichever process and whatever dies. Nobody who said STOP is written to, and
nobody at all in quiet hours: what is due then is due when they are over.
"""

from collections.abc import Sequence

import structlog

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.timetables import last_due
from gateway.core.flow.triggers import Timetable
from gateway.core.flow.turn import Expired, Resume, Start, TimedOut
from gateway.service import apply, campaigns, others, speaking, turns
from gateway.service.actions import group_name
from gateway.service.campaign_rounds import Rounds
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground, Line
from gateway.service.outreach import Outreach
from gateway.service.timers import TIMER, carry_on_ms
from gateway.service.world import VALUES, Caller, World
from gateway.store import releases, timers
from gateway.store.database import UNAVAILABLE, Database, Transaction
from gateway.store.notices import NewNotice
from gateway.store.timers import Timer

log = structlog.get_logger()

SLICE = 50  # timers of a transaction: callbacks wait for no more than these
OCCASION_SLICE = 500

_MINUTE_MS = 60_000
_AGAIN_MS = 10 * _MINUTE_MS  # before somebody is asked again who was busy
_PATIENCE_MS = 24 * 60 * _MINUTE_MS
_ATTEMPTS = 5
_NOT_BEGUN = "flow_not_begun"


class Alarm:
    """Looks what is due. One thread calls `turn`; several processes may have one each."""

    def __init__(self, database: Database, ground: Ground) -> None:
        """Take the open database and what all turns stand on."""
        self._database = database
        self._ground = ground
        self._finished: set[tuple[str, int]] = set()  # occasions that nobody need look at again
        self._rounds = Rounds(database, ground)
        self._outreach = Outreach(database, ground)

    def turn(self) -> int:
        """Carry out some of what is due now. Return how much; 0: nothing, or it is quiet."""
        handled = self._rounds.turn() + self._outreach.turn()
        now = self._database.clock()
        if self._ground.free_at(now) > now:
            return handled
        handled += sum(map(self._begin, self._ground.releases.current.triggers.timetables))
        with self._database.read() as view:
            if not timers.any_due(view, self._database.clock()):
                return handled
        try:
            with self._database.write() as tx:
                return handled + self._carry_out(tx, timers.lock_due(tx, SLICE))
        except UNAVAILABLE:
            raise
        except Exception as trouble:  # noqa: BLE001 - the slice is taken apart to find the culprit
            log.warning("timers_taken_apart", error=type(trouble).__name__)
        return handled + self._one_by_one()

    def _one_by_one(self) -> int:
        with self._database.write() as tx:
            phones = timers.lock_due(tx, SLICE)
        for phone in phones:
            try:
                with self._database.write() as tx:
                    self._carry_out(tx, [phone])
            except UNAVAILABLE:
                raise
            except Exception as trouble:  # noqa: BLE001 - put off with the others of its phone
                log.error("timer_failed", error=type(trouble).__name__)
                self._put_off(phone)
        return len(phones)

    def _put_off(self, phone: bytes) -> None:
        """Try what broke again later, a few times."""
        with self._database.write() as tx:
            gather(tx, self._ground, [Wanted(None, None)])
            due = timers.due_of(tx, [phone], tx.now)
            timers.remove(tx, [one.id for one in due if one.attempts >= _ATTEMPTS])
            timers.put_off(
                tx,
                [
                    (one.id, tx.now + (_MINUTE_MS << one.attempts), one.attempts + 1)
                    for one in due
                    if one.attempts < _ATTEMPTS
                ],
            )

    def _carry_out(self, tx: Transaction, phones: Sequence[bytes]) -> int:
        """Do what is due for phones. Return how many timers that were."""
        if not phones:
            return 0
        world = gather(tx, self._ground, [Wanted(None, phone) for phone in phones])
        due = timers.due_of(tx, phones, world.now)
        later = [
            (timer.id, at, timer.attempts)
            for timer in due
            if (at := _carry_out(world, world.callers[timer.phone], timer)) is not None
        ]
        kept = {number for number, *_ in later}
        timers.remove(tx, [timer.id for timer in due if timer.id not in kept])
        timers.put_off(tx, later)
        apply.write(tx, world)
        return len(due)

    def _begin(self, timetable: Timetable) -> int:
        """Make the next timers of a timetable that is due, or was so within the time of grace."""
        now = self._database.clock()
        moment = last_due(timetable, self._ground.at(now))
        line = _any_line(self._ground)
        if moment is None or line is None:
            return 0
        due_at = int(moment.timestamp()) * 1000
        group = group_name(timetable.group)
        name = f"{timetable.flow} {group}".strip()
        late = now - self._ground.free_at(due_at)
        if (name, due_at) in self._finished or late > self._ground.limits.grace_ms:
            return 0
        with self._database.read() as view:
            over = timers.is_finished(view, name, due_at)
            if over is None:
                # What came into force after its time is for the next time.
                published = releases.in_force(view)
                over = published is not None and published.published_at > due_at
        if not over:
            like = Timer(0, b"", line.id, timers.FLOW, now, due_at, flow=timetable.flow)
            with self._database.write() as tx:
                over = not timers.begin_slice(tx, name, like, group, slice_size=OCCASION_SLICE)
        if over:
            self._finished.add((name, due_at))
        return not over


def _carry_out(world: World, caller: Caller, timer: Timer) -> int | None:
    """Do what one timer is for. Return when to come back to it, or None if it is done with."""
    if caller.new or caller.opted_out:
        return None  # the person was erased, or said STOP
    line = world.ground.line(timer.channel) or _any_line(world.ground)
    if line is None:
        return None
    late = _lateness(world, timer) > world.ground.limits.reminder_ms
    if timer.fence is not None:
        return _end_wait(world, caller, line, timer, late=late)
    if others.is_of_others(timer) and not others.may_be_told(caller):
        return None
    if timer.kind == timers.FLOW:
        return _begin_flow(world, caller, line, timer, late=late)
    if not late:
        text = caller.sealer.open(TIMER, timer.text_sealed or b"").decode()
        if others.is_of_others(timer):  # so that no flow can write to anybody for ever
            shown = speaking.Shown((text,))
            speaking.answer(world, caller, line, shown, purpose=Purpose.NOTICE)
        else:
            speaking.tell(world, caller, line, text, Purpose.NOTICE)
    return None


def _lateness(world: World, timer: Timer) -> int:
    """Return for how long a timer could have been carried out, and was not."""
    return world.now - world.ground.free_at(timer.planned_at)


def _end_wait(world: World, caller: Caller, line: Line, timer: Timer, *, late: bool) -> int | None:
    """Go on without a reply, if the same question still waits for one.

    Where that is late, what a time-out has to say is out of date: the flow is over as one that
    expired, and one that called it goes on.
    """
    thread = caller.thread
    state = thread.state
    release = None if state is None else world.known(state.release)
    if thread.fence != timer.fence or state is None or release is None or thread.parked:
        return None
    if timer.kind == timers.BY_SMS:
        return _go_on_by_sms(world, caller, line, release, state, late=late)
    given = TimedOut() if timer.kind == timers.TIMED_OUT and not late else Expired()
    shown = turns.go_on(world, caller, line, turns.SMS, release, given)
    speaking.answer(world, caller, line, shown, purpose=Purpose.NOTICE)
    return None


def _go_on_by_sms(
    world: World, caller: Caller, line: Line, release: Release, state: State, *, late: bool
) -> int | None:
    """Send the question of a USSD session that broke off, once."""
    if late or caller.thread.channel != turns.USSD:
        return None
    quiet_until = caller.thread.updated_at + carry_on_ms(release, state)
    if quiet_until > world.now:
        return quiet_until  # the person dialled again
    shown = turns.go_on(world, caller, line, turns.SMS, release, Resume())
    speaking.answer(world, caller, line, shown, purpose=Purpose.NOTICE)
    return None


def _begin_flow(
    world: World, caller: Caller, line: Line, timer: Timer, *, late: bool
) -> int | None:
    """Begin a flow, unless a conversation is under way: then a little later, for up to a day."""
    flow, member = timer.flow or "", caller.member
    from_others = others.is_of_others(timer)
    if timer.occasion is not None and not from_others:
        if member is None or not caller.is_member or member.consent != "yes":
            return None
        if late:
            return None
    if campaigns.of_campaign(timer) and not campaigns.stands(world, caller, timer):
        return None
    over = _lateness(world, timer) > _PATIENCE_MS
    if flow in world.current.flows and not over:
        if campaigns.of_campaign(timer):
            return campaigns.fire(world, caller, line, timer)
        start, depth, idle = Start(flow, trigger=turns.message_trigger(world, flow)), 0, False
        if from_others:
            start, depth, idle = others.begun(caller, timer)
        if turns.is_busy(world, caller):
            return None if idle else world.now + _AGAIN_MS
        shown = turns.begin(world, caller, line, turns.SMS, start, depth=depth)
        speaking.answer(world, caller, line, shown, purpose=Purpose.NOTICE)
        return None
    sealed = caller.sealer.seal(VALUES, b"{}")
    world.notices.append(NewNotice(next(world.ids), caller.phone, _NOT_BEGUN, flow, sealed))
    return None


def _any_line(ground: Ground) -> Line | None:
    return next((line for line in ground.lines.values() if line.answers_by is not None), None)
