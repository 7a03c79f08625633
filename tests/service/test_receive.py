"""A batch is one transaction, committed before any answer; a broken callback harms no other."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from gateway.channels.account import Account
from gateway.channels.base import Aggregator, CallbackKind
from gateway.channels.registry import AGGREGATORS
from gateway.core.movement import facts as kinds
from gateway.service import inbox as kept_callbacks
from gateway.service import replay
from gateway.service.requests import Answer
from gateway.store import tables
from gateway.store.database import UNAVAILABLE, Database
from gateway.store.inbox import Taken
from gateway.store.vault import Vault
from tests.conftest import PostgresServer
from tests.exchange import AMINA, BWALYA, CHANDA, DIALLED, Exchange

SMS, USSD = CallbackKind.SMS, CallbackKind.USSD


def _counts(exchange: Exchange) -> dict[str, int]:
    names = ("inbox", "phones", "participants", "conversations", "messages", "journal", "ballots")
    return {name: len(exchange.rows(name)) for name in names}


def _report(reference: str, status: str, **more: str) -> dict[str, str]:
    return {"id": reference, "status": status, "phoneNumber": AMINA, **more}


def test_a_batch_is_answered_in_its_order_and_sees_its_own_effects(exchange):
    session = {"sessionId": "s", "phoneNumber": BWALYA, "serviceCode": DIALLED}
    batch = [
        exchange.callback(SMS, exchange.sms_form(AMINA, "JOIN Amina, Chipata, 1")),
        exchange.callback(USSD, {**session, "text": ""}),
        exchange.callback(SMS, exchange.sms_form(AMINA, "STATUS")),
        exchange.callback(USSD, {**session, "text": "6"}),
        exchange.callback(SMS, {"text": "nobody"}),
        exchange.callback(SMS, exchange.sms_form(AMINA, "STOP")),
        exchange.callback(SMS, exchange.sms_form(CHANDA, "JOIN Chanda, Kitwe, 1")),
    ]
    answers = exchange.receiver.receive(batch)
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 400, 200, 200]
    assert "1 Join" in answers[1].screen
    assert answers[3].screen.startswith("END Mashinani.")
    assert "You are member 1." in exchange.queued(AMINA)[1]
    assert [row["number"] for row in exchange.rows("participants")] in ([1, 2], [2, 1])
    member = exchange.member(AMINA)
    assert member is not None
    assert member["status"] == "left"


def test_a_callback_that_comes_twice_in_one_batch_is_handled_once(exchange):
    form = exchange.sms_form(AMINA, "JOIN Amina, Chipata, 1")
    answers = exchange.receiver.receive([exchange.callback(SMS, form)] * 3)
    assert answers == [Answer(200)] * 3
    assert len(exchange.queued(AMINA)) == 1
    assert len(exchange.rows("inbox")) == 1


FORMS = {
    SMS: {"from": AMINA, "to": "20200", "text": "JOIN", "id": "x1", "date": "2026-05-28 20:00:00"},
    USSD: {"sessionId": "x", "phoneNumber": AMINA, "serviceCode": DIALLED, "text": "1"},
    CallbackKind.USSD_ENDED: {"sessionId": "x", "phoneNumber": AMINA, "status": "Success"},
    CallbackKind.DELIVERY: _report("ATXid_1", "Success"),
    CallbackKind.OPTOUT: {"phoneNumber": AMINA, "senderId": "20200"},
    CallbackKind.SUBSCRIPTION: {
        "phoneNumber": AMINA,
        "shortCode": "20200",
        "keyword": "news",
        "updateType": "deletion",
    },
    CallbackKind.VOICE: {"sessionId": "x", "callerNumber": AMINA, "direction": "Inbound"},
}


@pytest.mark.parametrize("kind", CallbackKind)
def test_every_kind_posted_again_changes_nothing_but_gets_the_same_answer(exchange, kind):
    first = exchange.post(kind, FORMS[kind])
    told = {name: rows for name, rows in _counts(exchange).items() if name != "inbox"}
    assert first.status == 200
    for _ in range(2):
        assert exchange.post(kind, FORMS[kind]) == first
    again = {name: rows for name, rows in _counts(exchange).items() if name != "inbox"}
    assert again == told


def test_an_sms_without_an_id_is_known_by_what_it_says_and_when(exchange):
    form = exchange.sms_form(AMINA, "JOIN")
    del form["id"]
    exchange.post(SMS, form)
    exchange.post(SMS, form)
    exchange.post(SMS, {**form, "date": "2026-05-28 21:00:00"})
    assert len(exchange.queued(AMINA)) == 2


def test_what_could_not_be_read_is_kept_once_and_named_each_time(exchange):
    form = {"to": "20200", "text": "hello"}
    for _ in range(2):
        assert exchange.post(SMS, form) == Answer(400, "field 'from' is missing")
    (row,) = exchange.rows("inbox")
    assert (row["status"], row["error"]) == (Taken.UNREADABLE, "field 'from' is missing")
    assert exchange.vault.node.open(b"payload", row["payload_sealed"]) == b"to=20200&text=hello"


def test_an_unknown_delivery_status_is_noted_and_answered_as_any_other(exchange):
    exchange.join(AMINA)
    (message,) = [row for row in exchange.rows("messages") if row["direction"] == 1]
    with exchange.database.write() as tx:
        given = update(tables.messages).where(tables.messages.c.id == message["id"])
        tx.connection.execute(given.values(provider_ref="ATXid_9"))
    answer = exchange.post(CallbackKind.DELIVERY, _report("ATXid_9", "Teleported"))
    assert answer == Answer(200)
    (noted,) = [row for row in exchange.rows("messages") if row["direction"] == 1]
    assert noted["error"] == "unknown status Teleported"
    assert noted["status"] == message["status"]


def test_a_report_that_comes_before_its_message_waits_for_it(exchange):
    exchange.post(CallbackKind.DELIVERY, _report("ATXid_7", "Success"))
    assert [row["provider_ref"] for row in exchange.rows("orphan_reports")] == ["ATXid_7"]


@pytest.mark.parametrize("kind", [CallbackKind.OPTOUT, CallbackKind.SUBSCRIPTION])
def test_leaving_through_the_operator_counts_as_stop(exchange, kind):
    exchange.join(AMINA)
    exchange.post(kind, FORMS[kind])
    exchange.post(kind, FORMS[kind])
    assert exchange.rows("phones")[0]["opted_out_at"] is not None
    assert len(exchange.facts(kinds.PHONE_STOPPED)) == 1
    assert exchange.sms(AMINA, "REPORT") == []
    assert "Welcome back" in exchange.sms(AMINA, "START")[0]


def test_a_report_of_a_blacklisted_user_counts_as_stop(exchange):
    exchange.join(AMINA)
    blocked = _report("ATXid_3", "Failed", failureReason="UserInBlackList")
    exchange.post(CallbackKind.DELIVERY, blocked)
    assert len(exchange.facts(kinds.PHONE_STOPPED)) == 1


def test_a_new_subscription_is_no_wish_to_leave(exchange):
    exchange.join(AMINA)
    added = FORMS[CallbackKind.SUBSCRIPTION] | {"updateType": "addition"}
    assert exchange.post(CallbackKind.SUBSCRIPTION, added) == Answer(200)
    assert exchange.facts(kinds.PHONE_STOPPED) == []


def _damage(exchange: Exchange, phone: str) -> bytes:
    """Damage a phone's conversation, so that whatever comes from there breaks; return it whole."""
    owner = exchange.vault.phone_id(phone)
    (row,) = [row for row in exchange.rows("conversations") if row["phone"] == owner]
    _set_state(exchange, phone, b"\x00\x01" + bytes(60))
    return bytes(row["state_sealed"])


def _set_state(exchange: Exchange, phone: str, sealed: bytes) -> None:
    mine = tables.conversations.c.phone == exchange.vault.phone_id(phone)
    with exchange.database.write() as tx:
        tx.connection.execute(update(tables.conversations).where(mine).values(state_sealed=sealed))


def test_a_callback_that_breaks_is_kept_with_its_error_and_its_batch_mates_are_answered(exchange):
    exchange.poisoned = True
    exchange.sms(BWALYA, "JOIN")
    _damage(exchange, BWALYA)
    session = {"sessionId": "s", "phoneNumber": BWALYA, "serviceCode": DIALLED, "text": "1*Bwalya"}
    batch = [
        exchange.callback(SMS, exchange.sms_form(AMINA, "JOIN Amina, Chipata, 1")),
        exchange.callback(SMS, exchange.sms_form(BWALYA, "Bwalya Mulenga")),
        exchange.callback(SMS, exchange.sms_form(CHANDA, "JOIN Chanda, Kitwe, 1")),
        exchange.callback(USSD, session),
    ]
    answers = exchange.receiver.receive(batch)
    assert [answer.status for answer in answers] == [200] * 4
    assert answers[3].screen.startswith("END Sorry, something went wrong")
    assert [exchange.name_of(one) for one in (AMINA, CHANDA)] == ["Amina", "Chanda"]
    failed = [row for row in exchange.rows("inbox") if row["status"] == Taken.FAILED]
    assert {row["kind"] for row in failed} == {"sms", "ussd"}
    for row in failed:
        assert row["error"].startswith("Sealed in Person.open:")
        assert b"Bwalya" in exchange.vault.node.open(b"payload", row["payload_sealed"])
    again = exchange.receiver.receive(batch)
    assert again == answers
    assert len(exchange.rows("inbox")) == 1 + len(batch)


def test_what_failed_is_listed_and_goes_through_once_the_cause_is_mended(exchange):
    exchange.sms(BWALYA, "JOIN")
    whole = _damage(exchange, BWALYA)
    exchange.post(SMS, exchange.sms_form(BWALYA, "Bwalya Mulenga"))
    (trouble,) = kept_callbacks.troubles(exchange.database, Taken.FAILED)
    assert (trouble.kind, trouble.channel) == ("sms", "demo")
    adapters = {"demo": _adapter()}
    again = kept_callbacks.retry(exchange.database, exchange.ground, adapters, None)
    assert (again.handled, again.failed) == (0, 1)
    assert len(kept_callbacks.troubles(exchange.database)) == 1
    _set_state(exchange, BWALYA, whole)
    done = kept_callbacks.retry(exchange.database, exchange.ground, adapters, trouble.id)
    assert (done.handled, done.failed) == (1, 0)
    assert exchange.name_of_waiting(BWALYA) == "Bwalya Mulenga"
    assert "district" in exchange.queued(BWALYA)[-1]
    assert [row["status"] for row in exchange.rows("inbox")] == [Taken.DONE, Taken.DONE]
    nothing = kept_callbacks.retry(exchange.database, exchange.ground, adapters, None)
    assert (nothing.handled, nothing.failed, nothing.unreadable) == (0, 0, 0)


def _adapter() -> Aggregator:
    return AGGREGATORS["africastalking"](Account("sandbox", "none"), None)


@contextmanager
def _failing_commits(database: Database, trouble: Exception) -> Iterator[None]:
    def fail(_: object) -> None:
        raise trouble

    event.listen(database.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", fail)


@pytest.mark.parametrize(
    "trouble",
    [OperationalError("COMMIT", {}, Exception("disk full")), RuntimeError("out of order")],
)
def test_where_nothing_can_be_committed_nothing_is_answered_and_nothing_is_stored(
    exchange, trouble
):
    before = _counts(exchange)
    form = exchange.sms_form(AMINA, "JOIN Amina, Chipata, 1")
    batch = [exchange.callback(SMS, form), exchange.callback(SMS, exchange.sms_form(BWALYA, "x"))]
    with _failing_commits(exchange.database, trouble), pytest.raises(type(trouble)):
        exchange.receiver.receive(batch)
    assert _counts(exchange) == before
    assert exchange.receiver.receive(batch) == [Answer(200)] * 2
    assert exchange.name_of(AMINA) == "Amina"


@contextmanager
def _out_of_reach(database: Database, postgres: PostgresServer | None) -> Iterator[None]:
    """Take a table away on SQLite; on PostgreSQL end every connection and let none in."""
    name = database.url.database
    if postgres is None:
        _run(database, "ALTER TABLE inbox RENAME TO away")
    else:
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgres.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
    try:
        yield
    finally:
        if postgres is None:
            _run(database, "ALTER TABLE away RENAME TO inbox")
        else:
            postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _run(database: Database, statement: str) -> None:
    with database.write() as tx:
        tx.connection.execute(text(statement))


def test_a_database_out_of_reach_is_no_fault_of_the_callback(exchange, request):
    on_server = exchange.database.dialect == "postgresql"
    server = request.getfixturevalue("postgres") if on_server else None
    form = exchange.sms_form(AMINA, "JOIN Amina, Chipata, 1")
    batch = [exchange.callback(SMS, form)]
    with _out_of_reach(exchange.database, server), pytest.raises(UNAVAILABLE):
        exchange.receiver.receive(batch)
    assert exchange.rows("inbox") == []
    assert exchange.receiver.receive(batch) == [Answer(200)]
    assert exchange.name_of(AMINA) == "Amina"


def test_facts_of_a_conversation_verify_and_replay_to_the_same_tables(exchange):
    exchange.open_motions()
    exchange.join(AMINA)
    exchange.sms(AMINA, "12 1")
    exchange.sms(AMINA, "STOP")
    exchange.join(AMINA, "Amina Banda", "Kitwe")
    exchange.sms(AMINA, "12 2")
    exchange.dial(BWALYA, "2*1*Kitwe*No water")
    assert replay.verify(exchange.database).broken == ()
    found = replay.replay(exchange.database)
    assert found.differences == ()
    assert found.facts == len(exchange.rows("journal"))


def test_erased_keys_of_another_phone_do_not_stop_a_batch(exchange: Exchange, vault: Vault):
    exchange.join(AMINA)
    exchange.poisoned = True
    erased = tables.phones.c.id == vault.phone_id(AMINA)
    with exchange.database.write() as tx:
        tx.connection.execute(update(tables.phones).where(erased).values(salt=None))
    batch = [
        exchange.callback(SMS, exchange.sms_form(AMINA, "hello")),
        exchange.callback(SMS, exchange.sms_form(BWALYA, "JOIN Bwalya, Kitwe, 1")),
    ]
    assert [answer.status for answer in exchange.receiver.receive(batch)] == [200, 200]
    assert exchange.name_of(BWALYA) == "Bwalya"
