"""A real browser on a demo that really runs. Without Chromium every test here is skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo import Demo, running_demo

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Set to a folder, such as docs/images, to have the pictures of the pages taken anew.
PICTURES = "MASHINANI_PICTURES"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window.

    For one module at a time: Playwright keeps an event loop running in this thread while it is
    open, and tests of other modules run loops of their own.
    """
    if not Path(CHROMIUM).exists():
        pytest.skip(
            "NO BROWSER: Chromium is not installed, so no page was looked at "
            "(apt-get install chromium)."
        )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo; each test takes a phone of its own."""
    with running_demo(tmp_path_factory.mktemp("browser") / "demo") as demo:
        yield demo


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, demo: Demo) -> Iterator[Open]:
    """Return a function that opens a page; whatever a page complains about fails the test."""
    contexts, complaints = [], []

    def open_page(
        path: str,
        *,
        width: int = 1100,
        height: int = 860,
        script: bool = True,
        scheme: str = "light",
    ) -> Page:
        context = browser.new_context(
            base_url=demo.url,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(demo.url) else complaints.append(request.url)
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Return a function that takes a picture of a page where pictures are asked for."""
    folder = os.environ.get(PICTURES)

    def picture(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return picture
