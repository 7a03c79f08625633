"""What staff do that is written down for ever, one line an act. Pages add theirs here.

The words are what `gateway audit list` and the audit's page print after a name. A subject is a kind
and an id, such as `staff:3` or `report:7K4-22`; neither it nor a detail holds anything personal.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """One kind of entry of the audit."""

    SIGNED_IN = "signed_in"
    SIGNED_IN_BY_LINK = "signed_in_by_link"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SESSION_REVOKED = "session_revoked"
    PASSWORD_SET = "password_set"
    TOTP_SET = "totp_set"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    STAFF_ADDED = "staff_added"
    STAFF_RENAMED = "staff_renamed"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    STAFF_RESET = "staff_reset"
    LINK_MADE = "link_made"
    GRANTED = "granted"
    UNGRANTED = "ungranted"
    TOKEN_MADE = "token_made"
    TOKEN_REVOKED = "token_revoked"
    PEOPLE_SEARCHED = "people_searched"
    PERSON_SEEN = "person_seen"
    NUMBER_UNMASKED = "number_unmasked"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PERSON_GROUPED = "person_grouped"
    PERSON_UNGROUPED = "person_ungrouped"
    PERSON_LEFT = "person_left"
    IMPORT_BEGUN = "import_begun"
    IMPORT_DONE = "import_done"
    IMPORT_ENDED = "import_ended"
    REPORT_SEEN = "report_seen"
    REPORT_WORDS_SEEN = "report_words_seen"
    REPORT_MOVED = "report_moved"
    REPORT_ASSIGNED = "report_assigned"
    REPORT_NOTED = "report_noted"
    REPORT_SORTED = "report_sorted"
    REPORT_VERIFIED = "report_verified"
    REPORT_PUBLISHED = "report_published"
    REPORT_HELD = "report_held"
    REPORT_RELEASED = "report_released"
    REPORT_MERGED = "report_merged"
    REPORT_ANSWERED = "report_answered"
    EXPORTED = "exported"
    EXPORT_ASKED = "export_asked"
    NUMBERS_RELEASED = "numbers_released"
    NUMBERS_REFUSED = "numbers_refused"
    EXPORT_DELETED = "export_deleted"
    EXPORT_SCHEDULED = "export_scheduled"
    EXPORT_UNSCHEDULED = "export_unscheduled"
    EXPORT_ENDED = "export_ended"
    CHANNEL_PAUSED = "channel_paused"
    CHANNEL_RESUMED = "channel_resumed"
    CALLBACKS_SEEN = "callbacks_seen"
    ASSEMBLY_OPENED = "assembly_opened"
    ASSEMBLY_CLOSED = "assembly_closed"
    HALL_COUNTED = "hall_counted"
    MINUTES_WRITTEN = "minutes_written"
    RESULT_DRAFTED = "result_drafted"
    AUDIT_READ = "audit_read"
    CALL_DRAFTED = "call_drafted"
    CALL_CHANGED = "call_changed"
    CALL_SUBMITTED = "call_submitted"
    CALL_TAKEN_BACK = "call_taken_back"
    CALL_RETURNED = "call_returned"
    CALL_APPROVED = "call_approved"
    CALL_TESTED = "call_tested"
    CALL_SENT = "call_sent"
    CALL_PAUSED = "call_paused"
    CALL_RESUMED = "call_resumed"
    CALL_STOPPED = "call_stopped"
    REPLIES_READ = "replies_read"
    HANDOVER_READ = "handover_read"
    HANDOVER_TAKEN = "handover_taken"
    HANDOVER_ANSWERED = "handover_answered"
    HANDOVER_CLOSED = "handover_closed"
    FLOWS_UPLOADED = "flows_uploaded"
    FLOWS_PUBLISHED = "flows_published"


WORDS: Final[Mapping[Act, str]] = {
    Act.SIGNED_IN: "signed in",
    Act.SIGNED_IN_BY_LINK: "signed in by a one-time link",
    Act.SIGN_IN_REFUSED: "was refused at sign-in",
    Act.SIGNED_OUT: "signed out",
    Act.SESSION_REVOKED: "ended a session",
    Act.PASSWORD_SET: "set a password",
    Act.TOTP_SET: "set up the app that makes codes",
    Act.RECOVERY_CODES_MADE: "made new recovery codes",
    Act.STAFF_ADDED: "added a member of staff",
    Act.STAFF_RENAMED: "renamed a member of staff",
    Act.STAFF_DISABLED: "disabled an account",
    Act.STAFF_ENABLED: "enabled an account again",
    Act.STAFF_RESET: "took away a password and its codes",
    Act.LINK_MADE: "made a one-time link",
    Act.GRANTED: "gave a role",
    Act.UNGRANTED: "took a role away",
    Act.TOKEN_MADE: "made a token for a program",
    Act.TOKEN_REVOKED: "revoked a token",
    Act.PEOPLE_SEARCHED: "searched people",
    Act.PERSON_SEEN: "looked at a person",
    Act.NUMBER_UNMASKED: "unmasked a number",
    Act.PERSON_ADDED: "wrote a person down",
    Act.PERSON_CHANGED: "mended a person's entry",
    Act.PERSON_GROUPED: "put a person into a group",
    Act.PERSON_UNGROUPED: "took a person out of a group",
    Act.PERSON_LEFT: "noted that a person left",
    Act.IMPORT_BEGUN: "began to write people down from a file",
    Act.IMPORT_DONE: "wrote people down from a file",
    Act.IMPORT_ENDED: "gave up a file of people that could not go on",
    Act.REPORT_SEEN: "looked at a report",
    Act.REPORT_WORDS_SEEN: "read the words of a report that is held for danger",
    Act.REPORT_MOVED: "took a report to another state",
    Act.REPORT_ASSIGNED: "gave a report to somebody",
    Act.REPORT_NOTED: "noted something about a report",
    Act.REPORT_SORTED: "gave a report another category or place",
    Act.REPORT_VERIFIED: "verified a report in the field",
    Act.REPORT_PUBLISHED: "published a report, or took that back",
    Act.REPORT_HELD: "held a report for danger",
    Act.REPORT_RELEASED: "held a report for danger no more",
    Act.REPORT_MERGED: "merged a report into another, or took them apart",
    Act.REPORT_ANSWERED: "wrote to the reporter of a report",
    Act.EXPORTED: "downloaded an export",
    Act.EXPORT_ASKED: "asked for an export",
    Act.NUMBERS_RELEASED: "released numbers",
    Act.NUMBERS_REFUSED: "refused to release numbers",
    Act.EXPORT_DELETED: "deleted an export",
    Act.EXPORT_SCHEDULED: "had counts written out regularly",
    Act.EXPORT_UNSCHEDULED: "ended counts that were written out regularly",
    Act.EXPORT_ENDED: "ended an export of somebody who may no more have it",
    Act.CHANNEL_PAUSED: "paused a channel",
    Act.CHANNEL_RESUMED: "resumed a channel",
    Act.CALLBACKS_SEEN: "looked at the secret addresses of a channel",
    Act.ASSEMBLY_OPENED: "opened an assembly",
    Act.ASSEMBLY_CLOSED: "closed an assembly before its time",
    Act.HALL_COUNTED: "witnessed a count in a hall",
    Act.MINUTES_WRITTEN: "wrote the minutes of an assembly",
    Act.RESULT_DRAFTED: "drafted the message that tells a result",
    Act.AUDIT_READ: "read the audit",
    Act.CALL_DRAFTED: "wrote a call to action",
    Act.CALL_CHANGED: "changed a call to action",
    Act.CALL_SUBMITTED: "asked for the approval of a call",
    Act.CALL_TAKEN_BACK: "took a call back to change it",
    Act.CALL_RETURNED: "sent a call back to its writer",
    Act.CALL_APPROVED: "approved a call to action",
    Act.CALL_TESTED: "sent a call to one number as a test",
    Act.CALL_SENT: "released a call to its audience",
    Act.CALL_PAUSED: "paused a call",
    Act.CALL_RESUMED: "let a call go on",
    Act.CALL_STOPPED: "stopped a call",
    Act.REPLIES_READ: "read replies to a call",
    Act.HANDOVER_READ: "read a conversation that waits for staff",
    Act.HANDOVER_TAKEN: "took on a conversation that waits for staff",
    Act.HANDOVER_ANSWERED: "answered somebody who waits for staff",
    Act.HANDOVER_CLOSED: "closed a conversation that waited for staff",
    Act.FLOWS_UPLOADED: "uploaded conversations",
    Act.FLOWS_PUBLISHED: "put conversations in force",
}
