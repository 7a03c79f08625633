"""The servers that flows may ask, and the secrets that they are sent, which are in no file."""

import re
from collections.abc import Callable, Mapping

from pydantic import ValidationInfo, field_validator

from gateway.config.errors import ConfigError
from gateway.config.sections import Section, setting, whole

_SERVER = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class WebhooksSettings(Section):
    """Which servers flows may ask. None may be asked that is not named here."""

    allow: tuple[str, ...] = setting(
        (),
        "The servers on the internet that flows may ask; any other counts as one that failed.",
        "names of servers such as prices.example.org, with :8443 behind one that is not on the"
        " usual port",
    )
    local: tuple[str, ...] = setting(
        (),
        "Servers that flows may ask though they are on this machine or in its own network. Name"
        " only those: what is beside the gateway is often not guarded.",
        "names or addresses of servers such as rota.lan or 192.168.1.20:8080",
    )
    secrets: dict[str, str] = setting(
        {},
        'What flows send as `{secret: name}` in a header, such as { rota = "ROTA_TOKEN" }: by'
        " name the variable of the environment that holds it.",
        "names in small letters, each with the name of a variable"
        " (in the environment: rota=ROTA_TOKEN,prices=PRICES_KEY)",
    )
    at_once: int = whole(8, 1, 64, "How many servers one process asks at once.")
    max_bytes: int = whole(
        100_000, 1000, 1_000_000, "The largest answer; one that is larger counts as none."
    )
    screen_seconds: int = whole(
        180,
        10,
        3600,
        "How long what a server answered waits for the person to look at the screen; then it goes"
        " out by SMS.",
    )

    @field_validator("allow", "local", "secrets", mode="before")
    @classmethod
    def _lists(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if info.field_name != "secrets":
            return parts
        pairs = [part.partition("=") for part in parts]
        return {name.strip(): variable.strip() for name, _, variable in pairs}

    @field_validator("allow", "local")
    @classmethod
    def _servers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_SERVER.fullmatch, value)):
            raise ValueError
        return value

    @field_validator("secrets")
    @classmethod
    def _named(cls, value: dict[str, str]) -> dict[str, str]:
        for name, variable in value.items():
            if not _NAME.fullmatch(name) or not _VARIABLE.fullmatch(variable):
                raise ValueError
        return value


def look_up(names: Mapping[str, str], variable: Callable[[str], str | None]) -> Mapping[str, str]:
    """Return the secrets by name. Raises `ConfigError` for a variable that is not set."""
    found = {}
    for name, holder in names.items():
        value = (variable(holder) or "").strip()
        if not value:
            raise ConfigError(
                f"[webhooks] secrets, {name}: the environment variable {holder} is not set. Set it,"
                " or take the secret out."
            )
        found[name] = value
    return found
