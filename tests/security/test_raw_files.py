"""After a whole story nothing on the disk names a person, and no log line does."""

import base64
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from gateway.channels.base import CallbackKind
from gateway.simulator.client import SimulatorClient
from gateway.simulator.running import running
from gateway.simulator.settings import SimulatorSettings
from gateway.store.database import Database
from gateway.web.callbacks import callback_path
from tests.conftest import PostgresServer
from tests.exchange import FLOWS
from tests.patience import PATIENCE_S, until
from tests.processes import Process, free_port
from tests.security.traces import find, traces, word_traces
from tests.serving import SECRET, environment

NUMBERS = ("+260970000987", "+260970000986", "+260970000985")
NAMES = ("Zebediah", "Quillonde", "Mwiindachota")
WORDS = ("reservoir tastes of kerosene", "Lottery winner claim today")
# What it schedules holds what the person said, and a name that the author chose.
REMINDER = """
flow: remind
language: en
start: {keywords: [remindme]}
steps:
  what: {ask: Of what?, expect: text, save: answer.what}
  later:
    schedule: {text: "@participant.name: @answer.what", after: 2 hours}
    say: We will.
"""
SECRETS = (SECRET, "a-key-of-nobody")


def _wanted() -> dict[str, bytes]:
    wanted = {
        f"number {index}, {name}": form
        for index, number in enumerate(NUMBERS)
        for name, form in traces(number, number.removeprefix("+260")).items()
    }
    return wanted | {
        f"word {index}, {name}": form
        for index, text in enumerate((*NAMES, *WORDS))
        for name, form in word_traces(text).items()
    }


def test_the_search_finds_every_form_that_it_looks_for(tmp_path):
    haystack = tmp_path / "file"
    for name, form in _wanted().items():
        haystack.write_bytes(bytes(100) + form + bytes(100))
        assert f"file: {name}" in find([haystack], _wanted())


@pytest.mark.parametrize("before", ["", "x", "yz"])
def test_the_search_finds_a_number_in_the_base64_of_a_longer_text(tmp_path, before):
    haystack = tmp_path / "file"
    text = f"{before}from={NUMBERS[0]}&to=20200"
    haystack.write_bytes(base64.b64encode(text.encode()))
    assert any("base64" in one for one in find([haystack], _wanted()))


class Story:
    """A gateway in a process of its own, its simulator, and what happens to them."""

    def __init__(self, folder: Path, url: str | None, simulator: str) -> None:
        self.folder = folder
        self.log = folder / "gateway.log"
        flows = folder / "flows"
        shutil.copytree(FLOWS, flows)
        (flows / "remind.yaml").write_text(REMINDER)
        self.variables = environment(
            folder,
            url,
            base_url=simulator,
            DELIVERY_POLL_SECONDS="0.05",
            FLOWS_DIRECTORY=str(flows),
        )
        self.process = Process.start(self.variables, self.log).wait_until_ready()
        self.client = httpx.Client(base_url=self.process.url, timeout=PATIENCE_S)
        self.sessions = 0

    def sms(self, sender: str, text: str, **more: str) -> int:
        self.sessions += 1
        form = {"from": sender, "to": "20200", "text": text, "id": f"i{self.sessions}"} | more
        return self.post("sms", form)

    def dial(self, phone: str, *typed: str) -> None:
        self.sessions += 1
        for count in range(len(typed) + 1):
            form = {
                "sessionId": f"s{self.sessions}",
                "phoneNumber": phone,
                "serviceCode": "*384*20200#",
                "text": "*".join(typed[:count]),
            }
            assert self.post("ussd", form) == 200

    def post(self, kind: str, form: dict[str, str]) -> int:
        path = callback_path("demo", SECRET, CallbackKind(kind))
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.client.post(path, content=urlencode(form), headers=headers).status_code

    def play(self, welcomed: Callable[[], None]) -> None:
        """Let people join, report, ask and leave, and everything go wrong that can.

        Nobody leaves before `welcomed` returned: what waits for somebody goes with STOP.
        """
        first, second, third = NUMBERS
        assert self.sms(first, f"JOIN {NAMES[0]} {NAMES[1]}, Chipata, 1") == 200
        self.dial(second, "1", NAMES[2], "Kitwe", "1")
        self.dial(first, "2", "1", "1", f"The {WORDS[0]}")
        self.dial(third, "1", NAMES[1])
        self.sms(third, WORDS[1])
        self.sms(third, "remindme")
        self.sms(third, f"{WORDS[0]} {first}")
        self.sms("LOTTO-ZM", f"{WORDS[1]} {first} {NAMES[0]}")
        assert self.post("sms", {"to": first, "text": f"{WORDS[1]} {NAMES[0]}"}) == 400
        self.post("ussd", {"sessionId": "x", "phoneNumber": NAMES[0], "serviceCode": first})
        ended = {"sessionId": "s2", "phoneNumber": second, "status": "Failed", "input": NAMES[2]}
        assert self.post("ussd-ended", ended) == 200
        self.post("delivery", {"id": first, "status": NAMES[0], "phoneNumber": first})
        self.post("optout", {"phoneNumber": second})
        welcomed()
        self.sms(first, "STOP")
        self.client.post(f"/callbacks/demo/wrong-{first}/sms", content=f"from={first}")
        self.client.post(callback_path("demo", SECRET, CallbackKind.SMS), content=b"x" * 70_000)
        self.client.get(f"/phone?number={first}&name={NAMES[0]}")

    def scheduled(self) -> int:
        """Return how many texts are kept for later."""
        with (
            Database(self.variables["GATEWAY_DATABASE_URL"]) as database,
            database.read() as connection,
        ):
            query = "SELECT count(*) FROM timers WHERE text_sealed IS NOT NULL"
            return int(connection.exec_driver_sql(query).scalar_one())

    def poison(self) -> None:
        """Damage every conversation, so that what comes next breaks and is kept."""
        with Database(self.variables["GATEWAY_DATABASE_URL"]) as database:
            mark = "?" if database.dialect == "sqlite" else "%s"
            with database.write() as tx:
                tx.connection.exec_driver_sql(
                    f"UPDATE conversations SET state_sealed = {mark}", (b"\x00\x01" + bytes(50),)
                )
        assert self.sms(NUMBERS[2], f"{WORDS[0]} {NAMES[2]}") == 200
        self.dial(NUMBERS[2], NAMES[2])


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[str]:
    callbacks = {"sms": f"http://127.0.0.1:{free_port()}/nowhere"}
    with running(SimulatorSettings(callbacks=callbacks, port=0, username="sandbox")) as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_file_and_no_log_line_names_a_person(kind, tmp_path, simulator, request):
    began = time.time()
    server: PostgresServer | None = None
    url = None
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    story = Story(tmp_path, url, simulator)
    with SimulatorClient(simulator) as phones:
        story.play(lambda: until(lambda: bool(phones.inbox(NUMBERS[0]))))
        until(lambda: len(phones.inbox(NUMBERS[0])) >= 2)
        assert any(NAMES[0] in message.text for message in phones.inbox(NUMBERS[0]))
        assert story.scheduled() == 1
        story.poison()
    story.process.kill()
    story.client.close()
    files = [story.log, *tmp_path.glob("gateway.db*")]
    if server is None:
        assert (tmp_path / "gateway.db-wal").stat().st_size > 0
    else:
        files += _files_of(server, str(url), began)
    assert sum(file.stat().st_size for file in files) > 100_000
    assert find(files, _wanted()) == []
    if server is None:
        assert find([_backup(tmp_path)], _wanted()) == []
    log = story.log.read_text()
    assert "callback_failed" in log
    assert [secret for secret in SECRETS if secret in log] == []


def _backup(folder: Path) -> Path:
    """Make a backup while the journal of the killed process is still beside the database."""
    target = folder / "backup.db"
    with (
        closing(sqlite3.connect(folder / "gateway.db")) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        assert copy.execute("SELECT count(*) FROM phones").fetchone() == (len(NUMBERS),)
    return target


def _files_of(server: PostgresServer, url: str, began: float) -> list[Path]:
    """Return a database's files, and the server's journal and log since a time."""
    server.run("CHECKPOINT")
    with Database(url) as database, database.read() as connection:
        folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar_one()))
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        number = connection.exec_driver_sql(query).scalar_one()
    own = [file for file in (folder / "base" / str(number)).iterdir() if file.is_file()]
    others = [*(folder / "pg_wal").iterdir(), *folder.glob("*log*")]
    journal = [file for file in others if file.is_file() and file.stat().st_mtime >= began - 1]
    assert own
    assert journal
    return own + journal
