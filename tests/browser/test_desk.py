"""Every page of staff in a real browser, over a movement that is full of work.

The pages are those that links lead to, found anew each time: a page that is added is looked at
without a line here. All are opened once, and looked at as people with different eyes, hands and
phones do.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from gateway.cli.demo_data import fill
from gateway.core.staff.roles import Grant, Role
from gateway.web.visits import COOKIE
from tests.crawl import Opened, crawl
from tests.office import Member, Office, opened
from tests.probes import GROW, SMALL, TURN_BACK, UNREACHABLE, UNTURNED, WIDE

PEOPLE = 300
MOST_BYTES = 60_000
NARROW = 320
# What axe calls serious is what keeps somebody from using a page.
GRAVE = {"serious", "critical"}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture for the docs. On the page of `path` the first link that fits `then` is followed."""

    name: str
    path: str
    then: str = ""
    width: int = 1100
    height: int = 860
    dark: bool = False


PICTURES = (
    Shot("today", "/"),
    Shot("today-320-dark", "/", width=320, height=640, dark=True),
    Shot("call-draft", "/calls/5"),
    Shot("call-result", "/calls/4"),
    Shot("call-320", "/calls/5", width=320, height=640),
    Shot("report", "/reports", "main tbody a[href^='/reports/']"),
    Shot("assembly-live", "/assemblies", "main tbody a[href^='/assemblies/']"),
    Shot("conversation", "/flows/report"),
    Shot("exports", "/exports"),
    Shot("answers", "/answers/radio-survey"),
)


@dataclass
class Looked:
    """What was seen of one page."""

    opened: Opened
    grave: list[str]
    dark: list[str]
    wide: list[str]
    unreachable: list[str]
    complaints: list[str]
    small: list[str]
    unturned: list[str]
    large: list[str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a year of work behind it."""
    with opened(tmp_path_factory.mktemp("desk")) as office:
        fill(office.serving.station.store, "demo", PEOPLE, 1)
        yield office


@pytest.fixture(scope="module")
def all_rounder(office: Office) -> Member:
    """Somebody with every role, who therefore sees every page."""
    return office.hire(*Role)


@pytest.fixture(scope="module")
def pages(office: Office, all_rounder: Member) -> list[Opened]:
    """One page of each kind."""
    found: dict[str, Opened] = {}
    for one in crawl(all_rounder, office.declared):
        html = one.response.headers.get("content-type", "").startswith("text/html")
        if html and one.response.status_code == 200:
            found.setdefault(one.route, one)
    return [one for one in found.values() if "<html" in one.response.text]


@pytest.fixture(scope="module")
def looked(
    browser: Browser, office: Office, all_rounder: Member, pages: list[Opened]
) -> list[Looked]:
    """Every page as a browser shows it, by day, by night and on a small phone."""
    context = _context(browser, office, all_rounder)
    try:
        return [_look(context, one) for one in pages]
    finally:
        context.close()


def test_every_page_but_a_few_is_reached_by_links(office: Office, pages: list[Opened]):
    static = {one.path for one in office.declared if one.method == "GET" and "{" not in one.path}
    reached = {one.route for one in pages}
    assert len(reached & static) > len(static) / 2, sorted(static - reached)


def test_axe_finds_nothing_grave_on_any_page_by_day(looked: list[Looked]):
    assert {one.opened.path: one.grave for one in looked if one.grave} == {}


def test_every_page_can_be_read_by_night(looked: list[Looked]):
    assert {one.opened.path: one.dark for one in looked if one.dark} == {}


def test_no_page_scrolls_sideways_on_a_small_phone(looked: list[Looked]):
    assert {one.opened.path: one.wide for one in looked if one.wide} == {}


def test_nothing_needs_a_mouse(looked: list[Looked]):
    assert {one.opened.path: one.unreachable for one in looked if one.unreachable} == {}


def test_a_thumb_finds_whatever_is_to_be_pressed(looked: list[Looked]):
    assert {one.opened.path: one.small for one in looked if one.small} == {}


def test_every_page_is_mirrored_where_people_write_from_the_right(looked: list[Looked]):
    assert {one.opened.path: one.unturned for one in looked if one.unturned} == {}


def test_no_page_scrolls_sideways_with_letters_of_twice_the_size(looked: list[Looked]):
    """At 640 pixels, which is what is left of 1,280 when a reader magnifies as well."""
    assert {one.opened.path: one.large for one in looked if one.large} == {}


def test_no_page_complains_in_the_console_or_asks_another_server(looked: list[Looked]):
    assert {one.opened.path: one.complaints for one in looked if one.complaints} == {}


def test_every_page_with_all_that_belongs_to_it_weighs_less_than_60_kb(
    all_rounder: Member, pages: list[Opened]
):
    weights = {one.path: _weight(all_rounder, one) for one in pages}
    assert {path: weight for path, weight in weights.items() if weight >= MOST_BYTES} == {}


@pytest.mark.parametrize("role", Role)
def test_no_link_that_a_role_sees_leads_nowhere(office: Office, role: Role):
    member = office.hire(role)
    bad = [
        (one.path, one.response.status_code, f"from {one.reached_from}")
        for one in crawl(member, office.declared)
        if one.response.status_code >= 400
    ]
    assert bad == []


def test_no_link_of_somebody_for_one_province_leads_nowhere(office: Office):
    local = office.hire(*(Grant(role, "ZM-03") for role in Role))
    bad = [
        (one.path, one.response.status_code, f"from {one.reached_from}")
        for one in crawl(local, office.declared)
        if one.response.status_code >= 400
    ]
    assert bad == []


def test_a_keyboard_alone_goes_through_the_first_page(
    browser: Browser, office: Office, all_rounder: Member
):
    context = _context(browser, office, all_rounder)
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_be_in_viewport()
    assert "#" in (page.locator(":focus").get_attribute("href") or ""), "no way past the menu"
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const el = document.activeElement; const style = getComputedStyle(el);"
            " return [el === document.body, el.outerHTML.slice(0, 120), style.outlineStyle,"
            " style.boxShadow]; }"
        )
        if at[0] or at[1] in seen:
            break
        seen.add(at[1])
        assert at[2] != "none" or at[3] != "none", f"nobody sees that this is chosen: {at[1]}"
    assert len(seen) > 3
    context.close()


def test_without_a_script_a_language_is_chosen_and_somebody_signs_out(
    browser: Browser, office: Office
):
    member = office.hire(Role.COORDINATOR)
    context = _context(browser, office, member, script=False)
    page = context.new_page()
    page.goto("/account")
    page.locator("select[name=language]").select_option("fr")
    page.locator("form:has(select[name=language]) button").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator("form[action='/signout'] button").first.click()
    page.wait_for_url("**/signin*")
    page.goto("/people")
    assert "/signin" in page.url
    context.close()


def test_what_is_printed_is_the_result_and_not_the_buttons(
    browser: Browser, office: Office, all_rounder: Member
):
    context = _context(browser, office, all_rounder)
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/assemblies/1")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("caption", has_text="Votes by phone").first).to_be_visible()
    for gone in (".side", ".menu", "form[action='/signout']", ".actions"):
        expect(page.locator(gone).first).to_be_hidden()
    ink, paper = page.evaluate(
        "() => { const how = getComputedStyle(document.body);"
        " return [how.color, how.backgroundColor]; }"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), "ink on paper, by night too"
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_the_projector_counts_down(
    browser: Browser, office: Office, all_rounder: Member, script: bool
):
    number = _convened(all_rounder)
    context = _context(browser, office, all_rounder, script=script)
    page = context.new_page()
    page.goto(f"/assemblies/{number}/live")
    clock = page.get_by_role("timer")
    expect(clock).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0 if script else 1)
    if script:
        before = clock.text_content() or ""
        expect(clock).not_to_have_text(before)
    context.close()


def test_what_is_renewed_is_told_once_and_stays_open(
    browser: Browser, office: Office, all_rounder: Member
):
    answers = iter(
        f"<p data-say>{left} left</p><details><summary>More</summary>text</details>"
        for left in ("10 %", "20 %", "20 %")
    )
    context = _context(browser, office, all_rounder)
    page = context.new_page()
    page.clock.install()
    page.route("**/today/live", lambda route: route.fulfill(body=next(answers)))
    page.goto("/")
    heard = page.locator("#said")
    page.clock.run_for(11_000)
    expect(heard).to_have_text("10 % left")
    page.get_by_text("More").click()
    page.clock.run_for(11_000)
    expect(heard).to_have_text("20 % left")
    expect(page.locator("details:has-text('More')").last).to_have_attribute("open", "")
    expect(page.locator(":focus")).to_have_text("More")
    context.close()


def test_pictures_of_the_main_pages(
    browser: Browser,
    office: Office,
    all_rounder: Member,
    picture: Callable[[Page, str], None],
):
    context = _context(browser, office, all_rounder)
    page = context.new_page()
    for shot in PICTURES:
        page.set_viewport_size({"width": shot.width, "height": shot.height})
        page.emulate_media(color_scheme="dark" if shot.dark else "light")
        page.goto(shot.path)
        if shot.then:
            page.locator(shot.then).first.click()
        if shot.name == "assembly-live":
            page.get_by_role("link", name="Show it on a projector").click()
        picture(page, shot.name)
    context.close()


def _context(
    browser: Browser, office: Office, member: Member, *, script: bool = True
) -> BrowserContext:
    context = browser.new_context(
        base_url=office.serving.url,
        viewport={"width": 1100, "height": 860},
        java_script_enabled=script,
    )
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": COOKIE, "value": member.key, "url": office.serving.url}])
    return context


def _convened(member: Member) -> str:
    """Return the number of an assembly that is open for two days."""
    form = {
        "key": "0" * 16,
        "title": "The market",
        "closes": "+48h",
        "motions": "1",
        "q1-en": "Shall it move?",
        "o1-en": "Yes\nNo",
    }
    response = member.post("/assemblies/open", form)
    assert response.status_code == 303, response.text
    return response.headers["location"].rpartition("/")[2]


def _look(context: BrowserContext, opened: Opened) -> Looked:
    complaints: list[str] = []
    ours = str(opened.response.url.join("/"))

    def requested(request: Request) -> None:
        if not request.url.startswith(ours):
            complaints.append(request.url)

    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", requested)
    page.goto(opened.path)
    unreachable = page.evaluate(UNREACHABLE)
    by_day = _axe(page, {})
    page.emulate_media(color_scheme="dark")
    by_night = _axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    page.emulate_media(color_scheme="light")
    small = page.evaluate(SMALL)
    unturned = page.evaluate(UNTURNED)
    page.set_viewport_size({"width": NARROW, "height": 640})
    unturned += page.evaluate(UNTURNED)
    page.evaluate(TURN_BACK)
    wide = page.evaluate(WIDE)
    unreachable += page.evaluate(UNREACHABLE)
    small += page.evaluate(SMALL)
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate(GROW)
    large = page.evaluate(WIDE)
    page.close()
    return Looked(opened, by_day, by_night, wide, unreachable, complaints, small, unturned, large)


def _axe(page: Page, options: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def _weight(member: Member, opened: Opened) -> int:
    """Return the bytes of a page and of all that it asks for."""
    html = opened.response.text
    assets = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    return len(opened.response.content) + sum(
        len(member.get(urljoin(opened.path, one)).content) for one in assets
    )
