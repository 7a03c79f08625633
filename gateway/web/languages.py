"""The languages of the pages: their catalogues, which one a browser gets, and how it writes.

English is written in the templates themselves. A catalogue is a folder `locale/<language>` of
gettext files, one for each part of the pages; whatever is not translated stays English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from babel.support import NullTranslations, Translations
from babel.units import format_unit

from gateway.core.movement.moments import first_day

SOURCE: Final = "en"
# The languages of the pages, each by its own name, which is how people look for it.
NAMES: Final[Mapping[str, str]] = {"en": "English", "fr": "Français", "sw": "Kiswahili"}
# English as most of its readers write it: the day before the month, and a day of 24 hours, as the
# forms ask for it and SMS tell it. Bare "en" is the English of the United States.
_LOCALES: Final[Mapping[str, str]] = {"en": "en_GB"}
# Embeddings, overrides and isolates (UAX 9); marks that turn nothing, such as LRM, are not of them.
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_DAY_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Writing:
    """How one language writes: its texts, numbers and dates. Moments are milliseconds in UTC."""

    language: str
    locale: Locale
    texts: NullTranslations
    zone: tzinfo

    @property
    def direction(self) -> str:
        """Which way the language is written, as HTML says it: ``ltr`` or ``rtl``."""
        return self.locale.text_direction

    def number(self, value: float) -> str:
        """Write a number with the language's marks, such as ``12,340``."""
        return format_decimal(value, locale=self.locale)

    def compact(self, value: float) -> str:
        """Write a large number short, such as ``12K``."""
        return format_compact_decimal(value, locale=self.locale, fraction_digits=1)

    def percent(self, value: float) -> str:
        """Write a share of 1 as per cent."""
        return format_percent(value, locale=self.locale)

    def money(self, thousandths: int, currency: str) -> str:
        """Write an amount of money given in thousandths of its currency, such as ``ZMW 12.50``."""
        amount = format_decimal(thousandths / 1000, "#,##0.00", locale=self.locale)
        return f"{currency}\N{NO-BREAK SPACE}{amount}"

    def day(self, ms: int) -> str:
        """Write the date of a moment, such as ``25 Nov 2026``."""
        return format_date(self._local(ms), "medium", locale=self.locale)

    def date(self, day: date) -> str:
        """Write a day of the calendar without its year, such as ``25 Nov``."""
        return format_skeleton("MMMd", day, locale=self.locale)

    def month(self, month: int) -> str:
        """Write a month as `core.movement.moments` counts them, such as ``November 2026``."""
        return format_skeleton("yMMMM", first_day(month), locale=self.locale)

    def clock(self, ms: int) -> str:
        """Write the time of day of a moment, such as ``18:00``."""
        return format_time(self._local(ms), "short", locale=self.locale)

    def moment(self, ms: int) -> str:
        """Write a moment, date and time of day."""
        pattern = str(get_datetime_format("medium", locale=self.locale))
        return pattern.replace("{1}", self.day(ms)).replace("{0}", self.clock(ms)).replace("'", "")

    def when(self, ms: int, now: int) -> str:
        """Write a moment as people say it near ``now``: ``today, 18:00``; else date and time.

        A day ends at midnight where the movement is, wherever the server and the reader are.
        """
        days = (self._local(ms).date() - self._local(now).date()).days
        if days == 0:
            return self.texts.gettext("today, %(clock)s") % {"clock": self.clock(ms)}
        if days == -1:
            return self.texts.gettext("yesterday, %(clock)s") % {"clock": self.clock(ms)}
        if days == 1:
            return self.texts.gettext("tomorrow, %(clock)s") % {"clock": self.clock(ms)}
        return self.moment(ms)

    def left(self, ms: int) -> tuple[str, str]:
        """Write how long something still takes: whole days in words, or nothing, and a clock."""
        days, rest = divmod(max(ms, 0) // 1000, _DAY_S)
        words = format_unit(days, "duration-day", locale=self.locale) if days else ""
        return words, f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"

    def iso(self, ms: int) -> str:
        """Write a moment for machines, in the movement's time zone."""
        return self._local(ms).isoformat(timespec="seconds")

    def ago(self, ms: int, now: int) -> str:
        """Write how far a moment is from now, such as ``3 hours ago`` or ``in 2 days``."""
        away = timedelta(milliseconds=ms - now)
        if abs(away) < timedelta(seconds=1):  # what was counted while the page was made
            away = timedelta(seconds=-1)  # "in 0 seconds" would be of something to come
        return format_timedelta(away, add_direction=True, locale=self.locale)

    def span(self, ms: int) -> str:
        """Write a length of time, such as ``3 hours``."""
        return format_timedelta(timedelta(milliseconds=ms), locale=self.locale)

    def language_name(self, code: str) -> str:
        """Name a language in this one; a code that has no name stays itself."""
        return str(self.locale.languages.get(code, code))

    def _local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, self.zone)


def unmarked(text: str) -> str:
    """Return a text without the marks that turn the direction of what stands after them.

    For where it cannot be held apart from its neighbours, such as in the title of a window.
    """
    return text.translate(_TURNS)


@cache
def writing(language: str, zone: tzinfo) -> Writing:
    """Return how a language writes, in a time zone. Its catalogue is read once.

    One without a catalogue speaks English, but writes its own dates in its own direction.
    """
    locale = Locale.parse(_LOCALES.get(language, language))
    return Writing(language, locale, _texts(language), zone)


def choose(wanted: Iterable[str | None], accepted: str) -> str:
    """Return the language that a visitor gets.

    `wanted` are choices, the strongest first; `accepted` is the browser's Accept-Language.
    """
    for one in (*wanted, *_by_quality(accepted)):
        language = (one or "").partition("-")[0].lower()
        if language in NAMES:
            return language
    return SOURCE


def catalogues(language: str) -> list[Catalog]:
    """Return the catalogues of a language as they are written."""
    folder = files("gateway.web") / "locale" / language
    if not folder.is_dir():
        return []
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return [
        read_po(BytesIO(entry.read_bytes()), locale=language)
        for entry in entries
        if entry.name.endswith(".po")
    ]


def _texts(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    merged = Translations()
    for catalogue in catalogues(language):
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        merged.merge(Translations(compiled))
    return merged


def _by_quality(accepted: str) -> list[str]:
    """Return the languages of an Accept-Language header, the most wanted first (RFC 9110)."""
    found = []
    for part in accepted.split(",")[:20]:
        language, _, weight = part.strip().partition(";q=")
        try:
            found.append((-float(weight or 1), language.strip()))
        except ValueError:
            continue
    return [language for _, language in sorted(found, key=lambda one: one[0])]
