"""The life of a call to action: where it may be, the steps that lead on, and who may take which.

Two people look at a call before it leaves: whoever wrote a part of it may not approve it. What was
approved cannot be changed; it has to be taken back first, which takes the approval with it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"
QUEUEING, SENDING, PAUSED = "queueing", "sending", "paused"
STOPPED, DONE, EXPIRED = "stopped", "done", "expired"

# Every status, in the order in which a call goes through them.
STATUSES: Final = (
    DRAFT,
    SUBMITTED,
    APPROVED,
    QUEUEING,
    SENDING,
    PAUSED,
    DONE,
    EXPIRED,
    STOPPED,
)
UNSENT: Final = (DRAFT, SUBMITTED, APPROVED)
RUNNING: Final = (QUEUEING, SENDING)  # its messages may leave
OVER: Final = (DONE, EXPIRED, STOPPED)


class Step(StrEnum):
    """One thing that somebody does with a call. Values are stored."""

    DRAFTED = "drafted"
    CHANGED = "changed"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"
    APPROVED = "approved"
    TESTED = "tested"
    SENT = "sent"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"


# From which statuses a step may be taken. `SENT` needs no approval where one person may send alone.
FROM: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.CHANGED: (DRAFT,),
    Step.SUBMITTED: (DRAFT,),
    Step.TAKEN_BACK: (SUBMITTED, APPROVED),
    Step.RETURNED: (SUBMITTED,),
    Step.APPROVED: (SUBMITTED,),
    Step.TESTED: UNSENT,
    Step.SENT: (APPROVED,),
    Step.PAUSED: RUNNING,
    Step.RESUMED: (PAUSED,),
    Step.STOPPED: (*UNSENT, *RUNNING, PAUSED),
}
# Where a step leads. A call that is resumed goes on where it was.
TO: Final[Mapping[Step, str]] = {
    Step.CHANGED: DRAFT,
    Step.SUBMITTED: SUBMITTED,
    Step.TAKEN_BACK: DRAFT,
    Step.RETURNED: DRAFT,
    Step.APPROVED: APPROVED,
    Step.SENT: QUEUEING,
    Step.PAUSED: PAUSED,
    Step.STOPPED: STOPPED,
}
# Whoever took one of these steps has a part in what the call says, and may not approve it.
WRITING: Final = (Step.DRAFTED, Step.CHANGED, Step.SUBMITTED)
