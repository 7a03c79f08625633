"""Why a message exists, and what that means for its delivery. Knows no text and no aggregator."""

from enum import IntEnum

URGENT = 0
ORDINARY = 1
BULK = 2
HELD = 3  # of a call that is paused: no deliverer looks for it


class Purpose(IntEnum):
    """What a message is for. Values are stored, so they are never renumbered."""

    ANSWER = 0  # says what the conversation says next
    RECEIPT = 1  # a person must have it: a case code, a vote recorded
    CONFIRMATION = 2  # of a STOP; the only text that goes to a phone that said STOP
    BROADCAST = 3  # a call to action
    NOTICE = 4  # the movement has something to say to one person, who did not just write
    STAFF = 5  # somebody of the staff writes to one person
    RECEIVED = 9  # came in; nothing is delivered

    @property
    def priority(self) -> int:
        """The place in the outbox: a lower number leaves first, so calls never hold up answers."""
        return _PRIORITIES[self]

    @property
    def resent(self) -> bool:
        """Whether it is sent again when nobody knows if it left: once too often beats never.

        A call to action is not: a second copy to thousands costs money and trust.
        """
        return self is not Purpose.BROADCAST

    @property
    def reaches_stopped(self) -> bool:
        """Whether it goes to a phone that said STOP."""
        return self is Purpose.CONFIRMATION

    @property
    def word(self) -> str:
        """The name used in exports and on the command line, such as ``answer``."""
        return self.name.lower()


_PRIORITIES = {
    Purpose.ANSWER: URGENT,
    Purpose.RECEIPT: URGENT,
    Purpose.CONFIRMATION: URGENT,
    Purpose.BROADCAST: BULK,
    Purpose.NOTICE: ORDINARY,
    Purpose.STAFF: URGENT,
    Purpose.RECEIVED: BULK,
}
PRIORITIES = (URGENT, ORDINARY, BULK)
WHILE_QUIET = (URGENT,)  # what leaves in quiet hours: answers to people, by machine or by hand
