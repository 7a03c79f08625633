"""Reads settings: of the whole package, only this module looks at the environment.

A value comes from the environment, else from `gateway.toml`, else from its default. What is
misspelt or out of range is refused with one sentence; nothing is corrected silently.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, ValidationError

from gateway.config.calls import CallsSettings
from gateway.config.errors import ConfigError, explain, suggest
from gateway.config.exports import ExportsSettings
from gateway.config.movement import MovementSettings
from gateway.config.sections import (
    ConversationsSettings,
    DatabaseSettings,
    DeliverySettings,
    DemoSettings,
    FlowsSettings,
    IntakeSettings,
    KeySettings,
    PlacesSettings,
    PricesSettings,
    RetentionSettings,
    Section,
    ServeSettings,
    UssdSettings,
)
from gateway.config.staff import StaffSettings
from gateway.config.webhooks import WebhooksSettings

PREFIX = "GATEWAY_"
DIRECTORY_VARIABLE = "GATEWAY_CONFIG_DIR"
DEFAULT_DIRECTORY = "config"
SHIPPED = Path(__file__).resolve().parents[2]  # the project: its config/ and flows/
FILE_NAME = "gateway.toml"

# As near as this to a setting's variable, an unknown one is a slip of the finger, not a stranger.
_MISSPELT = 0.9
_HIDDEN = {"database": ("url",), "webhooks": ("secrets",)}  # may hold a password
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*(?=@)")
_PASSWORD_QUERY = re.compile(r"(?i)((?:password|sslpassword)=)[^&]*")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of `gateway config show`. `value` never holds a password."""

    name: str
    value: str
    source: str


class Settings(Section):
    """Everything that can be set, and where each value came from. Immutable."""

    movement: MovementSettings = MovementSettings()
    database: DatabaseSettings = DatabaseSettings()
    key: KeySettings = KeySettings()
    serve: ServeSettings = ServeSettings()
    intake: IntakeSettings = IntakeSettings()
    ussd: UssdSettings = UssdSettings()
    delivery: DeliverySettings = DeliverySettings()
    flows: FlowsSettings = FlowsSettings()
    conversations: ConversationsSettings = ConversationsSettings()
    calls: CallsSettings = CallsSettings()
    webhooks: WebhooksSettings = WebhooksSettings()
    places: PlacesSettings = PlacesSettings()
    prices: PricesSettings = PricesSettings()
    retention: RetentionSettings = RetentionSettings()
    staff: StaffSettings = StaffSettings()
    exports: ExportsSettings = ExportsSettings()
    demo: DemoSettings = DemoSettings()

    _directory: Path = PrivateAttr(Path(DEFAULT_DIRECTORY))
    _environment: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _sources: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def config_directory(self) -> Path:
        """The folder that `gateway.toml` and `channels.toml` are read from."""
        return self._directory

    @property
    def places_path(self) -> Path:
        """The places file, resolved against the folder of settings; else the one shipped."""
        return self._or_shipped(self._directory / self.places.file, "config", self.places.file)

    @property
    def prices_path(self) -> Path:
        """The prices file, resolved against the folder of settings; else the one shipped."""
        return self._or_shipped(self._directory / self.prices.file, "config", self.prices.file)

    @property
    def sensitive_path(self) -> Path:
        """The list of words to be warned of, resolved against the folder of settings."""
        return self._or_shipped(
            self._directory / self.calls.sensitive, "config", self.calls.sensitive
        )

    @property
    def flows_path(self) -> Path:
        """The folder of flow files, as seen from the working directory; else the one shipped."""
        return self._or_shipped(self.flows.directory, "", self.flows.directory)

    def _or_shipped(self, chosen: Path, folder: str, name: Path) -> Path:
        """Return a path, or the shipped file of its name where there is none of our own.

        A folder of settings need not repeat what it does not change.
        """
        shipped = SHIPPED / folder / name
        return shipped if not chosen.exists() and shipped.exists() else chosen

    def variable(self, name: str) -> str | None:
        """Return a variable of the environment that a settings file refers to by name."""
        return self._environment.get(name)

    def describe(self) -> tuple[SettingRow, ...]:
        """Return every setting in force, in the order of the file, passwords masked."""
        return tuple(
            SettingRow(
                name=f"{table}.{key}",
                value=_shown(getattr(getattr(self, table), key)),
                source=self._sources.get(f"{table}.{key}", "default"),
            )
            for table, section in sections().items()
            for key in section.model_fields
        )


def load_settings(
    environment: Mapping[str, str] | None = None, directory: Path | None = None
) -> Settings:
    """Read the settings in force.

    `environment` is the process's unless given; `directory` is `GATEWAY_CONFIG_DIR` or ``config``
    unless given. A folder without a `gateway.toml` means the defaults. Raises `ConfigError`.
    """
    env = dict(os.environ) if environment is None else dict(environment)
    folder = directory or Path(env.get(DIRECTORY_VARIABLE, DEFAULT_DIRECTORY))
    if not folder.is_dir():
        raise ConfigError(
            f"{folder}: there is no such folder of settings. Start where the folder 'config' is, "
            f"or point {DIRECTORY_VARIABLE} at it."
        )
    _refuse_misspelt(env)
    path = folder / FILE_NAME
    written = read_toml(path) if path.exists() else {}
    for table in written:
        if table not in Settings.model_fields:
            raise ConfigError(f"{path}: [{table}] is not a table of settings. {_tables(table)}")
    parts: dict[str, Section] = {}
    sources: dict[str, str] = {}
    for table, section in sections().items():
        named = {key: _variable(table, key) for key in section.model_fields}
        given = {key: env[variable] for key, variable in named.items() if variable in env}
        parts[table] = _section(section, table, path, written.get(table, {}), given)
        sources |= {f"{table}.{key}": str(path) for key in written.get(table, {})}
        sources |= {f"{table}.{key}": named[key] for key in given}
    settings = Settings.model_validate(parts)
    settings._directory = folder  # noqa: SLF001 - its own module fills what pydantic cannot see
    settings._environment = env  # noqa: SLF001
    settings._sources = sources  # noqa: SLF001
    return settings


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with changes: for a child, or to read settings again."""
    return {**os.environ, **changes}


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file. Raises `ConfigError` naming the file and the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise ConfigError(f"{path}: cannot be read ({trouble}).") from trouble


def sections() -> dict[str, type[Section]]:
    """Return the tables of `gateway.toml` in their order."""
    found: dict[str, type[Section]] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            found[name] = field.annotation
    return found


def variables() -> Iterator[str]:
    """Yield the name of every environment variable that is a setting."""
    yield DIRECTORY_VARIABLE
    for table, section in sections().items():
        for key in section.model_fields:
            yield _variable(table, key)


def _section(
    section: type[Section], table: str, path: Path, written: object, given: Mapping[str, str]
) -> Section:
    if not isinstance(written, dict):
        raise ConfigError(f"{path}: '{table}' must be a table, written [{table}].")
    in_file = f"{path}: [{table}]"

    def where(key: str) -> str:
        if key in given:
            return _variable(table, key)
        from_environment = ", ".join(_variable(table, name) for name in given)
        both = f" (with {from_environment})" if from_environment and not key else ""
        return f"{in_file} {key}" if key else in_file + both

    try:
        return section.model_validate({**written, **given})
    except ValidationError as trouble:
        sentence = explain(section, trouble, where, hidden=_HIDDEN.get(table, ()))
        raise ConfigError(sentence) from None


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = list(variables())
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=_MISSPELT)
            if near:
                raise ConfigError(f"{name} is not a setting. Did you mean {near[0]}?")


def _variable(table: str, key: str) -> str:
    return f"{PREFIX}{table}_{key}".upper()


def _tables(table: str) -> str:
    return suggest(table, Settings.model_fields)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, dict):
        return ",".join(f"{key}={_joined(part)}" for key, part in value.items())
    return _PASSWORD_QUERY.sub(r"\1***", _PASSWORD.sub(r"\1:***", str(value)))


def _joined(part: object) -> str:
    return "+".join(map(str, part)) if isinstance(part, tuple) else str(part)
