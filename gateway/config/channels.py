"""Reads `channels.toml`: which aggregators we are connected to. Holds no secret in the file itself.

Every table that says its `kind` is a channel. Secrets are named there and looked up in the
environment or in a file of their own, so the file can be shown to anybody.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from gateway.channels.account import Account
from gateway.config.errors import ConfigError, explain
from gateway.config.sections import Section, number, setting, whole
from gateway.config.settings import Settings, read_toml

FILE_NAME = "channels.toml"
SECRET_CHARACTERS = 8

_SECRET = re.compile(rf"[A-Za-z0-9_.~-]{{{SECRET_CHARACTERS},200}}")
# A secret written in the place of its variable's name is not repeated in the error.
_NAMES_OF_SECRETS = ("api_key_env", "secret_env", "secret_file")
_SERVICE_CODE = r"^\*[0-9*]{1,30}#$"
_SHORT_CODE = r"^\+?[0-9]{2,15}$"


class ChannelTable(Section):
    """A channel as it is written in `channels.toml`."""

    name: str = setting(
        ...,
        "The channel's name: in addresses, exports and commands.",
        "1 to 40 small letters, digits and hyphens, beginning with a letter",
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
    )
    kind: str = setting(
        ...,
        "The aggregator.",
        "the name of an aggregator, such as africastalking",
        pattern=r"^[a-z][a-z0-9_-]*$",
    )
    address: str = setting(
        ...,
        "The short code or number that people text, or the service code that they dial.",
        "a short code such as 20200, a number such as +260970000000, or a code such as *384*99#",
        pattern=f"{_SHORT_CODE}|{_SERVICE_CODE}",
    )
    service_code: str | None = setting(
        None,
        "The service code that people dial, where `address` is a short code.",
        "a service code such as *384*99#",
        pattern=_SERVICE_CODE,
    )
    username: str = setting(
        ..., "The account's user name at the aggregator.", "a name, not empty", min_length=1
    )
    api_key_env: str = setting(
        ...,
        "The environment variable that holds the account's API key.",
        "the name of an environment variable",
        pattern=r"^[A-Z_][A-Z0-9_]*$",
    )
    secret_env: str | None = setting(
        None,
        "The environment variable that holds the secret part of the callbacks' address.",
        "the name of an environment variable",
        pattern=r"^[A-Z_][A-Z0-9_]*$",
    )
    secret_file: Path | None = setting(
        None,
        "Instead of `secret_env`: a file with the secret, relative to the folder of this file.",
        "the path of a file",
    )
    base_url: str | None = setting(
        None,
        "Where the aggregator is reached, if not at its usual address.",
        "an address that begins with http:// or https://",
        pattern=r"^https?://\S+$",
    )
    sender_id: str | None = setting(
        None,
        "The name that messages come from, if the aggregator registered one for you.",
        "up to 11 letters and digits, or a short code",
        pattern=r"^([A-Za-z0-9 ._-]{1,11}|\+?[0-9]{2,15})$",
    )
    allow_from: tuple[IPv4Network | IPv6Network, ...] = setting(
        (),
        "The networks that callbacks may come from; empty for any.",
        'a list of networks such as ["196.0.2.0/24"], without bits set beyond the mask',
    )
    rate_per_second: float = number(
        20, 0.1, 10_000, "How many messages the aggregator lets us send in a second."
    )
    recipients_per_request: int = whole(
        100, 1, 1000, "How many numbers one request to the aggregator carries."
    )

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise ValueError("needs either 'secret_env' or 'secret_file', exactly one of them")
        return self


class ChannelSettings(Section):
    """One channel with its secrets looked up. Secrets stay out of its repr."""

    name: str
    kind: str
    address: str
    service_code: str | None
    username: str
    api_key: str = Field(repr=False)
    base_url: str | None
    secret: str = Field(repr=False)
    sender_id: str | None
    allow_from: tuple[IPv4Network | IPv6Network, ...]
    rate_per_second: float
    recipients_per_request: int

    @property
    def account(self) -> Account:
        """What the aggregator's adapter signs in with."""
        return Account(
            username=self.username,
            api_key=self.api_key,
            base_url=self.base_url,
            sender=self.sender_id or self.short_code,
        )

    @property
    def short_code(self) -> str | None:
        """What people text, or None where the channel is dialled only."""
        return None if self.address.startswith("*") else self.address

    @property
    def dialled(self) -> str | None:
        """The service code that people dial, or None where the channel is SMS only."""
        return self.address if self.address.startswith("*") else self.service_code


def load_channels(settings: Settings) -> tuple[ChannelSettings, ...]:
    """Read the channels and look their secrets up, in the order of the file.

    A folder without a `channels.toml` has no channels. Raises `ConfigError` naming the file, the
    channel, the key and, for a missing secret, the variable to set.
    """
    # Not at the top: the registry loads every aggregator's SDK, and most commands need none.
    from gateway.channels.registry import AGGREGATORS  # noqa: PLC0415

    path = settings.config_directory / FILE_NAME
    if not path.exists():
        return ()
    found: dict[str, ChannelSettings] = {}
    for place, table in _tables(path, read_toml(path)):
        written = _validated(place, table)
        if written.kind not in AGGREGATORS:
            known = ", ".join(AGGREGATORS)
            raise ConfigError(f"{place} kind is '{written.kind}'; it must be one of: {known}.")
        channel = _with_secrets(place, written, settings)
        if channel.name in found:
            raise ConfigError(f"{place} name '{channel.name}' is used twice; names must differ.")
        if any(channel.secret == other.secret for other in found.values()):
            raise ConfigError(f"{place} has another channel's secret; each needs its own.")
        found[channel.name] = channel
    return tuple(found.values())


def _tables(path: Path, content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each channel's table with the words for its place in the file."""
    for key, value in content.items():
        if isinstance(value, list) and key == "channels":
            for position, table in enumerate(value, start=1):
                yield f"{path}: channel {position}:", _as_table(path, table)
        elif isinstance(value, dict) and key == "channels" and "kind" not in value:
            for name, table in value.items():
                yield f"{path}: [channels.{name}]", {"name": name, **_as_table(path, table)}
        elif isinstance(value, dict) and "kind" in value:
            yield f"{path}: [{key}]", {"name": key, **value}
        else:
            raise ConfigError(f"{path}: '{key}' is not a channel. Write a table [channels.NAME].")


def _as_table(path: Path, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: '{table}' is not a channel. Write a table [channels.NAME].")
    return table


def _validated(place: str, table: dict[str, Any]) -> ChannelTable:
    try:
        return ChannelTable.model_validate(table)
    except ValidationError as trouble:
        sentence = explain(
            ChannelTable, trouble, lambda key: f"{place} {key}".rstrip(), hidden=_NAMES_OF_SECRETS
        )
        raise ConfigError(sentence) from None


def _with_secrets(place: str, table: ChannelTable, settings: Settings) -> ChannelSettings:
    return ChannelSettings(
        api_key=_from_environment(place, "api_key_env", table.api_key_env, settings),
        secret=_secret(place, table, settings),
        **table.model_dump(exclude={"api_key_env", "secret_env", "secret_file"}),
    )


def _secret(place: str, table: ChannelTable, settings: Settings) -> str:
    if table.secret_env is not None:
        key, secret = (
            "secret_env",
            _from_environment(place, "secret_env", table.secret_env, settings),
        )
    else:
        key, secret = "secret_file", _from_file(place, settings.config_directory, table)
    if not _SECRET.fullmatch(secret):
        raise ConfigError(
            f"{place} {key}: the secret must be at least {SECRET_CHARACTERS} letters, digits,"
            " or any of - . _ ~ (`python3 -c"
            ' "import secrets; print(secrets.token_urlsafe(24))"` makes one).'
        )
    return secret


def _from_environment(place: str, key: str, variable: str, settings: Settings) -> str:
    value = settings.variable(variable)
    if not value:
        raise ConfigError(f"{place} {key}: the environment variable {variable} is not set. Set it.")
    return value


def _from_file(place: str, directory: Path, table: ChannelTable) -> str:
    path = directory / str(table.secret_file)
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise ConfigError(f"{place} secret_file: {path} cannot be read ({trouble}).") from trouble
