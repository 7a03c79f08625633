"""Phones of staff: few at a time, each its own, put away when nobody uses them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.releases import read_source
from gateway.service.flowlab.benches import Benches, act
from gateway.service.flowlab.laboratory import Setting

ROOT = Path(__file__).resolve().parents[3]
MINUTE = 60_000


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="module")
def setting() -> Setting:
    places = read_places(ROOT / "config" / "places" / "zm.csv")
    return Setting(read_source(ROOT / "flows"), places)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def benches(clock) -> Iterator[Benches]:
    found = Benches(clock)
    yield found
    found.close()


def test_what_is_said_on_one_phone_is_on_no_other(benches, setting):
    for who in (1, 2):
        benches.begin(who, setting, "v", "en", member=False)
    with benches.used(1) as one:
        act(one, "send", "JOIN")
        assert "What is your name?" in one.said[-1].text
    with benches.used(2) as other:
        assert other.said == []


def test_a_phone_that_nobody_used_for_long_is_put_away(benches, setting, clock):
    benches.begin(1, setting, "v", "", member=False)
    clock.now += 15 * MINUTE
    with benches.used(1) as bench:
        assert bench is not None
    clock.now += 21 * MINUTE
    with benches.used(1) as bench:
        assert bench is None


def test_of_too_many_phones_the_oldest_goes(benches, setting):
    for who in range(8):
        benches.begin(who, setting, "v", "", member=False)
    up = []
    for who in range(8):
        with benches.used(who) as bench:
            up.append(bench is not None)
    assert up == [False, False, True, True, True, True, True, True]


def test_what_was_put_away_leaves_no_folder(setting):
    found = Benches(Clock())
    found.begin(1, setting, "v", "", member=True)
    with found.used(1) as bench:
        assert bench is not None
        folder = Path(bench.lab.database.url.database or "").parent
    assert folder.exists()
    found.close()
    assert not folder.exists()
