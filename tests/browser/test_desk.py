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

PEOPLE = 300
MOST_BYTES = 60_000
NARROW = 320
# What axe calls serious is what keeps somebody from using a page.
GRAVE = {"serious", "critical"}
PICTURES = {
    "/": "today",
    "/people": "people",
    "/calls": "calls",
    "/reports": "reports",
    "/assemblies": "assemblies",
    "/exports": "exports",
    "/channels": "channels",
}

# What a keyboard cannot do, and what says nothing to a screen reader.
UNREACHABLE = """() => {
  const problems = [];
  const start = (el) => el.outerHTML.slice(0, 80);
  for (const el of document.querySelectorAll('[tabindex]'))
    if (el.tabIndex > 0) problems.push('out of turn: ' + start(el));
  for (const el of document.querySelectorAll('main *')) {
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(el).overflowX);
    if (scrolls && el.scrollWidth > el.clientWidth + 1 && el.tabIndex < 0)
      problems.push('scrolls for a mouse only: ' + start(el));
  }
  return problems;
}"""
# What sticks out of a narrow page, by the element that does.
WIDE = """() => {
  const wide = document.scrollingElement.scrollWidth;
  if (wide <= window.innerWidth) return [];
  const inside = (el) => {
    for (let at = el.parentElement; at && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  };
  return ['the page is ' + wide, ...[...document.querySelectorAll('body *')]
    .filter((el) => el.getBoundingClientRect().right > window.innerWidth + 1 && !inside(el))
    .slice(0, 5).map((el) => el.outerHTML.slice(0, 100))];
}"""


@dataclass
class Looked:
    """What was seen of one page."""

    opened: Opened
    grave: list[str]
    dark: list[str]
    wide: list[str]
    unreachable: list[str]
    complaints: list[str]


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


def test_pictures_of_the_main_pages(
    browser: Browser,
    office: Office,
    all_rounder: Member,
    picture: Callable[[Page, str], None],
):
    context = _context(browser, office, all_rounder)
    page = context.new_page()
    for path, name in PICTURES.items():
        answer = page.goto(path)
        if answer is not None and answer.status == 200:
            picture(page, name)
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
    page.set_viewport_size({"width": NARROW, "height": 640})
    wide = page.evaluate(WIDE)
    unreachable += page.evaluate(UNREACHABLE)
    page.close()
    return Looked(opened, by_day, by_night, wide, unreachable, complaints)


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
