from collections.abc import Callable

import orjson
import pytest
from typer.testing import CliRunner

from gateway.cli import app
from tests.cli.conftest import Run

PASSWORD = "four words in a row"


@pytest.fixture
def typed(run: Run) -> Callable[..., str]:
    """Return a function that runs a command and types a password twice when asked."""

    def typed(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
        assert result.exit_code == 0, result.stderr
        return result.output

    return typed


def test_the_first_admin_is_added_with_a_password_that_is_not_shown(typed, done):
    shown = typed("staff", "add", "Amina", "--name", "Amina Daka", "--role", "admin")
    assert "Amina may sign in." in shown
    assert PASSWORD not in shown
    (member,) = orjson.loads(done("staff", "list", "--json"))
    assert member["username"] == "amina"
    assert member["roles"] == [{"role": "admin", "place": None}]
    assert (member["password"], member["codes"], member["disabled_at"]) == (True, False, None)
    assert "admin for the whole movement" in done("staff", "list")


def test_an_account_goes_through_its_life_by_commands(run: Run, done: Callable[..., str]):
    add = ("staff", "add", "amina", "--name", "Amina", "--role", "admin", "--link")
    first = done(*add).strip()
    assert first.startswith("http://127.0.0.1:8000/signin/link/")
    assert done("staff", "link", "amina").strip() != first
    done("staff", "add", "bwalya", "--name", "B", "--role", "coordinator", "--link")
    place = ("--role", "organiser", "--place", "Chipata")
    assert done("staff", "grant", "bwalya", *place).startswith("bwalya is organiser for ZM-")
    assert "already" in done("staff", "grant", "bwalya", *place)
    assert "no longer" in done("staff", "ungrant", "bwalya", *place)
    assert "another name" in done("staff", "rename", "bwalya", "--name", "Bwalya Banda")
    make = ("staff", "tokens", "make", "Dashboard", "--for", "bwalya", "--scope", "counts")
    assert done(*make).startswith("mg_")
    (token,) = orjson.loads(done("staff", "tokens", "list", "--json"))
    assert (token["name"], token["username"], token["scopes"]) == (
        "Dashboard",
        "bwalya",
        ["counts"],
    )
    assert "Dashboard" in done("staff", "tokens", "list")
    assert "any more" in done("staff", "tokens", "revoke", token["id"])
    assert run("staff", "tokens", "revoke", token["id"]).exit_code == 1
    assert "/signin/link/" in done("staff", "reset", "bwalya")
    assert "every session is over" in done("staff", "disable", "bwalya")
    assert "may sign in again" in done("staff", "enable", "bwalya")
    listed = orjson.loads(done("audit", "list", "--json"))
    assert [one["act"] for one in listed][:3] == ["staff_enabled", "staff_disabled", "staff_reset"]
    assert "token_made" in done("audit", "list", "--act", "token_made")
    assert orjson.loads(done("audit", "list", "--staff", "bwalya", "--json")) == []
    verified = orjson.loads(done("audit", "verify", "--json"))
    assert verified["broken"] is None
    assert verified["entries"] == len(listed)
    assert "chain holds" in done("audit", "verify", "--seal", verified["seal"])
    result = run("audit", "verify", "--seal", "1-00")
    assert (result.exit_code, "cut off" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("staff", "disable", "amina"), 1, "last admin"),
        (("staff", "ungrant", "amina", "--role", "admin"), 1, "last admin"),
        (("staff", "disable", "nobody"), 1, "There is no 'nobody'"),
        (("audit", "list", "--staff", "nobody"), 1, "There is no 'nobody'"),
        (("staff", "grant", "amina", "--role", "admin", "--place", "Nowhere"), 2, "not one place"),
        (
            ("staff", "tokens", "make", "D", "--for", "amina", "--scope", "calls"),
            1,
            "no token of yours may",
        ),
    ],
)
def test_what_may_not_be_done_is_said(run: Run, arguments, code: int, said: str):
    add = ("staff", "add", "amina", "--name", "Amina", "--role", "admin", "--link")
    assert run(*add).exit_code == 0
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_weak_password_makes_no_account(run: Run, done: Callable[..., str]):
    arguments = ("staff", "add", "amina", "--name", "Amina", "--role", "admin")
    result = CliRunner().invoke(app, arguments, input="short\nshort\n")
    assert result.exit_code == 1
    assert "at least 12 characters" in result.stderr
    assert orjson.loads(done("staff", "list", "--json")) == []
