"""Words and keys that would be taken for something else than was meant."""

import re

import pytest

from tests.flowfiles.lint.looking import codes, files, look

SYSTEMS = {
    "a word for leaving that means no": (
        r"en: \[stop,", "en: [nope, stop,", "nope means stop and no"),
    "a word for leaving that is a number": (
        r"en: \[stop,", "en: [seven, stop,", "seven means stop and is an answer"),
    "a word for leaving that is a day": (
        r"en: \[stop,", "en: [tomorrow, stop,", "tomorrow means stop and is an answer"),
    "a word that helps and leads back": (
        r"en: \[help, info\]", "en: [help, Retour]", "retour means help and back"),
    "another key than the text shows": (
        r"back: \"0\", home", 'back: "7", home',
        "system.go_back is shown for the key 7 and begins with another"),
    "another text than the key": (
        r"go_home: 00 Menu", "go_home: 1 Menu",
        "system.go_home is shown for the key 00 and begins with another"),
    "a line for going on without its key": (
        r"more: 98 More", "more: More",
        "system.more is shown for the key 98 and begins with another"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), SYSTEMS.values(), ids=SYSTEMS)
def test_what_the_system_file_means(old: str, new: str, told: str):
    content = files("a: {say: Hi.}")
    system = re.sub(old, new, content["system.yaml"].decode(), count=1)
    (found,) = look({**content, "system.yaml": system.encode()})
    assert (found.what, found.level, found.path) == (told, "error", "flows/system.yaml")
    assert system.split("\n")[found.line - 1].partition(":")[0].strip(' "') in told


def test_a_key_that_turns_pages_leads_nowhere_else():
    content = files("a: {say: Hi.}")
    system = content["system.yaml"].replace(b'home: "00"', b'home: "99"')
    system = system.replace(b"go_home: 00 Menu", b"go_home: 99 Menu")
    (found,) = look({**content, "system.yaml": system})
    assert (found.rule, found.what) == ("shown-key", "the key 99 of system.go_home turns pages")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Stop please", ["stop-option"]),
        ("Lekani", ["stop-option"]),
        ("Leave the group", []),
        ("Cancel my lift", []),
    ],
)
def test_an_option_by_which_people_would_leave(label: str, expected: list[str]):
    assert codes(f"which: {{menu: Which?, options: {{1: Go on, 2: {label}}}}}") == expected


def test_an_option_by_which_people_would_leave_is_found_in_a_translation():
    content = files("which: {menu: Which?, options: {1: Go on, 2: Not now}}")
    content["translations/fr.po"] = (
        b'msgctxt "one.which.option.2"\nmsgid "Not now"\nmsgstr "Quitter"\n'
    )
    (found,) = [one for one in look(content) if one.rule == "stop-option"]
    assert (found.path, found.line) == ("flows/translations/fr.po", 3)
