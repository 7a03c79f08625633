"""Commands as an operator runs them: settings from the environment, a database, a key file."""

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.store.keyring import Keyring

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]


@pytest.fixture
def run(
    database_url: str, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Return a function that runs `gateway` with arguments on the test's database."""
    key_file = tmp_path / "gateway.key"
    identity, root = (
        base64.b64encode(one).decode() for one in (keyring.identity, keyring.roots[1])
    )
    key_file.write_text(f'identity = "{identity}"\ncurrent = 1\n[roots]\n1 = "{root}"\n')
    shutil.copytree(ROOT / "config", tmp_path / "config")
    for name, value in {
        "GATEWAY_DATABASE_URL": database_url,
        "GATEWAY_KEY_FILE": str(key_file),
        "GATEWAY_CONFIG_DIR": str(tmp_path / "config"),
        "GATEWAY_MOVEMENT_QUIET_HOURS": "",  # tests run at any hour
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments])

    return run


@pytest.fixture
def done(run: Run) -> Callable[..., str]:
    """Return a function that runs a command which must succeed, and returns what it printed."""

    def done(*arguments: object) -> str:
        result = run(*arguments)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return done
