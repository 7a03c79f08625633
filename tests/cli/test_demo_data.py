"""`gateway demo-data` as somebody runs it who wants to see pages full of work."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run

Done = Callable[..., str]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEMO_SECRET", "a-secret-of-the-tests")
    monkeypatch.setenv("GATEWAY_DEMO_API_KEY", "none")


def test_an_empty_database_is_filled_once_and_then_left_as_it_is(run: Run, done: Done):
    said = done("demo-data", "--people", 30, "--seed", 2)
    assert "30 people" in said
    assert "organiser" in said
    assert "every chain holds" in done("journal", "verify")
    again = done("demo-data", "--people", 60)
    assert "30 people was made up here before" in again
    assert "/signin/link/" in done("staff", "link", "organiser")


def test_a_database_with_staff_of_its_own_is_refused(run: Run, done: Done):
    done("staff", "add", "amina", "--name", "Amina", "--role", "admin", "--link")
    refused = run("demo-data", "--people", 30)
    assert refused.exit_code == 1
    assert "never mixed" in refused.stderr
