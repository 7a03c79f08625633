"""Menus: options that read alike, that may all be missing, that were renumbered or turn pages."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.graph import Flow, Menu, Node, Option
from gateway.core.flow.parts import GAVE_UP, ways
from gateway.core.flow.saved import Roots, holds, kept
from gateway.core.text.keywords import fold
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject
from gateway.flowfiles.messages.placeholders import filled

ALIKE: Final = Rule(
    "same-label",
    ERROR,
    "Two options of a menu that read the same in a language",
    "Nobody can choose between them by what they say",
    "Give them different words",
    'which: {menu: Which?, options: {1: Water, 2: "water."}}',
)
EMPTY: Final = Rule(
    "empty-menu",
    WARNING,
    "A menu that may have no option at all",
    "Whoever sees it then can only be told that the answer was not understood",
    "Add an option that is always there, such as 0: {label: Not now, then: end}",
    'which: {menu: Which?, options: {1: {label: Join, unless: "@participant.member"}}}',
)
RENUMBERED: Final = Rule(
    "renumbered",
    ERROR,
    "An option whose number meant something else in the last release",
    "People remember the numbers and press them without reading",
    "Give the option its old number back, and new options new numbers",
)
PAGING: Final = Rule(
    "paging-key",
    WARNING,
    "An option under 98 or 99",
    "On a screen of several pages these keys turn the page, and the option cannot be chosen",
    "Give it another number",
    "which: {menu: Which?, options: {1: Aye, 98: Nay}}",
)

RULES: Final = (ALIKE, EMPTY, RENUMBERED, PAGING)

PAGING_KEYS: Final = ("98", "99")

# Words that turn what stands beside them round, in the languages that are shipped.
_NEGATIONS: Final = frozenset(
    {"no", "not", "never", "dont", "none", "without", "non", "ne", "pas", "sans", "si", "sio",
     "hapana", "bila", "ayi", "osati", "iyo", "te"}
)  # fmt: skip


def menus(subject: Subject) -> Iterator[tuple[Flow, Node, Menu]]:
    """Yield the menus of all flows."""
    for flow, node in subject.nodes():
        menu = menu_of(node)
        if menu is not None:
            yield flow, node, menu


def menu_of(node: Node) -> Menu | None:
    """Return the menu of a step, if it has one."""
    wait = None if node.router is None else node.router.wait
    return None if wait is None else wait.menu


def alike(subject: Subject) -> Iterator[Finding]:
    """Find options that read the same as one before them, in each language once."""
    for flow, node, menu in menus(subject):
        for language in subject.release.languages:
            seen: dict[str, Option] = {}
            for option in menu.options:
                template = option.label.translations.get(language, option.label.original)
                first = seen.setdefault(fold(filled(template.source)), option)
                if first is option or _either(first, option):
                    continue
                if language != flow.language and template is option.label.original:
                    continue  # the same as in the flow's own language
                yield ALIKE.at(
                    subject.at(flow, node, template),
                    f"options {first.key} and {option.key} of step {node.name} read the same",
                    language=language,
                )


def _either(one: Option, other: Option) -> bool:
    """Whether never both options are shown."""
    first, second = one.condition, other.condition
    return (
        first is not None
        and second is not None
        and first.negated is not second.negated
        and first.value.source == second.value.source
    )


def empty(subject: Subject) -> Iterator[Finding]:
    """Find menus whose options are all shown under conditions only, or come from data."""
    for flow, node, menu in menus(subject):
        if any(way.kind == GAVE_UP and way.to for way in ways(node)):
            continue
        if not _always_one(subject, menu):
            what = f"the menu of step {node.name} may have no option"
            yield EMPTY.at(subject.at(flow, node), what)


def _always_one(subject: Subject, menu: Menu) -> bool:
    """Whether one option is always there, or one of two of which one is there."""
    if any(_shown(subject, option) for option in menu.options):
        return True
    return any(_either(one, other) for one, other in combinations(menu.options, 2))


def _shown(subject: Subject, option: Option) -> bool:
    """Whether an option is always there, as far as what is known of the movement decides it."""
    condition = option.condition
    if condition is None:
        return True
    if any(path.parts[0] != "movement" for path in condition.value.paths):
        return False
    languages: Json = dict.fromkeys(subject.deployment.languages, True)
    scope = Roots({"movement": {"name": subject.deployment.movement, "languages": languages}})
    return holds(kept(condition.value.evaluate(scope))) is not condition.negated


def paging(subject: Subject) -> Iterator[Finding]:
    """Find options under keys that turn pages."""
    for flow, node, menu in menus(subject):
        for option in menu.options:
            if option.key in PAGING_KEYS:
                what = f"option {option.key} of step {node.name} has the key of a page"
                place = subject.at(flow, node, option.label.original)
                yield PAGING.at(place, what)


def renumbered(subject: Subject) -> Iterator[Finding]:
    """Find options whose numbers meant something else in the release that people know."""
    before = subject.before
    if before is None:
        return
    for flow, node, menu in menus(subject):
        old_flow = before.flows.get(flow.name)
        known = None if old_flow is None else _known(old_flow, flow, node, menu)
        if known is None:
            continue
        for option, what in _moved(known, menu):
            place = subject.at(flow, node, option.label.original)
            yield RENUMBERED.at(place, f"option {option.key} of step {node.name} {what}")


def _known(before: Flow, flow: Flow, node: Node, menu: Menu) -> Menu | None:
    """Return the menu as people know it; one whose step got another name by what it offers."""
    same = before.nodes.get(node.name)
    known = None if same is None else menu_of(same)
    if known is not None:
        return known
    labels = {_label(option) for option in menu.options}
    gone = (
        old
        for one in before.nodes.values()
        for old in (menu_of(one),)
        if old is not None and (one.name not in flow.nodes or not menu_of(flow.nodes[one.name]))
    )
    for old in gone:
        shared = labels & {_label(option) for option in old.options}
        if len(shared) > 1 and 2 * len(shared) >= len(old.options):
            return old
    return None


def _moved(known: Menu, menu: Menu) -> Iterator[tuple[Option, str]]:
    """Yield options with what is wrong about their numbers."""
    old = {option.key: option for option in known.options}
    numbers: Mapping[str, str] = {_label(option): option.key for option in known.options}
    for option in menu.options:
        before = old.get(option.key)
        was = numbers.get(_label(option))
        if was is not None and was != option.key:
            yield option, f"was {was} in the last release"
        elif before is not None and not _same(known, before, menu, option):
            label = before.label.original.source
            yield option, f"meant {label} in the last release"


def _same(known: Menu, before: Option, menu: Menu, option: Option) -> bool:
    """Whether an option means what it meant: by its words, by what is saved, by where it leads."""
    if _alike(_label(before).split(), _label(option).split()):
        return True
    if before.code == option.code and option.code != option.key:
        return True
    to = option.category.to
    return to is not None and to == _only_way(known, before) == _only_way(menu, option)


def _alike(before: list[str], now: list[str]) -> bool:
    """Whether labels share what they are about: a long word, or one is in the other whole."""
    one, other = set(before), set(now)
    if bool(_NEGATIONS & one) is not bool(_NEGATIONS & other):
        return False
    if one <= _NEGATIONS or other <= _NEGATIONS:
        return True  # No, and Not now
    long = {word for word in one & other if len(word) > 3}
    return bool(long) or one <= other or other <= one


def _only_way(menu: Menu, option: Option) -> str | None:
    """Return the step that an option leads to, if no other one of the menu does."""
    to = option.category.to
    return to if [one.category.to for one in menu.options].count(to) == 1 else None


def _label(option: Option) -> str:
    return fold(option.label.original.source)


CHECKS: Final = (alike, empty, paging, renumbered)
