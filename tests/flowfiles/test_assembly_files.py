from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.movement.places import Places
from gateway.flowfiles.assembly_files import Setting, read_assembly
from gateway.flowfiles.errors import FlowFileError
from tests.conftest import START_MS

HOUR = 3_600_000
EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "assembly.yaml"

FILE = """\
title: People's assembly
place: Western
opens_at: now
closes_at: 2026-06-04 18:00
motions:
  - question: {en: "Shall we march?", ny: "Kodi tiguba?"}
    options:
      1: {en: "Yes", ny: Inde}
      2: {en: "No", ny: Ayi}
  - question: Which day?
    options:
      1: Monday
      3: Friday
"""


@pytest.fixture
def setting(places: Places) -> Setting:
    return Setting(places, ("en", "ny", "bem"), ZoneInfo("Africa/Lusaka"), START_MS)


def read(tmp_path: Path, content: str, setting: Setting):
    path = tmp_path / "assembly.yaml"
    path.write_text(content, encoding="utf-8")
    return read_assembly(path, setting)


def test_a_file_says_what_is_put_to_whom_until_when(tmp_path: Path, setting: Setting):
    plan = read(tmp_path, FILE, setting)
    assert (plan.title, plan.place, plan.opens_at) == ("People's assembly", "ZM-01", START_MS)
    assert plan.closes_at == 1_780_588_800_000  # 16:00 UTC, which is 18:00 in Lusaka
    march, day = plan.motions
    assert march.question == {"en": "Shall we march?", "ny": "Kodi tiguba?"}
    assert [(one.number, one.label) for one in march.options] == [
        (1, {"en": "Yes", "ny": "Inde"}),
        (2, {"en": "No", "ny": "Ayi"}),
    ]
    assert day.question == {"en": "Which day?"}
    assert [(one.number, one.label) for one in day.options] == [
        (1, {"en": "Monday"}),
        (3, {"en": "Friday"}),
    ]


def test_without_a_place_all_members_vote_and_without_an_opening_it_is_now(
    tmp_path: Path, setting: Setting
):
    plan = read(tmp_path, FILE.replace("place: Western\nopens_at: now\n", ""), setting)
    assert (plan.place, plan.opens_at) == (None, START_MS)


def test_the_example_that_we_ship_can_be_opened_on_any_day_in_three_languages(setting: Setting):
    plan = read_assembly(EXAMPLE, setting)
    assert plan.closes_at - plan.opens_at == 48 * HOUR
    assert len(plan.motions) == 2
    for motion in plan.motions:
        assert set(motion.question) == {"en", "ny", "bem"}
        assert all(set(one.label) == {"en", "ny", "bem"} for one in motion.options)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        pytest.param("title:", "titel:", 1, "titel", id="a key that is not known"),
        pytest.param("closes_at: 2026-06-04 18:00\n", "", 1, "closes_at", id="no close"),
        pytest.param("2026-06-04 18:00", "soon", 4, "closes_at is not a moment", id="no moment"),
        pytest.param("2026-06-04 18:00", "2026-05-04 18:00", 4, "not after now", id="a past close"),
        pytest.param("opens_at: now", "opens_at: +900h", 4, "not after it opens", id="no time"),
        pytest.param("place: Western", "place: Atlantis", 2, "Atlantis", id="a place unknown"),
        pytest.param("place: Western", "place: Mongo", 2, "ZM-01-07", id="a place almost named"),
        pytest.param("People's assembly", "A" * 81, 1, "81 characters", id="a long title"),
        pytest.param("Which day?", "W" * 161, 10, "161 characters", id="a long question"),
        pytest.param("Monday", "M" * 41, 12, "41 characters", id="a long label"),
        pytest.param("      3: Friday\n", "", 11, "one option", id="one option"),
        pytest.param("3: Friday", "10: Friday", 13, "10 is not a number", id="a number too large"),
        pytest.param("3: Friday", "x: Friday", 13, "x is not a number", id="a number that is none"),
        pytest.param("3: Friday", "1: Friday", 13, "not YAML", id="a number twice"),
        pytest.param("3: Friday", "3: monday", 13, "both say monday", id="a label twice"),
        pytest.param('2: {en: "No"', "2: {en: Inde", 9, "both say Inde", id="across languages"),
        pytest.param("3: Friday", "3: '1'", 13, "has no word", id="a label that is a number"),
        pytest.param("ny: Ayi", "sw: Hapana", 9, "sw", id="a language that is not spoken"),
        pytest.param('{en: "No", ny: Ayi}', "{ny: Ayi}", 9, "has no en", id="no first language"),
        pytest.param("question: Which day?", "ask: Which day?", 10, "ask", id="a motion's key"),
        pytest.param("  - question: Which day?\n    options:\n      1: Monday\n      3: Friday\n",
                     "  - one\n", 10, "motion 2", id="a motion that is a word"),
        pytest.param("title: People's assembly", "title: [", 3, "not YAML", id="no YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_line(
    tmp_path: Path, setting: Setting, old: str, new: str, line: int, said: str
):
    assert old in FILE
    with pytest.raises(FlowFileError) as refused:
        read(tmp_path, FILE.replace(old, new), setting)
    assert refused.value.line == line
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, setting: Setting):
    with pytest.raises(FlowFileError, match=r"nowhere\.yaml:1: No such file"):
        read_assembly(tmp_path / "nowhere.yaml", setting)
