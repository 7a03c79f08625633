from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.simulator.behaviour import Behaviour
from gateway.simulator.network import Callback, Network, Taken
from gateway.simulator.settings import SimulatorSettings

AMINA, BWALYA, CHANDA = "+260970000001", "+260970000002", "+260970000003"
NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def network(**behaviour: Any) -> Network:
    return Network(SimulatorSettings(behaviour=Behaviour().changed(behaviour)), "0123456789ab")


def take(state: Network, *numbers: str, text: str = "Hello") -> Taken:
    return state.take(list(numbers), text, "21512", NOON)


def codes(taken: Taken) -> list[tuple[str, int]]:
    assert isinstance(taken.payload, dict)
    recipients = taken.payload["SMSMessageData"]["Recipients"]
    return [(recipient["number"], recipient["statusCode"]) for recipient in recipients]


class TestSends:
    def test_a_send_lands_on_the_phone_and_is_reported(self):
        state = network(report_delay_ms=300, reports=["Sent", "Success"])
        taken = take(state, AMINA)
        (message,) = state.inbox(AMINA)
        assert (taken.status, codes(taken)) == (201, [(AMINA, 101)])
        assert (message.number, message.sender, message.text) == (1, "21512", "Hello")
        assert [(r.fields["id"], r.fields["status"], r.after) for r in taken.reports] == [
            (message.id, "Sent", 0.3),
            (message.id, "Success", 0.6),
        ]

    def test_ids_are_never_given_twice_not_even_after_a_reset(self):
        state = network()
        take(state, AMINA, AMINA)
        seen = {message.id for message in state.inbox(AMINA)}
        state.reset()
        assert state.inbox(AMINA) == []
        take(state, AMINA)
        assert len(seen | {message.id for message in state.inbox(AMINA)}) == 3

    def test_messages_on_a_phone_are_numbered_and_can_be_asked_for_after_one(self):
        state = network()
        for text in ("one", "two", "three"):
            take(state, AMINA, text=text)
        assert [(m.number, m.text) for m in state.inbox(AMINA, 1)] == [(2, "two"), (3, "three")]

    def test_an_inbox_forgets_its_oldest_messages_but_counts_on(self):
        state = network()
        for _ in range(250):
            take(state, AMINA)
        numbers = [message.number for message in state.inbox(AMINA)]
        assert numbers == list(range(51, 251))

    def test_a_number_that_is_none_is_refused(self):
        assert codes(take(network(), "0970000001", AMINA)) == [("0970000001", 403), (AMINA, 101)]

    def test_credit_runs_out_within_a_request(self):
        state = network(balance=1)
        assert codes(take(state, AMINA, BWALYA)) == [(AMINA, 101), (BWALYA, 405)]
        assert state.credit() == {"UserData": {"balance": "ZMW 0.0000"}}

    def test_credit_is_topped_up_only_by_naming_it(self):
        state = network(balance=1)
        take(state, AMINA)
        state.behave({"delay_ms": 1})
        assert codes(take(state, AMINA)) == [(AMINA, 405)]
        state.behave({"balance": 5})
        assert codes(take(state, AMINA)) == [(AMINA, 101)]

    def test_a_person_who_left_is_refused_from_then_on(self):
        state = network()
        assert state.leave(AMINA, None).fields == {"senderId": "21512", "phoneNumber": AMINA}
        assert codes(take(state, AMINA, BWALYA)) == [(AMINA, 406), (BWALYA, 101)]

    def test_a_failed_request_takes_nothing(self):
        state = network(fail={"sends": 1, "send_status": 429})
        taken = take(state, AMINA)
        assert (taken.status, taken.reports, state.inbox(AMINA)) == (429, (), [])

    def test_a_lost_answer_has_taken_everything(self):
        state = network(fail={"answers": 1})
        taken = take(state, AMINA)
        assert (taken.status, len(taken.reports), len(state.inbox(AMINA))) == (500, 1, 1)

    def test_recipients_are_refused_one_by_one(self):
        state = network(seed=7, fail={"recipients": 0.5, "recipient_code": 407})
        told = dict(codes(take(state, *(f"+26097000{n:04}" for n in range(100)))))
        assert {101, 407} == set(told.values())
        assert 30 < list(told.values()).count(407) < 70
        assert state.counts["refused"] == list(told.values()).count(407)

    def test_a_whole_request_is_refused_by_a_word_alone(self):
        taken = take(network(fail={"message": "InvalidSenderId"}), AMINA)
        told = {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
        assert (taken.status, taken.payload) == (201, told)

    def test_a_failed_delivery_says_why(self):
        (sent, failed) = take(
            network(reports=["Sent", "Success"], fail={"reports": 1}), AMINA
        ).reports
        assert (sent.fields["status"], failed.fields["status"]) == ("Sent", "Failed")
        assert failed.fields["failureReason"] == "DeliveryFailure"

    def test_without_report_words_nothing_is_reported(self):
        assert take(network(reports=[], fail={"reports": 1}), AMINA).reports == ()

    def test_an_unremembering_network_only_counts(self):
        state = network(remember=False)
        taken = take(state, AMINA, BWALYA)
        assert len(codes(taken)) == 2
        assert (taken.reports, state.inbox(AMINA), state.counts["accepted"]) == ((), [], 2)

    def test_an_answer_lists_recipients_in_any_order_when_told_to_reorder(self):
        numbers = [f"+26097000{n:04}" for n in range(50)]
        told = codes(take(network(reorder=True, seed=1), *numbers))
        assert [number for number, _ in told] != numbers
        assert sorted(number for number, _ in told) == numbers


class TestTexts:
    def test_the_two_date_formats_take_turns(self):
        state = network()
        dates = [state.text(AMINA, "JOIN", NOON).fields["date"] for _ in range(2)]
        assert dates == ["2026-03-01 12:00:05", "2026-03-01T12:00:05Z"]

    def test_what_was_texted_can_be_fetched_after_a_cursor(self):
        state = network()
        for text in ("one", "two", "three"):
            state.text(AMINA, text, NOON)
        first = state.incoming(0)["SMSMessageData"]["Messages"]
        rest = state.incoming(first[0]["id"])["SMSMessageData"]["Messages"]
        assert [entry["text"] for entry in first] == ["one", "two", "three"]
        assert [entry["text"] for entry in rest] == ["two", "three"]


class TestCallbacks:
    CALLBACK = Callback("delivery", {}, after=0.2)

    def test_on_a_good_day_a_callback_is_posted_once_when_due(self):
        assert network().copies(self.CALLBACK) == [0.2]

    def test_delay_is_added(self):
        assert network(delay_ms=300).copies(self.CALLBACK) == [0.5]

    def test_a_duplicated_callback_has_two_copies(self):
        state = network(duplicate=1)
        assert len(state.copies(self.CALLBACK)) == 2
        assert state.counts["duplicates"] == 1

    def test_reordered_callbacks_overtake_each_other(self):
        state = network(reorder=True, seed=3)
        waits = [state.copies(self.CALLBACK)[0] for _ in range(20)]
        assert waits != sorted(waits)
        assert min(waits) >= 0.2

    @pytest.mark.parametrize(("share", "lost"), [(0, 0), (1, 10)])
    def test_callbacks_are_lost_at_their_share(self, share, lost):
        state = network(fail={"callbacks": share})
        assert sum(state.loses() for _ in range(10)) == lost

    def test_the_same_seed_is_the_same_chance(self):
        def draw(state: Network) -> list[bool]:
            return [state.happens(0.5) for _ in range(50)]

        first, second = network(seed=11), network(seed=12)
        drawn = draw(first)
        assert drawn != draw(second)
        second.behave({"seed": 11})
        assert draw(second) == drawn
