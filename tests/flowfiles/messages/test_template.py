"""The template for translators, and catalogues brought up to changed flows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.flowfiles.messages.template import merge, new_catalogue, template
from gateway.flowfiles.po_files import Entry, PoFile, write_po_file
from tests.flowfiles.messages.stage import LIMITS, WELLS, catalogue, po, script

SHOWN = {entry.context: entry for entry in template(script(), LIMITS).entries}


def merged(old: PoFile, flow: str = WELLS) -> PoFile:
    return merge(script(flow), "fr", old, LIMITS)


def entry(file: PoFile, context: str) -> Entry:
    (found,) = [one for one in file.entries if one.context == context]
    return found


def test_every_text_is_in_the_template_once_in_the_order_of_the_files() -> None:
    contexts = [one.context for one in template(script(), LIMITS).entries]
    assert contexts[:8] == [
        "wells.works.menu", "wells.works.option.1", "wells.works.option.2", "wells.words.ask",
        "wells.words.retry", "wells.thanks.say", "wells.thanks.text", "system.stop_confirmed",
    ]  # fmt: skip
    assert len(set(contexts)) == len(contexts)


def test_the_template_says_where_each_text_is() -> None:
    assert SHOWN["wells.works.menu"].references == ("flows/wells.yaml:6",)
    assert SHOWN["wells.works.option.2"].references == ("flows/wells.yaml:9",)
    assert SHOWN["system.more"].references[0].startswith("flows/system.yaml:")


@pytest.mark.parametrize(
    ("context", "says"),
    [
        pytest.param(
            "wells.works.menu",
            [
                "Question of a menu. The answer is the number of an option.",
                "Its options: 1 Yes, 2 No",
                "May be the first screen of a call: 140 septets of GSM-7, or 61 units of UCS-2.",
                "Left for this text: 129 septets; in an alphabet outside GSM-7, 50 units.",
                "@participant.place.name: the person's district, such as Shiwang'andu",
            ],
            id="a menu that a dial may begin with",
        ),
        pytest.param(
            "wells.works.option.2",
            [
                'Option 2 of the menu "Does the well of @participant.place.name work?"',
                "Beside it: Yes",
                (
                    "Its screen, with the question and all options: 140 septets of GSM-7, or 61"
                    " units of UCS-2."
                ),
                "With the source's words 94 septets of it are free.",
            ],
            id="an option",
        ),
        pytest.param(
            "wells.words.ask",
            [
                "Question. The answer is in the person's own words.",
                "One screen or SMS: 160 septets of GSM-7, or 70 units of UCS-2.",
            ],
            id="a question that no dial begins with",
        ),
        pytest.param(
            "wells.words.retry",
            [
                "Said before the question is put again.",
                'The question: "What is broken? Reply 0 to skip."',
                "One screen or SMS: 160 septets of GSM-7, or 70 units of UCS-2.",
            ],
            id="what is said before it is put again",
        ),
        pytest.param(
            "wells.thanks.say",
            [
                "Shown or sent as it is.",
                "One screen or SMS: 160 septets of GSM-7, or 70 units of UCS-2.",
                "People send WELLS, STOP: keep it, or write a word that does the same.",
            ],
            id="words that people send",
        ),
        pytest.param(
            "wells.thanks.text",
            [
                "SMS that is sent beside the screen, to be kept.",
                "One SMS: 160 septets of GSM-7, or 70 units of UCS-2.",
                "@report.code: the code of the report, such as 7K4-2C9X",
            ],
            id="an SMS",
        ),
        pytest.param(
            "system.more",
            [
                "The last line of a screen. Keep its number.",
                "The last line of a screen that goes on.",
                "As short as can be: it takes room from every screen.",
            ],
            id="the line that leads on",
        ),
    ],
)
def test_a_translator_is_told_what_a_text_is_and_how_long_it_may_be(
    context: str, says: list[str]
) -> None:
    assert list(SHOWN[context].notes) == says


def test_the_same_flows_give_the_same_template_and_catalogue() -> None:
    assert write_po_file(template(script(), LIMITS)) == write_po_file(template(script(), LIMITS))
    once = write_po_file(merged(new_catalogue("fr")))
    assert write_po_file(merged(po(once))) == once


def test_a_new_catalogue_has_every_text_and_the_headers_of_its_language() -> None:
    file = merged(new_catalogue("fr"))
    assert len(file.entries) == len(script().messages)
    assert not any(one.text for one in file.entries)
    assert file.headers["Language"] == "fr"
    assert file.headers["Plural-Forms"] == "nplurals=2; plural=(n > 1);"
    assert file.headers["X-Review"] == "draft, not reviewed by speakers"
    assert "French" in file.comments[0]
    assert entry(file, "wells.works.menu").references == ("flows/wells.yaml",)


def test_a_catalogue_leaves_out_texts_that_are_written_in_its_language() -> None:
    file = merge(script(), "en", new_catalogue("en"), LIMITS)
    assert file.entries == ()


def test_translations_and_what_translators_noted_stay() -> None:
    old = catalogue({"wells.words.ask": "Quoi? 0 = non"})
    noted = replace(entry(old, "wells.words.ask"), comments=("asked Awa",), flags=("no-wrap",))
    old = replace(
        old, entries=(noted,), headers={"Language": "fr", "X-Generator": "Poedit"}, comments=("Me",)
    )
    file = merged(old)
    kept = entry(file, "wells.words.ask")
    assert (kept.text, kept.comments, kept.flags) == ("Quoi? 0 = non", ("asked Awa",), ("no-wrap",))
    assert file.comments == ("Me",)
    assert list(file.headers)[:2] == ["Language", "X-Generator"]
    assert file.headers["X-Alphabet"] == "GSM-7"


CHANGED = WELLS.replace("What is broken?", "What is wrong with it?")


def test_a_translation_whose_source_changed_is_fuzzy_and_keeps_the_old_wording() -> None:
    old = catalogue({"wells.words.ask": "Quoi?"})
    kept = entry(merged(old, CHANGED), "wells.words.ask")
    assert (kept.text, kept.fuzzy) == ("Quoi?", True)
    assert kept.source == "What is wrong with it? Reply 0 to skip."
    assert kept.previous == "What is broken? Reply 0 to skip."
    again = entry(merged(merged(old, CHANGED), CHANGED.replace("wrong", "bad")), "wells.words.ask")
    assert again.previous == "What is broken? Reply 0 to skip."
    assert b'#| msgid "What is broken? Reply 0 to skip."' in write_po_file(merged(old, CHANGED))


def test_the_mark_goes_when_the_old_wording_comes_back() -> None:
    back = entry(
        merged(merged(catalogue({"wells.words.ask": "Quoi?"}), CHANGED)), "wells.words.ask"
    )
    assert (back.text, back.fuzzy, back.previous) == ("Quoi?", False, None)


def test_what_was_not_translated_is_not_marked_when_its_source_changes() -> None:
    kept = entry(merged(catalogue({"wells.words.ask": ""}), CHANGED), "wells.words.ask")
    assert (kept.text, kept.flags) == ("", ())


def test_a_text_that_moved_to_another_step_brings_its_translation_as_fuzzy() -> None:
    moved = entry(
        merged(catalogue({"wells.words.ask": "Quoi?"}), WELLS.replace("  words:", "  what:")),
        "wells.what.ask",
    )
    assert (moved.text, moved.fuzzy) == ("Quoi?", True)


def test_the_translation_of_a_text_that_is_gone_is_kept_as_obsolete_and_comes_back() -> None:
    short = WELLS.replace('    text: "Your code is @report.code."\n', "")
    gone = merged(catalogue({"wells.thanks.text": "Code @report.code."}), short)
    assert "wells.thanks.text" not in {one.context for one in gone.entries}
    assert [one.text for one in gone.obsolete] == ["Code @report.code."]
    assert b'#~ msgstr "Code @report.code."' in write_po_file(gone)
    assert merged(gone, short) == gone
    back = merged(po(write_po_file(gone)))
    assert entry(back, "wells.thanks.text").text == "Code @report.code."
    assert back.obsolete == ()


CONTEXTS = some.sampled_from(["wells.works.menu", "wells.words.ask", "wells.old.say", "a.b.c"])
SOURCES = some.sampled_from(
    ["What is broken? Reply 0 to skip.", "Yes", "Older.", "Does the well of @report.code work?"]
)
TEXTS = some.text(alphabet="abc", max_size=3)
OLD = some.builds(
    Entry,
    context=CONTEXTS,
    source=SOURCES,
    text=TEXTS,
    flags=some.sampled_from([(), ("fuzzy",)]),
    previous=some.none() | SOURCES,
)
FLOWS = some.sampled_from([WELLS, CHANGED, WELLS.replace("  words:", "  what:")])


@given(some.lists(OLD, unique_by=lambda one: (one.context, one.source)), FLOWS)
def test_nothing_that_a_translator_wrote_is_ever_lost(old: list[Entry], flow: str) -> None:
    file = merged(PoFile({}, tuple(old)), flow)
    kept = {one.text for one in (*file.entries, *file.obsolete)}
    assert {one.text for one in old if one.text} <= kept
    written = write_po_file(file)
    assert write_po_file(merged(po(written), flow)) == written
