"""Whatever phones, operators and aggregators do, in whatever order: the promises hold."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.channels.base import CallbackKind
from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement.places import Places
from gateway.core.text.screens import fits
from gateway.service import replay
from gateway.service.deliver import Deliverer
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from gateway.store.database import Database
from gateway.store.inbox import Taken
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, Exchange, Session

PHONES = st.sampled_from((AMINA, BWALYA, CHANDA))
WORDS = (
    "JOIN",
    "JOIN Amina, Chipata, 1",
    "lowani",
    "Ingila",
    "REPORT",
    "VOTE",
    "12 1",
    "12 2",
    "v13 3",
    "12 9",
    "STATUS",
    "HELP",
    "LANGUAGE",
    "START",
    "Chipata",
    "Mansa",
    "kasam",
    "stop the water cuts",
    "0",
    "1",
    "2",
    "3",
    "12",
    "98",
    "99",
    "*",
    "",
)
EXAMPLES = 40
TYPED = st.sampled_from(WORDS) | st.text(max_size=40)
STOPS = ("STOP", "siyani", "Lekeni", "please stop", "unsubscribe!")
STATUSES = ("Sent", "Success", "Failed", "Buffered", "Rejected", "Teleported")


class Movement(RuleBasedStateMachine):
    """Three phones, their sessions, an operator, an aggregator and the passing of time."""

    template: Path
    vault: Vault
    places: Places

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="gateway-any-"))
        shutil.copyfile(self.template, self.folder / "gateway.db")
        self.clock = Clock()
        self.database = Database(f"sqlite:///{self.folder}/gateway.db", clock=self.clock)
        self.exchange = Exchange(self.database, self.vault, self.places)
        self.aggregator = KeptAggregator()
        self.sessions: list[Session] = []
        self.posted: list[tuple[CallbackKind, dict[str, str]]] = []
        self.deliverer = Deliverer(
            self.database,
            self.vault,
            [Route(1, "demo", self.aggregator, 1000.0, 10)],
            Policy(backoff_s=1),
            places=self.places,
            movement="Mashinani",
            language="en",
            chance=lambda: 0.5,
        )

    @initialize()
    def open_an_assembly(self) -> None:
        self.exchange.open_motions()

    @rule(phone=PHONES, text=TYPED)
    def text(self, phone: str, text: str) -> None:
        form = self.exchange.sms_form(phone, text)
        self._post(CallbackKind.SMS, form)

    @rule(phone=PHONES, text=st.sampled_from(STOPS))
    def say_stop(self, phone: str, text: str) -> None:
        self._post(CallbackKind.SMS, self.exchange.sms_form(phone, text))
        assert self._opted_out(phone)

    @rule(phone=PHONES)
    def leave_at_the_operator(self, phone: str) -> None:
        self._post(CallbackKind.OPTOUT, {"phoneNumber": phone, "senderId": "20200"})
        assert self._opted_out(phone)

    @rule(phone=PHONES, more=st.sampled_from(("", "1", "2*1", "3", "1*Amina*Kitwe*1", "5*2")))
    def dial(self, phone: str, more: str) -> None:
        session = Session(self.exchange, phone, f"s{len(self.sessions)}", "64501")
        self.sessions.append(session)
        self._turn(session, more)

    @precondition(lambda self: self.sessions)
    @rule(typed=TYPED, back=st.integers(0, 2))
    def answer_a_screen(self, typed: str, back: int) -> None:
        session = self.sessions[-1 - back % len(self.sessions)]
        self._turn(session, f"{session.typed}*{typed}" if session.typed else typed)

    @precondition(lambda self: self.posted)
    @rule(back=st.integers(0, 5))
    def repeat_something(self, back: int) -> None:
        kind, form = self.posted[-1 - back % len(self.posted)]
        self._check(kind, self.exchange.post(kind, form).screen)

    @rule(texts=st.lists(st.tuples(PHONES, TYPED), min_size=2, max_size=5))
    def text_all_at_once(self, texts: list[tuple[str, str]]) -> None:
        forms = [self.exchange.sms_form(phone, text) for phone, text in texts]
        batch = [self.exchange.callback(CallbackKind.SMS, form) for form in forms]
        answers = self.exchange.receiver.receive([*batch, batch[0]])
        assert {answer.status for answer in answers} == {200}

    @rule(number=st.integers(1, 12), status=st.sampled_from(STATUSES))
    def report_a_message(self, number: int, status: str) -> None:
        form = {"id": f"ref-{number}", "status": status, "phoneNumber": AMINA}
        self._post(CallbackKind.DELIVERY, form)

    @rule()
    def deliver(self) -> None:
        queued = {
            row["id"]: row
            for row in self.exchange.rows("messages")
            if row["status"] == Status.QUEUED
        }
        before = len(self.aggregator.texts)
        stopped = {row["id"] for row in self.exchange.rows("phones") if row["opted_out_at"]}
        self.clock.advance(seconds=1)
        self.deliverer.run_once()
        sent = [self.vault.phone_id(number) for number, _ in self.aggregator.texts[before:]]
        for owner in stopped & set(sent):
            may = [row for row in queued.values() if row["phone"] == owner]
            confirmations = [row for row in may if row["purpose"] == Purpose.CONFIRMATION]
            assert sent.count(owner) <= len(confirmations)

    @rule(hours=st.sampled_from((0.01, 1, 25, 49)))
    def let_time_pass(self, hours: float) -> None:
        self.clock.advance(hours=hours)

    @invariant()
    def nothing_ever_fails(self) -> None:
        failed = [
            one["error"] for one in self.exchange.rows("inbox") if one["status"] != Taken.DONE
        ]
        assert failed == []

    def teardown(self) -> None:
        try:
            self.deliver()
            assert replay.verify(self.database).broken == ()
            assert replay.replay(self.database).differences == ()
            ballots = self.exchange.rows("ballots")
            assert len({(row["motion"], row["participant"]) for row in ballots}) == len(ballots)
            assert len(self.exchange.rows("participants")) <= 3
        finally:
            self.database.close()
            shutil.rmtree(self.folder)

    def _post(self, kind: CallbackKind, form: dict[str, str]) -> None:
        self.posted.append((kind, form))
        answer = self.exchange.post(kind, form)
        assert answer.status == 200
        self._check(kind, answer.screen)

    def _turn(self, session: Session, typed: str) -> None:
        session.typed = typed
        self._post(CallbackKind.USSD, session.form(typed))

    def _check(self, kind: CallbackKind, screen: str) -> None:
        if kind is CallbackKind.USSD:
            assert screen[:4] in {"CON ", "END "}
            assert fits(screen[4:], 160)
        else:
            assert screen == ""

    def _opted_out(self, phone: str) -> bool:
        owner = self.vault.phone_id(phone)
        return any(
            row["opted_out_at"] is not None
            for row in self.exchange.rows("phones")
            if row["id"] == owner
        )


def test_any_sequence_of_callbacks_leaves_every_promise_kept(
    sqlite_template: Path, vault: Vault, places: Places
):
    class Here(Movement):
        pass

    Here.template, Here.vault, Here.places = sqlite_template, vault, places
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
