"""Whose gateway it is: the settings of the movement itself. Reads no file and no environment."""

from datetime import UTC
from typing import Self
from zoneinfo import available_timezones

from pydantic import field_validator, model_validator

from gateway.config.sections import Section, is_language, setting
from gateway.core.movement.hours import QuietHours


class MovementSettings(Section):
    """Whose gateway this is."""

    name: str = setting(
        "Mashinani",
        "The name that people read in texts.",
        "1 to 40 characters",
        min_length=1,
        max_length=40,
    )
    country: str = setting(
        "ZM",
        "The country whose way of writing phone numbers is understood.",
        "two capital letters of ISO 3166, such as ZM",
        pattern=r"^[A-Z]{2}$",
    )
    timezone: str = setting(
        "Africa/Lusaka",
        "The time zone in which people and organisers read and write times.",
        "a name from the time zone database, such as Africa/Lusaka",
    )
    language: str = setting(
        "en",
        "The language of a person whose language is not known; one of `languages`.",
        "a language code of two or three letters, such as en",
        pattern=r"^[a-z]{2,3}$",
    )
    languages: tuple[str, ...] = setting(
        ("en", "ny", "bem"),
        "The languages that people can choose, in the order of the menu.",
        "language codes of two or three letters, such as en (in the environment: en,ny,bem)",
        min_length=1,
    )
    quiet_hours: str = setting(
        "20:00-08:00",
        "From when to when nothing begins by itself and no call to action leaves; answers always"
        " do. Empty for no such hours.",
        "empty, or two times of the day such as 20:00-08:00",
    )
    date_format: str = setting(
        "DD-MM-YYYY",
        "The order in which people write and read the parts of a date.",
        "DD-MM-YYYY, MM-DD-YYYY or YYYY-MM-DD",
        pattern=r"^(DD-MM-YYYY|MM-DD-YYYY|YYYY-MM-DD)$",
    )
    time_format: str = setting(
        "tt:mm",
        "How times of day are written: tt:mm is 18:05, h:mm aa is 6:05 pm.",
        "tt:mm, tt:mm:ss, h:mm aa or h:mm:ss aa",
        pattern=r"^(tt:mm(:ss)?|h:mm(:ss)? aa)$",
    )
    decimal_mark: str = setting(
        ".",
        "What stands between a number's whole part and its fraction.",
        "a full stop or a comma",
        pattern=r"^[.,]$",
    )
    grouping_mark: str = setting(
        ",",
        "What stands between the thousands of a number; another one than `decimal_mark`.",
        "a comma, a full stop, a space, an apostrophe, or nothing",
        pattern=r"^[,. ']?$",
    )

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, value: str) -> str:
        if value and QuietHours.read(value, UTC) is None:
            raise ValueError
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError
        return value

    @field_validator("languages", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_language, value)) or len(set(value)) != len(value):
            raise ValueError
        return value

    @model_validator(mode="after")
    def _default_is_offered(self) -> Self:
        if self.language not in self.languages:
            offered = ", ".join(self.languages)
            raise ValueError(f"language is '{self.language}'; it must be one of: {offered}")
        return self

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal_mark == self.grouping_mark:
            raise ValueError("decimal_mark and grouping_mark are the same; one must be another")
        return self
