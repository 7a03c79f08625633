"""Makes people out of the lines of a file, by chosen columns. Takes no sign for a consent."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.text.keywords import fold
from gateway.service.enrol import Paper, Written

NUMBER: Final = "number"
FIELDS: Final = (NUMBER, "name", "place", "language", "gender", "groups", "consent")
UNCLEAR: Final = "?"

# How columns are called, and answers and genders written, in the languages of the pages.
_HEADINGS: Final = """
number: number phone mobile cell tel telephone msisdn numero simu namba phonenumber mobilenumber
number: cellnumber nambayasimu numerodetelephone
name: name nom jina fullname firstname nomcomplet jinakamili
place: place district town lieu wilaya mahali province placecode mkoa
language: language langue lugha lang
gender: gender sex genre sexe jinsia
groups: group groups groupe groupes kikundi vikundi
consent: consent consentement ridhaa
"""
_ANSWERS: Final = """
yes: yes y oui ndiyo ndio
no: no n non hapana
"""
_GENDERS: Final = """
female: f female woman femme feminin mwanamke
male: m male man homme masculin mwanaume mwanamume
other: other autre nyingine
"""


def _words(table: str) -> Mapping[str, str]:
    """Return what each word of a table means."""
    lines = [line.partition(":") for line in table.split("\n") if line]
    return {word: meaning for meaning, _, words in lines for word in words.split()}


_FIELD_OF: Final = _words(_HEADINGS)
_ANSWER_OF: Final = _words(_ANSWERS)
_GENDER_OF: Final = _words(_GENDERS)


def guess(header: Sequence[str]) -> dict[str, int]:
    """Return which columns are which fields, as far as their headings say."""
    found: dict[str, int] = {}
    for at, heading in enumerate(header):
        key = "".join(char for char in fold(heading) if char.isalnum())
        if key in _FIELD_OF:
            found.setdefault(_FIELD_OF[key], at)
    return found


def written(
    cells: Sequence[str], columns: Mapping[str, int], group: str, paper: Paper | None
) -> Written:
    """Return a line as a person who was written down. Every line goes into `group`, if any."""
    answer = _cell(cells, columns, "consent")
    gender = _cell(cells, columns, "gender")
    groups = _cell(cells, columns, "groups").replace(";", ",").split(",")
    return Written(
        number=_cell(cells, columns, NUMBER),
        name=_cell(cells, columns, "name"),
        place=_cell(cells, columns, "place"),
        language=_cell(cells, columns, "language"),
        gender=_GENDER_OF.get(fold(gender), gender),
        groups=tuple(one for one in (*groups, group) if one.strip()),
        answer=_ANSWER_OF.get(fold(answer), UNCLEAR) if answer else "",
        paper=paper,
    )


def _cell(cells: Sequence[str], columns: Mapping[str, int], field: str) -> str:
    at = columns.get(field)
    return "" if at is None or at >= len(cells) else cells[at]
