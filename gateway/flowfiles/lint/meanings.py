"""What is sent or pressed and would be taken for something else: words and keys of the system."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from gateway.core.text.keywords import STOP, fold, match_command
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.lint.menus import PAGING_KEYS, menus
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place, Subject
from gateway.flowfiles.releases import SYSTEM
from gateway.flowfiles.sections import read_sections
from gateway.flowfiles.system_file import NAME

TWO: Final = Rule(
    "two-meanings",
    ERROR,
    "A word of `system.yaml` that means two things",
    "Who sends it is understood the one way and never the other",
    "Keep it in one place",
)
LEAVES: Final = Rule(
    "stop-option",
    ERROR,
    "An option that reads as a word for leaving",
    "Who answers with it leaves the movement, and is not written to any more",
    "Use other words",
    "which: {menu: Which?, options: {1: Go on, 2: Cancel}}",
)
UNSHOWN: Final = Rule(
    "shown-key",
    ERROR,
    "A line for going on or back that does not begin with its key, or has that of another",
    "People press what they read there, and something else happens",
    "Let the text and keys of system.yaml say the same",
)

RULES: Final = (TWO, LEAVES, UNSHOWN)

# What may stand around a word for leaving means nothing itself.
_FILLER: Final = "filler"


def two_meanings(subject: Subject) -> Iterator[Finding]:
    """Find words under two meanings, and words for leaving that are answers."""
    release = subject.release
    meanings = {name: words for name, words in release.words.meanings.items() if name != _FILLER}
    for one, other in combinations(meanings, 2):
        for word in sorted(meanings[one] & meanings[other]):
            yield TWO.at(_place(subject, other), f"{word} means {one} and {other}")
    vocabulary = release.vocabulary
    for word in sorted({*vocabulary.numbers, *vocabulary.days, *vocabulary.months}):
        if match_command(word, release.words) == STOP:
            yield TWO.at(_place(subject, STOP), f"{word} means {STOP} and is an answer")


def _place(subject: Subject, meaning: str) -> Place:
    """Return where the words of a meaning stand."""
    path = f"{subject.folder}/{SYSTEM}"
    words = read_sections(path, subject.source.files[SYSTEM]).section("words")
    return Place(path, words.line(meaning))


def leaving(subject: Subject) -> Iterator[Finding]:
    """Find options by whose words people would leave, in each language."""
    words = subject.release.words
    for flow, node, menu in menus(subject):
        for option in menu.options:
            for template in dict.fromkeys(
                [option.label.original, *option.label.translations.values()]
            ):
                if match_command(template.source, words) == STOP:
                    what = f"option {option.key} of step {node.name} is what people send to leave"
                    yield LEAVES.at(subject.at(flow, node, template), what)


def shown_keys(subject: Subject) -> Iterator[Finding]:
    """Find lines that name another key than theirs, and keys that are taken."""
    keys: Mapping[str, str] = subject.release.keys
    wanted = dict(zip(("more", "back"), PAGING_KEYS, strict=True))
    wanted |= {"go_back": keys["back"], "go_home": keys["home"]}
    lines = {one.context: one for one in subject.script.messages}
    for name, key in wanted.items():
        line = lines.get(f"{NAME}.{name}")
        if line is None:
            continue
        place = Place(line.path, line.line)
        if fold(line.source.partition(" ")[0]) != fold(key):
            what = f"{line.context} is shown for the key {key} and begins with another"
            yield UNSHOWN.at(place, what)
        elif name.startswith("go_") and key in PAGING_KEYS:
            yield UNSHOWN.at(place, f"the key {key} of {line.context} turns pages")


CHECKS: Final = (two_meanings, leaving, shown_keys)
