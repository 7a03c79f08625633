"""The longest that people may reasonably answer, and all ways of answering that lead elsewhere."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import cycle, islice
from typing import Final

from gateway.core.flow.events import Prompted
from gateway.core.flow.graph import Case, Router, Wait
from gateway.core.movement.places import Place, Places
from gateway.service.walkers.deciding import Deciding
from gateway.service.walkers.people import DATE, FIXED, asks_place, plain, span, spoken, whole

# As many letters as a name has, and words that somebody sends: one SMS.
NAME: Final = 40
WORDS: Final = 160
NUMBER: Final = 999_999_999
QUESTION: Final = 100
LABEL: Final = 20
LABELS: Final = 5

_LETTERS: Final = "mwansa chilufya banda "
# What few questions take, and what none takes that asks for words.
_NONSENSE: Final = ("??", "")
_SHORTEST: Final = 3


def letters(length: int) -> str:
    """Return words of so many letters in all, with no space at either end."""
    text = "".join(islice(cycle(_LETTERS), length))
    return (text[:-1] + "x" if text.endswith(" ") else text).capitalize()


def replies(
    router: Router, wait: Wait, asked: Prompted | None, places: Places, deciding: Deciding,
    *, asks_back: bool,
) -> Iterator[str]:  # fmt: skip
    """Yield every reply that may lead elsewhere than the others, each the longest of its kind."""
    yield from _NONSENSE
    if asked is not None:
        yield from (key for key, _ in asked.options)
    if asks_back:
        return
    if wait.menu is not None and wait.menu.confirm and asked is not None:
        yield from (_slip(label) for _, label in asked.options if len(label) > _SHORTEST)
    for case in router.cases:
        yield from _fitting(case, router, places, deciding)
    if router.default is not None or (wait.menu is None and not router.cases):
        yield letters(WORDS)


def longest_place(places: Places, level: str) -> Place | None:
    """Return the place of a level with the longest name."""
    return max(
        (one for one in places if one.level == level), key=lambda one: len(one.name), default=None
    )


def _fitting(case: Case, router: Router, places: Places, deciding: Deciding) -> Iterator[str]:
    """Yield replies for which a case holds."""
    test, given = case.test, [plain(one) for one in case.arguments]
    decides = router.save is not None and deciding.reads(router.save)
    if router.result is not None:
        decides = decides or deciding.reads(f"results.{router.result.lower()}")
    if test in FIXED:
        yield from FIXED[test]
    elif "number" in test:
        low, high = span(test, given, NUMBER)
        near = {low, high} | {
            number + by for number in deciding.numbers for by in (-1, 0, 1) if decides
        }
        yield from (str(number) for number in sorted(near) if low <= number <= high)
    elif "date" in test:
        yield DATE
    elif asks_place(test):
        level = given[0] if given else "district"
        named = longest_place(places, level)
        yield named.name if named is not None else "Lusaka"
        unsure = _ambiguous(places, level)
        if unsure is not None and test == "place":
            yield unsure
    elif test in {"text", "has_text"}:
        named_so = router.save is not None and router.save.endswith("name")
        yield letters(min(whole(given, WORDS), NAME if named_so else WORDS))
        if decides:
            yield from deciding.words
    else:
        yield from spoken(test, given)


@lru_cache(maxsize=64)
def _ambiguous(places: Places, level: str) -> str | None:
    """Return what somebody may type that asks back with the most letters."""
    names = [one.name for one in places if one.level == level]
    typed = dict.fromkeys([*names, *(name[:_SHORTEST] for name in names)])
    asked = {
        text: sum(len(one.name) for one in found)
        for text in typed
        if (found := places.find(text, level).candidates)
    }
    return max(asked, key=asked.__getitem__, default=None)


def _slip(label: str) -> str:
    """Return a label with a small slip: without its letter before the last."""
    return label[:-2] + label[-1]
