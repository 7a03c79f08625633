"""Telling members a result: a draft of a call to action, which somebody else has to approve."""

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.responses import Response

from gateway.core.movement.audience import Audience
from gateway.core.movement.ballots import in_language
from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.wording import WordingError, read_wording
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission
from gateway.flowfiles.call_files import LONGEST_TITLE, CallPlan
from gateway.service.broadcast import BroadcastError
from gateway.service.counting import Counting, Outcome, is_closed, is_settled
from gateway.store.assemblies import AssemblyRow
from gateway.web.assemblies.seeing import known
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_VALID_DAYS: Final = 2


def add(routes: StaffRoutes, house: House, counting: Counting) -> None:
    """Add what drafts the message that tells a result."""

    @routes.post("/assemblies/{number:int}/tell", needs=Permission.DRAFT)
    def tell(visit: Visit) -> Response:
        found = known(visit, house)
        row = found.row
        visit.must(Permission.DRAFT, row.place)
        channel = _channel(house)
        if channel is None or not is_closed(row, visit.now):
            raise NotHere
        counted = counting.outcomes(row, found.motions)
        back = f"/assemblies/{row.number}"
        if not is_settled(row, counted.at):
            return visit.go(back, visit.gettext("The count is not final yet. Wait a minute."))
        plan = _plan(visit, house, row, counted.value)
        try:
            read_wording(plan.texts, house.ground.language, house.ground.languages)
            call = house.calls.create(plan, channel, visit.viewer)
        except (WordingError, BroadcastError):
            notice = visit.gettext("The result is too long for a message. Write a call by hand.")
            return visit.go(back, notice)
        with house.database.write() as tx:
            subject, detail = f"assembly:{row.number}", {"call": call}
            house.audit.record(tx, visit.viewer, Act.RESULT_DRAFTED, subject, detail=detail)
        notice = visit.gettext("This is a draft: read it, change it, and ask for its approval.")
        return visit.go(f"/calls/{call}", notice)


def can_tell(house: House) -> bool:
    """Whether there is a channel through which members could be told a result."""
    return _channel(house) is not None


def result_text(title: str, outcomes: Sequence[Outcome], language: str, default: str) -> str:
    """Return a result in the words of the assembly itself, so that no language lacks any.

    After each question's answers stand the votes out of those who might have voted.
    """
    parts = []
    for one in outcomes:
        counts = ", ".join(
            f"{in_language(count.option.label, language, default)} {count.votes}"
            for count in one.tally.counts
        )
        number = f"{one.tally.motion.number}. " if len(outcomes) > 1 else ""
        parts.append(f"{number}{counts} ({one.tally.turnout}/{one.tally.eligible})")
    # The sign that begins a name in a call's text stands for itself where it is doubled.
    return f"{title}: {'; '.join(parts)}".replace("@", "@@")


def _plan(visit: Visit, house: House, row: AssemblyRow, outcomes: Sequence[Outcome]) -> CallPlan:
    default = house.ground.language
    spoken = {
        language
        for one in outcomes
        for texts in (one.tally.motion.question, *(c.option.label for c in one.tally.counts))
        for language in texts
        if language in house.ground.languages
    }
    texts: Mapping[str, str] = {
        language: result_text(row.title, outcomes, language, default)
        for language in (default, *sorted(spoken - {default}))
    }
    title = visit.gettext("Result of assembly %(number)s", number=row.number)
    places = () if row.place is None else (row.place,)
    until = house.database.clock() + _VALID_DAYS * DAY_MS
    return CallPlan(title[:LONGEST_TITLE], None, texts, Audience(places=places), None, until)


def _channel(house: House) -> int | None:
    sending = (name for name, one in house.channels.items() if one.short_code is not None)
    return next((house.channel_ids[name] for name in sending), None)
