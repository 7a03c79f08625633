"""Style sheets that read the same from the right, stay light, and move nothing for the dizzy."""

import re

import pytest

from tests.house.sources import ROOT

SHEETS = sorted((ROOT / "gateway" / "web" / "static").glob("*.css"))
MOST_BYTES = 16 * 1024
# What names a side of the screen instead of a side of the text.
_SIDED = (
    re.compile(r"\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"),
    re.compile(r"(?<![-\w])(?:left|right)\s*:"),
    re.compile(r"\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"),
    re.compile(r"\bborder-(?:top|bottom)-(?:left|right)-radius\b"),
)
_FOUR = re.compile(r"(margin|padding|inset|border-radius|border-width)\s*:\s*([^;{}]+)")
_ASKED = re.compile(
    r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}"
)


def sided(style: str) -> list[str]:
    """Return what of a style sheet stays where it is on a page that is written from the right."""
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    found = [match[0] for pattern in _SIDED for match in pattern.finditer(bare)]
    for match in _FOUR.finditer(bare):
        values = match[2].split()
        if len(values) == 4 and "(" not in match[2]:
            across = (values[0], values[3]) == (values[1], values[2])
            same = across if match[1] == "border-radius" else values[1] == values[3]
            found += [] if same else [match[0]]
    return found


@pytest.mark.parametrize(
    ("style", "wrong"),
    [
        pytest.param("p { margin-left: 1rem }", True, id="a margin on the left"),
        pytest.param("p { margin-inline-start: 1rem }", False, id="a margin where lines begin"),
        pytest.param("p { left: 0 }", True, id="a place from the left"),
        pytest.param("p { inset-inline-start: 0 }", False, id="a place from where lines begin"),
        pytest.param("p { text-align: right }", True, id="text at the right"),
        pytest.param("p { padding: 0 1rem 0 2rem }", True, id="four values that differ"),
        pytest.param("p { padding: 0 1rem 2rem 1rem }", False, id="four values alike at the sides"),
        pytest.param("p { border-radius: 0 1rem 1rem 1rem }", True, id="one corner"),
        pytest.param("p { border-radius: 2rem 2rem 1rem 1rem }", False, id="corners alike"),
        pytest.param("/* left: as it was */", False, id="a comment"),
    ],
)
def test_what_is_not_mirrored_is_told(style: str, wrong: bool):
    assert bool(sided(style)) is wrong


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_names_sides_of_the_text_and_not_of_the_screen(sheet):
    assert sided(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_small(sheet):
    assert sheet.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_moves_for_whom_movement_dizzies(sheet):
    still = _ASKED.sub("", sheet.read_text(encoding="utf-8"))
    assert re.findall(r"\b(?:transition|animation|scroll-behavior)\b", still) == []
