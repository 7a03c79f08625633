from gateway.core.delivery.purpose import PRIORITIES, Purpose


def test_answers_leave_before_notices_and_notices_before_calls():
    assert Purpose.ANSWER.priority < Purpose.NOTICE.priority < Purpose.BROADCAST.priority


def test_every_purpose_has_a_priority_that_deliverers_look_at():
    assert {purpose.priority for purpose in Purpose} == set(PRIORITIES)


def test_only_the_confirmation_of_a_stop_reaches_a_phone_that_said_stop():
    assert [one for one in Purpose if one.reaches_stopped] == [Purpose.CONFIRMATION]


def test_only_calls_are_not_sent_again_when_nobody_knows_whether_they_left():
    assert [one for one in Purpose if not one.resent] == [Purpose.BROADCAST]


def test_stored_numbers_never_change():
    assert {one.word: int(one) for one in Purpose} == {
        "answer": 0,
        "receipt": 1,
        "confirmation": 2,
        "broadcast": 3,
        "notice": 4,
        "staff": 5,
        "received": 9,
    }
