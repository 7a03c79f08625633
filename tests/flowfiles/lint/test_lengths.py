"""Texts that are too long, alone and together, in every language and on every network."""

import pytest

from gateway.flowfiles.lint.subject import Deployment
from tests.flowfiles.lint.looking import codes, files, lines, look

LONG = "Bring your friends and a bottle of water. "
LENGTHS = {
    "a text of one screen": (f"a: {{say: {LONG * 3}}}", []),
    "a text of two screens": (f"a: {{say: {LONG * 5}}}", ["long-screen"]),
    "a text of three SMS": (f"a: {{say: {LONG * 9}}}", ["long-screen", "long-sms"]),
    "an SMS to be kept that takes two": (f"a: {{text: {LONG * 5}, say: Hi.}}", ["long-sms"]),
    "options that alone exceed a screen": (
        "a: {menu: W?, options: {" + ", ".join(f"{n}: {LONG}{n}" for n in range(1, 6)) + "}}",
        ["long-options", "long-sms"][:1]),
    "a dash that nobody meant": ("a: {say: Come – at once.}", ["alphabet"]),
    "a letter of a language that costs": ("a: {say: Dzaŵani.}", ["alphabet"]),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), LENGTHS.values(), ids=LENGTHS)
def test_lengths(steps, expected):
    assert codes(steps) == expected


def test_a_small_network_is_looked_at_by_itself_and_named():
    steps = files(f"a: {{say: {LONG * 3}}}")
    small = Deployment(networks={"64501": 120})
    (found,) = look(steps, small)
    assert found.rule == "long-screen"
    assert found.what == "one.a.say takes 2 screens on network 64501"


def test_the_first_screen_after_dialling_holds_less():
    steps = files(f"a: {{menu: {'Welcome to all of us. ' * 6}, options: {{1: Go on with it}}}}")
    assert look(steps) == []
    dialled = {**steps, "one.yaml": steps["one.yaml"].replace(b"keywords: [uno]", b"ussd: true")}
    assert [one.rule for one in look(dialled)] == ["long-screen"]


def test_a_screen_without_room_is_an_error():
    found = look(files(f"a: {{say: {LONG * 3}}}"), Deployment(networks={"64502": 15}))
    assert {one.rule for one in found if one.path == "flows/one.yaml"} == {"no-room"}


def test_a_translation_is_measured_in_its_own_alphabet():
    content = files("a: {say: Come.}")
    text = "ወደ ንቅናቄው እንኳን በደህና መጡ። " * 13
    content["translations/am.po"] = (
        f'msgctxt "one.a.say"\nmsgid "Come."\nmsgstr "{text}"\n'.encode()
    )
    found = [one for one in look(content) if one.rule in {"long-screen", "long-sms"}]
    assert {(one.path, one.line, one.language) for one in found} == {
        ("flows/translations/am.po", 3, "am")
    }
    assert {one.rule for one in found} == {"long-screen", "long-sms"}


def test_a_mend_names_the_letters_to_write():
    (found,) = look(files("a: {say: “Come” – at once…}"))
    assert found.mend == 'Write " for “, " for ”, - for –, ... for …'


STEP = "say: Bring your friends and a bottle of water. Be there early because the hall is small."


def test_texts_of_several_steps_are_measured_together_with_the_question_after_them():
    question = "q: {menu: Will you come?, options: {1: Certainly, 2: Not this time}}"
    assert codes(f"a: {{{STEP}}}\nb: {{{STEP}}}\n{question}") == []
    found = look(files(f"a: {{{STEP}}}\nb: {{{STEP}}}\nc: {{{STEP}}}\nd: {{{STEP}}}\n{question}"))
    assert lines(found) == ["one.yaml:9 long-turn"]
    assert found[0].what == "what is read up to step q takes 3 screens"


def test_texts_of_a_flow_that_is_called_are_measured_with_those_of_the_one_that_calls_it():
    two = f"flow: two\nsteps:\n  a: {{{STEP}}}\n  b: {{{STEP}}}\n"
    found = look(files(f"a: {{{STEP}}}\nb: {{call: two}}\nc: {{{STEP}}}", two=two))
    assert lines(found) == ["one.yaml:7 long-turn"]


def test_a_question_between_them_parts_texts():
    asked = "q: {ask: Who are you?}"
    assert codes(f"a: {{{STEP}}}\nb: {{{STEP}}}\n{asked}\nc: {{{STEP}}}\nd: {{{STEP}}}") == []


def test_what_is_told_of_lengths_names_the_text_and_the_limit():
    steps = f"a: {{menu: W?, options: {{1: {LONG}1, 2: {LONG}2, 3: {LONG}3, 4: {LONG}4}}}}"
    (found,) = [one for one in look(files(steps)) if one.rule == "long-options"]
    assert found.what == "the options of one.a.menu exceed a screen of 160 everywhere"
    small = look(files(f"a: {{say: {LONG * 3}}}"), Deployment(networks={"64502": 15, "64503": 15}))
    assert "one.a.say has no room on a screen of 15 on network 64502, 64503" in [
        one.what for one in small
    ]


SMS = {
    "as many as networks put together": (19, "one.a.say takes 6 SMS"),
    "more than they do": (21, "one.a.say takes 7 SMS, more than networks put together"),
}


@pytest.mark.parametrize(("times", "told"), SMS.values(), ids=SMS)
def test_a_text_of_very_many_sms_is_told_to_be_cut(times, told):
    found = look(files(f"a: {{say: {'Bring your friends and a bottle of water and. ' * times}}}"))
    assert [one.what for one in found if one.rule == "long-sms"] == [told]


def test_a_letter_in_a_value_that_is_filled_in_is_not_the_text_s_own():
    assert codes('a: {set: {answer.x: "–"}, say: "@answer.x"}') == []
    assert codes("a: {say: '@(\"–\" & participant.name)'}") == []


def test_letters_outside_are_no_matter_in_a_language_that_is_not_written_in_gsm7():
    content = files("a: {say: ሰላም}")
    content["one.yaml"] = content["one.yaml"].replace(b"spec: 2", b"spec: 2\nlanguage: am")
    assert [one.rule for one in look(content) if one.rule == "alphabet"] == []


def test_a_turn_with_a_menu_is_measured_with_its_options():
    texts = f"a: {{{STEP}}}\nb: {{{STEP}}}\n"
    assert codes(texts + "q: {menu: 'Well?', options: {1: 'Yes', 2: 'No'}}") == []
    labels = ", ".join(f"{key}: A long label with the number {key}" for key in range(1, 5))
    assert "long-turn" in codes(
        texts + f"c: {{{STEP}}}\nq: {{menu: 'Well?', options: {{{labels}}}}}"
    )


def test_texts_after_an_answer_are_a_turn_of_their_own_and_one_end_is_told_once():
    late = f"q: {{ask: Well?}}\na: {{{STEP}}}\nb: {{{STEP}}}\nc: {{{STEP}}}\nd: {{{STEP}}}"
    assert lines(look(files(late))) == ["one.yaml:9 long-turn"]
    twice = "w: {when: '@participant.member', then: a}\nv: {say: Hi.}\n" + late.replace(
        "q: {ask: Well?}\n", ""
    )
    assert [one.rule for one in look(files(twice))] == ["long-turn"]
