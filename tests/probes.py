"""What a page is asked in a browser: small scripts, each of which returns what is wrong."""

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


# What a thumb misses (WCAG 2.2, 2.5.8); a box to tick is as large as its words are.
SMALL = """() => [...document.querySelectorAll(
    'button, select, summary, textarea, input, .button, nav a')]
  .map((el) => (['checkbox', 'radio'].includes(el.type) ? el.closest('label') : el))
  .filter((el) => el.checkVisibility() && !el.closest('.quiet'))
  .filter((el) => { const box = el.getBoundingClientRect();
    return box.width > 0 && (box.width < 24 || box.height < 24); })
  .map((el) => el.outerHTML.slice(0, 100))"""
# What stays where it was when the page is written from the right.
UNTURNED = """() => {
  document.documentElement.dir = 'rtl';
  const problems = [];
  const box = (el) => el.getBoundingClientRect();
  const main = document.querySelector('main'), side = document.querySelector('.side');
  if (side?.checkVisibility() && box(side).left < box(main).right)
    problems.push('the menu is left of the page');
  const gap = (el) => box(main).right - box(el).right;
  for (const el of main.querySelectorAll('h1, h2, h3, label, legend, caption, .lead')) {
    const align = getComputedStyle(el).textAlign;
    if (!['start', 'right', '-webkit-auto', 'center'].includes(align))
      problems.push(align + ': ' + el.outerHTML.slice(0, 80));
  }
  for (const el of main.querySelectorAll('h1, .sheet, .scroll, form'))
    if (gap(el) < -1) problems.push('sticks out: ' + el.outerHTML.slice(0, 80));
  if (document.scrollingElement.scrollWidth > window.innerWidth)
    problems.push('the page is ' + document.scrollingElement.scrollWidth);
  return problems;
}"""
TURN_BACK = "() => { document.documentElement.dir = 'ltr'; }"
GROW = "() => { document.documentElement.style.fontSize = '200%'; }"
