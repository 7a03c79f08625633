"""Callbacks over HTTP: who may call, what is answered when, and that each counts once."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from starlette.types import Message

from gateway.channels.base import CallbackKind
from gateway.service.intake import Intake
from gateway.service.receive import Receiver
from gateway.service.surviving import Loop
from gateway.web import health
from gateway.web.callbacks import Callbacks, Door, Edge, callback_path
from gateway.web.lost import NOTHING
from tests.serving import (
    FRIEND,
    GUARDED_SECRET,
    SECRET,
    STRANGER,
    Serving,
    calling,
    environment,
    serving,
)

PAYLOADS = Path(__file__).parents[1] / "channels" / "payloads" / "africastalking"
AMINA = "+260970000001"
USSD = {
    "sessionId": "s1",
    "phoneNumber": AMINA,
    "serviceCode": "*384*20200#",
    "networkCode": "64501",
    "text": "",
}
SMS = {"from": AMINA, "to": "20200", "text": "JOIN", "id": "m1", "date": "2026-05-28 20:00:00"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One application for the tests that do not count rows."""
    with serving(environment(tmp_path_factory.mktemp("shared"))) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Serving]:
    """An application of the test's own, with a queue for one and little patience."""
    with serving(environment(tmp_path, INTAKE_QUEUE="1", INTAKE_ANSWER_SECONDS="1")) as running:
        yield running


CAPTURED: list[tuple[str, dict[str, str]]] = [
    (path.stem, row)
    for path in sorted(PAYLOADS.glob("*.yaml"))
    for row in yaml.safe_load(path.read_text("utf-8"))
]


@pytest.mark.parametrize(
    ("kind", "row"), [pytest.param(*one, id=f"{one[0]}: {one[1]['name']}") for one in CAPTURED]
)
def test_each_captured_payload_posted_twice_is_answered_alike_and_kept_once(shared, kind, row):
    body = row["body"].encode()
    before = shared.count("messages")
    first = shared.post(kind, body)
    middle = shared.count("messages"), shared.count("journal"), shared.count("inbox")
    again = shared.post(kind, body)
    after = shared.count("messages"), shared.count("journal"), shared.count("inbox")
    assert first.status_code == again.status_code == (400 if "unreadable" in row else 200)
    assert first.text == again.text
    assert after[:2] == middle[:2]
    assert middle[0] >= before
    if kind not in {"optout", "subscription"}:
        assert after == middle
    if "unreadable" in row:
        assert f"'{row['unreadable']}'" in first.text
    elif kind == "voice":
        assert first.text.endswith("<Response><Reject/></Response>")
    elif kind == "ussd":
        assert first.text[:4] in {"CON ", "END "}
    else:
        assert first.text == ""


def test_the_answer_is_plain_text_and_names_no_server(shared):
    answer = shared.post("ussd", USSD | {"sessionId": "s2", "phoneNumber": "+260970000777"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("CON Welcome to Mashinani.")
    assert "server" not in answer.headers


def test_every_callback_kind_has_captured_payloads():
    assert {path.stem for path in PAYLOADS.glob("*.yaml")} == set(map(str, CallbackKind))


@pytest.mark.parametrize(
    "path",
    [
        callback_path("demo", "a-secret-that-only-tests-kno", CallbackKind.SMS),
        callback_path("demo", SECRET + "x", CallbackKind.SMS),
        callback_path("demo", GUARDED_SECRET, CallbackKind.SMS),
        callback_path("nobody", SECRET, CallbackKind.SMS),
        callback_path("nobody", "%00", CallbackKind.SMS),
        callback_path("demo", "%F0%9F%99%82", CallbackKind.SMS),
        f"/callbacks/demo/{SECRET}/fax",
        "/callbacks/demo/x/sms/more",
        "/callbacks",
        "/nothing",
    ],
)
def test_a_wrong_secret_an_unknown_channel_and_a_wrong_page_look_the_same(shared, path):
    before = shared.count("inbox")
    wrong = shared.client.post(path, content=b"from=%2B260970000001&to=20200&text=STOP")
    assert wrong.status_code == 404
    assert wrong.text == NOTHING
    assert SECRET not in wrong.text
    assert shared.count("inbox") == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_callbacks_are_posted_and_nothing_else(shared, method):
    path = callback_path("demo", SECRET, CallbackKind.SMS)
    assert shared.client.request(method, path).status_code == 405


def test_a_channel_with_a_list_of_networks_hears_nobody_else(shared):
    friendly = shared.post("sms", SMS | {"id": "g1"}, channel="guarded", secret=GUARDED_SECRET)
    assert friendly.status_code == 200
    before = shared.count("inbox")
    with calling(shared.url, STRANGER) as stranger:
        path = callback_path("guarded", GUARDED_SECRET, CallbackKind.SMS)
        forwarded = {"x-forwarded-for": FRIEND}
        refused = stranger.post(path, data=SMS | {"id": "g2"}, headers=forwarded)
        guessed = stranger.post(path.replace(GUARDED_SECRET, "wrong"), data=SMS)
    assert (refused.status_code, guessed.status_code) == (403, 404)
    assert shared.count("inbox") == before


def test_a_body_larger_than_any_callback_is_refused_however_it_comes(shared):
    largest = shared.station.store.settings.serve.max_body_bytes
    before = shared.count("inbox")
    assert shared.post("sms", b"x" * (largest + 1)).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(largest // 1000 + 1):
            yield b"x" * 1000

    path = callback_path("demo", SECRET, CallbackKind.SMS)
    assert shared.client.post(path, content=pieces()).status_code == 413
    assert shared.count("inbox") == before
    assert shared.post("sms", b"x" * largest).status_code == 400


def _edge(running: Serving, *, body_seconds: float) -> Edge:
    station = running.station
    intake = Intake(Receiver(station.store.database, station.ground), queue=1, batch=1)
    return Edge(
        doors={"demo": Door(SECRET, station.aggregators["demo"], ())},
        intake=intake,
        clock=station.store.database.clock,
        busy=lambda: "END busy",
        max_body_bytes=1000,
        answer_seconds=1,
        body_seconds=body_seconds,
    )


def _drive(edge: Edge, messages: list[Message]) -> list[Message]:
    """Drive the callback application by hand; when `messages` are over, nothing more comes."""

    async def run() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            if messages:
                return messages.pop(0)
            await asyncio.sleep(30)
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        path = f"/callbacks/demo/{SECRET}/sms"
        scope = {"type": "http", "path": path, "headers": [], "client": (FRIEND, 1)}
        await Callbacks(edge)(scope, receive, send)
        return sent

    return asyncio.run(run())


def test_a_body_that_comes_too_slowly_is_given_up(shared):
    start: Message = {"type": "http.request", "body": b"from=", "more_body": True}
    sent = _drive(_edge(shared, body_seconds=0.05), [start])
    assert sent[0]["status"] == 408


def test_a_caller_who_hangs_up_in_the_middle_is_not_answered_and_nothing_is_kept(shared):
    before = shared.count("inbox")
    start: Message = {"type": "http.request", "body": b"from=", "more_body": True}
    sent = _drive(_edge(shared, body_seconds=5), [start, {"type": "http.disconnect"}])
    assert sent == []
    assert shared.count("inbox") == before


@contextmanager
def _failing_commits(running: Serving, trouble: Exception) -> Iterator[None]:
    engine = running.station.store.database.engine

    def fail(_: object) -> None:
        raise trouble

    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


@pytest.mark.parametrize(
    "trouble", [OperationalError("COMMIT", {}, Exception("disk full")), RuntimeError("broken")]
)
def test_a_failing_commit_never_yields_a_2xx(fresh, trouble):
    with _failing_commits(fresh, trouble):
        answers = [(kind, fresh.post(kind, row["body"].encode())) for kind, row in CAPTURED]
    for kind, answer in answers:
        assert answer.status_code == 503, kind
        assert answer.headers["retry-after"].isdecimal()
        assert answer.text.startswith("END ") or kind != "ussd"
    assert fresh.count("inbox") == 0
    assert fresh.post("sms", SMS).status_code == 200


@contextmanager
def _locked(running: Serving) -> Iterator[None]:
    """Hold the database's write lock, as a long backup or another process might."""
    with running.station.store.database.write():
        yield


def test_past_the_bound_an_sms_is_asked_to_come_again_and_a_dialler_to_dial_again(fresh):
    answers: list[int] = []

    def post(name: str) -> None:
        answers.append(fresh.post("sms", SMS | {"id": name}).status_code)

    waiting = [threading.Thread(target=post, args=(name,)) for name in ("a", "b")]
    with _locked(fresh):
        for thread in waiting:
            thread.start()
            threading.Event().wait(0.2)
        refused = fresh.post("sms", SMS | {"id": "c"})
        screen = fresh.post("ussd", USSD)
    for thread in waiting:
        thread.join(20)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (screen.status_code, screen.text[:4]) == (200, "END ")
    assert "dial again" in screen.text
    assert answers == [200, 200]
    assert fresh.count("inbox") == 2


def test_who_waits_too_long_is_asked_to_come_again_and_then_meets_what_was_stored(fresh):
    with _locked(fresh):
        late = fresh.post("sms", SMS)
    assert (late.status_code, late.headers["retry-after"]) == (503, "5")
    assert fresh.post("sms", SMS).status_code == 200
    assert fresh.count("inbox") == 1
    assert fresh.count("messages") == 2


@pytest.mark.parametrize(("healthy", "status"), [(True, 200), (False, 503)])
def test_health_says_whether_the_work_can_be_done(healthy, status):
    app = FastAPI()
    app.include_router(health.router(lambda: healthy))

    async def ask() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return (await client.get("/health")).status_code

    assert asyncio.run(ask()) == status


def test_health_tells_work_behind_the_pages_that_broke():
    loop = Loop("imports", lambda: bool(1 // 0), lambda: None, look_s=60)
    app = FastAPI()
    app.include_router(health.router(lambda: True, [loop]))

    def ask() -> httpx.Response:
        async def get() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.get("/health")

        return asyncio.run(get())

    assert (ask().status_code, ask().json()) == (503, {"status": "these work no more: imports"})
    loop.once()
    loop.start()
    while loop.faults < 2:
        time.sleep(0.01)
    assert (ask().status_code, ask().json()) == (200, {"status": "ok", "faults": {"imports": 2}})
    loop.close()


def test_health_of_a_running_gateway_is_good(shared):
    assert shared.client.get("/health").json() == {"status": "ok"}
