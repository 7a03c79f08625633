"""The texts of the flows that ship: complete in three languages, plain, within one screen."""

from collections.abc import Iterator

import pytest

from gateway.core.flow.events import Json
from gateway.core.flow.graph import Node, Say, SendSms, Text
from gateway.core.flow.saved import Roots
from gateway.core.text.gsm7 import is_gsm7
from gateway.core.text.screens import screen
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS

RELEASE = read_release(FLOWS)
LANGUAGES = ("en", "ny", "bem")
SCREEN = 160
FIRST_SCREEN = 140

# Long ones of what texts are filled with.
VALUES: dict[str, Json] = {
    "movement": {"name": "Mashinani Zambia"},
    "participant": {
        "name": "Mwansa Chilufya-Banda", "number": 4821307, "place": {"name": "Shiwang'andu"},
    },
    "report": {"code": "K7QM-2X"},
    "answer": {"name": "Not sure", "choice": {"name": "Not sure"}},
    "motion": {"number": 1048, "closes": "Fri 18 Dec 18:00"},
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_text_is_plain_and_fits_one_screen(name: str, language: str) -> None:
    text = ALL[name].render(language, SCOPE)
    assert is_gsm7(text)
    assert screen(text, limit=SCREEN) is not None, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_fits_one_screen_also_when_it_is_asked_again(
    name: str, language: str
) -> None:
    flow, node = QUESTIONS[name]
    wait = node.router.wait if node.router else None
    assert wait is not None
    options = [
        (option.key, option.label.render(language, SCOPE))
        for option in (wait.menu.options if wait.menu else ())
    ]
    assert wait.prompt is not None
    prompt = wait.prompt.render(language, SCOPE)
    before = (wait.retry or RELEASE.texts["not_understood"]).render(language, SCOPE)
    limit = FIRST_SCREEN if flow == "home" else SCREEN
    assert screen(prompt, options, limit=limit) is not None, prompt
    assert screen(f"{before}\n{prompt}", options, limit=SCREEN) is not None, prompt


@pytest.mark.parametrize("language", ["ny", "bem"])
def test_catalogues_are_marked_as_drafts_and_have_nothing_stale(language: str) -> None:
    from gateway.flowfiles.catalogues import read_catalogue

    content = (FLOWS / "translations" / f"{language}.po").read_bytes()
    assert b"DRAFT" in content
    sources = {text.original.source for text in ALL.values()}
    entries = read_catalogue("x.po", language, content).entries
    assert {source for _, source in entries} <= sources


def test_menu_numbers_are_what_people_have_learnt() -> None:
    """A number that has been in use never means anything else; change this only by adding."""
    learnt = {
        "home.menu": {1: "Join", 2: "Report a problem", 3: "Vote", 4: "My details", 5: "Language",
                      6: "Help"},
        "join.consent": {1: "Yes", 2: "No"},
        "report.about": {1: "Water", 2: "Health", 3: "School", 4: "Land", 5: "Food and prices",
                         6: "Safety", 7: "Something else"},
        "language.which": {1: "English", 2: "Nyanja", 3: "Bemba"},
    }  # fmt: skip
    for name, numbers in learnt.items():
        _, node = QUESTIONS[name]
        wait = node.router.wait if node.router else None
        assert wait is not None
        assert wait.menu is not None
        shown = {int(option.key): option.label.original.source for option in wait.menu.options}
        assert shown == numbers
