"""Flow files that change while people talk: only what is whole and valid comes into force."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from gateway.core.movement.places import Places
from gateway.flowfiles.releases import compile_release
from gateway.service.publishing import STILL_SECONDS, Publisher, Watch
from gateway.service.receive import Receiver
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.exchange import AMINA, BWALYA, FLOWS, Exchange

WELLS = """
flow: wells
start: {keywords: [wells]}
steps:
  ask: {ask: How many wells?, expect: text, save: answer.wells}
  which: {ask: "WHICH", save: answer.which}
  done: {say: Thank you.}
"""
MISTAKE = "flow: wells\nsteps:\n  ask: {asks: How many wells?}\n"


@dataclass
class Seconds:
    """A clock of seconds that is set by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Process:
    """One process at a folder and a database: its watch, and the phones that reach it."""

    folder: Path
    exchange: Exchange
    name: str = "one"
    follows: bool = True
    seconds: Seconds = field(default_factory=Seconds)
    compiled: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """End the process and start it again."""

        def compiled(source):
            self.compiled.append(source.hash)
            return compile_release(source)

        self.publisher = Publisher(
            self.exchange.database, self.folder, self.name, compiled, lambda *_: self.errors
        )
        self.releases = self.publisher.open()
        self.exchange.ground = replace(self.exchange.ground, releases=self.releases)
        self.exchange.receiver = Receiver(self.exchange.database, self.exchange.ground)
        self.watch = Watch(
            self.publisher, self.releases, folder=self.follows, poll_s=1, clock=self.seconds
        )
        self.watch.catch_up()

    def write(self, content: str, name: str = "wells.yaml") -> None:
        (self.folder / name).write_text(content, encoding="utf-8")

    def look(self, *, after: float = STILL_SECONDS) -> None:
        """Let time pass and look at the folder."""
        self.seconds.now += after
        self.watch.look()

    def settle(self) -> None:
        """Look until nothing more is to be seen."""
        self.look()
        self.look()

    def asks(self, phone: str = AMINA) -> str:
        """Return the first question of the flow as somebody who texts its keyword gets it."""
        return self.exchange.sms(phone, "wells")[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flows"
    shutil.copytree(FLOWS, made)
    (made / "wells.yaml").write_text(WELLS, encoding="utf-8")
    return made


@pytest.fixture
def process(exchange: Exchange, folder: Path) -> Process:
    return Process(folder, exchange)


def test_the_first_start_puts_the_folder_in_force(process: Process):
    assert process.asks() == "How many wells?"
    (row,) = process.exchange.rows("publications")
    assert row["release"] == process.releases.current.hash


def test_a_change_comes_into_force_for_new_conversations_once_the_folder_is_still(process: Process):
    process.write(WELLS.replace("How many", "Count the"))
    process.look()
    assert process.asks() == "How many wells?"
    process.look(after=STILL_SECONDS / 2)
    assert process.asks() == "How many wells?"
    process.look()
    assert process.asks() == "Count the wells?"


def test_a_folder_that_keeps_moving_is_not_read(process: Process):
    before = len(process.compiled)
    for number in range(5):
        process.write(WELLS.replace("How many", f"{number}"))
        process.look()
    assert len(process.compiled) == before
    process.look()
    assert process.asks() == "4 wells?"


def test_a_conversation_under_way_ends_on_the_release_on_which_it_began(process: Process):
    process.asks()
    process.write(WELLS.replace("WHICH", "Which?").replace("How many", "Count the"))
    process.settle()
    assert process.exchange.sms(AMINA, "3") == ["WHICH"]
    assert process.asks(BWALYA) == "Count the wells?"
    assert process.exchange.sms(BWALYA, "3") == ["Which?"]
    assert process.exchange.sms(AMINA, "the old one") == ["Thank you."]


def test_a_conversation_ends_on_its_release_after_a_restart_too(process: Process):
    process.asks()
    process.write(WELLS.replace("WHICH", "Which?"))
    process.settle()
    process.restart()
    assert process.exchange.sms(AMINA, "3") == ["WHICH"]


def test_a_mistake_changes_nothing_and_is_told_once_with_its_line(process: Process):
    process.write(MISTAKE)
    with capture_logs() as logs:
        for _ in range(4):
            process.look()
    (told,) = [line for line in logs if line["event"] == "flows_refused"]
    assert told["why"].startswith("flows/wells.yaml:3: step ask has no asks.")
    assert process.asks() == "How many wells?"
    (row,) = process.exchange.rows("flow_folders")
    assert row["refused_why"] == told["why"]
    assert row["refused_at"] == process.exchange.database.clock()


def test_another_mistake_is_told_again_and_the_mended_file_is_taken(process: Process):
    process.write(MISTAKE)
    process.settle()
    with capture_logs() as logs:
        process.write(MISTAKE.replace("asks", "askk"))
        process.settle()
        process.write(WELLS.replace("How many", "Count the"))
        process.settle()
    assert [line["event"] for line in logs] == ["flows_refused", "flows_in_force"]
    assert process.asks() == "Count the wells?"


def test_what_the_check_finds_keeps_a_release_from_coming_into_force(process: Process):
    process.errors[:] = ["flows/wells.yaml:5: error: a screen is too long.", "another"]
    process.write(WELLS.replace("How many", "Count the"))
    with capture_logs() as logs:
        process.settle()
    (told,) = logs
    assert told["why"] == (
        "flows/wells.yaml:5: error: a screen is too long. And 1 more: run `gateway flows check`."
    )
    assert process.asks() == "How many wells?"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(".wells.yaml", MISTAKE, id="a file that an editor hides"),
        pytest.param("wells.yaml~", MISTAKE, id="a copy that an editor keeps"),
        pytest.param("wells.test.yaml", MISTAKE, id="a transcript"),
        pytest.param("wells.yaml", WELLS, id="a file that is saved unchanged"),
    ],
)
def test_what_is_no_change_publishes_nothing(process: Process, name: str, content: str):
    process.write(content, name)
    with capture_logs() as logs:
        process.settle()
    assert logs == []
    assert len(process.exchange.rows("publications")) == 1


def test_a_link_that_leads_nowhere_is_refused_once_and_named(process: Process):
    (process.folder / "gone.yaml").symlink_to(process.folder / "nothing")
    process.write(WELLS.replace("How many", "Count the"))
    with capture_logs() as logs:
        for _ in range(4):
            process.look()
    assert ["gone.yaml:1: the file cannot be read" in line["why"] for line in logs] == [True]
    assert process.asks() == "How many wells?"


def test_a_folder_that_goes_away_changes_nothing(process: Process):
    shutil.rmtree(process.folder)
    with capture_logs() as logs:
        for _ in range(4):
            process.look()
    assert [line["event"] for line in logs] == ["flows_refused"]
    assert process.asks() == "How many wells?"


def test_a_change_back_is_a_change_like_any_other(process: Process):
    first = process.releases.current
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    process.write(WELLS)
    process.settle()
    assert process.releases.current.hash == first.hash
    releases = [row["release"] for row in process.exchange.rows("publications")]
    assert len(releases) == 3
    assert releases[0] == releases[2] == first.hash


def test_what_changed_while_nothing_ran_is_in_force_after_the_start(process: Process):
    process.write(WELLS.replace("How many", "Count the"))
    process.restart()
    assert process.asks() == "Count the wells?"


def test_a_start_with_a_mistake_in_the_folder_goes_on_with_what_was_in_force(process: Process):
    process.write(MISTAKE)
    with capture_logs() as logs:
        process.restart()
    assert [line["event"] for line in logs] == ["flows_refused"]
    assert process.asks() == "How many wells?"
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    assert process.asks() == "Count the wells?"


def test_a_first_start_with_a_mistake_is_refused(exchange: Exchange, folder: Path):
    (folder / "wells.yaml").write_text(MISTAKE, encoding="utf-8")
    with pytest.raises(ValueError, match=r"flows/wells.yaml:3: step ask has no asks"):
        Process(folder, exchange)


def test_a_process_that_does_not_watch_its_folder_takes_what_is_published(
    exchange: Exchange, folder: Path
):
    process = Process(folder, exchange, follows=False)
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    process.restart()
    assert process.asks() == "How many wells?"
    process.publisher.publish(process.publisher.read(), None)
    process.look()
    assert process.asks() == "Count the wells?"


def test_a_change_that_cannot_be_recorded_now_is_taken_at_a_later_look(
    process: Process, tmp_path: Path
):
    process.write(WELLS.replace("How many", "Count the"))
    process.look()
    whole = process.watch._publisher
    with Database(f"sqlite:///{tmp_path}/empty.db") as away:
        process.watch._publisher = Publisher(away, process.folder, "one", compile_release)
        with pytest.raises(DBAPIError):
            process.look()
    process.watch._publisher = whole
    assert process.asks() == "How many wells?"
    process.look()
    assert process.asks() == "Count the wells?"


@pytest.fixture
def elsewhere(process: Process, database_url: str, vault: Vault, places: Places, tmp_path: Path):
    """Another process, on another machine with its own copy of the folder."""
    shutil.copytree(process.folder, tmp_path / "copy")
    with Database(database_url, clock=process.exchange.database.clock) as database:
        names = process.exchange.names  # no two messages have one id
        yield Process(tmp_path / "copy", Exchange(database, vault, places, names=names), "two")


def test_what_one_process_publishes_every_other_takes_over(process: Process, elsewhere: Process):
    process.asks()
    process.write(WELLS.replace("How many", "Count the").replace("WHICH", "Which?"))
    process.settle()
    assert elsewhere.asks(BWALYA) == "How many wells?"
    elsewhere.look()
    assert elsewhere.exchange.sms(BWALYA, "3") == ["WHICH"]
    assert elsewhere.asks(BWALYA) == "Count the wells?"
    assert process.exchange.sms(BWALYA, "3") == ["Which?"]


def test_a_process_with_an_older_folder_does_not_bring_it_back_when_it_starts_again(
    process: Process, elsewhere: Process
):
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    elsewhere.restart()
    assert elsewhere.asks() == "Count the wells?"
    assert len(process.exchange.rows("publications")) == 2


def test_two_processes_at_one_folder_publish_a_change_once(process: Process, elsewhere: Process):
    beside = Process(process.folder, elsewhere.exchange)
    process.write(WELLS.replace("How many", "Count the"))
    for one in (process, beside, process, beside):
        one.look()
    assert (process.asks(), beside.asks()) == ("Count the wells?",) * 2
    assert len(process.exchange.rows("publications")) == 2


def test_a_process_that_does_not_understand_what_is_in_force_goes_on_and_says_so_once(
    process: Process, elsewhere: Process
):
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    elsewhere.publisher.compiled = _only_older
    with capture_logs() as logs:
        elsewhere.look()
        elsewhere.look()
    assert [line["event"] for line in logs] == ["release_not_understood"]
    assert elsewhere.asks() == "How many wells?"


def test_a_start_that_does_not_understand_what_is_in_force_takes_the_folder(
    process: Process, elsewhere: Process
):
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    older = Publisher(elsewhere.exchange.database, elsewhere.folder, "two", _only_older)
    releases = older.open()
    assert releases.current.hash == process.exchange.rows("publications")[0]["release"]
    assert older.newest() == releases.current.hash


def test_a_conversation_on_a_release_that_is_not_understood_any_more_is_over_and_breaks_nothing(
    process: Process, elsewhere: Process
):
    process.write(WELLS.replace("How many", "Count the"))
    process.settle()
    process.asks()
    older = Publisher(elsewhere.exchange.database, elsewhere.folder, "two", _only_older)
    exchange = elsewhere.exchange
    exchange.ground = replace(exchange.ground, releases=older.open())
    exchange.receiver = Receiver(exchange.database, exchange.ground)
    assert exchange.sms(AMINA, "3") == exchange.sms(BWALYA, "3")
    assert elsewhere.asks() == "How many wells?"


def _only_older(source):
    """Compile as a program does that knows nothing of a later one's language."""
    text = source.files["wells.yaml"].replace(b"ask: Count", b"asks: Count")
    return compile_release(replace(source, files={**source.files, "wells.yaml": text}))
