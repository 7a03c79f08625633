"""Every setting: its name, default, meaning and limits. Reads no file and no environment."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DATABASE_SCHEMES = ("sqlite:///", "sqlite+pysqlite:///", "postgresql://", "postgresql+psycopg://")
SMALLEST_SCREEN, LARGEST_SCREEN = 60, 182


def setting(default: object, meaning: str, allowed: str, **limits: Any) -> Any:
    """Declare a setting: its default, what it means, and the words for what it may be."""
    return Field(default, description=meaning, json_schema_extra={"allowed": allowed}, **limits)


def whole(default: int, lowest: int, highest: int, meaning: str) -> Any:
    """Declare a setting that is a whole number between two limits, both included."""
    allowed = f"a whole number from {lowest} to {highest}"
    return setting(default, meaning, allowed, ge=lowest, le=highest)


def number(default: float, lowest: float, highest: float, meaning: str) -> Any:
    """Declare a setting that is a number between two limits, both included."""
    allowed = f"a number from {lowest:g} to {highest:g}"
    return setting(default, meaning, allowed, ge=lowest, le=highest, allow_inf_nan=False)


class Section(BaseModel):
    """One table of a settings file. Immutable; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _no_yes_for_a_number(cls, given: Any) -> Any:
        for name, value in given.items() if isinstance(given, dict) else ():
            field = cls.model_fields.get(name)
            if isinstance(value, bool) and field is not None and field.annotation in {int, float}:
                given = {**given, name: str(value)}  # Python would take true for 1
        return given


def is_language(language: str) -> bool:
    """Whether this is a language's code."""
    return 2 <= len(language) <= 3 and language.isalpha() and language.islower()


class DatabaseSettings(Section):
    """Where everything is kept."""

    url: str = setting(
        "sqlite:///var/gateway.db",
        "The database: a SQLite file (relative to the working directory), or PostgreSQL as"
        " postgresql://user:password@host/name.",
        "an address that begins with sqlite:/// or postgresql://",
    )

    @field_validator("url")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        if not value.startswith(DATABASE_SCHEMES):
            raise ValueError
        return value


class KeySettings(Section):
    """Where the movement's keys are."""

    file: Path = setting(
        Path("var/gateway.key"),
        "The key file that `gateway keys new` makes, relative to the working directory. Keep it off"
        " the disk that holds the data.",
        "the path of a file",
    )


class ServeSettings(Section):
    """How callbacks and pages are served."""

    host: str = setting(
        "127.0.0.1",
        "The address to listen on; 0.0.0.0 for every network that this machine is on.",
        "an IP address or a host name",
        min_length=1,
    )
    port: int = whole(8000, 1, 65_535, "The port to listen on.")
    max_body_bytes: int = whole(
        65_536, 1024, 1_048_576, "The largest request body that is read, in bytes."
    )
    proxies: tuple[str, ...] = setting(
        (),
        "Reverse proxies that are believed when they say whom a request came from and that it came"
        " by HTTPS (X-Forwarded-For, X-Forwarded-Proto); nobody else is.",
        "IP addresses or networks such as 127.0.0.1 or 10.0.0.0/24",
    )

    @field_validator("proxies", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)
        return value


class IntakeSettings(Section):
    """How callbacks wait to be recorded."""

    queue: int = whole(
        2000, 1, 100_000, "How many callbacks may wait; past it they are asked to come again."
    )
    batch: int = whole(256, 1, 2000, "How many waiting callbacks one transaction takes at most.")
    answer_seconds: float = number(
        8, 1, 60, "How long a callback may wait; aggregators give up after 10 seconds."
    )


class UssdSettings(Section):
    """What a USSD screen holds."""

    limit: int = whole(
        160, SMALLEST_SCREEN, LARGEST_SCREEN, "How many GSM-7 characters a screen holds."
    )
    first_limit: int = whole(
        140,
        SMALLEST_SCREEN,
        LARGEST_SCREEN,
        "How many the first screen of a session holds; not more than `limit`.",
    )
    resume_hours: int = whole(
        24, 0, 720, "How long a dropped conversation can be continued; 0 for not at all."
    )
    networks: dict[str, int] = setting(
        {},
        'What a screen holds on one network, by network code, such as { "64501" = 182 }.',
        f"network codes with whole numbers from {SMALLEST_SCREEN} to {LARGEST_SCREEN}"
        " (in the environment: 64501=182,64502=140)",
    )

    @field_validator("networks", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if isinstance(value, str):
            pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
            return {code.strip(): limit.strip() for code, _, limit in pairs}
        return value

    @field_validator("networks")
    @classmethod
    def _limits(cls, value: dict[str, int]) -> dict[str, int]:
        sizes = range(SMALLEST_SCREEN, LARGEST_SCREEN + 1)
        if not all(code.isdigit() and limit in sizes for code, limit in value.items()):
            raise ValueError
        return value

    @model_validator(mode="after")
    def _first_fits(self) -> Self:
        if self.first_limit > self.limit:
            raise ValueError(
                f"first_limit is {self.first_limit}; it must be at most `limit`, {self.limit}"
            )
        return self


class DeliverySettings(Section):
    """How the outbox is emptied."""

    lease_seconds: float = number(
        60, 5, 3600, "How long a deliverer may hold messages before their fate counts as unknown."
    )
    attempts: int = whole(8, 1, 50, "How often a message is tried before it has failed.")
    backoff_seconds: float = number(
        30, 0, 86_400, "The wait after the first failed attempt; it doubles with each."
    )
    backoff_max_seconds: float = number(
        3600, 0, 86_400, "The longest wait between attempts; not less than `backoff_seconds`."
    )
    batch: int = whole(500, 1, 10_000, "How many messages one claim takes at most.")
    workers: int = whole(4, 1, 64, "How many requests to aggregators may be under way at once.")
    poll_seconds: float = number(0.5, 0.01, 60, "How often an empty outbox is looked at again.")
    answer_valid_hours: int = whole(
        24, 1, 720, "An answer that could not leave within this time is not sent any more."
    )

    @model_validator(mode="after")
    def _waits_grow(self) -> Self:
        if self.backoff_seconds > self.backoff_max_seconds:
            raise ValueError(
                f"backoff_max_seconds is {self.backoff_max_seconds:g}; it must be at least"
                f" `backoff_seconds`, {self.backoff_seconds:g}"
            )
        return self


class FlowsSettings(Section):
    """Where the conversations are."""

    directory: Path = setting(
        Path("flows"),
        "The folder of flow files and their translations, relative to the working directory.",
        "the path of a folder",
    )
    watch: bool = setting(
        default=True,
        meaning="Put a changed folder in force by itself; else `gateway flows publish` does it.",
        allowed="true or false",
    )
    poll_seconds: float = number(
        2, 0.1, 3600, "How often the folder, and what other machines published, is looked at."
    )
    fallbacks: dict[str, tuple[str, ...]] = setting(
        {},
        "Which languages serve for one that a text is not translated to, the nearest first, such as"
        ' { bem = ["ny"], toi = ["bem", "ny"] }; after them the flow\'s own language.',
        "language codes of two or three letters, each with a list of others"
        " (in the environment: bem=ny,toi=bem+ny)",
    )

    @field_validator("fallbacks", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        if isinstance(value, str):
            pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
            return {code.strip(): others.strip().split("+") for code, _, others in pairs}
        return value

    @field_validator("fallbacks")
    @classmethod
    def _of_others(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for code, others in value.items():
            if code in others or not others or not all(map(is_language, (code, *others))):
                raise ValueError
        return value


class ConversationsSettings(Section):
    """How conversations go."""

    broadcast_reply_days: int = whole(
        3,
        0,
        90,
        "How long after a call to action a message that nothing else takes counts as a reply to"
        " it; 0 for not at all.",
    )
    same_text: int = whole(
        3,
        1,
        100,
        "How often the same answer goes to the same phone within `same_text_minutes`; then the"
        " conversation is parked for staff to look at, so that no machine is answered for ever.",
    )
    same_text_minutes: int = whole(10, 1, 1440, "The time within which answers are the same ones.")
    answers_per_hour: int = whole(
        60, 1, 10_000, "How many automatic answers by SMS one phone gets within an hour."
    )
    reminder_valid_hours: int = whole(
        12,
        1,
        720,
        "A scheduled text, or the end of a wait, that is later than this is not told any more.",
    )
    timetable_grace_minutes: int = whole(
        60,
        1,
        720,
        "How late a flow of a timetable may begin where no gateway was running at its time.",
    )
    missed_call_minutes: int = whole(
        10, 0, 10_080, "How long further calls of a phone begin nothing after one that did."
    )
    most_others: int = whole(
        1000,
        0,
        100_000,
        "How many people an imported flow may write to, or begin a flow for, at once; of one that"
        " is for more, staff are told, and nobody gets anything. 0 for none at all.",
    )


class PlacesSettings(Section):
    """Where the country's places are."""

    file: Path = setting(
        Path("places/zm.csv"),
        "The country's places, relative to the folder of this file.",
        "the path of a CSV file",
    )


class PricesSettings(Section):
    """Where the prices of messages are."""

    file: Path = setting(
        Path("prices.toml"),
        "What a message costs, for previews of broadcasts and the costs of channels; relative to "
        "the folder of this file.",
        "the path of a TOML file",
    )


class RetentionSettings(Section):
    """How long we keep what nobody needs for long."""

    inbox_days: int = whole(
        7, 1, 365, "How long the content of a callback is kept after it was answered."
    )
    webhook_days: int = whole(
        30, 1, 365, "How long it is kept that a server was asked, without what was said."
    )
    orphan_report_days: int = whole(
        7, 1, 365, "How long a delivery report waits for the message that it belongs to."
    )


class DemoSettings(Section):
    """The phone in the browser, for demonstrations only."""

    enabled: bool = setting(
        default=False,
        meaning="Serve /phone, on which anybody can text as anybody. Never on a real gateway.",
        allowed="true or false",
    )
    simulator_url: str = setting(
        "",
        "The simulator that /phone speaks through, such as http://127.0.0.1:8001.",
        "empty, or an address that begins with http:// or https://",
        pattern=r"^(https?://\S+)?$",
    )
