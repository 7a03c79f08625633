"""What turns leave for later: time-outs of waits, texts and flows that are scheduled. Runs nothing.

A wait has a fence, a number of its own. What ends the wait takes away what was due with it; a timer
whose fence is not that of the conversation any more does nothing.
"""

from typing import Final

from gateway.core.flow.events import Scheduled, Unscheduled
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Given, Start
from gateway.service.ground import Line
from gateway.service.world import Caller, World
from gateway.store import timers
from gateway.store.timers import Timer

TIMER: Final = b"timer"  # the use under which a scheduled text is sealed

_SECOND_MS: Final = 1000
_USSD: Final = "ussd"


def keep_time(
    world: World, caller: Caller, line: Line, release: Release,
    before: State | None, given: Given,
) -> None:  # fmt: skip
    """Let the wait that a turn left end in time, and let no other end any more.

    Called when the thread is as it is after the turn. A wait that was not moved goes on
    as it was.
    """
    after, thread = caller.thread.state, caller.thread
    if not thread.fence and after is None:
        return
    carried = _by_sms_after(release, after) if thread.channel == _USSD else None
    if (
        not thread.fence
        and after is not None
        and after.due is None
        and carried is None
        and release.flows[after.flow].expires is None
    ):
        return  # it ended by itself neither before the turn nor does it now
    same = before is not None and after is not None and _place(before) == _place(after)
    if same and carried is None and not isinstance(given, Start):
        return
    if thread.fence:
        world.timers.drop_fence(caller.phone, thread.fence)
        thread.fence = 0
    if after is None or after.at is not None or thread.parked:
        return
    flow = release.flows[after.flow]
    now = world.now // _SECOND_MS
    planned = (
        (timers.TIMED_OUT, after.due),
        (timers.EXPIRED, None if flow.expires is None else now + flow.expires),
        (timers.BY_SMS, None if carried is None else now + carried),
    )
    for kind, second in planned:
        if second is not None:
            thread.fence = thread.fence or next(world.ids)
            due = second * _SECOND_MS
            new = Timer(next(world.ids), caller.phone, line.id, kind, due, due, fence=thread.fence)
            world.timers.new.append(new)


def carry_on_ms(release: Release, state: State) -> int:
    """Return after how long a USSD session that broke off goes on by SMS."""
    return (_by_sms_after(release, state) or 0) * _SECOND_MS


def spare(world: World, caller: Caller, fence: int) -> None:
    """Let the wait go on that was under way before a turn that came between."""
    if fence:
        world.timers.spare_fence(caller.phone, fence)
        caller.thread.fence = fence


def schedule(world: World, caller: Caller, line: Line, event: Scheduled) -> None:
    """Keep a text or a flow for later; what was scheduled under the same name is replaced."""
    if caller.opted_out:
        return
    if event.name:
        world.timers.drop_name(caller.phone, event.name)
    sealed = caller.sealer.seal(TIMER, event.text.encode()) if event.text else None
    world.timers.new.append(
        Timer(
            next(world.ids),
            caller.phone,
            line.id,
            timers.TEXT if event.text else timers.FLOW,
            event.due,
            event.due,
            name=event.name or None,
            flow=event.flow or None,
            text_sealed=sealed,
        )
    )


def unschedule(world: World, caller: Caller, event: Unscheduled) -> None:
    """Take back what was scheduled under a name."""
    world.timers.drop_name(caller.phone, event.name)


def _place(state: State) -> tuple[int | None, int | None, list[tuple[str, str]]]:
    return state.due, state.at, [(frame.flow, frame.node) for frame in state.frames]


def _by_sms_after(release: Release, state: State | None) -> int | None:
    """Return the setting of the innermost flow that has one."""
    for frame in reversed(state.frames) if state is not None else ():
        flow = release.flows.get(frame.flow)
        if flow is not None and flow.by_sms_after is not None:
            return flow.by_sms_after
    return None
