"""What begins a flow: words, codes, calls, times, and what nothing else took. Begins nothing.

The loader fills the tables and refuses two flows that claim the same; the service looks into them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal

from gateway.core.text.keywords import fold

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Trigger:
    """The flow that a keyword starts, and the language that the keyword belongs to."""

    flow: str
    language: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that a whole message is searched for; `found` gives its groups, or None."""

    source: str
    found: Callable[[str], tuple[str, ...] | None]
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Timetable:
    """A flow that begins by itself: `days` are 0 (Monday) to 6, `at` is minutes after midnight.

    `day_of_month` narrows it to that day of a month. `group` is whom it is for; empty: every member
    who agreed to be written to. Times are the movement's own.
    """

    flow: str
    days: tuple[int, ...]
    at: int
    group: str = ""
    day_of_month: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignEvent:
    """A flow that begins for each person of a group so long before or after a date of theirs.

    `field` is the key of the date; `offset` counts `unit`s from it, below 0 before it. `hour` is
    that of the day in the movement's time zone, None for the time of the date itself. Somebody in
    the middle of a conversation is `interrupts`: taken out of it, or else left in peace; None does
    not touch the conversation, and only says what it has to say. `campaign` is the uuid and the
    name of the campaign, as ``@trigger`` shows them.
    """

    uuid: str
    group: str
    field: str
    offset: int
    unit: Literal["minutes", "hours", "days", "weeks"]
    hour: int | None
    flow: str
    interrupts: bool | None = True
    campaign: tuple[str, str] = ("", "")

    def due(self, date: datetime, zone: tzinfo) -> datetime:
        """Return when it is due for a person with that date, at a full minute. Dates are aware."""
        begun = timedelta(seconds=date.second, microseconds=date.microsecond)
        whole = date - begun + (_MINUTE if begun else timedelta())
        local = whole.astimezone(zone)
        if self.unit in {"minutes", "hours"}:
            exact = local.astimezone(UTC) + timedelta(**{self.unit: self.offset})
            return exact.astimezone(zone)
        day = local.replace(tzinfo=None) + timedelta(**{self.unit: self.offset})
        if self.hour is not None:
            day = day.replace(hour=self.hour, minute=0)
        return day.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Triggers:
    """Everything that begins flows, in the order in which it is asked.

    `whole` are whole messages, folded; `words` are first words, folded; then `patterns`. `codes`
    maps what was dialled, ``*384*99#`` or a deeper ``*384*99*2#``, to a flow; `dial` is the flow of
    every other code. `short_codes` maps a short code to the flow for what nothing else took there.
    `newcomer` is for a phone that was never heard of, `missed_call` for a call that was not
    answered, `joined` for a person who has just become a member, `broadcast_reply` for an SMS from
    somebody whom a call to action reached lately, `other` for any SMS that nothing else took.
    """

    words: Mapping[str, Trigger] = field(default_factory=dict)
    whole: Mapping[str, Trigger] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    dial: str | None = None
    short_codes: Mapping[str, str] = field(default_factory=dict)
    newcomer: str | None = None
    joined: str | None = None
    missed_call: str | None = None
    broadcast_reply: str | None = None
    other: str | None = None
    timetables: tuple[Timetable, ...] = ()
    campaigns: tuple[CampaignEvent, ...] = ()

    def of_words(self, text: str, first: str) -> Trigger | None:
        """Return what a message starts by its words, all of them or the first.

        `first` is its first word, folded as `keywords.first_word` does.
        """
        return self.whole.get(fold(text)) or self.words.get(first)

    def of_pattern(self, text: str) -> Trigger | None:
        """Return what a message starts by a pattern that it holds."""
        found = (one.trigger for one in self.patterns if one.found(text) is not None)
        return next(found, None)
