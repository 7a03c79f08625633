"""The texts of the flows that ship: complete in six languages, plain, within their screens."""

from collections.abc import Iterator, Sequence

import pytest

from gateway.core.flow.events import Json
from gateway.core.flow.graph import Node, Say, SendSms, Text
from gateway.core.flow.saved import Roots
from gateway.core.text.gsm7 import is_gsm7
from gateway.core.text.screens import fits, pages, screen
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS

RELEASE = read_release(FLOWS)
IN_GSM7 = ("en", "ny", "bem", "sw", "fr")
LANGUAGES = (*IN_GSM7, "am")
SCREEN = 160
FIRST_SCREEN = 140

# What takes a second screen in Amharic, whose letters leave 70 to a screen and 61 to the first.
SECOND_SCREEN = {
    "call.screen", "help.words.0", "home.menu", "join.thank_by_name.0", "status.details.0",
}  # fmt: skip

# The flows whose questions may be the first thing that a dial shows.
DIALLED = ("home", "vote", "call")

# Long ones of what texts are filled with.
VALUES: dict[str, Json] = {
    "movement": {"name": "Mashinani Zambia"},
    "participant": {
        "name": "Mwansa Chilufya-Banda", "number": 4821307, "place": {"name": "Shiwang'andu"},
    },
    "report": {"code": "K7QM-2X"},
    "answer": {"name": "Not sure", "choice": {"name": "Not sure"}},
    "motion": {"number": 1048, "closes": "Fri 18 Dec 18:00", "question": "Shall we march?"},
    "pending": {"call": {"text": "Meeting on water on Friday at 10:00 in the village hall."}},
}  # fmt: skip


SCOPE = Roots(VALUES)


def node_texts(node: Node) -> Iterator[Text]:
    """Yield every text of a node."""
    yield from (action.text for action in node.actions if isinstance(action, Say | SendSms))
    wait = node.router.wait if node.router else None
    if wait is not None and wait.prompt is not None:
        yield wait.prompt
        yield from [wait.retry] if wait.retry else []
        yield from [option.label for option in wait.menu.options] if wait.menu else []


ALL: dict[str, Text] = {f"system.{name}": text for name, text in RELEASE.texts.items()} | {
    f"{flow.name}.{node.name}.{position}": text
    for flow in RELEASE.flows.values()
    for node in flow.nodes.values()
    for position, text in enumerate(node_texts(node))
}
QUESTIONS = {
    f"{flow.name}.{node.name}": (flow.name, node)
    for flow in RELEASE.flows.values()
    for node in flow.nodes.values()
    if node.router and node.router.wait
}


def question(node: Node, language: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return a question, what is said before it is put again, and its options."""
    wait = node.router.wait if node.router else None
    assert wait is not None
    assert wait.prompt is not None
    options = [
        (option.key, option.label.render(language, SCOPE))
        for option in (wait.menu.options if wait.menu else ())
    ]
    before = (wait.retry or RELEASE.texts["not_understood"]).render(language, SCOPE)
    return wait.prompt.render(language, SCOPE), before, options


def test_there_are_texts_to_look_at() -> None:
    assert len(ALL) > 80
    assert len(QUESTIONS) > 10


@pytest.mark.parametrize("name", ALL)
def test_every_text_is_translated_with_the_same_names_in_it(name: str) -> None:
    text = ALL[name]
    names = {path.full for path in text.original.paths}
    assert set(text.translations) == set(LANGUAGES) - {"en"}
    for template in text.translations.values():
        assert {path.full for path in template.paths} == names


@pytest.mark.parametrize("language", IN_GSM7)
@pytest.mark.parametrize("name", ALL)
def test_every_text_is_plain_and_fits_one_screen(name: str, language: str) -> None:
    text = ALL[name].render(language, SCOPE)
    assert is_gsm7(text)
    assert screen(text, limit=SCREEN) is not None, text


@pytest.mark.parametrize("language", IN_GSM7)
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_fits_one_screen_also_when_it_is_asked_again(
    name: str, language: str
) -> None:
    flow, node = QUESTIONS[name]
    prompt, before, options = question(node, language)
    limit = FIRST_SCREEN if flow in DIALLED else SCREEN
    assert screen(prompt, options, limit=limit) is not None, prompt
    assert screen(f"{before}\n{prompt}", options, limit=SCREEN) is not None, prompt


def amharic(lines: str, options: Sequence[tuple[str, str]] = (), first: int = SCREEN) -> int:
    """Return how many screens a text takes in Amharic; each is within its limit."""
    more, back = (RELEASE.text(name, "am") for name in ("more", "back"))
    made = pages(lines, options, limit=SCREEN, first_limit=first, more=more, back=back)
    assert all(fits(page, first if at == 0 else SCREEN) for at, page in enumerate(made))
    return len(made)


@pytest.mark.parametrize("name", ALL)
def test_every_text_in_amharic_takes_one_screen_or_is_known_to_take_two(name: str) -> None:
    assert amharic(ALL[name].render("am", SCOPE)) == (2 if name in SECOND_SCREEN else 1)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_in_amharic_takes_one_screen_or_is_known_to_take_two(name: str) -> None:
    flow, node = QUESTIONS[name]
    prompt, _, options = question(node, "am")
    first = FIRST_SCREEN if flow in DIALLED else SCREEN
    assert amharic(prompt, options, first) == (2 if name in SECOND_SCREEN else 1)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_put_again_in_amharic_takes_two_screens_at_most(name: str) -> None:
    prompt, before, options = question(QUESTIONS[name][1], "am")
    assert amharic(f"{before}\n{prompt}", options) <= 2


def test_menu_numbers_are_what_people_have_learnt() -> None:
    """A number that has been in use never means anything else; change this only by adding."""
    learnt = {
        "home.menu": {1: "Join", 2: "Report a problem", 3: "Vote", 4: "My details", 5: "Language",
                      6: "Help"},
        "join.consent": {1: "Yes", 2: "No"},
        "report.about": {1: "Water", 2: "Health", 3: "School", 4: "Land", 5: "Food and prices",
                         6: "Safety", 7: "Something else"},
        "language.which": {1: "English", 2: "Nyanja", 3: "Bemba", 4: "Kiswahili",
                           5: "Francais", 6: "Amarinya"},
    }  # fmt: skip
    for name, numbers in learnt.items():
        _, node = QUESTIONS[name]
        wait = node.router.wait if node.router else None
        assert wait is not None
        assert wait.menu is not None
        shown = {int(option.key): option.label.original.source for option in wait.menu.options}
        assert shown == numbers
