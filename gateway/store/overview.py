"""Counts of everything, for the page that says what is going on. Reads no person and no text."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from gateway.core.delivery.status import Status
from gateway.store import tables


def members_by_channel(connection: Connection) -> Mapping[str, int]:
    """Return how many members joined through each channel."""
    channel = tables.participants.c.channel
    member = tables.participants.c.status == "member"
    query = select(channel, func.count()).where(member).group_by(channel)
    return {row[0]: row[1] for row in connection.execute(query)}


def members_by_medium(connection: Connection) -> Mapping[str | None, int]:
    """Return how many members joined by SMS and by USSD; None stands for those on a list."""
    medium = tables.participants.c.medium
    member = tables.participants.c.status == "member"
    query = select(medium, func.count()).where(member).group_by(medium)
    return {row[0]: row[1] for row in connection.execute(query)}


def reports_by_category(connection: Connection) -> Mapping[str, int]:
    """Return how many issues of each category were reported."""
    category = tables.reports.c.category
    query = select(category, func.count()).group_by(category)
    return {row[0]: row[1] for row in connection.execute(query)}


def messages_by_status(connection: Connection) -> Mapping[Status, int]:
    """Return how many messages there are in each status, in the order of their ranks.

    Looks at every message, so it is for small databases.
    """
    status = tables.messages.c.status
    query = select(status, func.count()).group_by(status).order_by(status)
    return {Status(rank): count for rank, count in connection.execute(query)}
