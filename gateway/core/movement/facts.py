"""What can happen in the movement, as immutable facts. Holds no SQL and decides nothing.

A fact's `body` carries no name, number or words of a person; those are in `sealed`, under the
person's key. `subject` is the participant's or phone's 16-byte id, empty where it is about none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PARTICIPANT_JOINED = "participant_joined"
PARTICIPANT_CHANGED = "participant_changed"
PARTICIPANT_LEFT = "participant_left"
CONSENT_RECORDED = "consent_recorded"
PHONE_STOPPED = "phone_stopped"
PHONE_STARTED = "phone_started"
GROUP_JOINED = "group_joined"
GROUP_LEFT = "group_left"
FIELD_CHANGED = "field_changed"
RESULT_SAVED = "result_saved"
REPORT_FILED = "report_filed"
REPORT_CHANGED = "report_changed"
REPORT_NOTED = "report_noted"
ASSEMBLY_OPENED = "assembly_opened"
ASSEMBLY_CLOSED = "assembly_closed"
HALL_COUNTED = "hall_counted"
MINUTES_WRITTEN = "minutes_written"
BALLOT_CAST = "ballot_cast"
BALLOT_REFUSED = "ballot_refused"
BROADCAST_APPROVED = "broadcast_approved"
BROADCAST_SENT = "broadcast_sent"
BROADCAST_PAUSED = "broadcast_paused"
BROADCAST_RESUMED = "broadcast_resumed"
BROADCAST_STOPPED = "broadcast_stopped"
NUMBERS_EXPORTED = "numbers_exported"
CONVERSATION_READ = "conversation_read"

# Every kind and what it says, in the order of the documentation, with what is sealed, if anything.
KINDS: Mapping[str, str] = {
    PARTICIPANT_JOINED: "A person became a member, or came back; sealed: the name.",
    PARTICIPANT_CHANGED: "A member's place, language, gender or name changed; sealed: the name.",
    PARTICIPANT_LEFT: "A member left.",
    CONSENT_RECORDED: "A person answered a consent question; the exact text is in the body. On"
    " paper: its reference too; sealed: who witnessed it.",
    PHONE_STOPPED: "A phone said STOP, or its operator said so for it.",
    PHONE_STARTED: "A phone that had said STOP asked for messages again.",
    GROUP_JOINED: "A member was put into a group.",
    GROUP_LEFT: "A member was taken out of a group.",
    FIELD_CHANGED: "A field of a person changed, or is gone; sealed: the value.",
    RESULT_SAVED: "A flow saved a result of a person; sealed: value, category, what was given.",
    REPORT_FILED: "A person reported an issue; sealed: the words.",
    REPORT_CHANGED: "Something about a report changed: its state, who looks after it, its place.",
    REPORT_NOTED: "Somebody of the staff noted something about a report; sealed: the note.",
    ASSEMBLY_OPENED: "An assembly opened with its motions, which never change afterwards.",
    ASSEMBLY_CLOSED: "An assembly was closed before its time.",
    HALL_COUNTED: "A witness wrote down how many hands were raised in a hall.",
    MINUTES_WRITTEN: "The minutes of an assembly were written, or written anew; they are public.",
    BALLOT_CAST: "A member voted, or changed the vote; the last one received counts.",
    BALLOT_REFUSED: "A vote was not counted, and why.",
    BROADCAST_APPROVED: "A call to action was approved by somebody who had not written it.",
    BROADCAST_SENT: "A call to action was released to its audience.",
    BROADCAST_PAUSED: "A call to action was held: what has not left waits.",
    BROADCAST_RESUMED: "A call to action that was held goes on.",
    BROADCAST_STOPPED: "A call to action was stopped.",
    NUMBERS_EXPORTED: "Somebody exported phone numbers.",
    CONVERSATION_READ: "Somebody of the staff read what was written to and fro with a person.",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `body` must be JSON with sortable keys."""

    kind: str
    subject: bytes
    body: Mapping[str, object]
    sealed: bytes | None = None
