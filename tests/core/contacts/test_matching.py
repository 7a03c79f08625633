"""Whom a query means."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gateway.core.contacts.properties import Kind, Known
from gateway.core.flow.expressions.values import Error, Value
from tests.core.contacts.asking import KNOWN, LUSAKA, amina, read


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        pytest.param('name = "AMINA o\'phiri-mwansa"', True, id="a name, whatever the case"),
        pytest.param("name = Amina", False, id="a part of a name is another name"),
        pytest.param("name ~ ami", True, id="a beginning of a word"),
        pytest.param("name ~ mina", False, id="an end of a word"),
        pytest.param("name ~ phiri", True, id="after an apostrophe"),
        pytest.param("name ~ o'ph", True, id="with the apostrophe"),
        pytest.param("name ~ mwa", True, id="after a hyphen"),
        pytest.param('name ~ "mwansa amina"', True, id="words in any order"),
        pytest.param('name ~ "amina banda"', False, id="one of two words"),
        pytest.param('name ~ "amina x"', True, id="a short word beside a longer one"),
        pytest.param("uuid = 0C1F5E1E-7A3E-4A35-9D75-7F2F6A6D0001", True, id="an identifier"),
        pytest.param("tel = +260970000001", True, id="a number"),
        pytest.param("tel = 0970000001", False, id="a number written otherwise"),
        pytest.param("tel ~ 7000", True, id="a part of a number"),
        pytest.param("urn ~ MAIL.example", True, id="a part of any address"),
        pytest.param("urn = +260970000001", True, id="one of two addresses"),
        pytest.param("urn != +260970000001", False, id="not both addresses are others"),
        pytest.param("urn != +260970000009", True, id="both addresses are others"),
        pytest.param('whatsapp = ""', True, id="no such address"),
        pytest.param('tel = ""', False, id="an address there is"),
        pytest.param("whatsapp = 1", False, id="nothing is no value"),
        pytest.param("whatsapp != 1", True, id="nothing is another value"),
        pytest.param('crop != "" and crop != rice', True, id="something, and another"),
        pytest.param("wells = 4.0", True, id="a number, however written"),
        pytest.param("wells != 4", False, id="not another number"),
        pytest.param("wells > 3 wells < 5", True, id="between"),
        pytest.param("wells >= 4 and wells <= 4", True, id="at the bounds"),
        pytest.param("wells > 4 or wells < 4", False, id="outside"),
        pytest.param("tickets = 0", True, id="a count"),
        pytest.param("met_on = 4-3-2026", True, id="the day in the local zone"),
        pytest.param("met_on = 3-3-2026", False, id="not the day in another zone"),
        pytest.param("met_on > 4-3-2026", False, id="not after its own day"),
        pytest.param("met_on >= 4-3-2026", True, id="from its own day"),
        pytest.param("met_on <= 4-3-2026", True, id="until its own day"),
        pytest.param("met_on < 5-3-2026", True, id="before the next day"),
        pytest.param("met_on != 4-3-2026", False, id="not another day"),
        pytest.param(
            'created_on = "2026-03-03T23:59:00+02:00"', True, id="another hour of the day"
        ),
        pytest.param('last_seen_on = ""', True, id="never"),
        pytest.param("last_seen_on > 1-1-2026", False, id="never is not later"),
        pytest.param("home = chipata", True, id="a place by its name"),
        pytest.param("home = Eastern", False, id="not by what it lies in"),
        pytest.param("crop = MAIZE", True, id="a text, whatever the case"),
        pytest.param("crop != maize", False, id="a text that is it"),
        pytest.param('group = stewards and group != "Well Watch"', True, id="groups"),
        pytest.param("language = nya AND status = active", True, id="both"),
        pytest.param("language = bem OR status = active", True, id="one of two"),
        pytest.param("language = bem AND status = active", False, id="not both"),
    ],
)
def test_whether_a_contact_is_meant(query: str, meant: bool):
    assert read(query).matches(LUSAKA, amina) is meant


def test_dates_are_read_as_the_environment_writes_them():
    query = read("met_on = 4-3-2026")
    assert query.matches(LUSAKA, amina)
    assert not query.matches(replace(LUSAKA, date_format="MM-DD-YYYY"), amina)


@pytest.mark.parametrize(
    ("value", "query", "meant"),
    [
        pytest.param("7", "wells > 6", True, id="a number kept as text"),
        pytest.param("seven", "wells > 6", False, id="no number"),
        pytest.param("seven", "wells != 6", False, id="no number, so neither another"),
        pytest.param("5-3-2026", "met_on > 4-3-2026", True, id="a date kept as text"),
        pytest.param(date(2026, 3, 5), "met_on > 4-3-2026", True, id="a date without a time"),
        pytest.param("later", "met_on > 4-3-2026", False, id="no date"),
        pytest.param(Decimal("4.50"), "crop = 4.5", True, id="a number kept in a text"),
        pytest.param("", 'crop != ""', True, id="an empty text is a value"),
        pytest.param("", "crop != maize", True, id="an empty text is another value"),
        pytest.param(None, "crop = maize", False, id="null"),
        pytest.param(Error("lost"), "crop != maize", False, id="an error"),
    ],
)
def test_a_value_of_an_unexpected_kind(value: Value, query: str, meant: bool):
    def lookup(_kind: Kind, _key: str) -> Sequence[Value]:
        return [value]

    assert read(query).matches(LUSAKA, lookup) is meant


@pytest.mark.parametrize(
    ("value", "query", "meant"),
    [
        pytest.param(Decimal(10), "beds > 9", True, id="a number"),
        pytest.param(datetime(2026, 3, 5, tzinfo=UTC), "beds > 4-3-2026", True, id="a date"),
        pytest.param("b", "beds > a", True, id="a text"),
        pytest.param(Decimal(104), "beds ~ 0", True, id="a part of a number"),
    ],
)
def test_a_field_that_nobody_knows_is_compared_by_its_value(value: Value, query: str, meant: bool):
    assert read(query, known=None).matches(LUSAKA, lambda _kind, _key: [value]) is meant


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        pytest.param("name ~ kasonkommm", True, id="eight letters are the same"),
        pytest.param("name ~ kasonkxx", False, id="the eighth is another"),
        pytest.param("name ~ ka", True, id="two letters"),
    ],
)
def test_of_a_long_name_eight_letters_count(query: str, meant: bool):
    assert read(query).matches(LUSAKA, lambda _kind, _key: ["Kasonkomona"]) is meant


def test_only_what_decides_is_looked_up():
    asked = []

    def lookup(kind: Kind, key: str) -> Sequence[Value]:
        asked.append((kind, key))
        return amina(kind, key)

    assert read("wells = 1 and crop = maize").matches(LUSAKA, lookup) is False
    assert asked == [("field", "wells")]


def test_names_of_a_workspace_are_known_whatever_their_case():
    known = Known.of({"Wells": "number"}, groups=["ÄLTESTE"], flows=["Join"])
    assert read("wells = 1 or group = älteste or flow = JOIN", known=known).fields == ("wells",)
    assert KNOWN.groups == {"stewards", "well watch"}
