"""Flows that change beside gateways that serve: real files, real processes, both databases."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.channels.base import CallbackKind
from gateway.web.callbacks import callback_path
from tests.cli.conftest import Run
from tests.conftest import PostgresServer
from tests.demo import gateway
from tests.patience import PATIENCE_S, until
from tests.processes import Process
from tests.serving import ROOT, SECRET, environment

WELCOME = "Welcome to @movement.name."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flows"
    shutil.copytree(ROOT / "flows", made)
    return made


def greet(folder: Path, words: str) -> None:
    """Change the first screen."""
    home = (ROOT / "flows" / "home.yaml").read_text(encoding="utf-8")
    assert WELCOME in home
    (folder / "home.yaml").write_text(home.replace(WELCOME, words), encoding="utf-8")


@pytest.fixture
def published(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line at a folder of the test's own, which is in force."""
    monkeypatch.setenv("GATEWAY_FLOWS_DIRECTORY", str(folder))
    assert (
        "is in force. Gateways that run take it within 2 seconds." in run("flows", "publish").stdout
    )
    return run


def test_publishing_says_what_is_in_force_and_whether_that_is_news(published: Run, folder: Path):
    assert published("flows", "publish").stdout.endswith("is in force already.\n")
    greet(folder, "Good day.")
    assert "is in force. Gateways" in published("flows", "publish").stdout
    status = published("flows", "status").stdout
    assert "holds what is in force." in status
    assert "refused" not in status


def test_a_folder_that_was_changed_and_not_published_is_told_by_status(
    published: Run, folder: Path
):
    greet(folder, "Good day.")
    found = orjson.loads(published("flows", "status", "--json").stdout)
    assert found["in_force"]["number"] == 1
    assert found["here"]["release"] != found["in_force"]["release"]
    assert found["here"]["holds"].startswith("another release, ")


def test_a_mistake_is_refused_with_its_line_and_stays_to_be_seen(published: Run, folder: Path):
    (folder / "join.yaml").write_text("flow: join\nstpes: {}\n", encoding="utf-8")
    refused = published("flows", "publish")
    assert refused.exit_code == 1
    assert "flows/join.yaml:2: " in refused.stderr
    assert "What was in force stays in force." in refused.stderr
    status = published("flows", "status").stdout
    assert "flows is refused (" in status
    assert "flows/join.yaml:2: " in status
    assert "holds what was refused." in status
    shutil.copy(ROOT / "flows" / "join.yaml", folder)
    published("flows", "publish")
    assert "flows was refused before (" in published("flows", "status").stdout


def test_a_menu_whose_numbers_mean_something_else_is_published_only_when_that_is_meant(
    published: Run, folder: Path
):
    home = folder / "home.yaml"
    text = home.read_text(encoding="utf-8")
    assert " 5: {label: Language" in text
    swapped = text.replace(" 5: {", " 7: {").replace(" 6: {", " 5: {").replace(" 7: {", " 6: {")
    home.write_text(swapped, encoding="utf-8")
    refused = published("flows", "publish")
    assert refused.exit_code == 1
    assert "[renumbered]" in refused.stderr
    assert published("flows", "publish", "--renumbered").exit_code == 0


def test_before_anything_ran_nothing_is_in_force(run: Run):
    assert "Nothing is in force" in run("flows", "status").stdout


@dataclass
class Town:
    """Gateways that serve one database from one folder."""

    folder: Path
    variables: Mapping[str, str]
    processes: list[Process]
    client: httpx.Client
    dialled: int = 0

    def dial(self, process: Process, text: str = "", session: str = "") -> str:
        """Answer a screen, or dial with a session of its own, and return what is shown."""
        self.dialled += not session
        form = {
            "sessionId": session or f"session-{self.dialled}",
            "phoneNumber": f"+26097000{self.dialled:04}",
            "serviceCode": "*384*20200#",
            "text": text,
        }
        path = callback_path("demo", SECRET, CallbackKind.USSD)
        return self.client.post(process.url + path, data=form).text

    def wait_for(self, words: str) -> None:
        """Dial every gateway until its first screen says something."""
        for process in self.processes:
            until(partial(self._says, process, words), process.log.read_text, every_s=0.05)

    def _says(self, process: Process, words: str) -> bool:
        return words in self.dial(process)


@contextmanager
def town(
    kind: str, folder: Path, request: pytest.FixtureRequest, **settings: str
) -> Iterator[Town]:
    url = None
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    variables = environment(folder.parent, url, FLOWS_POLL_SECONDS="0.1", **settings)
    variables["GATEWAY_FLOWS_DIRECTORY"] = str(folder)
    with ExitStack() as stack:
        processes = []
        for number in range(1 if url is None else 2):
            log = folder.parent / f"gateway-{number}.log"
            processes.append(Process.start(variables, log))
            stack.callback(processes[-1].kill)
        client = stack.enter_context(httpx.Client(timeout=PATIENCE_S, trust_env=False))
        yield Town(folder, variables, [one.wait_until_ready() for one in processes], client)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_gateways_that_serve_take_a_changed_folder_and_refuse_a_broken_one(
    kind: str, folder: Path, request: pytest.FixtureRequest
):
    with town(kind, folder, request) as served:
        first = served.processes[0]
        assert "Welcome to Mashinani." in served.dial(first)
        greet(folder, "Good day.")
        served.wait_for("Good day.")
        greet(folder, "Good evening.\n  bad: [")
        until(lambda: "flows_refused" in first.log.read_text(), every_s=0.05)
        assert "Good day." in served.dial(first)
        greet(folder, "Good night.")
        served.wait_for("Good night.")
        assert first.log.read_text().count("flows_refused") == 1
        assert [one.stop() for one in served.processes] == [0] * len(served.processes)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_gateways_that_do_not_watch_take_what_the_command_publishes(
    kind: str, folder: Path, request: pytest.FixtureRequest
):
    with town(kind, folder, request, FLOWS_WATCH="false") as served:
        session = "session-1"
        asked = served.dial(served.processes[0])
        greet(folder, "Good day.")
        assert "Welcome to Mashinani." in served.dial(served.processes[0])
        told = gateway("flows", "publish", environment={**served.variables, **_path()}, check=True)
        assert "is in force. Gateways that run take it within 0.1 seconds." in told.stdout
        served.wait_for("Good day.")
        assert "Welcome" in asked
        # Whoever was at the first screen goes on from it, at whichever gateway.
        served.dialled = 1
        assert "Welcome to Mashinani." in served.dial(served.processes[-1], "77", session)


def _path() -> Mapping[str, str]:
    return {"PATH": "/usr/bin:/bin"}
