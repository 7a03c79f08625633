import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gateway.channels.base import Accepted, ChannelPaused, Outcome, Outgoing, Refused, SendFailed
from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.store import outbox, tables
from gateway.store.database import Database
from gateway.store.outbox import Reported
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import START_MS, Clock
from tests.patience import until
from tests.population import Population
from tests.town import CHANNEL, POLICY, Town, deliverer_of


@pytest.fixture
def town(database: Database, population: Population, vault: Vault, clock: Clock) -> Town:
    population.channel(CHANNEL, "demo")
    aggregator = KeptAggregator()
    made = deliverer_of(database, vault, aggregator)
    return Town(database, population, vault, clock, aggregator, made)


def refusing(outcome: Callable[[str], Outcome]) -> Callable[[Outgoing], tuple[Outcome, ...]]:
    return lambda message: tuple(outcome(number) for number in message.numbers)


def failing(failure: Exception) -> Callable[[Outgoing], tuple[Outcome, ...]]:
    def answer(message: Outgoing) -> tuple[Outcome, ...]:
        raise failure

    return answer


def test_an_answer_leaves_and_its_reference_is_kept(town: Town):
    number = town.queue(town.join(1), "Welcome")
    assert town.deliver() == 1
    assert town.aggregator.texts == [("+260970000001", "Welcome")]
    row = town.row(number)
    assert (row["status"], row["provider_ref"]) == (Status.ACCEPTED, "ref-1")
    assert town.deliver() == 0


def test_equal_texts_go_out_together_in_requests_of_the_channel_s_size(town: Town):
    for number in range(7):
        town.queue(town.join(number), "Welcome")
    town.queue(town.join(8), "Another")
    town.deliver()
    assert sorted(len(one.numbers) for one in town.aggregator.sent) == [1, 1, 3, 3]


def test_the_same_text_twice_to_one_phone_is_never_in_one_request(town: Town):
    amina = town.join(1)
    town.queue(amina, "Not understood")
    town.queue(amina, "Not understood")
    town.deliver()
    assert [one.numbers for one in town.aggregator.sent] == [("+260970000001",)] * 2


def test_answers_to_paid_requests_go_out_one_by_one_under_their_own_link(town: Town):
    town.queue(town.join(1), "Welcome", link_id="a")
    town.queue(town.join(2), "Welcome", link_id="b")
    town.deliver()
    assert sorted((one.link_id, len(one.numbers)) for one in town.aggregator.sent) == [
        ("a", 1),
        ("b", 1),
    ]


def test_a_call_is_written_to_each_person_in_the_language_of_the_message(town: Town):
    town.population.broadcast(
        1, {"en": "Come, @participant.name of @participant.place", "ny": "Bwerani"}
    )
    town.call(town.join(1, name="Amina", place="ZM-03"))
    town.call(town.join(2, name="Banda", place="ZM-03"))
    town.call(town.join(3, name="Chanda"), language="ny")
    town.deliver()
    assert sorted(town.aggregator.texts) == [
        ("+260970000001", "Come, Amina of Eastern"),
        ("+260970000002", "Come, Banda of Eastern"),
        ("+260970000003", "Bwerani"),
    ]


def test_no_transaction_is_open_while_the_aggregator_is_called(town: Town):
    """A transaction held across the network would make this write wait for ever on SQLite."""
    url = town.database.url.render_as_string(hide_password=False)
    wrote = []

    def write() -> None:
        with Database(url, clock=town.clock) as other, other.write() as tx:
            wrote.append(tx.head.take_id())
            other_row = tables.channels.update().values(fetch_cursor="here")
            tx.connection.execute(other_row)
            tx.connection.execute(tables.messages.update().values(seen_at=1))

    town.aggregator.during = write
    number = town.queue(town.join(1), "Welcome")
    town.deliver()
    assert len(wrote) == 1
    assert town.status(number) is Status.ACCEPTED


def test_a_number_that_is_refused_for_good_fails_with_the_reason(town: Town):
    number = town.queue(town.join(1), "Welcome")
    town.aggregator.answer = refusing(
        lambda e164: Refused(e164, "invalid_number", "Correct it.", retryable=False)
    )
    town.deliver()
    assert (town.status(number), town.row(number)["error"]) == (Status.FAILED, "invalid_number")


def test_a_passing_refusal_is_tried_again_after_a_wait_that_grows_until_attempts_are_used_up(
    town: Town,
):
    number = town.queue(town.join(1), "Welcome")
    town.aggregator.answer = refusing(
        lambda e164: Refused(e164, "operator_error", "Again.", retryable=True)
    )
    waits = []
    for _ in range(3):
        town.deliver()
        waits.append(town.row(number)["not_before"] - town.clock.now)
        town.clock.advance(seconds=60)
    assert waits[:2] == [15_000, 30_000]
    assert len(town.aggregator.sent) == 3
    assert (town.status(number), town.row(number)["error"]) == (Status.FAILED, "operator_error")


def test_one_refusal_among_many_touches_nobody_else(town: Town):
    first = town.queue(town.join(1), "Welcome")
    second = town.queue(town.join(2), "Welcome")
    town.aggregator.answer = lambda message: tuple(
        Refused(one, "invalid_number", "Correct it.", retryable=False)
        if one.endswith("1")
        else Accepted(one, "ref", None)
        for one in message.numbers
    )
    town.deliver()
    assert (town.status(first), town.status(second)) == (Status.FAILED, Status.ACCEPTED)


def test_a_person_who_left_at_the_operator_has_left_here_too(town: Town):
    amina = town.join(1)
    town.queue(amina, "Welcome")
    town.aggregator.answer = refusing(
        lambda e164: Refused(e164, "opted_out", "Gone.", retryable=False, opted_out=True)
    )
    town.deliver()
    with town.database.read() as connection:
        stopped = connection.execute(select(tables.phones.c.opted_out_at)).scalar()
        status = connection.execute(select(tables.participants.c.status)).scalar()
        kinds = connection.execute(select(tables.journal.c.kind)).scalars().all()
    assert stopped is not None
    assert status == "left"
    assert list(kinds)[-2:] == ["phone_stopped", "participant_left"]
    later = town.queue(amina, "Anything")
    town.aggregator.answer = None
    town.deliver()
    assert town.status(later) is Status.WITHHELD


def test_no_credit_pauses_the_channel_and_costs_no_message_an_attempt(town: Town):
    number = town.queue(town.join(1), "Welcome")
    town.aggregator.answer = failing(ChannelPaused("insufficient_balance", "Top up."))
    town.deliver()
    with town.database.read() as connection:
        paused = connection.execute(
            select(tables.channels.c.paused_by, tables.channels.c.paused_why)
        ).one()
    assert tuple(paused) == ("insufficient_balance", "Top up.")
    row = town.row(number)
    assert (row["status"], row["attempts"]) == (Status.QUEUED, 0)
    town.aggregator.answer = None
    assert town.deliver() == 0


def test_an_uplink_that_is_gone_costs_no_attempt_however_long_it_is_gone(town: Town):
    number = town.queue(town.join(1), "Welcome")
    gone = SendFailed("unreachable", "Gone.", retryable=True, sent_maybe=False)
    town.aggregator.answer = failing(gone)
    for _ in range(20):
        town.deliver()
        town.clock.advance(seconds=61)
    assert (town.status(number), town.row(number)["attempts"]) == (Status.QUEUED, 0)
    town.aggregator.answer = None
    town.deliver()
    assert town.status(number) is Status.ACCEPTED


def test_a_channel_whose_uplink_is_gone_is_not_hammered(town: Town):
    town.queue(town.join(1), "Welcome")
    gone = SendFailed("unreachable", "Gone.", retryable=True, sent_maybe=False)
    town.aggregator.answer = failing(gone)
    for _ in range(10):
        town.deliver()
    assert len(town.aggregator.sent) == 1


def test_a_call_that_may_have_left_is_unknown_and_never_sent_again(town: Town):
    town.population.broadcast(1, {"en": "Come"})
    number = town.call(town.join(1))
    town.aggregator.answer = failing(
        SendFailed("no_answer", "Maybe.", retryable=True, sent_maybe=True)
    )
    town.deliver()
    town.aggregator.answer = None
    town.clock.advance(hours=1)
    town.deliver()
    assert (town.status(number), len(town.aggregator.sent)) == (Status.UNKNOWN, 1)


def test_an_answer_that_may_have_left_is_sent_again(town: Town):
    number = town.queue(town.join(1), "Welcome")
    town.aggregator.answer = failing(
        SendFailed("no_answer", "Maybe.", retryable=True, sent_maybe=True)
    )
    town.deliver()
    assert town.status(number) is Status.QUEUED
    town.aggregator.answer = None
    town.clock.advance(hours=1)
    town.deliver()
    assert town.status(number) is Status.ACCEPTED


def test_a_request_that_the_aggregator_does_not_take_fails_its_messages(town: Town):
    number = town.queue(town.join(1), "Welcome")
    refused = SendFailed("request_refused", "Check.", retryable=False, sent_maybe=False)
    town.aggregator.answer = failing(refused)
    town.deliver()
    assert (town.status(number), town.row(number)["error"]) == (Status.FAILED, "request_refused")


def test_a_message_whose_key_is_gone_fails_alone(town: Town):
    broken = town.queue(town.join(1), "Welcome", text_sealed=b"\x00\x01" + bytes(40))
    whole = town.queue(town.join(2), "Welcome")
    town.deliver()
    assert (town.status(broken), town.row(broken)["error"]) == (Status.FAILED, "unreadable")
    assert town.status(whole) is Status.ACCEPTED


def test_a_report_that_comes_while_we_are_still_sending_is_not_lost(town: Town):
    number = town.queue(town.join(1), "Welcome")

    def report() -> None:
        with town.database.write() as tx:
            outbox.apply_reports(tx, CHANNEL, [Reported("ref-1", Status.DELIVERED)])

    town.aggregator.during = report
    town.deliver()
    assert town.status(number) is Status.DELIVERED


def test_a_crash_after_a_claim_leaves_calls_unknown_and_sends_answers_again(town: Town):
    town.population.broadcast(1, {"en": "Come"})
    amina = town.join(1)
    lost: dict[str, Any] = {
        "status": int(Status.SENDING),
        "claimed_until": START_MS + 1000,
        "attempts": 1,
    }
    call = town.queue(amina, None, Purpose.BROADCAST, broadcast=1, language="en", **lost)
    answer = town.queue(amina, "Welcome", **lost)
    town.deliver()
    assert town.status(answer) is Status.SENDING
    town.clock.advance(seconds=1)
    town.deliver()
    assert town.status(call) is Status.UNKNOWN
    assert town.aggregator.texts == [("+260970000001", "Welcome")]
    assert town.status(answer) is Status.ACCEPTED


def test_an_aggregator_that_breaks_our_code_does_not_end_delivery(town: Town):
    town.queue(town.join(1), "Welcome")
    town.aggregator.answer = failing(ZeroDivisionError())
    quick = replace(POLICY, lease_ms=60_000)
    running = deliverer_of(town.database, town.vault, town.aggregator, quick)
    running.start()
    try:
        until(lambda: len(town.aggregator.sent) == 1)
        town.aggregator.answer = None
        second = town.queue(town.join(2), "Welcome")
        running.nudge()
        until(lambda: town.status(second) is Status.ACCEPTED)
    finally:
        running.close()


def test_while_calls_fill_all_the_workers_they_may_an_answer_still_leaves(town: Town):
    town.population.broadcast(1, {"en": "Come"})
    for number in range(30):
        town.call(town.join(number))
    waiting = {"hold": True}

    def hold() -> None:
        if town.aggregator.sent[-1].text == "Come":
            while waiting["hold"]:
                time.sleep(0.005)

    town.aggregator.during = hold
    running = deliverer_of(town.database, town.vault, town.aggregator)
    running.start()
    try:
        until(lambda: len(town.aggregator.sent) == POLICY.workers - 1)
        answer = town.queue(town.join(99), "Welcome")
        running.nudge()
        until(lambda: town.status(answer) is Status.ACCEPTED)
    finally:
        waiting["hold"] = False
        running.close()


def test_stopping_puts_back_what_was_not_sent_and_loses_nothing(town: Town):
    town.population.broadcast(1, {"en": "Come"})
    numbers = [town.call(town.join(number)) for number in range(30)]
    town.aggregator.during = lambda: time.sleep(0.05)
    running = deliverer_of(town.database, town.vault, town.aggregator)
    running.start()
    until(lambda: len(town.aggregator.sent) >= 2)
    running.close()
    found = {town.status(number) for number in numbers}
    assert found == {Status.ACCEPTED, Status.QUEUED}
    accepted = sum(town.status(number) is Status.ACCEPTED for number in numbers)
    assert accepted == len(town.aggregator.texts)
