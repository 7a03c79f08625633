"""Which of an imported flow's texts a person reads: their language's, the default's, the flow's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from gateway.core.flow.events import ResultSaved, Said
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from tests.flowfiles.rapidpro.definitions import Json, action, case, current, node, split
from tests.flowfiles.rapidpro.playing import on_phone

VERSION = "14.4.0"
HELLO = action("send_msg", text="Hello", quick_replies=["Yes", "No"])
IN_NYANJA: Json = {"action-send_msg": {"text": ["Moni"], "quick_replies": ["Inde"]}}


def heard(
    localization: Json,
    language: str,
    *,
    default: str = "",
    fallbacks: Mapping[str, Sequence[str]] | None = None,
) -> Said:
    """Return what a person of a language hears."""
    around = Neighbours(language=default, fallbacks=fallbacks or {})
    definition = current(node(HELLO), version=VERSION, localization=localization)
    phone = on_phone(definition, around=around)
    phone.language = language
    phone.start("flow-1")
    (said,) = phone.events_of(Said)
    assert isinstance(said, Said)
    return said


READ: list[tuple[str, dict[str, Any], str]] = [
    ("in the language of the person", {"language": "nya"}, "Moni"),
    ("by the code of two letters too", {"language": "ny"}, "Moni"),
    ("in that of the flow", {"language": "eng"}, "Hello"),
    ("in that of the flow by two letters", {"language": "en", "default": "nya"}, "Hello"),
    ("in that of the flow, for a language without texts", {"language": "bem"}, "Hello"),
    ("in the default, for a language without texts", {"language": "bem", "default": "ny"}, "Moni"),
    ("in a neighbouring language", {"language": "bem", "fallbacks": {"bem": ["fr", "ny"]}}, "Moni"),
    ("in its own, whatever serves for it", {"language": "ny", "fallbacks": {"ny": ["en"]}}, "Moni"),
    ("in the flow's, where the default has none", {"language": "bem", "default": "fr"}, "Hello"),
]


@pytest.mark.parametrize(("whose", "text"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_a_text_is_read(whose: dict[str, Any], text: str):
    assert heard({"nya": IN_NYANJA}, **whose).text == text


@pytest.mark.parametrize(
    "translated",
    [{}, {"text": []}, {"text": [""]}],
    ids=["nothing", "an empty list", "an empty text"],
)
def test_a_text_that_is_not_translated_stays_as_it_is(translated: Json):
    assert heard({"nya": {"action-send_msg": translated}}, "nya").text == "Hello"


def test_quick_replies_may_be_fewer_in_another_language():
    assert heard({"nya": IN_NYANJA}, "nya").replies == ("Inde",)
    assert heard({"nya": IN_NYANJA}, "eng").replies == ("Yes", "No")


def choice(localization: Json) -> Json:
    return current(
        node(uuid="n1", **split("n1", "@input", case("has_any_word", "yes"), result_name="Choice",
                                wait={"type": "msg"})),
        version=VERSION,
        localization=localization,
    )  # fmt: skip


def chosen(localization: Json, reply: str) -> str:
    phone = on_phone(choice(localization))
    phone.language = "nya"
    phone.start("flow-1")
    phone.reply(reply)
    (saved,) = phone.events_of(ResultSaved)
    assert isinstance(saved, ResultSaved)
    return saved.category


def test_the_words_of_a_case_are_those_of_the_person():
    localization: Json = {"nya": {"case-1": {"arguments": ["inde"]}}}
    assert (chosen(localization, "inde"), chosen(localization, "yes")) == ("Yes", "Other")


def test_a_translation_with_more_words_than_the_case_takes_is_none():
    localization: Json = {"nya": {"case-1": {"arguments": ["inde", "eya"]}}}
    assert (chosen(localization, "inde"), chosen(localization, "yes")) == ("Other", "Yes")


def test_categories_are_shown_in_the_language_of_the_person_and_kept_in_the_flow_s():
    definition = choice({"nya": {"yes-n1": {"name": ["Eya"]}}})
    for way in definition["nodes"][0]["exits"]:
        way["destination_uuid"] = "n2"
    definition["nodes"].append(
        node(action("send_msg", text="@results.choice.category @results.choice.category_localized"),
             uuid="n2")
    )  # fmt: skip
    phone = on_phone(definition)
    phone.language = "nya"
    phone.start("flow-1")
    assert phone.reply("yes") == "Yes Eya"


def test_nothing_is_filled_in_in_the_name_of_a_category():
    definition = choice({"nya": {"yes-n1": {"name": ["Eya @contact.name"]}}})
    for way in definition["nodes"][0]["exits"]:
        way["destination_uuid"] = "n2"
    definition["nodes"].append(
        node(action("send_msg", text="@results.choice.category_localized"), uuid="n2")
    )
    phone = on_phone(definition)
    phone.language = "nya"
    phone.start("flow-1")
    assert phone.reply("yes") == "Eya @contact.name"


def test_a_language_that_a_flow_sets_is_spoken_from_the_next_text_on():
    definition = current(
        node(
            {**HELLO, "uuid": "first"},
            action("set_contact_language", language="nya"),
            HELLO,
        ),
        version=VERSION,
        localization={"nya": IN_NYANJA},
    )
    phone = on_phone(definition)
    phone.release = replace(phone.release, languages=("eng", "nya"))
    assert phone.start("flow-1") == "Hello\nMoni"
