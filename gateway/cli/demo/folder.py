"""What a demo stands on: a folder with its own keys, secrets, database and one simulated channel.

Nothing of a real movement is used: not its database, not its keys, not its channels.
"""

import json
import os
import secrets
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gateway import bootstrap
from gateway.config.errors import ConfigError
from gateway.config.settings import (
    DIRECTORY_VARIABLE,
    FILE_NAME,
    SHIPPED,
    Settings,
    environment,
    load_settings,
)
from gateway.store import node, schema
from gateway.store.keyring import read_keyring, write_new_keyring
from gateway.store.vault import Vault

CHANNEL = "demo"
SHORT_CODE = "20200"
SERVICE_CODE = "*384*20200#"
SECRET_VARIABLES = ("GATEWAY_DEMO_API_KEY", "GATEWAY_DEMO_SECRET")
OWNER_ONLY, OWNER_ONLY_FOLDER = 0o600, 0o700

_CHANNELS = """\
# Written at every start of the demo; change the one in config/ instead.
[channels.{channel}]
kind = "africastalking"
address = "{short_code}"
service_code = "{service_code}"
username = "sandbox"
api_key_env = "GATEWAY_DEMO_API_KEY"
secret_env = "GATEWAY_DEMO_SECRET"
base_url = "{simulator_url}"
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A demo that is ready to start. `environment` is whole: for children, and for settings."""

    path: Path
    settings: Settings
    environment: Mapping[str, str]
    simulator_url: str
    gateway_url: str
    examples: Path  # of an assembly and a call

    @property
    def variables(self) -> Path:
        """The file that, sourced by a shell, points every command at this demo."""
        return self.path / "env"


def prepare(path: Path, *, host: str, port: int, simulator_port: int) -> Folder:
    """Make the folder, or complete the one that is there; nothing in it is lost.

    Raises `ConfigError` and what opening a store raises.
    """
    base = load_settings()
    root = path.resolve()
    try:
        root.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        _write_settings(root / "config", base, simulator_port)
        kept = _secrets(root / "secrets.json")
    except OSError as trouble:
        raise ConfigError(f"{path}: {trouble.strerror}. Choose another --directory.") from trouble
    simulator_url = f"http://127.0.0.1:{simulator_port}"
    chosen = {
        DIRECTORY_VARIABLE: str(root / "config"),
        "GATEWAY_DATABASE_URL": f"sqlite:///{root / 'gateway.db'}",
        "GATEWAY_KEY_FILE": str(root / "gateway.key"),
        "GATEWAY_EXPORTS_FOLDER": str(root / "exports"),
        "GATEWAY_FLOWS_DIRECTORY": str(base.flows_path.resolve()),
        "GATEWAY_PLACES_FILE": str(base.places_path.resolve()),
        "GATEWAY_PRICES_FILE": str(base.prices_path.resolve()),
        "GATEWAY_SERVE_HOST": host,
        "GATEWAY_SERVE_PORT": str(port),
        "GATEWAY_MOVEMENT_QUIET_HOURS": "",
        "GATEWAY_DEMO_ENABLED": "true",
        "GATEWAY_DEMO_SIMULATOR_URL": simulator_url,
        **kept,
    }
    whole = environment(chosen)
    settings = load_settings(whole)
    folder = Folder(
        root,
        settings,
        whole,
        simulator_url,
        f"http://{_reached(host)}:{port}",
        _examples(base),
    )
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in chosen.items()]
    _write_private(folder.variables, "".join(lines))
    _lay_out(settings)
    return folder


def with_own_flows(folder: Folder) -> Folder:
    """Return the demo with a copy of its flow files, which the story may then change."""
    own = folder.path / "flows"
    shutil.copytree(folder.settings.flows_path, own)
    whole = {**folder.environment, "GATEWAY_FLOWS_DIRECTORY": str(own)}
    return replace(folder, environment=whole, settings=load_settings(whole))


def _examples(base: Settings) -> Path:
    """Return the folder of examples: the settings' own, or the one shipped."""
    own = base.config_directory / "examples"
    return own if own.exists() else SHIPPED / "config" / "examples"


def _write_settings(config: Path, base: Settings, simulator_port: int) -> None:
    """Write the folder of settings: the movement's own, and the demo's only channel."""
    config.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    channels = _CHANNELS.format(
        channel=CHANNEL,
        short_code=SHORT_CODE,
        service_code=SERVICE_CODE,
        simulator_url=f"http://127.0.0.1:{simulator_port}",
    )
    (config / "channels.toml").write_text(channels, encoding="utf-8")
    movement = base.config_directory / FILE_NAME
    # In a shell that was pointed at this demo, the settings are the demo's own already.
    if movement.exists() and movement.resolve() != (config / FILE_NAME).resolve():
        shutil.copyfile(movement, config / FILE_NAME)


def _secrets(path: Path) -> dict[str, str]:
    """Return the secrets of the demo's channel, made at its first start."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(kept[name]) for name in SECRET_VARIABLES}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        made = {name: secrets.token_urlsafe(24) for name in SECRET_VARIABLES}
        _write_private(path, json.dumps(made, indent=2) + "\n")
        return made


def _write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    fresh.replace(path)


def _lay_out(settings: Settings) -> None:
    """Make the keys and the tables, or bring the tables to this version."""
    if not settings.key.file.exists():
        write_new_keyring(settings.key.file)
    vault = Vault(read_keyring(settings.key.file))
    with bootstrap.open_database(settings) as database:
        schema.upgrade(database)
        node.settle(database, vault)


def _reached(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - it is compared, nothing listens
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
