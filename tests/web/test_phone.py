"""The phone in the browser as a browser without a script sees it: pages, forms and redirects.

The application is the real one on a real port, with a real simulator behind it.
"""

import html
import re
from dataclasses import dataclass

import httpx
import pytest

from gateway.channels.base import CallbackKind
from gateway.simulator.client import SimulatorClient
from gateway.simulator.running import running
from gateway.simulator.settings import SimulatorSettings
from gateway.web.callbacks import callback_path
from gateway.web.forms import MAX_FORM_BYTES
from gateway.web.handsets import LONGEST_TEXT, LONGEST_TYPED, NUMBERS
from tests.patience import until
from tests.serving import SECRET, Serving, environment, serving

LARGEST_PAGE = 60_000


@dataclass(frozen=True, slots=True)
class Page:
    """What somebody sees of a phone."""

    text: str

    def _within(self, pattern: str) -> str:
        found = re.search(pattern, self.text, re.DOTALL)
        assert found is not None, self.text
        return html.unescape(found[1])

    @property
    def screen(self) -> str:
        """The USSD screen; empty while the phone is idle."""
        shown = re.search(r'<p class="shown">(.*?)</p>', self.text, re.DOTALL)
        return "" if shown is None else html.unescape(shown[1])

    @property
    def count(self) -> str:
        """How full the screen is."""
        return self._within(r'<output id="count"[^>]*>(.*?)</output>')

    @property
    def typed(self) -> str:
        """What stands in the line below the screen."""
        return self._within(r'<input id="typed" name="typed" value="(.*?)"')

    @property
    def note(self) -> str:
        """What the phone itself says."""
        return self._within(r'<p class="note">(.*?)</p>')

    @property
    def messages(self) -> list[str]:
        """The SMS on the phone, oldest first; own ones begin with ``> ``."""
        found = re.findall(r'<div class="bubble( own)?">.*?<p>(.*?)</p>', self.text, re.DOTALL)
        return [("> " if own else "") + html.unescape(text) for own, text in found]


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who holds one of the phones."""

    gateway: Serving
    slot: int

    def look(self) -> Page:
        return self._page(self.gateway.client.get(f"/phone/{self.slot}"))

    def press(self, key: str, typed: str = "") -> Page:
        return self._post("keys", {"press": key, "typed": typed})

    def text(self, text: str) -> Page:
        return self._post("texts", {"text": text})

    def _post(self, what: str, form: dict[str, str]) -> Page:
        answer = self.gateway.client.post(
            f"/phone/{self.slot}/{what}", data=form, headers={"origin": self.gateway.url}
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/phone/{self.slot}"
        return self.look()

    def _page(self, answer: httpx.Response) -> Page:
        assert answer.status_code == 200
        return Page(answer.text)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway in demo mode with a simulator behind it."""
    settings = SimulatorSettings(port=0, shortcode="20200", ussd_code="*384*20200#")
    with running(settings) as simulator:
        variables = environment(
            tmp_path_factory.mktemp("phone"),
            base_url=simulator,
            DEMO_ENABLED="true",
            DEMO_SIMULATOR_URL=simulator,
            MOVEMENT_NAME="Mashinani",
        )
        with serving(variables, deliver=True) as started, SimulatorClient(simulator) as client:
            kinds = tuple(CallbackKind)
            client.connect(
                {str(kind): started.url + callback_path("demo", SECRET, kind) for kind in kinds}
            )
            yield started


@pytest.fixture
def hand(gateway):
    """Return a function that takes a phone, with no call on it and nothing typed."""

    def hand(slot: int) -> Hand:
        taken = Hand(gateway, slot)
        for _ in range(2):  # the first ends a call, the second clears the screen
            taken.press("hangup")
        return taken

    return hand


def fresh(hand: Hand) -> Page:
    """Dial and, where a call had been dropped, begin again at the menu."""
    page = hand.press("call")
    return hand.press("call", "2") if "Start again" in page.screen else page


def test_calling_with_nothing_typed_dials_the_movement(hand):
    page = fresh(hand(1))
    assert page.screen.startswith("Welcome to Mashinani.\n")  # what follows depends on who calls
    assert page.screen.endswith("\n6 Help")
    assert page.count == f"{len(page.screen)}/160"
    assert "Your answer" in page.text


def test_each_key_adds_what_is_printed_on_it(hand):
    phone = hand(1)
    typed = ""
    for key in "*384#":
        typed = phone.press(key, typed).typed
    assert typed == "*384#"
    assert phone.press("clear", typed).typed == "*384"


def test_what_was_typed_is_what_is_dialled(hand):
    assert hand(1).press("call", "*999#").screen == "Connection problem or invalid code."


def test_a_number_is_rung_and_what_the_call_begins_comes_as_an_sms(hand, gateway):
    phone = hand(5)
    page = phone.press("call", "+260970000000")
    assert page.note == "It rang; nobody took the call."
    until(lambda: any("Send JOIN to join" in text for text in phone.look().messages))


def test_an_answer_leads_to_the_next_screen_and_empties_the_line(hand):
    phone = hand(1)
    fresh(phone)
    page = phone.press("call", "5")
    assert page.screen.startswith("Your language?")
    assert page.typed == ""


def test_somebody_joins_and_the_call_is_over(hand):
    phone = hand(5)
    fresh(phone)
    for answer in ("1", "Amina", "Chipata"):
        phone.press("call", answer)
    page = phone.press("call", "1")
    assert page.screen.startswith("Thank you Amina. You are member")
    assert page.note == "The call is over."
    assert "Number or code to dial" in page.text


def test_hanging_up_drops_the_call_and_dialling_again_carries_on(hand):
    phone = hand(2)
    fresh(phone)
    phone.press("call", "1")
    page = phone.press("hangup")
    assert page.screen == ""
    assert page.note == "You hung up. Dial again to go on."
    assert phone.press("call").screen.endswith("1 Continue\n2 Start again")


def test_an_sms_and_its_answer_stand_in_the_order_in_which_they_came(hand):
    phone = hand(3)
    page = phone.text("HELP")
    assert page.messages[-2] == "> HELP"
    assert page.messages[-1].startswith("Mashinani. Send JOIN to join")


def test_an_sms_is_shown_as_it_was_written_and_never_as_markup(hand):
    page = hand(3).text("<script>alert('1')</script>\r\n& more")
    assert "> <script>alert('1')</script>\n& more" in page.messages
    assert "<script>alert" not in page.text


def test_an_sms_of_several_parts_says_of_how_many(hand):
    assert "<small>2 parts</small>" in hand(3).text("water " * 30).text


def test_an_empty_sms_is_not_sent(hand):
    phone = hand(4)
    before = phone.look().messages
    assert phone.text("  \n ").messages == before


def test_a_phone_on_which_something_arrived_says_so_on_the_others(hand, gateway):
    phone, other = hand(4), hand(2)
    phone.look()
    with SimulatorClient(gateway.station.store.settings.demo.simulator_url) as client:
        newest = [one.number for one in client.inbox(NUMBERS[3])]
        client.send_sms(NUMBERS[3], "HELP")
        assert client.inbox(NUMBERS[3], after=max(newest, default=0), wait=10)
    assert re.search(r'4\s*<span class="badge">1<', other.look().text)
    phone.look()
    assert "badge" not in other.look().text


def test_more_than_a_phone_holds_is_cut(hand, gateway):
    phone = hand(2)
    assert len(phone.press("1", "9" * 500).typed) == LONGEST_TYPED
    sent = phone.text("a" * (LONGEST_TEXT + 50)).messages
    assert f"> {'a' * LONGEST_TEXT}" in sent


def test_a_key_that_no_phone_has_does_nothing(hand):
    assert hand(1).press("rm -rf", "12").typed == "12"


@pytest.mark.parametrize("address", ["/phone", "/phone/1", "/demo"])
def test_a_page_fetches_nothing_from_elsewhere_and_runs_nothing_inline(gateway, address):
    answer = gateway.client.get(address)
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.findall(r"https?://", answer.text)
    assert not re.findall(r"<(?:script|style)>|\son\w+=|\sstyle=", answer.text)


def test_a_page_with_all_that_it_needs_is_small(gateway):
    page = gateway.client.get("/phone")
    needed = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert len(needed) == 4
    sizes = [len(gateway.client.get(html.unescape(one)).content) for one in needed]
    assert len(page.content) + sum(sizes) < LARGEST_PAGE


def test_what_never_changes_is_kept_by_browsers_and_the_rest_is_asked_for_again(gateway):
    page = gateway.client.get("/phone").text
    addressed = re.findall(r'"(/static/mashinani.css\?v=\w+)"', page)[0]
    assert "immutable" in gateway.client.get(addressed).headers["cache-control"]
    assert gateway.client.get("/static/mashinani.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    ["/phone/0", "/phone/6", "/phone/x", "/static/nothing.css", "/static/../pages.py"],
)
def test_what_there_is_not_is_not_found(gateway, address):
    assert gateway.client.get(address).status_code == 404


def test_a_form_for_a_phone_that_there_is_not_is_not_found(gateway):
    answer = gateway.client.post("/phone/6/keys", data={}, headers={"origin": gateway.url})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        pytest.param({}, b"press=1", 403, id="nobody says where it comes from"),
        pytest.param({"origin": "http://evil.test"}, b"press=1", 403, id="from another site"),
        pytest.param({"sec-fetch-site": "cross-site"}, b"press=1", 403, id="a browser says so"),
        pytest.param(
            {"sec-fetch-site": "same-origin", "content-type": "text/plain"},
            b"press=1",
            415,
            id="no form",
        ),
        pytest.param(
            {"sec-fetch-site": "same-origin"}, b"a" * (MAX_FORM_BYTES + 1), 413, id="too large"
        ),
        pytest.param({"sec-fetch-site": "same-origin"}, b"typed=%ff", 400, id="no text, escaped"),
        pytest.param({"sec-fetch-site": "same-origin"}, b"typed=\xff", 400, id="no text"),
        pytest.param({"sec-fetch-site": "same-origin"}, b"", 303, id="an empty form of our own"),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(gateway, headers, content, status):
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = gateway.client.post("/phone/1/keys", content=content, headers={**form, **headers})
    assert answer.status_code == status


def test_the_start_page_counts_and_names_nobody(hand, gateway):
    phone = hand(1)
    page = phone.text("JOIN Zebedayo, Lundazi, 1")
    assert page.messages[-1].startswith("Thank you Zebedayo.")
    text = gateway.client.get("/demo").text
    assert re.search(r'<th scope="row">Lundazi</th>.*?<td class="n">1</td>', text, re.DOTALL)
    assert re.search(r'<th scope="row">SMS</th>', text)
    assert "Zebedayo" not in text
    assert not any(number in text or number[1:] in text for number in NUMBERS)


def test_without_its_simulator_the_phone_says_what_to_start(tmp_path):
    variables = environment(tmp_path, DEMO_ENABLED="true", DEMO_SIMULATOR_URL="http://127.0.0.1:9")
    with serving(variables) as alone:
        answer = alone.client.get("/phone")
        assert answer.status_code == 503
        assert "gateway simulator" in answer.text
        pressed = alone.client.post(
            "/phone/1/keys", data={"press": "call"}, headers={"origin": alone.url}
        )
        assert pressed.status_code == 503
        assert alone.client.get("/demo").status_code == 200


def test_outside_the_demo_there_is_no_phone(tmp_path):
    with serving(environment(tmp_path)) as real:
        for address in ("/phone", "/phone/1", "/demo"):
            assert real.client.get(address).status_code == 404
        pressed = real.client.post("/phone/1/keys", data={}, headers={"origin": real.url})
        assert pressed.status_code == 404
