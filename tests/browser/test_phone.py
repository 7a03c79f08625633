"""People at the browser's phone: with a script and without, with keys only, on a small screen.

Each test takes a phone of its own: 1 and 2 join, 3 is on a small screen, 4 texts, 5 is a passer-by.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.demo import Demo

# Text needs 4.5:1, large text and the edges of controls 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
CONTRAST = 4.5

# What every page is looked at for: the basics that a screen reader and a keyboard need.
AUDIT = """() => {
  const problems = [];
  const named = (el) => (el.getAttribute('aria-label') || el.textContent || '').trim()
    || (el.labels && el.labels.length && el.labels[0].textContent.trim());
  if (!document.documentElement.lang) problems.push('no language');
  if (!document.title) problems.push('no title');
  if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
  if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
  for (const el of document.querySelectorAll('button, a, input, textarea'))
    if (!named(el)) problems.push('no name: ' + el.outerHTML.slice(0, 80));
  for (const el of document.querySelectorAll('img'))
    if (!el.hasAttribute('alt')) problems.push('no alt: ' + el.outerHTML);
  const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
  for (const id of ids)
    if (ids.filter((one) => one === id).length > 1) problems.push('id twice: ' + id);
  for (const el of document.querySelectorAll('[aria-labelledby], label[for], output[for]'))
    for (const id of (el.getAttribute('aria-labelledby') || el.getAttribute('for')).split(' '))
      if (!document.getElementById(id)) problems.push('points nowhere: ' + id);
  let last = 0;
  for (const el of document.querySelectorAll('h1, h2, h3')) {
    const level = Number(el.tagName[1]);
    if (level > last + 1) problems.push('a level skipped: ' + el.textContent.trim());
    last = level;
  }
  for (const el of document.querySelectorAll('button')) {
    const box = el.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) problems.push('too small: ' + el.textContent);
  }
  return problems;
}"""

# The lowest contrast of any text against what is painted behind it, worst gradient stop included.
CONTRASTS = r"""() => {
  const numbers = (text) => (text.match(/rgba?\([^)]*\)/g) || [])
    .map((one) => one.match(/[\d.]+/g).map(Number));
  const over = (top, under) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((i) => top[i] * alpha + under[i] * (1 - alpha));
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const stops = numbers(style.backgroundImage);
      if (stops.length) { layers.push(stops); break; }
      const colour = numbers(style.backgroundColor)[0];
      if (colour && (colour.length < 4 || colour[3] > 0)) {
        layers.push([colour]);
        if (colour.length < 4 || colour[3] === 1) break;
      }
    }
    return layers.reduceRight(
      (grounds, stops) => stops.flatMap((stop) => grounds.map((ground) => over(stop, ground))),
      [[255, 255, 255]],
    );
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const el = walker.currentNode.parentElement;
    if (!text || !el.checkVisibility() || el.closest('.quiet, .skip, [aria-hidden]')) continue;
    const ink = numbers(getComputedStyle(el).color)[0];
    for (const ground of behind(el))
      found.push([ratio(over(ink, ground), ground), text.slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 3);
}"""


def screen(page: Page, words: str) -> None:
    """Wait until the phone's screen shows some words."""
    expect(page.locator("#screen")).to_contain_text(words)


def press(page: Page, *names: str) -> None:
    """Press buttons by the names that a screen reader says."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return bool(wide <= page.evaluate("window.innerWidth"))


def test_somebody_joins_by_ussd_with_the_keypad(open_page, picture):
    page = open_page("/phone/1")
    press(page, *"*384*20200#", "Call")
    screen(page, "Welcome to Mashinani.")
    expect(page.locator("#count")).to_have_text("72/160")
    press(page, "1", "Send")
    screen(page, "What is your name?")
    page.get_by_label("Your answer").fill("Amina")
    press(page, "Send")
    screen(page, "Which district")
    page.get_by_label("Your answer").fill("Chipata")
    press(page, "Send")
    screen(page, "May we text you news")
    press(page, "1", "Send")
    screen(page, "Thank you Amina.")
    screen(page, "The call is over.")
    page.get_by_label("SMS to 20200").fill("2 1")
    press(page, "Send SMS")
    expect(page.get_by_role("log")).to_contain_text("we counted Medicine")
    press(page, "Call")
    screen(page, "Which question?")
    press(page, "1", "Send")
    screen(page, "1 Yes")
    picture(page, "phone")


def test_somebody_joins_without_a_script(open_page):
    page = open_page("/phone/2", script=False)
    press(page, "Call")
    screen(page, "Welcome to Mashinani.")
    press(page, "1", "Send")
    screen(page, "What is your name?")
    page.get_by_label("Your answer").fill("Bwalya")
    press(page, "Send")
    press(page, "0", "Send")
    press(page, "1", "Send")
    screen(page, "Thank you Bwalya.")
    page.get_by_label("SMS to 20200").fill("HELP")
    press(page, "Send SMS")
    expect(page.get_by_role("log")).to_contain_text("Send JOIN to join")


def test_everything_fits_a_screen_320_pixels_wide(open_page, picture):
    page = open_page("/phone/3", width=320, height=720)
    assert fits(page)
    press(page, "Call")
    screen(page, "Welcome to Mashinani.")
    assert fits(page)
    picture(page, "phone-320")
    page.get_by_label("SMS to 20200").fill("W" * 160)
    press(page, "Send SMS")
    expect(page.get_by_role("log")).to_contain_text("WWWW")
    assert fits(page)
    page.goto("/demo")
    assert fits(page)


def test_an_sms_is_sent_and_news_arrive_by_themselves(open_page, demo: Demo, picture):
    page = open_page("/phone/4", scheme="dark")
    text = page.get_by_label("SMS to 20200")
    text.fill("REPORT")
    expect(page.locator("#length")).to_have_text("6/160")
    text.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("What is the problem about?")
    expect(text).to_have_value("")
    with demo.phone() as phone:
        phone.send_sms("+260970000004", "1")
    expect(log).to_contain_text("Which district is it in?")
    picture(page, "phone-dark")


def test_with_keys_alone_somebody_reaches_and_does_everything(open_page):
    page = open_page("/phone/5")
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.textContent).trim()"
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"nobody sees that {name} has the focus"
        reached.append(name)
        if name == "Send SMS":
            break
    assert [name for name in ("Call", "Hang up", "Send SMS") if name not in reached] == []
    page.get_by_label("Number or code to dial").focus()
    page.keyboard.type("*384*20200#")
    page.keyboard.press("Enter")
    screen(page, "Welcome to Mashinani.")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    screen(page, "Send JOIN to join")


def test_what_somebody_types_is_not_disturbed_by_news(open_page, demo: Demo):
    page = open_page("/phone/5")
    page.get_by_label("SMS to 20200").fill("not yet")
    with demo.phone() as phone:
        phone.send_sms("+260970000005", "HELP")
    expect(page.get_by_role("log")).to_contain_text("Send JOIN to join")
    expect(page.get_by_label("SMS to 20200")).to_have_value("not yet")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/demo", "/phone/5"])
def test_a_page_has_what_a_screen_reader_and_weak_eyes_need(open_page, picture, path, scheme):
    page = open_page(path, scheme=scheme)
    if path != "/demo":
        page.get_by_label("SMS to 20200").fill("HELP")
        press(page, "Send SMS")
        expect(page.get_by_role("log")).to_contain_text("Send JOIN to join")
    assert page.evaluate(AUDIT) == []
    worst = page.evaluate(CONTRASTS)
    assert worst[0][0] >= CONTRAST, worst
    if path == "/demo":
        picture(page, f"start-{scheme}")


def test_news_are_announced_and_the_screen_is_read_whole(open_page):
    page = open_page("/phone/5")
    shown = page.locator("#screen")
    expect(shown).to_have_attribute("aria-live", "polite")
    expect(shown).to_have_attribute("aria-atomic", "true")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
