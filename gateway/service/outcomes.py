"""What an aggregator's answer means for our messages. Decides; records and sends nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.channels.base import Accepted, Outcome, SendFailed
from gateway.core.delivery.retry import next_attempt
from gateway.core.delivery.status import Status
from gateway.core.movement.hours import QuietHours
from gateway.store.claims import Claimed, Settled

_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """How the outbox is emptied. Durations in the unit of their name.

    `attempts` is how often a message is tried; `batch` how many messages one claim takes; `workers`
    how many requests to one aggregator may be under way at once. In `quiet` hours only
    answers leave.
    """

    lease_ms: int = 60_000
    attempts: int = 8
    backoff_s: float = 30
    backoff_max_s: float = 3600
    batch: int = 500
    workers: int = 4
    poll_s: float = 0.5
    inbox_days: int = 7
    webhook_days: int = 30
    orphan_report_days: int = 7
    quiet: QuietHours | None = None

    def is_quiet(self, now: int) -> bool:
        """Whether it is quiet at a time in milliseconds."""
        return self.quiet is not None and self.quiet.over_at(now) > now


Chance = Callable[[], float]
"""Gives a number from 0 to 1, 1 excluded."""


def judge(message: Claimed, outcome: Outcome, now: int, policy: Policy, chance: Chance) -> Settled:
    """Return what becomes of a message that the aggregator answered for."""
    if isinstance(outcome, Accepted):
        return Settled(message.id, message.lease, Status.ACCEPTED, outcome.provider_ref)
    if outcome.retryable:
        return _again(message, outcome.error, Status.FAILED, now, policy, chance)
    return Settled(message.id, message.lease, Status.FAILED, error=outcome.error)


def judge_failure(
    message: Claimed, failure: SendFailed, now: int, policy: Policy, chance: Chance
) -> Settled:
    """Return what becomes of a message whose whole request failed.

    Where the aggregator may have acted, a call to action stays unknown and is not sent again. Where
    it cannot have acted and may do so later, nothing is wrong with the message: it is put back.
    """
    if failure.sent_maybe:
        if message.purpose.resent and failure.retryable:
            return _again(message, failure.error, Status.UNKNOWN, now, policy, chance)
        return Settled(message.id, message.lease, Status.UNKNOWN, error=failure.error)
    if failure.retryable:
        return put_back(message)
    return Settled(message.id, message.lease, Status.FAILED, error=failure.error)


def put_back(message: Claimed) -> Settled:
    """Return a message to the outbox as if it had not been claimed."""
    return Settled(message.id, message.lease, Status.QUEUED, counted=False)


def unopened(message: Claimed) -> Settled:
    """Give up a message that does not open: its key is gone, or it was damaged."""
    return Settled(message.id, message.lease, Status.FAILED, error="unreadable")


def rests_channel(failure: SendFailed) -> bool:
    """Whether the fault is the connection's, so that other messages had better wait as well."""
    return failure.retryable and not failure.sent_maybe


def _again(
    message: Claimed, error: str, at_last: Status, now: int, policy: Policy, chance: Chance
) -> Settled:
    if message.attempts >= policy.attempts:
        return Settled(message.id, message.lease, at_last, error=error)
    wait = next_attempt(message.attempts, policy.backoff_s, policy.backoff_max_s, chance())
    later = now + int(wait * _SECOND_MS)
    return Settled(message.id, message.lease, Status.QUEUED, error=error, not_before=later)
