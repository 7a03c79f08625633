import json

import pytest

from gateway.simulator.behaviour import BadRequest
from gateway.simulator.settings import callbacks_from, read_callbacks

LISTED = [
    {"name": "demo", "kind": "africastalking", "callbacks": {"sms": "/callbacks/demo/s/sms"}},
    {"name": "live", "kind": "africastalking", "callbacks": {"sms": "/callbacks/live/s/sms"}},
]


def test_addresses_by_kind_are_taken_as_they_are():
    assert callbacks_from({"sms": "http://g.test/a"}) == {"sms": "http://g.test/a"}


def test_paths_are_made_whole_with_the_gateways_address():
    assert callbacks_from({"ussd": "/a/ussd"}, "http://g.test:8000") == {
        "ussd": "http://g.test:8000/a/ussd"
    }


def test_a_channel_is_chosen_from_the_gateways_list():
    chosen = callbacks_from(LISTED, "http://g.test", "live")
    assert chosen == {"sms": "http://g.test/callbacks/live/s/sms"}


def test_the_only_channel_of_a_list_needs_no_name():
    assert callbacks_from(LISTED[:1], "http://g.test") == {
        "sms": "http://g.test/callbacks/demo/s/sms"
    }


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        (LISTED, "Choose a channel: demo, live"),
        ([], "none is listed"),
        ({"fax": "http://g.test"}, "addresses by kind"),
        ({"sms": 7}, "addresses by kind"),
        ("http://g.test", "addresses by kind"),
        ({"sms": "/a"}, "The address for sms"),
        ({"sms": "ftp://g.test/a"}, "The address for sms"),
        ({"sms": "http://g.test:port/"}, "The address for sms"),
        ({"sms": "http://"}, "The address for sms"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(described, sentence):
    with pytest.raises(BadRequest, match=sentence):
        callbacks_from(described)


def test_a_file_is_read_and_named_in_what_is_wrong_with_it(tmp_path):
    file = tmp_path / "callbacks.json"
    with pytest.raises(BadRequest, match=r"callbacks\.json: cannot be read"):
        read_callbacks(file)
    file.write_text("{")
    with pytest.raises(BadRequest, match=r"callbacks\.json: "):
        read_callbacks(file)
    file.write_text(json.dumps(LISTED))
    with pytest.raises(BadRequest, match=r"callbacks\.json: Choose a channel"):
        read_callbacks(file)
    assert read_callbacks(file, "http://g.test", "demo") == {
        "sms": "http://g.test/callbacks/demo/s/sms"
    }
