"""A movement leaves RapidPro: its export is imported, published, and played by real callbacks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from gateway.channels.base import CallbackKind
from gateway.cli import app
from gateway.service.due import Alarm
from gateway.store import tables
from tests.conftest import PostgresServer
from tests.exchange import AMINA, BWALYA, DIALLED, SHORT_CODE
from tests.flowfiles.importing.clinic import EXPORT
from tests.serving import Serving, environment, serving
from tests.stage import FLOWS


@pytest.fixture(params=["sqlite", "postgresql"])
def moved(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serving]:
    """A gateway that serves what was imported and published at the command line."""
    url = None
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template1")
    flows = shutil.copytree(FLOWS, tmp_path / "flows")
    variables = environment(tmp_path, url, FLOWS_DIRECTORY=str(flows))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    export = tmp_path / "export.json"
    export.write_bytes(EXPORT)
    for command in (["import", str(export)], ["publish"]):
        done = CliRunner().invoke(app, ["flows", *command])
        assert done.exit_code == 0, done.output
    with serving(variables) as running:
        yield running


def _sms(gateway: Serving, phone: str, text: str) -> list[str]:
    """Send an SMS, and return what was queued in answer."""
    before = _queued(gateway, phone)
    form = {"from": phone, "to": SHORT_CODE, "text": text, "id": f"{phone} {len(before)} {text}"}
    answer = gateway.post(CallbackKind.SMS, form | {"date": "2026-05-28 20:00:00"})
    assert answer.status_code == 200
    return _queued(gateway, phone)[len(before) :]


def _dialled(gateway: Serving, phone: str, *typed: str) -> str:
    """Type one thing after the other in a session, and return the last screen."""
    screen = ""
    for count in range(1, len(typed) + 1):
        form = {"sessionId": "s-1", "phoneNumber": phone, "serviceCode": DIALLED,
                "networkCode": "64501", "text": "*".join(typed[:count])}  # fmt: skip
        answer = gateway.post(CallbackKind.USSD, form)
        assert answer.status_code == 200
        screen = answer.text
    return screen


def _queued(gateway: Serving, phone: str) -> list[str]:
    vault = gateway.station.store.vault
    m, p = tables.messages, tables.phones
    query = (
        select(m.c.text_sealed, p.c.salt)
        .join(p, p.c.id == m.c.phone)
        .where(m.c.phone == vault.phone_id(phone), m.c.direction == 1)
        .order_by(m.c.id)
    )
    with gateway.station.store.database.read() as view:
        rows = view.execute(query).all()
    return [vault.person(bytes(salt)).open(b"text", bytes(text)).decode() for text, salt in rows]


def test_an_imported_flow_goes_by_sms_as_it_did_and_its_campaign_with_it(moved: Serving):
    assert _sms(moved, AMINA, "Clinic") == ["The clinic. 1 English, 2 Chichewa"]
    assert _sms(moved, AMINA, "1") == ["How old are you?"]
    assert _sms(moved, AMINA, "old") == ["Write a number, such as 34.\nHow old are you?"]
    assert _sms(moved, AMINA, "71") == ["You need not queue.\nHow many km do you walk?"]
    assert _sms(moved, AMINA, "7")[0].startswith("Come in ten days. You walk 7 km.")
    with moved.station.store.database.write() as tx:
        planned = tx.connection.exec_driver_sql(
            "UPDATE timers SET due_at = 1 WHERE name = 'campaign e-day'"
        )
        assert planned.rowcount == 1
    before = _queued(moved, AMINA)
    alarm = Alarm(moved.station.store.database, moved.station.ground)
    while alarm.turn():
        pass
    assert _queued(moved, AMINA)[len(before) :] == ["The clinic expects you tomorrow."]


def test_it_goes_on_screens_too_in_the_language_of_the_person(moved: Serving):
    assert _dialled(moved, BWALYA, "7") == "CON The clinic. 1 English, 2 Chichewa"
    assert _dialled(moved, BWALYA, "7", "2").startswith("CON Muli ndi zaka zingati?")
    screen = _dialled(moved, BWALYA, "7", "2", "34")
    assert screen.startswith("CON Mumayenda km zingati?")
    screen = _dialled(moved, BWALYA, "7", "2", "34", "3")
    assert "Mumayenda 3 km." in screen or "Mumayenda 3 km." in "".join(_queued(moved, BWALYA))
    assert moved.count("timers WHERE name >= 'campaign ' AND name < 'campaigns'") == 2
