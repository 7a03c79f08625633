"""From nothing to a database that is ready: keys, tables, settings."""

import stat
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Run

Done = Callable[..., str]


@pytest.fixture
def empty(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A deployment of which nothing exists yet; returns its folder."""
    folder = tmp_path / "new"
    monkeypatch.setenv("GATEWAY_DATABASE_URL", f"sqlite:///{folder}/gateway.db")
    monkeypatch.setenv("GATEWAY_KEY_FILE", str(folder / "gateway.key"))
    return folder


def test_keys_are_for_their_owner_only_and_never_overwritten(empty: Path, run: Run, done: Done):
    done("keys", "new")
    written = (empty / "gateway.key").read_bytes()
    assert stat.S_IMODE((empty / "gateway.key").stat().st_mode) == 0o600
    refused = run("keys", "new")
    assert refused.exit_code == 1
    assert "never overwritten" in refused.stderr
    assert (empty / "gateway.key").read_bytes() == written


def test_the_tables_are_made_once_and_the_command_may_be_repeated(empty: Path, done: Done):
    done("keys", "new")
    done("db", "upgrade")
    done("db", "upgrade")
    assert done("db", "check") == "The database and its keys fit.\n"


def test_a_database_without_tables_is_told_to_be_upgraded(empty: Path, run: Run, done: Done):
    done("keys", "new")
    refused = run("db", "check")
    assert refused.exit_code == 1
    assert "gateway db upgrade" in refused.stderr


def test_a_missing_key_file_is_named(empty: Path, run: Run):
    refused = run("db", "upgrade")
    assert refused.exit_code == 1
    assert "gateway keys new" in refused.stderr


def test_another_key_file_is_refused_by_the_database(run: Run, done: Done, tmp_path, monkeypatch):
    done("db", "check")
    monkeypatch.setenv("GATEWAY_KEY_FILE", str(tmp_path / "other.key"))
    done("keys", "new")
    for command in (("db", "check"), ("db", "upgrade"), ("export", "signups", "--by", "place")):
        refused = run(*command)
        assert refused.exit_code == 1
        assert "made with another key file" in refused.stderr


def test_settings_are_shown_with_their_origin_and_no_password(done: Done, monkeypatch):
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://me:hidden@localhost/movement")
    shown = done("config", "show")
    assert "hidden" not in shown
    assert "GATEWAY_DATABASE_URL" in shown
    assert orjson.loads(done("config", "show", "--json"))["ussd.limit"] == "160"


def test_a_bad_setting_ends_the_command_with_its_place_and_what_is_allowed(run: Run, monkeypatch):
    monkeypatch.setenv("GATEWAY_SERVE_PORT", "eighty")
    refused = run("config", "show")
    assert refused.exit_code == 1
    assert "GATEWAY_SERVE_PORT" in refused.stderr
    assert "1 to 65535" in refused.stderr


def test_wrong_usage_ends_with_two(run: Run):
    assert run("config", "shown").exit_code == 2
    assert run("inbox", "retry").exit_code == 2
