"""The pages of people in a real browser: narrow, wide, by keyboard, without a script, with axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from gateway.core.staff.roles import Role
from gateway.web.visits import COOKIE
from tests.office import Office, opened

HEAVIEST = 60 * 1024  # bytes of a page with all that belongs to it


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A gateway with some members of every standing."""
    with opened(tmp_path_factory.mktemp("people")) as office:
        for number in range(8):
            one = office.somebody(7_000_000 + number, name="Asha Zyambo", place="ZM-03-05")
            if number % 2:
                office.population.consent(one)
            if number == 4:
                office.population.leave(one)
        yield office


@pytest.fixture
def visit(browser: Browser, office: Office) -> Iterator[object]:
    """Return a function that opens a page as a coordinator; complaints fail the test."""
    contexts, complaints = [], []
    member = office.hire(Role.COORDINATOR)

    def visit(path: str, *, width: int = 1100, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=office.serving.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": COOKIE, "value": member.key, "url": office.serving.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("path", ["/people", "/people/2", "/people/new", "/people/import"])
@pytest.mark.parametrize("width", [320, 1100])
def test_a_page_fits_is_light_and_can_be_heard(visit, picture, path, width):
    weights: list[int] = []
    page = visit("/help", width=width)
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    assert sum(weights) < HEAVIEST
    picture(page, f"people{path.removeprefix('/people').replace('/', '-')}-{width}")


def test_somebody_is_found_and_opened_by_keyboard_alone(visit, office):
    page = visit("/people")
    page.locator("#f-who").focus()
    page.keyboard.type("+260977000001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/2")
    page.locator("summary", has_text="See name and number").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("She asked to be called back")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Opened for you")
    assert "+260977000001" in page.content()
    assert "number_unmasked" in office.acts()


def test_a_file_goes_all_the_way_without_a_script(visit, office, picture):
    page = visit("/people/import", script=False)
    content = b"phone,name\n0977100001,A\n0977100002,B\n12,C\n"
    page.set_input_files("#f-file", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    page.click("text=Send the file")
    page.click("text=Look at every line")
    _until(page, "Write 2 people down")
    assert "not a phone number" in page.content()
    page.click("text=Write 2 people down")
    _until(page, "The file is written")
    assert len(office.rows("participants", "channel = 'staff'")) == 2
    done = visit(page.url.removeprefix(office.serving.url))
    done.wait_for_selector("text=What is wrong")
    picture(done, "people-import-done-1100")


def _until(page: Page, words: str) -> None:
    """Look at a page again until it says so."""
    for _ in range(40):
        if words in page.content():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(words)
