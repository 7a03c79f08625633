import pytest

from gateway.simulator.behaviour import BadRequest, Behaviour, Failures


def test_a_change_leaves_the_rest_as_it_was():
    first = Behaviour().changed({"duplicate": 0.5, "fail": {"sends": 1}})
    second = first.changed({"delay_ms": 20, "fail": {"send_status": 429}})
    assert second == Behaviour(duplicate=0.5, delay_ms=20, fail=Failures(sends=1, send_status=429))


def test_what_it_tells_can_be_given_back():
    behaviour = Behaviour(balance=3, reports=("Sent", "Success"), fail=Failures(recipients=0.25))
    assert Behaviour().changed(behaviour.to_json()) == behaviour


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"duplicates": 1}, "There is no 'duplicates'"),
        ({"fail": {"send": 1}}, "There is no 'send'"),
        ({"fail": 0.5}, "fail must be an object"),
        ({"duplicate": 1.5}, "duplicate must be a share"),
        ({"duplicate": -0.1}, "duplicate must be a share"),
        ({"duplicate": True}, "duplicate must be a share"),
        ({"duplicate": "half"}, "duplicate must be a share"),
        ({"duplicate": float("nan")}, "duplicate must be a share"),
        ({"delay_ms": -1}, "delay_ms must be a whole number"),
        ({"delay_ms": 1.5}, "delay_ms must be a whole number"),
        ({"delay_ms": True}, "delay_ms must be a whole number"),
        ({"reorder": 1}, "reorder must be true or false"),
        ({"balance": -1}, "balance must be a whole number or null"),
        ({"reports": "Success"}, "reports must be a list"),
        ({"fail": {"message": 7}}, "message must be a word"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(BadRequest, match=sentence):
        Behaviour().changed(change)
