"""The simulator over real HTTP on real ports, between a client, our adapter and a gateway."""

import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.base import Accepted, ChannelPaused, Outgoing, Refused, SendFailed
from gateway.simulator.client import SimulatorClient, SimulatorRefused
from gateway.simulator.running import running
from gateway.simulator.settings import SimulatorSettings
from tests.patience import PATIENCE_S

AMINA, BWALYA = "+260970000001", "+260970000002"
CODE = "*384*99#"


@pytest.fixture
def adapter(simulator_url):
    account = Account("sandbox", "a-key-of-nobody", simulator_url, "21512")
    with closing(AfricasTalking(account)) as connection:
        yield connection


def settled(phone: SimulatorClient, seconds: float = 10.0) -> dict[str, int]:
    """Wait until no callback is under way, and return the counts."""
    end = time.monotonic() + seconds
    while (state := phone.state())["waiting"] and time.monotonic() < end:
        time.sleep(0.005)
    assert not state["waiting"]
    counts: dict[str, int] = state["counts"]
    return counts


class TestSending:
    def test_our_adapters_message_lands_on_the_phone_and_is_reported(self, adapter, phone, gateway):
        (outcome,) = adapter.send(Outgoing("Meet at 9 & bring 50%+ €", (AMINA,), None))
        (message,) = phone.inbox(AMINA, wait=5)
        assert isinstance(outcome, Accepted)
        assert (message.sender, message.text) == ("21512", "Meet at 9 & bring 50%+ €")
        assert message.id == outcome.provider_ref
        (report,) = gateway.wait_for("delivery", 1)
        assert (report["id"], report["status"]) == (outcome.provider_ref, "Success")

    def test_outcomes_come_in_the_order_of_the_numbers_from_a_reordering_network(
        self, adapter, phone
    ):
        phone.behave(reorder=True, seed=5)
        numbers = tuple(f"+26097000{n:04}" for n in range(200))
        outcomes = adapter.send(Outgoing("Hello", numbers, None))
        assert tuple(outcome.number for outcome in outcomes) == numbers

    def test_a_balance_that_runs_out_pauses_the_channel(self, adapter, phone):
        phone.behave(balance=1)
        accepted, refused = adapter.send(Outgoing("Hello", (AMINA, BWALYA), None))
        assert isinstance(accepted, Accepted)
        assert isinstance(refused, Refused)
        with pytest.raises(ChannelPaused):
            adapter.send(Outgoing("Hello", (AMINA, BWALYA), None))

    def test_a_failing_network_fails_the_send_and_a_lost_answer_says_it_may_have_sent(
        self, adapter, phone
    ):
        phone.behave(fail={"sends": 1, "send_status": 429})
        with pytest.raises(SendFailed) as throttled:
            adapter.send(Outgoing("Hello", (AMINA,), None))
        phone.behave(fail={"sends": 0, "answers": 1})
        with pytest.raises(SendFailed) as lost:
            adapter.send(Outgoing("Hello", (AMINA,), None))
        assert (throttled.value.sent_maybe, lost.value.sent_maybe) == (False, True)
        assert len(phone.inbox(AMINA)) == 1

    def test_a_wrong_key_is_not_served(self, simulator_url):
        account = Account("sandbox", "another-key", simulator_url)
        with closing(AfricasTalking(account)) as stranger, pytest.raises(ChannelPaused):
            stranger.send(Outgoing("Hello", (AMINA,), None))

    def test_reports_can_be_doubled_and_reordered(self, adapter, phone, gateway):
        phone.behave(duplicate=1, reorder=True, reports=["Sent", "Success"], seed=2)
        adapter.send(Outgoing("Hello", (AMINA, BWALYA), None))
        reports = gateway.wait_for("delivery", 8)
        words = [(report["phoneNumber"], report["status"]) for report in reports]
        assert sorted(words) == sorted(
            (number, word) for number in (AMINA, BWALYA) for word in ("Sent", "Success") * 2
        )

    def test_a_person_who_left_at_the_operator_is_told_of_and_refused(
        self, adapter, phone, gateway
    ):
        assert phone.opt_out(AMINA).acknowledged
        assert gateway.forms("optout") == [{"senderId": "21512", "phoneNumber": AMINA}]
        (outcome,) = adapter.send(Outgoing("Hello", (AMINA,), None))
        assert isinstance(outcome, Refused)
        assert outcome.opted_out

    def test_the_balance_is_told_as_the_vendor_tells_it(self, simulator_url, phone):
        phone.behave(balance=25)
        told = httpx.get(
            f"{simulator_url}/version1/user?username=sandbox", headers={"apiKey": "a-key-of-nobody"}
        )
        assert told.json() == {"UserData": {"balance": "ZMW 2.5000"}}

    def test_a_request_without_numbers_is_a_400(self, simulator_url):
        told = httpx.post(
            f"{simulator_url}/version1/messaging",
            headers={"apiKey": "a-key-of-nobody"},
            data={"username": "sandbox", "to": ",", "message": "Hello"},
        )
        assert told.status_code == 400


class TestTexting:
    def test_a_text_reaches_the_gateway_as_the_vendor_posts_it(self, phone, gateway):
        sent = phone.send_sms(AMINA, "JOIN Amina + Chipata")
        (form,) = gateway.forms("sms")
        assert sent.acknowledged
        assert form["id"] == sent.id
        assert (form["from"], form["to"], form["text"]) == (AMINA, "21512", "JOIN Amina + Chipata")

    def test_a_text_is_posted_again_until_the_gateway_takes_it(self, phone, gateway):
        answers = iter([(503, ""), (500, ""), (200, "")])
        gateway.answer = lambda _kind, _form: next(answers)
        assert phone.send_sms(AMINA, "JOIN").status == 200
        assert len({form["id"] for form in gateway.forms("sms")}) == 1
        assert len(gateway.forms("sms")) == 3
        assert settled(phone)["callbacks_retried"] == 2

    def test_a_refused_text_says_so_at_once(self, phone, gateway):
        gateway.answer = lambda _kind, _form: (404, "")
        sent = phone.send_sms(AMINA, "JOIN")
        assert (sent.status, sent.acknowledged) == (404, False)

    def test_without_waiting_nothing_is_known_yet(self, phone, gateway):
        assert phone.send_sms(AMINA, "JOIN", wait=0).status is None
        assert gateway.wait_for("sms", 1)

    def test_a_text_that_is_lost_on_its_way_comes_later(self, phone, gateway):
        phone.behave(fail={"callbacks": 1})
        phone.send_sms(AMINA, "JOIN", wait=0.1)
        assert gateway.forms("sms") == []
        phone.behave(fail={"callbacks": 0})
        assert gateway.wait_for("sms", 1)

    def test_doubled_texts_carry_one_id_and_reordered_ones_overtake(self, phone, gateway):
        phone.behave(duplicate=1, reorder=True, seed=4)
        for number in range(10):
            phone.send_sms(AMINA, f"text {number}", wait=0)
        forms = gateway.wait_for("sms", 20)
        texts = [form["text"] for form in forms]
        assert sorted(texts) == sorted(f"text {n}" for n in range(10) for _ in "ab")
        assert texts != sorted(texts)
        assert len({form["id"] for form in forms}) == 10

    def test_a_delay_holds_a_text_back(self, phone, gateway):
        phone.behave(delay_ms=300)
        assert phone.send_sms(AMINA, "JOIN", wait=0.05).status is None
        assert gateway.forms("sms") == []
        assert gateway.wait_for("sms", 1)

    def test_what_was_missed_can_be_fetched_by_our_adapter(self, phone, gateway, adapter):
        gateway.answer = lambda _kind, _form: (404, "")
        for number in range(120):
            phone.send_sms(AMINA, f"text {number}")
        fetched = list(adapter.fetch(None))
        assert [message.text for _, message in fetched] == [f"text {n}" for n in range(120)]
        cursor, _ = fetched[99]
        assert len(list(adapter.fetch(cursor))) == 20

    def test_a_call_rings_and_is_told_of_again_when_it_is_over(self, phone, gateway):
        gateway.answer = lambda kind, _: (200, "<Response><Reject/></Response>")
        assert phone.call(AMINA)
        ringing, over = gateway.wait_for("voice", 2)
        assert (ringing["isActive"], ringing["direction"]) == ("1", "Inbound")
        assert (ringing["callerNumber"], ringing["destinationNumber"]) == (AMINA, "+260970000000")
        assert over["isActive"] == "0"
        assert over["sessionId"] == ringing["sessionId"]
        assert settled(phone)["calls_rejected"] == 1

    def test_a_call_can_hide_its_number(self, phone, gateway):
        phone.call(AMINA, withheld=True)
        assert {form["callerNumber"] for form in gateway.wait_for("voice", 2)} == {"anonymous"}

    def test_a_call_that_the_gateway_does_not_reject_is_told_from_one_that_it_does(
        self, phone, gateway
    ):
        gateway.answer = lambda kind, _: (200, "<Response><Say>Hello</Say></Response>")
        assert not phone.call(AMINA)
        gateway.answer = lambda kind, _: (503, "<Response><Reject/></Response>")
        assert not phone.call(AMINA)

    def test_a_subscription_is_told_of(self, phone, gateway):
        assert phone.subscribe(AMINA, "NEWS", added=False).acknowledged
        assert gateway.forms("subscription") == [
            {
                "phoneNumber": AMINA,
                "shortCode": "21512",
                "keyword": "NEWS",
                "updateType": "deletion",
            }
        ]

    def test_a_reset_forgets_what_was_waiting(self, phone, gateway):
        phone.behave(delay_ms=10_000)
        phone.send_sms(AMINA, "JOIN", wait=0)
        assert phone.state()["waiting"] == 1
        phone.reset()
        state = phone.state()
        assert (state["waiting"], state["counts"], gateway.posts) == (0, {}, [])


def menus(kind: str, form: dict[str, str]) -> tuple[int, str]:
    """A gateway's dialogue that shows what it was sent, and ends on a 9."""
    if kind != "ussd":
        return 200, ""
    word = "END" if form["text"].endswith("9") else "CON"
    return 200, f"{word} [{form['text']}]\n1 Join"


class TestUssd:
    def test_a_session_posts_everything_typed_so_far_until_it_ends(self, phone, gateway):
        gateway.answer = menus
        first = phone.dial(AMINA, CODE)
        second = phone.answer(first.session, "1")
        third = phone.answer(first.session, "a*b")
        last = phone.answer(first.session, "9")
        assert [screen.text for screen in (first, second, third, last)] == [
            "[]\n1 Join",
            "[1]\n1 Join",
            "[1*a*b]\n1 Join",
            "[1*a*b*9]\n1 Join",
        ]
        assert [s.open for s in (first, second, third, last)] == [True, True, True, False]
        (ended,) = gateway.wait_for("ussd-ended", 1)
        assert (ended["status"], ended["hopsCount"], ended["input"]) == ("Success", "4", "1*a*b*9")
        assert {form["sessionId"] for form in gateway.forms("ussd")} == {first.session}

    def test_a_deeper_code_is_typed_at_once(self, phone, gateway):
        gateway.answer = menus
        assert phone.dial(AMINA, "*384*99*2*1#").text == "[2*1]\n1 Join"
        assert gateway.forms("ussd")[0]["serviceCode"] == CODE

    def test_a_code_that_leads_nowhere_never_reaches_the_gateway(self, phone, gateway):
        screen = phone.dial(AMINA, "*100#")
        assert (screen.open, screen.error, gateway.posts) == (False, "unknown_code", [])

    def test_hanging_up_is_told_and_ends_the_session(self, phone, gateway):
        gateway.answer = menus
        first = phone.dial(AMINA, CODE)
        assert phone.hangup(first.session)
        assert not phone.hangup(first.session)
        assert gateway.wait_for("ussd-ended", 1)[0]["status"] == "Incomplete"
        assert phone.answer(first.session, "1").error == "session_over"

    @pytest.mark.parametrize(
        "answer", [(500, "CON Hello"), (200, "Hello"), (200, ""), (200, " CON Hello")]
    )
    def test_an_answer_that_is_no_menu_ends_the_session(self, phone, gateway, answer):
        gateway.answer = lambda kind, _form: answer if kind == "ussd" else (200, "")
        screen = phone.dial(AMINA, CODE)
        assert (screen.open, screen.error) == (False, "no_answer")
        (ended,) = gateway.wait_for("ussd-ended", 1)
        assert (ended["status"], ended["errorMessage"]) == (
            "Failed",
            "The application gave no menu",
        )

    def test_a_turn_that_is_lost_ends_the_session(self, phone, gateway):
        phone.behave(fail={"callbacks": 1})
        assert phone.dial(AMINA, CODE).error == "no_answer"
        assert gateway.forms("ussd") == []

    def test_a_doubled_turn_counts_a_gateway_that_answers_it_otherwise(self, phone, gateway):
        gateway.answer = menus
        phone.behave(duplicate=1)
        first = phone.dial(AMINA, CODE)
        assert len(gateway.forms("ussd")) == 2
        assert phone.state()["counts"]["repeats_answered_otherwise"] == 0
        answers = iter(["CON one", "CON two"])
        gateway.answer = lambda _kind, _form: (200, next(answers))
        assert phone.answer(first.session, "1").text == "two"
        assert phone.state()["counts"]["repeats_answered_otherwise"] == 1

    def test_a_screen_that_no_network_could_carry_is_counted(self, phone, gateway):
        gateway.answer = lambda _kind, _form: (200, "CON " + "a" * 183)
        phone.dial(AMINA, CODE)
        assert phone.state()["counts"]["screens_cut"] == 1

    def test_a_session_that_nobody_answers_ends_by_itself(self, gateway):
        gateway.answer = menus
        settings = SimulatorSettings(callbacks=gateway.callbacks, port=0, session_seconds=0)
        with running(settings) as url, SimulatorClient(url) as phone:
            phone.dial(AMINA, CODE)
            assert gateway.wait_for("ussd-ended", 1)[0]["status"] == "Incomplete"
            assert phone.state()["open_sessions"] == 0


class TestControls:
    @pytest.mark.parametrize(
        ("path", "body", "sentence"),
        [
            ("sms", "{", "The body must be a JSON object."),
            ("sms", "[]", "The body must be a JSON object."),
            ("sms", '{"text": "x"}', "'from' is missing."),
            ("sms", '{"from": "x", "text": 1}', "'text' must be a string."),
            ("sms", '{"from": "x", "wait_ms": -1}', "wait_ms must be a whole number"),
            ("ussd/dial", '{"from": "x"}', "'code' is missing."),
            ("behaviour", '{"mood": "bad"}', "There is no 'mood'"),
            ("callbacks", '{"fax": "http://g.test"}', "addresses by kind"),
        ],
    )
    def test_what_makes_no_sense_is_a_400_with_a_sentence(
        self, simulator_url, path, body, sentence
    ):
        told = httpx.post(f"{simulator_url}/simulator/{path}", content=body)
        assert told.status_code == 400
        assert sentence in told.json()["error"]

    def test_the_client_raises_the_sentence(self, phone):
        with pytest.raises(SimulatorRefused, match="There is no 'mood'"):
            phone.behave(mood="bad")

    def test_without_an_address_a_text_is_refused_until_the_gateway_is_connected(self, gateway):
        with (
            running(SimulatorSettings(port=0)) as url,
            SimulatorClient(url) as phone,
        ):
            with pytest.raises(SimulatorRefused, match="no callback address for sms"):
                phone.send_sms(AMINA, "JOIN")
            phone.connect(gateway.callbacks)
            assert phone.send_sms(AMINA, "JOIN").acknowledged

    def test_an_inbox_can_be_waited_for(self, phone, adapter):
        began = time.monotonic()
        assert phone.inbox(AMINA, wait=0.2) == []
        assert time.monotonic() - began >= 0.2
        adapter.send(Outgoing("one", (AMINA,), None))
        adapter.send(Outgoing("two", (AMINA,), None))
        assert [message.text for message in phone.inbox(AMINA, after=1, wait=5)] == ["two"]

    def test_a_quiet_network_only_counts(self, phone, adapter, gateway):
        phone.behave(remember=False)
        numbers = tuple(f"+26097000{n:04}" for n in range(500))
        assert all(isinstance(o, Accepted) for o in adapter.send(Outgoing("x", numbers, None)))
        state = phone.state()
        assert (state["counts"]["accepted"], state["waiting"]) == (500, 0)
        assert phone.inbox(numbers[0]) == []
        assert gateway.posts == []


class TestProgram:
    def test_it_runs_by_itself_and_stops_when_told(self, gateway, tmp_path):
        file = tmp_path / "callbacks.json"
        file.write_text('{"sms": "/callbacks/demo/secret/sms"}')
        with running(SimulatorSettings(port=0)) as url:
            port = re.sub(r".*:", "", url)  # free again in a moment
        command = [sys.executable, "-m", "gateway.simulator", "--port", port]
        command += ["--callbacks", str(file), "--gateway", gateway.url]
        root = Path(__file__).parents[2]
        with (
            subprocess.Popen(command, cwd=root) as process,
            SimulatorClient(f"http://127.0.0.1:{port}") as phone,
        ):
            self.wait_until_up(phone)
            assert phone.send_sms(AMINA, "JOIN").acknowledged
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in {0, -signal.SIGTERM}

    def test_a_file_that_cannot_be_read_is_said_in_a_sentence(self, tmp_path):
        ran = subprocess.run(
            [sys.executable, "-m", "gateway.simulator", "--callbacks", str(tmp_path / "none.json")],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1
        assert ran.stderr.endswith("none.json: cannot be read (No such file or directory).\n")

    @staticmethod
    def wait_until_up(phone: SimulatorClient) -> None:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                phone.state()
            except httpx.ConnectError:
                assert time.monotonic() < end, "it never came up"
                time.sleep(0.05)
            else:
                return
