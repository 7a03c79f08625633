from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import ROOT, Run
from tests.population import Population

EXAMPLE = ROOT / "config" / "examples" / "call.yaml"

Done = Callable[..., str]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEMO_SECRET", "a-secret-of-the-tests")
    monkeypatch.setenv("GATEWAY_DEMO_API_KEY", "a-key-of-the-tests")


@pytest.fixture
def people(database_url: str, vault: Vault):
    with Database(database_url) as database:
        yield Population(database, vault)


def join(people: Population, number: int, place: str, name: str, language: str = "en") -> None:
    one = people.join(f"+26097{number:07}", name=name, place=place, language=language)
    people.consent(one)


@pytest.fixture
def approved(done: Done) -> Callable[[int], None]:
    """Return a function that has a call approved by somebody who has not written it."""

    def approved(number: int) -> None:
        role = ("--name", "Moses", "--role", "approver", "--link")
        done("staff", "add", "moses", *role)
        done("broadcast", "submit", number)
        assert "is approved" in done("broadcast", "approve", number, "--as", "moses")

    return approved


OPTIONS = ("--title", "Water", "--text", "en=Come, @participant.name", "--valid-until", "+48h")


def test_a_call_goes_from_its_file_to_the_outbox_and_is_stopped(
    done: Done, people: Population, approved: Callable[[int], None]
):
    join(people, 1, "ZM-03-03", "Amina")
    join(people, 2, "ZM-09-01", "Banda")
    printed = done("broadcast", "create", EXAMPLE)
    assert printed.startswith("Call 1: Water meeting in Eastern\n")
    assert "members in Eastern except in Chadiza, through demo" in printed
    assert "1 people get it" in done("broadcast", "preview", 1)
    approved(1)
    assert done("broadcast", "send", 1) == "Call 1: 1 messages wait to leave.\n"
    assert "sending" in done("broadcast", "status", 1)
    assert "is paused" in done("broadcast", "pause", 1)
    assert "goes on" in done("broadcast", "resume", 1)
    assert "1 messages will not leave" in done("broadcast", "stop", 1)
    status = orjson.loads(done("broadcast", "status", 1, "--json"))
    assert (status["status"], status["messages"]) == ("stopped", {"cancelled": 1})


def test_a_call_made_of_options_is_the_same_thing(done: Done, people: Population):
    join(people, 1, "ZM-03-03", "Amina")
    join(people, 2, "ZM-03-03", "Banda", "ny")
    made = done("broadcast", "create", *OPTIONS, "--place", "Eastern", "--language", "en", "--json")
    assert orjson.loads(made) == {"number": 1}
    seen = orjson.loads(done("broadcast", "preview", 1, "--json"))
    assert (seen["recipients"], seen["samples"]) == (1, ["Come, Amina"])
    assert seen["cost"] == {"currency": "ZMW", "thousandths": 450}
    assert seen["in_time"] is True


def test_a_call_does_not_leave_without_a_second_person(run: Run, done: Done):
    link = ("--link",)
    done(
        "staff", "add", "esther", "--name", "E", "--role", "organiser", "--role", "approver", *link
    )
    done("broadcast", "create", *OPTIONS, "--as", "esther")
    refused = run("broadcast", "send", 1, "--as", "esther")
    assert (refused.exit_code, "another person approved it" in refused.stderr) == (1, True)
    done("broadcast", "submit", 1, "--as", "esther")
    own = run("broadcast", "approve", 1, "--as", "esther")
    assert (own.exit_code, "You had a part in writing call 1" in own.stderr) == (1, True)
    assert "a draft again" in done("broadcast", "take-back", 1, "--as", "esther")
    stranger = run("broadcast", "submit", 1, "--as", "nobody")
    assert (stranger.exit_code, "There is nobody 'nobody'" in stranger.stderr) == (1, True)


def test_one_person_alone_sends_where_the_settings_say_so(
    done: Done, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GATEWAY_CALLS_TWO_PEOPLE", "false")
    done("broadcast", "create", *OPTIONS)
    assert "0 messages wait" in done("broadcast", "send", 1)


def test_no_command_prints_a_number(
    done: Done, people: Population, approved: Callable[[int], None]
):
    join(people, 1, "ZM-03-03", "Amina")
    done("broadcast", "create", *OPTIONS)
    printed = [done("broadcast", "preview", 1), done("broadcast", "preview", 1, "--json")]
    approved(1)
    done("broadcast", "send", 1)
    printed += [done("broadcast", "status", 1), done("broadcast", "list")]
    assert not any("97000000" in one for one in printed)


def test_a_preview_warns_of_a_call_that_takes_too_long(done: Done, people: Population):
    for number in range(25):
        join(people, number, "ZM-03-03", "Amina")
    done("broadcast", "create", *OPTIONS[:4], "--valid-until", "+1m", "--not-before", "+1m")
    assert "That is too late" in done("broadcast", "preview", 1)


def test_calls_are_listed_the_newest_first(done: Done):
    done("broadcast", "create", *OPTIONS)
    done("broadcast", "create", EXAMPLE)
    listed = orjson.loads(done("broadcast", "list", "--json"))
    assert [(one["number"], one["status"]) for one in listed] == [(2, "draft"), (1, "draft")]
    assert "all members" in done("broadcast", "list")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), 2, "Give a file, or at least --title, --text and --valid-until."),
        (OPTIONS[:4], 2, "Give --valid-until"),
        ((*OPTIONS[:4], "--valid-until", "soon"), 2, "'soon' is no time"),
        ((*OPTIONS[:4], "--valid-until", "2020-01-01"), 2, "is over"),
        ((*OPTIONS[:2], "--valid-until", "+1h"), 2, "There is no text in 'en'"),
        ((*OPTIONS, "--text", "Bwerani"), 2, "has no language"),
        ((*OPTIONS, "--place", "Atlantis"), 2, "There is no place 'Atlantis'"),
        ((*OPTIONS, "--channel", "nowhere"), 1, "There is no channel 'nowhere' that sends SMS"),
        ((str(EXAMPLE), "--title", "Water"), 2, "not both"),
        (("nothing.yaml",), 1, "nothing.yaml:1"),
    ],
    ids=[
        "nothing",
        "no end",
        "no time",
        "past",
        "no text",
        "no language",
        "no place",
        "no channel",
        "file and options",
        "no file",
    ],
)
def test_what_cannot_be_made_is_refused_with_one_sentence(
    run: Run, arguments: tuple[str, ...], code: int, sentence: str
):
    result = run("broadcast", "create", *arguments)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command", ["preview", "submit", "send", "status", "pause", "resume", "stop"]
)
def test_a_number_that_no_call_has_is_refused(run: Run, command: str):
    result = run("broadcast", command, 7)
    assert (result.exit_code, result.stderr) == (1, "gateway: There is no call number 7.\n")


def test_a_price_file_that_cannot_be_read_is_named(run: Run, done: Done, tmp_path: Path):
    done("broadcast", "create", *OPTIONS)
    (tmp_path / "config" / "prices.toml").write_text("currency = 5\n")
    result = run("broadcast", "preview", 1)
    assert result.exit_code == 1
    assert "prices.toml" in result.stderr
