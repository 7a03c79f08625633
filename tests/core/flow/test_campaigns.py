"""When the events of campaigns are due: so long before or after a date, at an hour of the day."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.core.flow.triggers import CampaignEvent

LUSAKA = ZoneInfo("Africa/Lusaka")  # two hours ahead, all year
PARIS = ZoneInfo("Europe/Paris")  # puts its clocks forward on 29 March 2026
EVENT = CampaignEvent("e-1", "Water users", "joined_on", 2, "days", None, "thanks")
DATE = datetime(2026, 3, 1, 22, 30, 45, 5, UTC)  # half past midnight of the 2nd in Lusaka

DUE: list[tuple[str, dict[str, Any], str]] = [
    ("days after, at the next full minute", {}, "2026-03-04T00:31:00+02:00"),
    ("days after, at an hour", {"hour": 9}, "2026-03-04T09:00:00+02:00"),
    ("days before", {"offset": -2, "hour": 0}, "2026-02-28T00:00:00+02:00"),
    ("weeks", {"unit": "weeks", "offset": 1, "hour": 23}, "2026-03-09T23:00:00+02:00"),
    ("on the day", {"offset": 0, "hour": 9}, "2026-03-02T09:00:00+02:00"),
    ("hours", {"unit": "hours", "hour": 9}, "2026-03-02T02:31:00+02:00"),
    ("minutes", {"unit": "minutes", "offset": -32}, "2026-03-01T23:59:00+02:00"),
]


@pytest.mark.parametrize(("about", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_an_event_is_due(about: dict[str, Any], due: str) -> None:
    assert replace(EVENT, **about).due(DATE, LUSAKA).isoformat() == due


def test_a_day_on_which_clocks_are_put_forward_moves_no_hour() -> None:
    before = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)  # noon in Paris
    assert EVENT.due(before, PARIS).isoformat() == "2026-03-30T12:00:00+02:00"
    hours = replace(EVENT, unit="hours", offset=24)
    assert hours.due(before, PARIS).isoformat() == "2026-03-29T13:00:00+02:00"
