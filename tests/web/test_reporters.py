"""Who reported stays unknown: no page leads from a name or a number to a report, or back."""

from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import pytest

from gateway.core.movement.codes import case_code, written
from gateway.core.staff.roles import Role
from gateway.core.text.phone import mask
from tests.crawl import crawl
from tests.office import Office

NAME, PLACE = "Xanthippe Quist", "ZM-03-02"
_NUMBERS = count(1)
_CHANCE = Random(1)


@dataclass(frozen=True)
class Reporter:
    """A member who reported, and the code of the report."""

    one: Any
    code: str


@pytest.fixture
def reporter(office: Office) -> Reporter:
    number = next(_NUMBERS)
    one = office.somebody(40 + number, name=NAME, place=PLACE)
    code = case_code(_CHANCE.randrange)
    office.population.report(one, code, "the pump is dry")
    return Reporter(one, code)


def test_whoever_may_do_everything_finds_no_page_that_joins_a_person_with_a_report(
    office: Office, reporter: Reporter
):
    member, one = office.hire(*Role), reporter.one
    member.done(f"/reports/{reporter.code}/write", {"message": "Which pump is it?"})
    opened = member.post(f"/people/{one.number}/unmask", {"reason": "she asks for a call"})
    assert one.e164 in opened.text
    found = member.post("/people/find", {"who": one.e164})
    pages = {one.path: one.response.text for one in crawl(member, office.declared)}
    pages |= {"unmasked": opened.text, "found": found.text}
    pages["own"] = member.get(f"/people/{one.number}").text
    named = (NAME, one.e164, mask(one.e164), f'/people/{one.number}"')
    codes = (reporter.code, written(reporter.code))
    telling = {
        path
        for path, html in pages.items()
        if not path.startswith("/audit")  # where each act stands for itself
        and any(code in html for code in codes)
        and any(name in html for name in named)
    }
    assert telling == set()
    assert any(codes[1] in html for html in pages.values()), "no page shows the report"


def test_a_person_s_page_is_the_same_whether_or_not_a_report_came(
    office: Office, reporter: Reporter
):
    member, one = office.hire(Role.COORDINATOR, Role.CASEWORKER), reporter.one
    path = f"/people/{one.number}"
    before = member.page(path).text
    office.population.report(one, case_code(_CHANCE.randrange), "the clinic has no nurse")
    assert member.page(path).text == before
    assert "eport" not in before.split("What happened")[1]
