"""How the pages of calls say things: states, steps, reasons, audiences. Decides nothing."""

from collections.abc import Collection, Mapping
from typing import Final

from gateway.core.movement.audience import Audience
from gateway.core.movement.calls import (
    APPROVED,
    DONE,
    DRAFT,
    EXPIRED,
    PAUSED,
    QUEUEING,
    SENDING,
    STOPPED,
    SUBMITTED,
    Step,
)
from gateway.core.movement.places import Places
from gateway.core.movement.wording import LARGEST_PARTS, PATHS, Wrong
from gateway.service.broadcast import BroadcastError
from gateway.store.broadcasts import BroadcastRow
from gateway.web.people.words import GENDER_NAMES
from gateway.web.visits import Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


# Each state with its colour: good, busy, bad or none.
STATES: Final = {
    DRAFT: (_("draft"), ""),
    SUBMITTED: (_("waits for approval"), "busy"),
    APPROVED: (_("approved"), "good"),
    QUEUEING: (_("being sent"), "busy"),
    SENDING: (_("being sent"), "busy"),
    PAUSED: (_("paused"), "bad"),
    DONE: (_("sent"), "good"),
    EXPIRED: (_("too late"), "bad"),
    STOPPED: (_("stopped"), "bad"),
}
SCHEDULED: Final = (_("scheduled"), "busy")
STEPS: Final = {
    Step.DRAFTED: _("written"),
    Step.CHANGED: _("written anew"),
    Step.SUBMITTED: _("approval asked for"),
    Step.TAKEN_BACK: _("taken back"),
    Step.RETURNED: _("sent back"),
    Step.APPROVED: _("approved"),
    Step.TESTED: _("sent to one number as a test"),
    Step.SENT: _("sent to its audience"),
    Step.PAUSED: _("paused"),
    Step.RESUMED: _("goes on"),
    Step.STOPPED: _("stopped"),
}
# What is said when a step was taken.
SAID: Final = {
    Step.SUBMITTED: _("Somebody else has to approve it now."),
    Step.TAKEN_BACK: _("It is a draft again."),
    Step.RETURNED: _("It went back to its writer."),
    Step.APPROVED: _("It is approved. An organiser lets it leave."),
    Step.SENT: _("It leaves, as fast as the channel may, behind all answers."),
    Step.PAUSED: _("It is paused. What is on its way arrives; the rest waits."),
    Step.RESUMED: _("It goes on."),
    Step.STOPPED: _("It is stopped. What had not left does not leave any more."),
    Step.TESTED: _("The test is on its way to that phone."),
}
REASONS: Final = {
    "erased": _("were erased"),
    "opted_out": _("have said STOP"),
    "no_consent": _("did not agree to messages"),
    "same_phone": _("share a phone that gets it already"),
    "too_often": _("got as many calls this week as anybody may"),
}
# What became of a message.
MESSAGES: Final = {
    "queued": _("waits"),
    "sending": _("on its way"),
    "unknown": _("sent, perhaps"),
    "accepted": _("taken by the aggregator"),
    "sent": _("taken by the network"),
    "buffered": _("kept for a phone that is off"),
    "expired": _("too late, not sent"),
    "withheld": _("not sent: the person said STOP"),
    "cancelled": _("not sent: the call was stopped"),
    "failed": _("failed"),
    "delivered": _("delivered"),
}
_WRONG: Final = {
    Wrong.MISSING: _("Write the text in %(language)s: whose language has none gets this one."),
    Wrong.EMPTY: _("Write the text in %(language)s: whose language has none gets this one."),
    Wrong.UNREADABLE: _("In %(language)s, a sign @ says nothing. Write @@ for the sign itself."),
    Wrong.COMPUTES: _("In %(language)s, nothing can be computed: leave out what is in @( )."),
    Wrong.UNKNOWN: _("The text in %(language)s names what is not there. There are %(known)s."),
    Wrong.LONG: _("The text in %(language)s is too long: %(most)s messages are the most."),
}


def state(call: BroadcastRow, now: int) -> tuple[str, str]:
    """Return the words for where a call is, and their colour."""
    later = call.not_before is not None and call.not_before > now
    if later and call.status in {QUEUEING, SENDING}:
        return SCHEDULED
    return STATES[call.status]


def wrong(visit: Visit, why: Wrong, language: str) -> str:
    """Say what is wrong with a text, and what to write."""
    return visit.gettext(
        _WRONG[why],
        language=visit.writing.language_name(language),
        known=", ".join(f"@{path}" for path in PATHS),
        most=LARGEST_PARTS,
    )


def refusal(visit: Visit, trouble: BroadcastError) -> str:
    """Say why a step cannot be taken."""
    values: dict[str, object] = dict(trouble.values)
    if "status" in values:
        values["status"] = visit.gettext(STATES[str(values["status"])][0])
    return visit.gettext(trouble.sentence, **values)


def audience(visit: Visit, meant: Audience, places: Places) -> str:
    """Say whom a call is for, as an organiser would."""
    names: Mapping[str, str] = {one.code: one.name for one in places}
    either = visit.gettext("or")

    def some(words: Collection[str]) -> str:
        *most, last = words
        return f"{', '.join(most)} {either} {last}" if most else last

    parts = []
    if meant.places:
        where = some([names.get(code, code) for code in meant.places])
        parts.append(visit.gettext("in %(places)s", places=where))
    if meant.except_places:
        where = some([names.get(code, code) for code in meant.except_places])
        parts.append(visit.gettext("not in %(places)s", places=where))
    if meant.languages:
        spoken = some([visit.writing.language_name(code) for code in meant.languages])
        parts.append(visit.gettext("who read %(languages)s", languages=spoken))
    if meant.groups:
        parts.append(visit.gettext("in the group %(groups)s", groups=some(meant.groups)))
    if meant.except_groups:
        groups = some(meant.except_groups)
        parts.append(visit.gettext("not in the group %(groups)s", groups=groups))
    if meant.genders:
        genders = [visit.gettext(GENDER_NAMES.get(one, one)) for one in meant.genders]
        parts.append(visit.gettext("of gender %(genders)s", genders=some(genders)))
    if meant.joined_since is not None:
        day = visit.writing.day(meant.joined_since)
        parts.append(visit.gettext("who joined since %(day)s", day=day))
    if meant.answered:
        parts.append(visit.gettext("who answered %(answers)s", answers=some(meant.answered)))
    if meant.except_answered:
        answers = some(meant.except_answered)
        parts.append(visit.gettext("who did not answer %(answers)s", answers=answers))
    if not parts:
        return visit.gettext("all members")
    return visit.gettext("members %(who)s", who=", ".join(parts))
