"""How every page is built, for those who hear it, write from the right, or made a mistake.

The pages are those that links lead to, from an office full of work and from one that begins: a
page that is added is looked at without a line here. What only a browser tells, such as contrast,
is in tests/browser.
"""

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.cli.demo_data import fill
from gateway.core.staff.roles import Role
from gateway.web.pages import Pages
from tests.crawl import crawl
from tests.markup import Node, read
from tests.office import Member, Office, opened

TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}"  # writes backwards whatever follows it
REPORT = "KTM2KTM2"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TYPED = ("input", "select", "textarea")


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was opened."""

    route: str
    path: str
    tree: Node


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with work behind it, and people in it who write backwards."""
    with opened(tmp_path_factory.mktemp("walk")) as office:
        fill(office.serving.station.store, "demo", 60, 1)
        population = office.population
        turned = office.somebody(7_000_001, name=f"{TURNED}Asha {TURNED}Zulu", place="ZM-03")
        population.report(turned, REPORT, f"the pump {TURNED}is dry")
        yield office


@pytest.fixture(scope="module")
def pages(office: Office, tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """One page of each kind, with work in it, and one of each as a new movement sees it."""
    member = office.hire(*Role, name=f"Amina {TURNED}Phiri")
    written = {
        "title": f"Water {TURNED}meeting",
        "text_en": "Come on Saturday",
        "valid_until": "2030-01-01 10:00",
        "channel": "demo",
    }
    member.done("/calls/new", written)
    report = f"/reports/{REPORT}"  # links may lead to another one first
    turned = Seen("/reports/{code}", report, read(member.get(report).text))
    with opened(tmp_path_factory.mktemp("begins")) as beginning:
        new = beginning.hire(*Role)
        return [*_seen(office, member), turned, *_seen(beginning, new)]


def _seen(office: Office, member: Member) -> Iterator[Seen]:
    kinds = set()
    for one in crawl(member, office.declared):
        html = one.response.text if one.response.status_code == 200 else ""
        if "<html" in html and one.route not in kinds:
            kinds.add(one.route)
            yield Seen(one.route, one.path, read(html))


def every(pages: list[Seen], wrong: Callable[[Node], list[str]]) -> None:
    """Fail with what is wrong on any page, by its address."""
    found = {one.path: trouble for one in pages if (trouble := wrong(one.tree))}
    assert found == {}


def test_a_page_says_its_language_and_direction_and_has_one_title_of_its_own(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        html = next(tree.all("html")).attrs
        titles = [one.text for one in tree.all("title") if "svg" not in _tags(one)]
        ok = html.get("lang") and html.get("dir") and len(titles) == 1
        return [] if ok and not titles[0].startswith(("·", "Error")) else [f"{html} {titles}"]

    every(pages, wrong)
    titles: dict[str, set[str]] = {}
    for one in pages:
        titles.setdefault(next(one.tree.all("title")).text, set()).add(one.route)
    assert {title: routes for title, routes in titles.items() if len(routes) > 1} == {}


def test_a_page_has_one_first_heading_and_leaves_out_no_level(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        levels = [int(one.tag[1]) for one in tree.all(*_HEADINGS)]
        jumps = [after for before, after in pairwise(levels) if after > before + 1]
        return [str(levels)] if levels[:1] != [1] or levels.count(1) != 1 or jumps else []

    every(pages, wrong)


def test_a_page_has_its_landmarks_and_a_way_past_its_menu(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        if any(one.attrs.get("class") == "hall" for one in tree.all("body")):
            return [] if len(list(tree.all("main"))) == 1 else ["no main"]
        first = next(tree.all("a")).attrs.get("href", "")
        unnamed = [one.text[:40] for one in tree.all("nav") if not one.attrs.get("aria-label")]
        mains = [one.attrs.get("id") for one in tree.all("main")]
        return unnamed + ([] if first == "#main" and mains == ["main"] else [f"{first} {mains}"])

    every(pages, wrong)


def test_every_field_is_named_and_every_button_says_what_it_does(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        fields = [one for one in tree.all(*_TYPED) if one.attrs.get("type") != "hidden"]
        bare = [str(one.attrs) for one in fields if "hidden" not in one.attrs and not one.name]
        mute = [str(one.attrs) for one in tree.all("button", "summary", "a") if not _words(one)]
        return bare + mute

    every(pages, wrong)


def test_what_refers_to_another_part_of_the_page_finds_it_once(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        ids = [one.attrs["id"] for one in tree.all() if one.attrs.get("id")]
        twice = [one for one in set(ids) if ids.count(one) > 1]
        names = ("for", "aria-describedby", "aria-labelledby")
        named = [node.attrs[name] for node in tree.all() for name in names if name in node.attrs]
        wanted = [one for several in named for one in several.split()]
        return twice + [one for one in wanted if one not in ids]

    every(pages, wrong)


def test_every_table_is_titled_and_says_what_its_headings_head(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        untitled = [one.text[:60] for one in tree.all("table") if not any(one.all("caption"))]
        loose = [one.text for one in tree.all("th") if one.attrs.get("scope") not in ("col", "row")]
        return untitled + loose

    every(pages, wrong)


def test_every_picture_says_in_words_what_it_shows(pages: list[Seen]):
    def wrong(tree: Node) -> list[str]:
        drawn = [one.attrs for one in tree.all("svg") if one.attrs.get("aria-hidden") != "true"]
        named = ("aria-label", "aria-labelledby")
        mute = [str(one) for one in drawn if not any(one.get(name) for name in named)]
        mute += [str(one) for one in drawn if not one.get("role")]
        return mute + [str(one.attrs) for one in tree.all("img") if "alt" not in one.attrs]

    every(pages, wrong)
    assert any(any(one.tree.all("svg")) for one in pages)


def test_what_turns_the_direction_of_writing_turns_nothing_beside_it(pages: list[Seen]):
    """A name or a report may hold the sign that turns round all that follows it."""

    def wrong(tree: Node) -> list[str]:
        found = []
        for node in tree.all():
            for text in node.held:
                if isinstance(text, str) and TURNED in text:
                    around = node.alone()
                    if around.text != " ".join(text.split()):
                        found.append(f"{around.tag}: {around.text!r}")
        return found

    every(pages, wrong)
    turned = [one.route for one in pages if any(TURNED in text for text in one.tree.texts())]
    assert {"/calls", "/calls/{number:int}", "/reports/{code}", "/account"} <= set(turned)


def test_numbers_to_call_are_never_turned_round(pages: list[Seen]):
    """A number with signs would be read from its end on pages that are written from the right."""
    shown = [
        node
        for one in pages
        for node in one.tree.all()
        for text in node.held
        if isinstance(text, str) and text.startswith(("+26", "*384"))
    ]
    assert len(shown) > 3
    assert [str(one.attrs) for one in shown if one.attrs.get("dir") != "ltr"] == []


def test_a_language_from_the_right_turns_the_whole_page():
    pages = Pages(movement="Mashinani")
    for language, direction in (("ar", "rtl"), ("ur", "rtl"), ("sw", "ltr")):
        tree = read(pages.text("signin/link", language=language, spent=True))
        assert next(tree.all("html")).attrs == {"lang": language, "dir": direction}


@pytest.mark.parametrize(
    ("path", "form", "fields"),
    [
        pytest.param("/calls/new", {"channel": "demo"}, {"title", "text_en"}, id="a call"),
        pytest.param("/assemblies/new", {"motions": "1"}, {"title", "closes"}, id="an assembly"),
        pytest.param("/people/new", {}, {"number"}, id="somebody written down"),
        pytest.param("/staff/new", {}, {"name", "username"}, id="somebody invited"),
        pytest.param("/people/find", {"who": "?"}, {"who"}, id="a search"),
        pytest.param("/exports/new", {"form": "numbers_"}, {"numbers_reason"}, id="numbers"),
        pytest.param("/account/password", {"new": "short"}, {"again"}, id="a password"),
    ],
)
def test_a_form_with_mistakes_says_so_first_and_leads_to_each(
    office: Office, path: str, form: Mapping[str, str], fields: set[str]
):
    response = office.hire(*Role).post(path, form)
    assert response.status_code == 400
    tree = read(response.text)
    assert next(tree.all("title")).text.startswith("Error: ")
    [summary] = [one for one in tree.all("section") if "errors" in one.attrs.get("class", "")]
    assert summary.attrs["role"] == "alert"
    assert summary.attrs["tabindex"] == "-1", "the script could not put the reader there"
    links = {one.attrs["href"].removeprefix("#f-"): one.text for one in summary.all("a")}
    assert fields <= set(links)
    by_id = {one.attrs["id"]: one for one in tree.all() if "id" in one.attrs}
    for name, sentence in links.items():
        typed = by_id[f"f-{name}"]
        assert typed.tag in _TYPED, "a link that leads to nothing that can be mended"
        around = (typed, *typed.above())
        told = " ".join(one.attrs.get("aria-describedby", "") for one in around).split()
        assert sentence in [by_id[one].text for one in told], f"{name} does not say what is wrong"


def test_a_first_visit_fits_a_slow_line(office: Office):
    """At 40 kbit/s, 5 KB a second, the sign-in stands there in three seconds."""
    member = office.hire(*Role)
    carried = {path: _carried(member, path) for path in ("/signin", "/")}
    assets = {
        one.attrs.get("href") or one.attrs.get("src", "")
        for _, tree, _ in carried.values()
        for one in tree.all("link", "script", "img")
    }
    static = [_carried(member, one) for one in assets if one.startswith("/static/")]
    assert len(static) <= 3, "each costs a way there and back"
    assert all("immutable" in kept for _, _, kept in static), "and is asked for once"
    assert sum(size for size, _, _ in static) < 8_000
    assert carried["/signin"][0] < 3_000
    assert carried["/"][0] < 20_000


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        pytest.param("gzip, deflate, br", True, id="gzip"),
        pytest.param("br;q=1.0, GZIP;q=0.5", True, id="gzip among others"),
        pytest.param("gzip;q=0", False, id="no gzip"),
        pytest.param("identity", False, id="as it is"),
    ],
)
def test_the_style_sheet_is_packed_for_who_unpacks_it(office: Office, accepted: str, packed: bool):
    answer = office.serving.client.get(
        "/static/mashinani.css", headers={"accept-encoding": accepted}
    )
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text.startswith("/* One type scale")


def test_a_movement_far_from_here_reads_its_own_clock_and_its_own_day(tmp_path: Path):
    """Fourteen hours before UTC, where a server may stand, most of the day has another date."""
    zone = ZoneInfo("Pacific/Kiritimati")
    with opened(tmp_path, MOVEMENT_TIMEZONE=zone.key) as office:
        earliest = datetime.now(zone)
        office.somebody(7_000_002)
        member = office.hire(Role.COORDINATOR, Role.ORGANISER)
        joined = member.page("/people/1").text
        written = member.page("/calls/new")
        assert "1 joined today" in member.page("/").text
        latest = datetime.now(zone)
    days = {"today", "yesterday"} if latest.date() != earliest.date() else {"today"}
    clocks = {f"{day}, {one:%H:%M}" for one in (earliest, latest) for day in days}
    assert any(clock in joined for clock in clocks), (clocks, joined)
    assert f"Times are those of {zone.key}." in written.text
    until = datetime.fromisoformat(written.fields["valid_until"]).replace(tzinfo=zone)
    assert timedelta(hours=47) < until - latest < timedelta(hours=49)


def _carried(member: Member, path: str) -> tuple[int, Node, str]:
    """Return the bytes that an answer takes on the line, the page, and how long it is kept."""
    with member.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        packed = answer.headers.get("content-encoding") == "gzip"
        text = (gzip.decompress(raw) if packed else raw).decode()
        page = read(text) if "<html" in text else Node("", {})
        return len(raw), page, answer.headers.get("cache-control", "")


def _tags(node: Node) -> list[str]:
    return [one.tag for one in node.above()]


def _words(node: Node) -> str:
    """Return how something is called that is pressed."""
    pictures = " ".join(one.attrs.get("alt", "") for one in node.all("img"))
    return node.attrs.get("aria-label", "") or node.text or pictures
