"""The demo: it makes what it stands on, keeps it, leaves nothing behind, and tells a true story."""

import json
import shlex
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from contextlib import suppress

import httpx
import pytest

from gateway.cli.demo.folder import SERVICE_CODE, SHORT_CODE, prepare
from gateway.cli.demo.processes import Child, NotStarted, wait_until
from gateway.cli.demo.stage import NotAsTold, Stage
from gateway.cli.ports import free_ports
from gateway.config.channels import load_channels
from gateway.simulator.client import SimulatorClient
from tests.demo import ROOT, Demo, gateway, is_free, running_demo

JOIN = "JOIN Amina, Chipata, 1"


def members(demo: Demo) -> str:
    """Return the last line of the count of sign-ups."""
    return demo.command("export", "signups").splitlines()[-1]


@pytest.fixture
def folder(tmp_path):
    """A demo's folder that is ready, with nothing running."""
    return prepare(tmp_path / "demo", host="127.0.0.1", port=8000, simulator_port=8001)


def test_the_story_is_as_told():
    told = gateway("demo", "story")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert told.stdout.splitlines()[-1].startswith("All of it was as told")
    assert "kill -9" in told.stdout


def test_a_story_that_is_not_so_says_which_sentence(folder):
    with Stage(folder, lambda _: None) as stage:
        stage.check(so=True, sentence="Water is wet.")
        with pytest.raises(NotAsTold, match=r"this is not so: Water is dry\."):
            stage.check(so=False, sentence="Water is dry.")


def test_a_command_that_fails_ends_the_story_with_its_reason(folder):
    with Stage(folder, lambda _: None) as stage, pytest.raises(NotAsTold, match="no assembly 99"):
        stage.command("assembly", "tally", "99")


def test_a_restart_after_a_power_cut_has_everything_and_no_process_is_left(tmp_path):
    with running_demo(tmp_path / "demo") as demo, demo.phone() as phone:
        assert phone.send_sms("+260970000001", JOIN).acknowledged
        secrets = (demo.folder / "secrets.json").read_bytes()
        demo.kill()
        wait_until(lambda: not is_free(demo.simulator_port), 10.0)
        assert is_free(demo.simulator_port), "the simulator outlived the demo"
        ports = demo.port, demo.simulator_port
    with running_demo(tmp_path / "demo", ports) as demo:
        assert members(demo) == "1"
        assert (demo.folder / "secrets.json").read_bytes() == secrets
        opened = json.loads(demo.command("assembly", "list", "--json"))
        assert [one["number"] for one in opened] == [1], "the second start opened another"


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_both_and_that_is_no_failure(tmp_path, by):
    with running_demo(tmp_path / "demo") as demo:
        assert demo.stop(by) == 0
        assert is_free(demo.port)
        assert is_free(demo.simulator_port)


def test_the_page_the_phone_and_the_callbacks_are_served(tmp_path):
    with running_demo(tmp_path / "demo") as demo, demo.phone() as phone:
        assert httpx.get(f"{demo.url}/phone").status_code == 200
        assert SHORT_CODE in httpx.get(f"{demo.url}/demo").text
        assert "Mashinani" in phone.dial("+260970000002", SERVICE_CODE).text


@pytest.mark.parametrize("taken", ["--port", "--simulator-port"])
def test_a_port_that_is_taken_is_named_with_the_option_that_mends_it(tmp_path, taken):
    free = [str(port) for port in free_ports()]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        ports = dict(zip(("--port", "--simulator-port"), free, strict=True)) | {taken: port}
        chosen = [word for pair in ports.items() for word in pair]
        done = gateway("demo", "run", "--directory", str(tmp_path / "demo"), *chosen)
    assert done.returncode == 1
    assert done.stderr.startswith(f"gateway: Port {port} on 127.0.0.1: Address already in use.")
    assert taken in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_it_keeps_is_for_its_owner_only(folder):
    for name in ("gateway.key", "secrets.json", "env"):
        assert stat.S_IMODE((folder.path / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_it_uses_nothing_of_a_real_movement(tmp_path, monkeypatch):
    real = {
        "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'real.db'}",
        "GATEWAY_KEY_FILE": str(tmp_path / "real.key"),
    }
    for name, value in real.items():
        monkeypatch.setenv(name, value)
    made = prepare(tmp_path / "demo", host="127.0.0.1", port=8000, simulator_port=8001)
    assert not list(tmp_path.glob("real.*"))
    assert made.settings.database.url == f"sqlite:///{tmp_path / 'demo' / 'gateway.db'}"
    assert [one.name for one in load_channels(made.settings)] == ["demo"]


def test_it_starts_again_in_a_shell_that_was_pointed_at_it(folder, monkeypatch):
    for line in (folder.path / "env").read_text().splitlines():
        [assignment] = shlex.split(line.removeprefix("export "))
        name, _, value = assignment.partition("=")
        monkeypatch.setenv(name, value)
    again = prepare(folder.path, host="127.0.0.1", port=8000, simulator_port=8001)
    assert again.environment["GATEWAY_DEMO_SECRET"] == folder.environment["GATEWAY_DEMO_SECRET"]
    assert (again.examples / "assembly.yaml").is_file()


def test_its_channel_is_the_one_that_the_shipped_file_describes(folder):
    shipped = tomllib.loads((ROOT / "config" / "channels.toml").read_text())["channels"]["demo"]
    written = tomllib.loads((folder.path / "config" / "channels.toml").read_text())["channels"]
    assert written == {"demo": shipped}


def test_a_spoilt_file_of_secrets_is_made_anew(folder):
    (folder.path / "secrets.json").write_text("{")
    again = prepare(folder.path, host="127.0.0.1", port=8000, simulator_port=8001)
    (channel,) = load_channels(again.settings)
    assert len(channel.secret) >= 16


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = gateway("demo", "run", "--directory", str(tmp_path / "file" / "demo"))
    assert done.returncode == 1
    assert "--directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_child_that_ends_before_it_answers_is_named(tmp_path, folder):
    with (
        Child(["simulator", "--channel", "nobody"], folder.environment, tmp_path / "log") as child,
        pytest.raises(NotStarted, match="`gateway simulator` ended before it answered"),
    ):
        child.wait_until_ready("http://127.0.0.1:9/")
    assert "There is no channel 'nobody'. Known: demo." in (tmp_path / "log").read_text()


def test_the_simulator_command_refuses_a_taken_port(folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = gateway("simulator", "--port", port, environment=folder.environment)
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr


def test_a_simulator_ends_when_the_one_that_started_it_is_gone(folder):
    port, _ = free_ports()
    child = subprocess.Popen(
        [sys.executable, "-m", "gateway", "simulator", "--port", str(port), "--with-parent"],
        stdin=subprocess.PIPE,
        env=dict(folder.environment),
    )

    def silent() -> bool:
        # It is asked, not its port tried: who tries to listen there may be in its way.
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/simulator/state").status_code != 200
        return child.poll() is None

    assert child.stdin is not None
    try:
        wait_until(silent, 30.0)
        with SimulatorClient(f"http://127.0.0.1:{port}") as client:
            assert client.state()["open_sessions"] == 0
        child.stdin.close()
        assert child.wait(10) is not None
    finally:
        child.stdin.close()
        child.kill()
        child.wait()
