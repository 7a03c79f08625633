import re
from pathlib import Path

import pytest

from gateway.core.movement.places import Place
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.place_files import read_places

ROOT = Path(__file__).parents[2]
HEAD = "code,name,level,parent,aliases\n"
COUNTRY = "ZM,Zambia,country,,\n"
PROVINCE = "ZM-03,Eastern,province,ZM,East|Eastern Region\n"


def written(tmp_path, content):
    path = tmp_path / "zm.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_become_places_in_any_order(tmp_path):
    district = 'ZM-03-99,"Shang\'ombo",district,ZM-03, Shangombo | \n'
    places = read_places(written(tmp_path, HEAD + district + PROVINCE + COUNTRY))
    assert list(places) == [
        Place("ZM-03-99", "Shang'ombo", "district", "ZM-03", ("Shangombo",)),
        Place("ZM-03", "Eastern", "province", "ZM", ("East", "Eastern Region")),
        Place("ZM", "Zambia", "country", None),
    ]
    assert places.ancestors("ZM-03-99") == ("ZM-03", "ZM")


def test_a_byte_order_mark_and_columns_more_are_ignored(tmp_path):
    content = "\ufeffcode,name,level,parent,aliases,note\nZM,Zambia,country,,,mine\n"
    assert len(read_places(written(tmp_path, content))) == 1


@pytest.mark.parametrize(
    ("label", "content", "line", "sentence"),
    [
        ("an empty file", "", 1, "there is no column code"),
        ("a column missing", "code,name,level,parent\n", 1, "there is no column aliases"),
        ("no rows", HEAD, 1, "there is no place"),
        ("a row too short", HEAD + COUNTRY + "ZM-03,Eastern\n", 3, "the row is too short"),
        ("a code missing", HEAD + ",Zambia,country,,\n", 2, "'' is no place code"),
        ("a code in small letters", HEAD + "zm,Zambia,country,,\n", 2, "'zm' is no place code"),
        ("a name missing", HEAD + "ZM,,country,,\n", 2, "ZM has no name"),
        ("an unknown level", HEAD + "ZM,Zambia,land,,\n", 2, "'land' is no level"),
        ("a code twice", HEAD + COUNTRY + PROVINCE + COUNTRY, 4, "the code ZM occurs twice"),
        ("a country with a parent", HEAD + "ZM,Zambia,country,ZM,\n", 2, "with a parent"),
        (
            "a parent missing",
            HEAD + COUNTRY + "ZM-03,Eastern,province,,\n",
            3,
            "no country of this",
        ),
        ("a parent unknown", HEAD + COUNTRY + "ZM-03,Eastern,province,ZA,\n", 3, "is 'ZA'"),
        (
            "a parent two levels above",
            HEAD + COUNTRY + "ZM-03-01,Chama,district,ZM,\n",
            3,
            "no province of this",
        ),
        ("bytes that are not UTF-8", b"code,name,level,parent,aliases\nZM,\xff\n", 1, "as CSV"),
        ("a quote left open", HEAD + 'ZM,"Zambia,country,,\n', 1, "as CSV"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, label, content, line, sentence):
    path = written(tmp_path, content)
    with pytest.raises(FlowFileError, match=re.escape(sentence)) as told:
        read_places(path)
    assert str(told.value).startswith(f"{path}:{line}: "), label


def test_a_file_that_is_not_there_is_told_by_name(tmp_path):
    with pytest.raises(FlowFileError, match=r"nowhere\.csv:1: it cannot be read"):
        read_places(tmp_path / "nowhere.csv")


ZM = read_places(ROOT / "config" / "places" / "zm.csv")
DISTRICTS_OF = {
    "Central": 11,
    "Copperbelt": 10,
    "Eastern": 15,
    "Luapula": 12,
    "Lusaka": 6,
    "Muchinga": 8,
    "Northern": 12,
    "North-Western": 11,
    "Southern": 15,
    "Western": 16,
}
ISO_3166_2 = {
    "ZM-01": "Western",
    "ZM-02": "Central",
    "ZM-03": "Eastern",
    "ZM-04": "Luapula",
    "ZM-05": "Northern",
    "ZM-06": "North-Western",
    "ZM-07": "Southern",
    "ZM-08": "Copperbelt",
    "ZM-09": "Lusaka",
    "ZM-10": "Muchinga",
}


def test_zambia_has_ten_provinces_with_their_iso_codes():
    provinces = {place.code: place.name for place in ZM if place.level == "province"}
    assert provinces == ISO_3166_2


def test_zambia_has_116_districts_each_under_its_province():
    counted = {place.name: len(ZM.children(place.code)) for place in ZM.children("ZM")}
    assert counted == DISTRICTS_OF
    assert sum(place.level == "district" for place in ZM) == 116


def test_a_district_s_code_has_its_province_s_form_and_two_digits():
    codes = [place.code for place in ZM if place.level == "district"]
    assert [code for code in codes if not re.fullmatch(r"ZM-\d\d-\d\d", code)] == []


@pytest.mark.parametrize(
    ("district", "province"),
    [
        ("Chama", "Eastern"),
        ("Chirundu", "Southern"),
        ("Itezhi-Tezhi", "Southern"),
        ("Shibuyunji", "Central"),
        ("Lavushimanda", "Muchinga"),
        ("Shang'ombo", "Western"),
        ("Lusangazi", "Eastern"),
        ("Chifunabuli", "Luapula"),
        ("Mushindamo", "North-Western"),
        ("Senga Hill", "Northern"),
    ],
)
def test_districts_that_are_new_or_moved_are_where_they_are_now(district, province):
    match = ZM.find(district, "district")
    assert match.place is not None
    assert ZM.at_level(match.place.code, "province") == ZM.find(province, "province").place


def test_no_spelling_means_two_places_of_one_level():
    for place in ZM:
        for spelling in (place.name, *place.aliases):
            assert ZM.find(spelling, place.level).place == place, spelling


def test_every_name_is_one_that_an_sms_carries_cheaply():
    assert [place.name for place in ZM if not place.name.isascii()] == []


def test_the_companion_page_counts_what_the_file_holds():
    page = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    for province, count in DISTRICTS_OF.items():
        code = next(code for code, name in ISO_3166_2.items() if name == province)
        assert f"| {code} | {province} | {count} |" in page
