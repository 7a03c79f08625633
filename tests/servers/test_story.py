"""From a callback over a real server's answer to what the person reads; nothing stays on disk."""

import contextlib
from pathlib import Path

import pytest

from gateway.channels.base import CallbackKind
from tests.conftest import PostgresServer
from tests.crash.crowd import Aggregator, aggregator
from tests.patience import until
from tests.security.traces import find, word_traces
from tests.servers.hosting import hosting, response
from tests.servers.market import SECRET, market
from tests.serving import Serving, serving

AMINA, BWALYA = "+260970000001", "+260970000002"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_price_is_asked_for_by_sms_and_on_a_screen(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
):
    url = None
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    answer = response(b'{"bag": 320, "note": "reservoir of kerosene"}')
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(hosting(answer))
        network = stack.enter_context(aggregator())
        gateway = stack.enter_context(
            serving(market(tmp_path, url, network.url, host.name), deliver=True)
        )
        _by_sms(gateway, network)
        _on_a_screen(gateway)
        assert [one.split(b" ")[:2] for one in host.requests] == [
            [b"GET", b"/lanterns"],
            [b"POST", b"/lanterns"],
        ]
        assert all(SECRET.encode() in one for one in host.requests)
        assert gateway.count("webhooks") == 2
    printed = "".join(capsys.readouterr())
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    for words in ("lanterns", "reservoir of kerosene", "kerosene-and-candles"):
        assert words not in printed
        assert find(files, word_traces(words)) == []


def _by_sms(gateway: Serving, network: Aggregator) -> None:
    for number, text in enumerate(("PRICE", "lanterns")):
        form = {"from": AMINA, "to": "20200", "text": text, "id": f"sms-{number}"}
        assert gateway.post(CallbackKind.SMS, form).status_code == 200
    until(lambda: network.sent[AMINA, "A bag is K320."] == 1)


def _on_a_screen(gateway: Serving) -> None:
    form = {"sessionId": "one", "phoneNumber": BWALYA, "serviceCode": "*384*20200#"}
    typed = "8"
    assert gateway.post(CallbackKind.USSD, form | {"text": typed}).text == "CON Which crop?"
    typed += "*lanterns"
    shown = [gateway.post(CallbackKind.USSD, form | {"text": typed}).text]
    assert shown[0] == "CON Please wait a moment.\n1 Continue"

    def answered() -> bool:
        nonlocal typed
        typed += "*1"
        shown.append(gateway.post(CallbackKind.USSD, form | {"text": typed}).text)
        return shown[-1] != shown[0]

    until(answered)
    assert shown[-1] == "END A bag is K320."
