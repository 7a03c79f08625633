"""Keeps in step with people what campaigns have in store for them, and begins it when it is due.

Whoever changed in a batch is looked at before the batch is written: for each event of a campaign
the person has one timer, or none. A timer that is not that of the date, the group and the release
any more begins nothing. What is over when it would be planned is not made up for.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.contact import Contact
from gateway.core.flow.events import Event, GroupsChanged, Json
from gateway.core.flow.expressions.conversions import to_datetime
from gateway.core.flow.expressions.values import Error
from gateway.core.flow.graph import Flow, Webhook
from gateway.core.flow.triggers import CampaignEvent
from gateway.core.flow.turn import Start
from gateway.core.movement import facts as kinds
from gateway.service import actions, contacts, speaking, timers, turns, webhooks
from gateway.service.ground import Line
from gateway.service.speaking import Shown
from gateway.service.world import Caller, Via, World
from gateway.store import timers as stored
from gateway.store.campaigns import TIMER, is_campaign
from gateway.store.database import Transaction
from gateway.store.timers import Timer

CREATED, SEEN = "created_on", "last_seen_on"

# Who has changed, as far as campaigns are concerned, and of whom such a fact is.
_OF_PHONES: Final = frozenset({kinds.FIELD_CHANGED, kinds.PHONE_STARTED, kinds.PHONE_STOPPED})
_OF_PEOPLE: Final = frozenset(
    {
        *(kinds.GROUP_JOINED, kinds.GROUP_LEFT, kinds.CONSENT_RECORDED),
        *(kinds.PARTICIPANT_JOINED, kinds.PARTICIPANT_CHANGED, kinds.PARTICIPANT_LEFT),
    }
)
# What comes into a group because its query says so came through no channel.
_BY_QUERY: Final = Via("query", "query")
_DATE: Final = "datetime"
_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60 * _SECOND_MS
_AGAIN_MS: Final = 10 * _MINUTE_MS
_SESSION_MS: Final = 3 * _MINUTE_MS  # how long a screen may still be looked at


def heard(world: World, caller: Caller, line: Line) -> Caller:
    """Note that a person wrote, dialled or rang just now, and return the same person."""
    caller.thread.seen, caller.thread.line = world.now // _SECOND_MS, line.id
    events = world.current.triggers.campaigns
    if events and any(event.field == SEEN for event in events):
        world.unsettled.add(caller.phone)
    return caller


def settle(tx: Transaction, world: World) -> None:
    """Plan anew what campaigns have in store for everybody who changed in a batch."""
    events, smart = world.current.triggers.campaigns, world.current.assets.smart
    if not events and not smart:
        return
    changed = list(_changed(world))
    for caller in changed if smart else ():
        if not caller.opted_out:  # whoever comes back is where they were
            _regroup(world, caller)
    if not events or not changed:
        return
    kept: dict[bytes, dict[str | None, Timer]] = {caller.phone: {} for caller in changed}
    for timer in stored.of_phones(tx, list(kept)):
        if not world.timers.has_dropped(timer.phone):
            kept[timer.phone][timer.name] = timer
    for caller in changed:
        for event in events:
            _plan(world, caller, event, kept[caller.phone].get(name_of(event)))


def name_of(event: CampaignEvent) -> str:
    """Return the name of the timers of an event."""
    return f"{TIMER}{event.uuid}"


def stands(world: World, caller: Caller, timer: Timer) -> bool:
    """Whether a timer of a campaign is still what campaigns have in store for the person."""
    event = _event(world, timer)
    if event is not None and _due(world, caller, event) == timer.planned_at:
        return True
    world.unsettled.add(caller.phone)  # it may be due at another time by now
    return False


def fire(world: World, caller: Caller, line: Line, timer: Timer) -> int | None:
    """Begin what a timer that stands is for. Return when to come back to it, None if it is done."""
    event = _event(world, timer)
    parked = bool(caller.thread.parked)
    if event is None or (event.interrupts is False and not parked and turns.is_busy(world, caller)):
        return None
    beside = event.interrupts is None and turns.is_busy(world, caller)
    taken = _may_wait(world.current.flows[event.flow]) if beside else _is_on_screen(world, caller)
    if parked or taken:
        return world.now + _AGAIN_MS
    start = Start(event.flow, trigger=_trigger(event))
    if beside:
        shown = _beside(world, caller, line, start)
    else:
        shown = turns.begin(world, caller, line, turns.SMS, start)
    speaking.answer(world, caller, line, shown, purpose=Purpose.NOTICE)
    return None


def of_campaign(timer: Timer) -> bool:
    """Whether a timer is that of an event of a campaign."""
    return is_campaign(timer.name)


def _changed(world: World) -> Iterator[Caller]:
    phones, people = set(world.unsettled), set()
    for fact in world.facts:
        if fact.kind in _OF_PHONES:
            phones.add(fact.subject)
        elif fact.kind in _OF_PEOPLE:
            people.add(fact.subject)
    for phone, caller in world.callers.items():
        if caller.new and not caller.number:
            continue  # who was erased, and is not here
        if caller.new or phone in phones or world.person_of(caller) in people:
            yield caller


def _regroup(world: World, caller: Caller) -> None:
    """Let groups with a query decide anew: not only imported flows change people."""
    environment = world.environment(actions.language_of(world, caller))
    events: list[Event] = []
    known = contacts.contact(world, caller)
    Contact(known, world.current.assets, environment, events).regroup()
    for event in events:
        if isinstance(event, GroupsChanged):
            contacts.regroup(world, caller, _BY_QUERY, event.added, event.removed)


def _plan(world: World, caller: Caller, event: CampaignEvent, timer: Timer | None) -> None:
    """Make, move or take back the timer of an event for a person."""
    due, name = _due(world, caller, event), name_of(event)
    if timer is not None and timer.planned_at == due:
        return
    if timer is not None:
        world.timers.drop_name(caller.phone, name)
    if due is not None and due > world.now:
        line, number = caller.thread.line, next(world.ids)
        world.timers.new.append(
            Timer(number, caller.phone, line, stored.FLOW, due, due, name=name, flow=event.flow)
        )


def _due(world: World, caller: Caller, event: CampaignEvent) -> int | None:
    """Return when an event is due for a person, in milliseconds; None: it is not for them."""
    member = caller.member
    if caller.opted_out or actions.group_name(event.group) not in caller.groups:
        return None
    if member is not None and (member.consent == "no" or not caller.is_member):
        return None
    date = _date(world, caller, event.field)
    try:
        due = None if date is None else event.due(date, world.ground.timezone)
        return None if due is None else int(due.timestamp()) * _SECOND_MS
    except (OverflowError, ValueError):
        return None  # in no calendar


def _date(world: World, caller: Caller, field: str) -> datetime | None:
    """Return a date of a person."""
    if field == CREATED:
        return world.ground.at(caller.since or world.now)
    if field == SEEN:
        return world.ground.at(contacts.last_seen(world, caller))
    value = caller.fields.get(field)
    if isinstance(value, dict):
        value = value.get(_DATE) or value.get(contacts.TEXT)
    if not isinstance(value, str):
        return None
    found = to_datetime(world.environment(world.ground.language), value)
    return None if isinstance(found, Error) else found


def _event(world: World, timer: Timer) -> CampaignEvent | None:
    events = world.current.triggers.campaigns
    return next((one for one in events if name_of(one) == timer.name), None)


def _is_on_screen(world: World, caller: Caller) -> bool:
    """Whether a screen would be taken from the person's hands."""
    thread = caller.thread
    fresh = world.now - thread.updated_at < _SESSION_MS
    return thread.state is not None and thread.channel == turns.USSD and fresh


def _may_wait(flow: Flow) -> bool:
    """Whether a flow may wait for something, and cannot run beside a conversation."""
    return any(
        node.call is not None
        or (node.router is not None and node.router.wait is not None)
        or any(isinstance(action, Webhook) for action in node.actions)
        for node in flow.nodes.values()
    )


def _beside(world: World, caller: Caller, line: Line, start: Start) -> Shown:
    """Run a flow beside the conversation that is under way, which stays as it is."""
    thread = caller.thread
    state, channel, fence = thread.state, thread.channel, thread.fence
    asked, held, depth = thread.asked, thread.held, thread.depth
    shown = turns.begin(world, caller, line, turns.SMS, start)
    thread.state, thread.channel, thread.depth = state, channel, depth
    timers.spare(world, caller, fence)
    webhooks.spare(world, caller, asked, held)
    return shown


def _trigger(event: CampaignEvent) -> Mapping[str, Json]:
    uuid, name = event.campaign
    return {"type": "campaign", "campaign": {"uuid": uuid, "name": name}}
