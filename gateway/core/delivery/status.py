"""The life of a message as ranks that never regress. Knows no aggregator's words."""

from enum import IntEnum


class Status(IntEnum):
    """Where a message is. Values are stored, so they are never renumbered.

    A later report moves a message only to a status of higher value, so a report that comes
    twice, late or out of order changes nothing.
    """

    QUEUED = 0  # waits in the outbox
    SENDING = 10  # claimed by a deliverer until `claimed_until`
    UNKNOWN = 20  # a crash fell between the send and its record
    ACCEPTED = 30  # the aggregator took it
    SENT = 40  # the operator took it
    BUFFERED = 50  # the operator holds it for an absent handset
    EXPIRED = 60  # final: `valid_until` passed before it could be sent
    WITHHELD = 61  # final: the person said STOP before it was sent
    CANCELLED = 62  # final: an organiser stopped the broadcast
    FAILED = 70  # final: refused or undeliverable
    DELIVERED = 80  # final: the handset has it
    RECEIVED = 90  # an incoming message: nothing more happens to it

    @property
    def final(self) -> bool:
        """Whether no deliverer will touch the message again (a report still may)."""
        return self >= Status.EXPIRED

    @property
    def word(self) -> str:
        """The name used in exports, pages and the command line, such as ``delivered``."""
        return self.name.lower()


def advance(current: Status, reported: Status) -> Status:
    """Return the status after a report: the higher of the two, whatever order they came in."""
    return max(current, reported)
