"""The phone in the terminal, scripted through a pipe against a demo that really runs."""

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from tests.demo import gateway, running_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo that runs for all the tests here; each takes a phone of its own."""
    with running_demo(tmp_path_factory.mktemp("play") / "demo") as demo:
        yield demo


@pytest.fixture
def play(demo, monkeypatch):
    """Return a function that types lines on a phone and returns what was shown."""
    for name, value in demo.variables.items():
        monkeypatch.setenv(name, value)

    def play(number: int, *lines: str) -> str:
        typed = "".join(f"{line}\n" for line in lines)
        done = CliRunner().invoke(app, ["play", "--phone", f"+2609700000{number}"], input=typed)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    return play


def test_somebody_joins_by_ussd(play):
    shown = play(11, "*384*20200#", "1", "Amina", "Chipata", "1")
    assert "| Welcome to Mashinani." in shown
    assert "| Thank you Amina. You are member" in shown
    assert shown.count("answer, or /hangup") == 4
    assert shown.count("the call is over") == 1


def test_a_screen_says_how_full_it_is(play):
    text = "Welcome to Mashinani.\n1 Join\n2 Report a problem\n3 Vote\n5 Language\n6 Help"
    assert f"'-- {len(text)}/160" in play(12, "*384*20200#")


def test_a_dropped_call_is_carried_on_after_dialling_again(play):
    shown = play(13, "*384*20200#", "1", "/hangup", "*384*20200#", "1")
    assert "(hung up)" in shown
    assert "| 1 Continue" in shown
    assert shown.count("| Welcome to Mashinani. What is your name?") == 2


def test_an_sms_is_sent_and_its_answer_shown(play):
    shown = play(14, "HELP")
    assert "> HELP\n  SMS 20200: Mashinani. Send JOIN to join" in shown


def test_an_sms_can_be_sent_while_a_screen_waits(play):
    shown = play(15, "*384*20200#", "/sms HELP")
    assert "> /sms HELP\n  SMS 20200: Mashinani. Send JOIN" in shown


def test_the_inbox_shows_every_message_again(play):
    shown = play(16, "HELP", "/inbox")
    assert shown.count("SMS 20200: Mashinani.") == 2


def test_an_empty_inbox_says_so(play):
    assert "(no SMS)" in play(17, "/inbox")


def test_waiting_ends_when_nothing_comes(play):
    assert "(no SMS)" in play(18, "/wait 0.1")


def test_another_phone_can_be_taken(play):
    shown = play(19, "HELP", "/phone +260970000020", "/inbox")
    assert "Phone +260970000020." in shown
    assert shown.endswith("(no SMS)\n")


def test_quitting_hangs_up_and_reads_no_further(play, demo):
    shown = play(21, "*384*20200#", "/quit", "1")
    assert "> 1" not in shown
    with demo.phone() as phone:
        assert phone.state()["open_sessions"] == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("/dance", "! There is no /dance.", id="a command that there is not"),
        pytest.param("/hangup", "! There is no call.", id="hanging up without a call"),
        pytest.param("/phone 12", "! '12' is not a phone number.", id="a number that is none"),
        pytest.param("/wait long", "! Write how many seconds", id="a while that is none"),
        pytest.param("*999#", "| Connection problem or invalid code.", id="a code of nobody"),
        pytest.param("/help", "/hangup          hang up", id="asking for help"),
    ],
)
def test_a_slip_is_told_and_the_phone_goes_on(play, line, told):
    shown = play(22, line, "/inbox")
    assert told in shown
    assert shown.endswith("> /inbox\n  (no SMS)\n")


def test_it_works_in_a_pipe_of_a_shell(demo):
    done = gateway("play", typed="HELP\n", environment=demo.environment)
    assert done.returncode == 0, done.stderr
    assert "> HELP\n  SMS 20200: Mashinani." in done.stdout


def test_without_a_simulator_it_says_in_one_sentence_what_to_start():
    done = gateway("play", "--simulator", "http://127.0.0.1:9", typed="HELP\n")
    assert done.returncode == 1
    assert done.stderr == (
        "gateway: No simulator answers at http://127.0.0.1:9. "
        "Start one with `make run` or `gateway simulator`.\n"
    )


def test_a_number_that_is_none_is_wrong_usage():
    done = gateway("play", "--phone", "12")
    assert done.returncode == 2
    assert "--phone 12 is not a phone number" in done.stderr


def test_a_phone_that_rings_pays_nothing_and_gets_an_sms(play):
    shown = play(24, "/ring")
    assert "(it rang; nobody took the call)\n  SMS 20200: Mashinani. Send JOIN" in shown
