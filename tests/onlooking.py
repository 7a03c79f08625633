"""Somebody of staff at a browser, and all that is wrong with the pages that they get to see.

A page is looked at as it is opened: with axe, for what the console says, for requests to others,
for its weight, for its width, and for what runs that should not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Locator, Page, Request, ViewportSize

from tests.patience import PATIENCE_S

MOST_BYTES = 60_000
GRAVE = {"serious", "critical"}
PATIENCE_MS = int(PATIENCE_S * 1000)
_LOOK_MS = 250

_WEIGHT = """() => [...performance.getEntriesByType('navigation'),
  ...performance.getEntriesByType('resource')
    .filter((one) => one.initiatorType !== 'fetch')]
  .reduce((sum, one) => sum + one.decodedBodySize, 0)"""
_WIDE = "() => document.scrollingElement.scrollWidth - window.innerWidth"
_MOST_TABS = 200
_SEEN = """(element) => { const style = getComputedStyle(element);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"""
# Told by the browser, whatever a page does: what its policy kept from running.
_LISTEN = """addEventListener('securitypolicyviolation',
  (one) => console.log('against the policy: ' + one.violatedDirective + ' ' + one.sample));"""


@dataclass
class Onlooker:
    """One browser of one person. `wrong` is everything that a page did wrong, with its address."""

    page: Page
    url: str
    twin: Page | None = None  # of somebody whose browser runs no script
    by_keys: bool = False  # whether the person has no mouse
    wrong: list[str] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(path)
        self.look()

    def press(
        self, name: str, *, within: Locator | None = None, refused: int | None = None
    ) -> None:
        """Press the button or follow the link of this name, and look at where it leads.

        With `refused` the answer has that status, which a console tells.
        """
        wanted = self.named(name, within=within).first
        menu = self.page.locator(".menu > summary")
        if menu.is_visible() and not wanted.is_visible():
            self._press(menu)  # the pages, on a small phone
        with self.page.expect_navigation():
            if refused is None:
                self._press(wanted)
            else:
                with self.page.expect_console_message(lambda one: f" {refused} " in one.text):
                    self._press(wanted)
                self.wrong.pop()
        self.look()

    def named(self, name: str, *, within: Locator | None = None) -> Locator:
        """Return the buttons and links of a name."""
        where = within or self.page.locator("body")
        button = where.get_by_role("button", name=name, exact=True)
        return button.or_(where.get_by_role("link", name=name, exact=True))

    def unfold(self, name: str) -> None:
        """Open what is folded under these words."""
        self._press(self.page.locator("summary", has_text=name).first)

    def write(self, label: str, text: str) -> None:
        """Type into the field of a label; an optional field says so behind its label."""
        if self._reached(self.field(label)):
            self.page.keyboard.type(text)
        else:
            self.field(label).fill(text)

    def date(self, label: str, at: datetime) -> None:
        """Put a date and a time into the field of a label, with keys as an American types them."""
        if self._reached(self.field(label)):
            self.page.keyboard.type(f"{at:%m%d%Y}")
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{at:%I%M%p}")
        else:
            self.field(label).fill(f"{at:%Y-%m-%dT%H:%M}")

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by the words that are shown."""
        if self._reached(self.field(label)):
            self.page.keyboard.type(option)
        else:
            self.field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick a box."""
        if self._reached(self.field(label)):
            self.page.keyboard.press("Space")
        else:
            self.field(label).check()

    def field(self, label: str) -> Locator:
        """Return the first field of a label."""
        exact = self.page.get_by_label(label, exact=True)
        return exact.or_(self.page.get_by_label(f"{label} (optional)", exact=True)).first

    def reads(self, *words: str) -> None:
        """Wait until the page says all of this; without a script, by loading it again."""
        for one in words:
            self._wait_for(one)
        self.look()

    def value(self, words: str) -> str:
        """Return the figure over these words."""
        figure = self.page.locator(".figure", has=self.page.get_by_text(words, exact=True))
        return figure.locator(".value").inner_text()

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("body").inner_text()

    def look(self) -> None:
        """Look at the page for what is wrong with it; with axe once for each kind of page."""
        path = self.page.url.removeprefix(self.url)
        wide = self.page.evaluate(_WIDE)
        if wide > 0:
            self.wrong.append(f"{path}: {wide} pixels too wide")
        weight = self.page.evaluate(_WEIGHT)
        if not 0 < weight < MOST_BYTES:
            self.wrong.append(f"{path}: {weight} bytes")
        headings = self.page.locator("h1").all_inner_texts()
        if len(headings) != 1:
            self.wrong.append(f"{path}: headings {headings}")
        kind = ("".join(" " if one.isdigit() else one for one in path), str(headings))
        if kind in self._seen:
            return
        self._seen.add(kind)
        for one in Axe().run(self._scripted_page()).response["violations"]:
            if one["impact"] in GRAVE:
                nodes = [node["html"][:120] for node in one["nodes"][:3]]
                self.wrong.append(f"{path}: {one['id']} {nodes}")

    def _press(self, wanted: Locator) -> None:
        if self._reached(wanted):
            self.page.keyboard.press("Enter")
        else:
            wanted.click()

    def _reached(self, wanted: Locator) -> bool:
        """Go to an element with the Tab key if there is no mouse; it must be seen to be chosen."""
        if not self.by_keys:
            return False
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("(element) => element === document.activeElement"):
                if not wanted.evaluate(_SEEN):
                    self.wrong.append(f"{self.page.url}: nobody sees that {wanted} is chosen")
                return True
        raise AssertionError(f"{self.page.url}: no key leads to {wanted}")

    def _wait_for(self, words: str) -> None:
        for _ in range(PATIENCE_MS // _LOOK_MS):
            if words in re.sub(r"\n\s*", "\n", self.text):
                return
            self.page.wait_for_timeout(_LOOK_MS)
            if self.twin is not None:
                self.page.reload()
        raise AssertionError(f"{self.page.url} never says {words!r}:\n{self.text}")

    def _scripted_page(self) -> Page:
        """Return the page, or one that shows the same and lets axe, which is a script, run."""
        if self.twin is None:
            return self.page
        html = self.page.content()
        self.twin.unroute_all()
        self.twin.route("**/*.js*", lambda route: route.abort())
        self.twin.route(
            self.page.url, lambda route: route.fulfill(body=html, content_type="text/html")
        )
        self.twin.goto(self.page.url)
        return self.twin


@contextmanager
def onlooker(
    browser: Browser, url: str, *, width: int = 1100, script: bool = True
) -> Iterator[Onlooker]:
    """Give somebody a browser until the end of the block."""
    size: ViewportSize = {"width": width, "height": 860}
    context = browser.new_context(
        base_url=url, viewport=size, java_script_enabled=script, locale="en-US"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_LISTEN)
    page = context.new_page()
    twins = None if script else browser.new_context(viewport=size)
    one = Onlooker(page, url, None if twins is None else twins.new_page())

    def requested(request: Request) -> None:
        if not request.url.startswith(url):
            one.wrong.append(f"asked {request.url}")

    def asked(dialog: Dialog) -> None:
        one.wrong.append(f"{page.url}: a dialog says {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda message: one.wrong.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: one.wrong.append(f"{page.url}: {error}"))
    page.on("request", requested)
    page.on("dialog", asked)
    try:
        yield one
    finally:
        context.close()
        if twins is not None:
            twins.close()
