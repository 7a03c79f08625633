"""Queries in their normal form, and what a bare value means."""

from dataclasses import replace

import pytest

from tests.core.contacts.asking import LUSAKA, read

REDACTED = replace(LUSAKA, redact_urns=True)


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        pytest.param("name is Amina", 'name = "Amina"', id="a word for equal"),
        pytest.param("NAME HAS Am", 'name ~ "Am"', id="a word for contains, in capitals"),
        pytest.param("Wells>=3", "fields.wells >= 3", id="no spaces"),
        pytest.param("wells = 3.50", "fields.wells = 3.50", id="a number as written"),
        pytest.param("wells = -1", 'fields.wells = "-1"', id="a number that is not plain"),
        pytest.param("fields.name = x", 'fields.name = "x"', id="a field like an attribute"),
        pytest.param("name = x", 'name = "x"', id="the attribute comes first"),
        pytest.param("urns.tel ~ 0970", "urns.tel ~ 0970", id="an address with its prefix"),
        pytest.param("TEL != 0970", "urns.tel != 0970", id="an address without"),
        pytest.param('crop = ""', 'fields.crop = ""', id="not set"),
        pytest.param(r'crop = "a \"b\" c\\"', r'fields.crop = "a \"b\" c\\"', id="escapes"),
        pytest.param(r'crop = "a\qb"', r'fields.crop = "a\\qb"', id="an escape that is none"),
        pytest.param('crop = "\\u0041\\x42\\103\\n"', 'fields.crop = "ABC\\n"', id="codes"),
        pytest.param('crop = "a\u200bb"', 'fields.crop = "a\\u200bb"', id="what is not seen"),
        pytest.param('crop = "\\ud83d"', r'fields.crop = "\\ud83d"', id="half a character"),
        pytest.param("crop = chomwa/3'b@c:d", 'fields.crop = "chomwa/3\'b@c:d"', id="signs"),
        pytest.param("crop = 稲", 'fields.crop = "稲"', id="every script"),
        pytest.param("group = stewards", 'group = "stewards"', id="a group, whatever the case"),
        pytest.param('group != ""', 'group != ""', id="any group"),
        pytest.param("bsuid = ZM.1", 'urns.bsuid = "ZM.1"', id="an address of a newer kind"),
        pytest.param("name ~ 李", 'name ~ "李"', id="a name of one sign"),
        pytest.param("history = join", 'history = "join"', id="a flow that was walked"),
        pytest.param("last_seen_on > 1-2-2026", 'last_seen_on > "1-2-2026"', id="a date"),
        pytest.param('last_seen_on = ""', 'last_seen_on = ""', id="a date that is not set"),
        pytest.param("status != Blocked", 'status != "Blocked"', id="a status"),
    ],
)
def test_a_condition(query: str, normal: str):
    assert read(query).text == normal


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        pytest.param("wells > 1 wells < 5", "fields.wells > 1 AND fields.wells < 5", id="beside"),
        pytest.param(
            "wells=1 or wells=2 and wells=3",
            "fields.wells = 1 OR (fields.wells = 2 AND fields.wells = 3)",
            id="and binds tighter",
        ),
        pytest.param(
            "(wells=1 OR wells=2) wells=3",
            "(fields.wells = 1 OR fields.wells = 2) AND fields.wells = 3",
            id="brackets bind tightest",
        ),
        pytest.param(
            "((wells=1) AND (wells=2 and (wells=3)))",
            "fields.wells = 1 AND fields.wells = 2 AND fields.wells = 3",
            id="brackets that change nothing",
        ),
        pytest.param(
            "wells=1 and (wells=2 or wells=3 or (wells=4 or wells=5))",
            "fields.wells = 1 AND (fields.wells = 2 OR fields.wells = 3 OR fields.wells = 4 "
            "OR fields.wells = 5)",
            id="ors within ors",
        ),
        pytest.param("crop=andes", 'fields.crop = "andes"', id="a word that begins with and"),
        pytest.param('crop="and"', 'fields.crop = "and"', id="the word in quotation marks"),
        pytest.param("orris island", 'name ~ "orris" AND name ~ "island"', id="words like those"),
    ],
)
def test_conditions_together(query: str, normal: str):
    assert read(query).text == normal


@pytest.mark.parametrize(
    ("query", "shown", "redacted"),
    [
        pytest.param("amina", 'name ~ "amina"', 'name ~ "amina"', id="a name"),
        pytest.param('"a b"', 'name = "a b"', 'name = "a b"', id="a name of short words"),
        pytest.param("j", 'name = "j"', 'name = "j"', id="a letter"),
        pytest.param("é", 'name ~ "é"', 'name ~ "é"', id="a letter with a mark"),
        pytest.param("0970", "urns.tel ~ 0970", "name ~ 0970", id="a part of a number"),
        pytest.param(
            "0123-456-566",
            'urns.tel = "+260123456566"',
            'name ~ "0123-456-566"',
            id="a number as long as one of the country",
        ),
        pytest.param("970-00", "urns.tel ~ 97000", 'name ~ "970-00"', id="with a hyphen"),
        pytest.param("+26097", 'urns.tel ~ "+26097"', 'name ~ "+26097"', id="with a plus"),
        pytest.param("097", "name ~ 097", "name ~ 097", id="too few digits"),
        pytest.param("----", 'name = "----"', 'name = "----"', id="no digits"),
        pytest.param(
            " 0970 000 001 ",
            'urns.tel = "+260970000001"',
            "name ~ 0970 AND name ~ 000 AND name ~ 001",
            id="a whole number",
        ),
        pytest.param(
            "mailto:a@b.example",
            'urns.mailto = "a@b.example"',
            'name ~ "mailto:a@b.example"',
            id="an address with its scheme",
        ),
        pytest.param("post:a", 'name ~ "post:a"', 'name ~ "post:a"', id="no scheme"),
        pytest.param("tel:", 'name ~ "tel:"', 'name ~ "tel:"', id="a scheme and nothing more"),
        pytest.param("AB2CD3", 'name ~ "AB2CD3"', 'ref = "AB2CD3"', id="a reference"),
    ],
)
def test_a_bare_value(query: str, shown: str, redacted: str):
    assert read(query).text == shown
    assert read(query, REDACTED).text == redacted


def test_without_a_country_only_international_numbers_are_whole():
    anywhere = replace(LUSAKA, country=None)
    assert read("0970000001", anywhere).text == "urns.tel ~ 0970000001"
    assert read("+260 970 000 001", anywhere).text == 'urns.tel = "+260970000001"'


def test_without_a_workspace_every_other_name_is_a_field():
    assert read("beds > many", known=None).text == 'fields.beds > "many"'
    assert read("group = anything", known=None).text == 'group = "anything"'


@pytest.mark.parametrize("query", ['beds ~ "a"', 'fields.beds > ""', "beds = 1", 'beds != ""'])
def test_a_field_that_nobody_knows_may_be_asked_anything(query: str):
    assert read(query, known=None).fields == ("beds",)


def test_a_query_names_what_it_asks_about():
    query = read("wells > 1 or (crop = maize and wells < 9) or group = Stewards or flow = join")
    assert query.fields == ("crop", "wells")
    assert query.groups == ("Stewards",)
    assert query.flows == ("join",)
    assert read("amina").fields == ()
