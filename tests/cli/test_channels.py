from collections.abc import Callable

import orjson
import pytest

from gateway import bootstrap
from gateway.channels.base import CallbackKind
from gateway.config.settings import load_settings
from tests.cli.conftest import Run

SECRET = "a-secret-of-the-tests"

Done = Callable[..., str]


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEMO_SECRET", SECRET)
    monkeypatch.setenv("GATEWAY_DEMO_API_KEY", "a-key-of-the-tests")


@pytest.mark.usefixtures("_secrets")
def test_every_channel_is_listed_with_the_path_of_every_kind_of_callback(done: Done):
    [listed] = orjson.loads(done("channels", "list", "--json"))
    assert (listed["name"], listed["kind"]) == ("demo", "africastalking")
    assert listed["callbacks"] == {
        str(kind): f"/callbacks/demo/{SECRET}/{kind}" for kind in CallbackKind
    }
    assert f"/callbacks/demo/{SECRET}/ussd" in done("channels", "list")


def test_a_secret_that_is_not_set_is_named_with_its_file_and_variable(run: Run):
    refused = run("channels", "list")
    assert refused.exit_code == 1
    assert "channels.toml" in refused.stderr
    assert "GATEWAY_DEMO_API_KEY" in refused.stderr


@pytest.mark.usefixtures("_secrets")
def test_an_operator_pauses_a_channel_and_lets_it_send_again(done: Done):
    bootstrap.open_station(load_settings()).close()  # as `gateway serve` did before
    done("channels", "pause", "demo", "--why", "no credit until Monday")
    [paused] = orjson.loads(done("channels", "status", "--json"))
    assert paused == {
        "name": "demo",
        "paused_by": "operator",
        "paused_why": "no credit until Monday",
    }
    assert "paused by operator" in done("channels", "status")
    done("channels", "resume", "demo")
    [running] = orjson.loads(done("channels", "status", "--json"))
    assert running == {"name": "demo", "paused_by": None, "paused_why": None}


def test_a_channel_that_nobody_knows_is_refused_with_the_known_ones(run: Run):
    refused = run("channels", "pause", "moon")
    assert refused.exit_code == 1
    assert refused.stderr == "gateway: There is no channel 'moon'. Known: none yet.\n"
