"""What is wrong with a translation is found, with its line, the reason and the mend."""

from dataclasses import replace

import pytest

from gateway.flowfiles.findings import Finding
from gateway.flowfiles.messages.catalogues import checked
from gateway.flowfiles.messages.check import Checker
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import read_script
from gateway.flowfiles.po_files import PoFile
from tests.flowfiles.messages.stage import LIMITS, catalogue, script, source

PATH = "flows/translations/fr.po"


def found(
    file: PoFile, language: str = "fr", limits: Limits = LIMITS, *, incomplete: bool = False
) -> list[Finding]:
    checker = Checker(script(), language, PATH, file, limits, incomplete=incomplete)
    return list(checker.findings())


def of(**texts: str) -> list[Finding]:
    """Check a catalogue that differs from the source in some texts of the flow."""
    return found(
        catalogue({f"wells.{key.replace('__', '.')}": text for key, text in texts.items()})
    )


def test_a_catalogue_in_order_has_no_findings() -> None:
    assert found(catalogue({})) == []


@pytest.mark.parametrize(
    ("place", "text", "rule", "what", "mend"),
    [
        pytest.param(
            "works__menu", "Le puits marche?", "placeholder", "@participant.place.name is lost",
            "Put @participant.place.name where it belongs", id="a value that is lost",
        ),
        pytest.param(
            "words__ask", "@movement.name: quoi? 0", "placeholder",
            "@movement.name is not in the source", "Take it out", id="a value that is made up",
        ),
        pytest.param(
            "thanks__text", "Code @report.coded.", "placeholder",
            "@report.coded is not in the source", "Write one of @report.code", id="a misspelt one",
        ),
        pytest.param(
            "thanks__text", "Code @report.code @(upper", "placeholder", "@(upper is never closed",
            "Write its last bracket, or @@( for the characters themselves", id="one half written",
        ),
        pytest.param(
            "works__option__2", "Non, ça non", "alphabet", "ç is not in GSM-7", "Write c for ç",
            id="a letter that halves an SMS",
        ),
        pytest.param(
            "works__option__2", "አይ", "alphabet", "አ ይ is not in GSM-7", "Write it without",
            id="a letter that no other stands for",
        ),
        pytest.param(
            "words__ask", "Quoi?", "number", "the number 0 is lost", "Write 0 as digits",
            id="a number to press that is lost",
        ),
        pytest.param(
            "thanks__say", "Merci. Envoyez WELLS ou HALTE.", "command", "STOP is lost",
            "Write STOP, or a word of the language that does the same", id="a command that is lost",
        ),
        pytest.param(
            "thanks__text", "Code @report.code. " + "x" * 160, "segments", "it takes 2 SMS",
            "Say it shorter", id="an SMS more",
        ),
        pytest.param(
            "works__menu", "@participant.place.name " + "x" * 120, "screens", "it takes 2 screens",
            "Say it shorter", id="a menu that needs a second screen with its options",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_its_place_and_its_mend(
    place: str, text: str, rule: str, what: str, mend: str
) -> None:
    context = f"wells.{place.replace('__', '.')}"
    one = next(one for one in of(**{place: text}) if one.rule == rule and what in one.what)
    assert (one.level, one.path, one.language) == ("error", PATH, "fr")
    assert one.line == [message.context for message in script().messages].index(context) + 1
    assert one.what.startswith(context)
    assert one.mend == mend
    assert one.why


def test_a_command_may_be_the_language_s_own_word() -> None:
    assert of(thanks__say="Zikomo. Tumizani ZITSIME kapena LEKANI.") == []


def test_two_options_of_a_menu_that_read_the_same_are_found() -> None:
    (one,) = of(works__option__1="Non.", works__option__2="non")
    assert one.rule == "options"
    assert "options 1 and 2 of wells.works.menu read the same" in one.what


def test_a_retry_is_measured_with_the_question_that_follows_it() -> None:
    rules = {one.rule for one in of(words__retry="x" * 140)}
    assert rules == {"screens", "segments"}


def test_a_smaller_screen_of_a_deployment_counts() -> None:
    file = catalogue({"wells.words.retry": "x" * 40})
    assert found(file) == []
    assert [one.rule for one in found(file, limits=Limits(60, 60))] == ["screens"]


@pytest.mark.parametrize("incomplete", [False, True])
def test_texts_without_a_translation_are_told_and_may_be_let_pass(incomplete: bool) -> None:
    file = catalogue({"wells.works.option.1": "", "wells.works.option.2": "Non"})
    fuzzy = [
        replace(one, flags=("fuzzy",), previous="Nope") if one.text == "Non" else one
        for one in file.entries
        if one.context != "wells.words.ask"
    ]
    missing, marked, absent = found(replace(file, entries=tuple(fuzzy)), incomplete=incomplete)
    assert {one.level for one in (missing, marked, absent)} == {
        "warning" if incomplete else "error"
    }
    assert (missing.rule, missing.line) == ("missing", 2)
    assert missing.why == 'People read "Yes"'
    assert (marked.rule, marked.line) == ("fuzzy", 3)
    assert 'which was "Nope"' in marked.why
    assert (absent.path, absent.line) == ("flows/wells.yaml", 11)
    assert "gateway flows messages update" in absent.mend


def test_a_translation_from_another_wording_is_told_where_it_stands() -> None:
    file = catalogue({})
    older = [
        replace(one, source="Old") if one.context == "wells.words.ask" else one
        for one in file.entries
    ]
    (one,) = found(replace(file, entries=tuple(older)))
    assert "from another wording" in one.what
    assert (one.path, one.line) == (PATH, 4)


AMHARIC = {
    "wells.works.menu": "የ@participant.place.name ጉድጓድ ይሠራል?",
    "wells.works.option.1": "አዎ",
    "wells.works.option.2": "አይ",
}


def test_a_language_outside_gsm7_may_take_what_the_source_would_in_such_letters() -> None:
    assert found(catalogue(AMHARIC), "am") == []
    long = found(catalogue(AMHARIC | {"wells.words.ask": "ምን 0 " + "ተበላሸ " * 14}), "am")
    assert {one.rule for one in long} == {"screens", "segments"}
    assert {one.why.partition(", and")[0] for one in long} == {
        "The source takes 1 in such an alphabet"
    }


def test_the_alphabet_is_what_the_catalogue_says() -> None:
    file = replace(catalogue(AMHARIC), headers={"X-Alphabet": "UCS-2"})
    assert found(file, "fr") == []
    assert {one.rule for one in found(catalogue(AMHARIC), "fr")} == {"alphabet"}


def test_a_catalogue_that_cannot_be_read_is_one_finding_among_the_others() -> None:
    own = source(fr="msgid broken", sw='msgid ""\nmsgstr ""\n"Language: sw\\n"\n')
    findings = checked(read_script(own), own, "flows", LIMITS, incomplete=True)
    assert (findings[0].rule, findings[0].path, findings[0].line) == ("unreadable", PATH, 1)
    assert {one.language for one in findings[1:]} == {"sw"}
    assert len(findings) - 1 == len(script().messages)
