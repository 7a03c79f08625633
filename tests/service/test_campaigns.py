"""What campaigns have in store for people: planned, moved, taken back, and begun once."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.core.contacts.query import parse_query
from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.graph import ChangeGroups, Say, SetContact
from gateway.core.flow.triggers import CampaignEvent, Trigger
from gateway.core.movement.places import Places
from gateway.service import campaigns, groups, replay
from gateway.service.campaign_rounds import Rounds
from gateway.service.due import Alarm
from gateway.service.gather import Wanted, gather
from gateway.store import timers
from gateway.store.database import Database
from gateway.store.groups import Whom
from gateway.store.vault import Vault
from tests.conftest import Clock, PostgresServer
from tests.exchange import AMINA, BWALYA, Exchange
from tests.graphs import asks, flow, node, template, text

KNOWN = Assets(
    {"visit": Field("visit", "Visit", "datetime"), "seed": Field("seed", "Seed", "text")},
    (Group("g1", "Clinic"),),
)
MAIZE = parse_query('seed = "maize"', Environment(), KNOWN.known)
ASSETS = replace(KNOWN, groups=(*KNOWN.groups, Group("g2", "Maize", MAIZE)))

# Whoever writes a date comes into the group with it; the other words change one thing each.
NOTE = flow(
    "note",
    node(
        "1",
        SetContact("field", template("@input.text"), "visit"),
        ChangeGroups((template("Clinic"),), joins=True),
    ),
    runs=True,
)
AWAY = flow("away", node("1", ChangeGroups((template("Clinic"),), joins=False)), runs=True)
CLEAR = flow("clear", node("1", SetContact("field", template(""), "visit")), runs=True)
COMES = flow(
    "comes", node("1", Say(text("Your visit is on @(format_date(fields.visit))."))), runs=True
)
ASKED = flow("asked", node("1", router=asks("Will you come?", "2")), node("2"), runs=True)
WHY = flow("why", node("1", Say(text("@trigger.type @trigger.campaign.name"))), runs=True)
LONG = """
flow: long
language: en
start: {keywords: [long]}
steps:
  first: {ask: How many goats?, expect: number, save: answer.goats}
  last: {say: "@answer.goats goats."}
"""
SEED = """
flow: seed
language: en
start: {keywords: [seed]}
steps:
  first: {ask: Which seed?, expect: text, save: participant.seed}
  last: {say: Noted.}
"""
FLOWS = (NOTE, AWAY, CLEAR, COMES, ASKED, WHY, LONG, SEED)
WORDS = {word: Trigger(word, "en") for word in ("away", "clear", "long", "seed")}

# Two days before the visit, at nine in the morning: for most tests that is 2 June, 9:00.
VISIT = "2026-06-04 15:00"
EVENT = CampaignEvent(
    "e-1", "Clinic", "visit", -2, "days", 9, "comes", campaign=("c-1", "Clinic days")
)
SAID = "Your visit is on 2026-06-04."


class Season:
    """An exchange with campaigns, of which a test lets what is due begin."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def plans(self, *events: CampaignEvent) -> None:
        """Start with a release that has these events, and no other."""
        words = {**self.exchange.ground.releases.current.triggers.words, **WORDS}
        self.exchange.add(*FLOWS, assets=ASSETS, other="note", words=words, campaigns=events)

    def begins(self, phone: str = AMINA) -> list[str]:
        """Let begin what is due, and return what a phone is told by that."""
        before = len(self.exchange.queued(phone))
        alarm = Alarm(self.exchange.database, self.exchange.ground)
        while alarm.turn():
            pass
        return self.exchange.queued(phone)[before:]

    def planned(self) -> list[str]:
        """Return when timers of campaigns are due, as people here read it."""
        rows = [row for row in self.exchange.rows("timers") if row["name"]]
        return sorted(f"{self.exchange.ground.at(row['due_at']):%d %b %H:%M}" for row in rows)


@pytest.fixture
def season(exchange: Exchange) -> Season:
    """A campaign with one event."""
    made = Season(exchange)
    made.plans(EVENT)
    return made


def test_an_event_begins_its_flow_once_and_at_its_time(
    season: Season, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, VISIT)
    assert season.planned() == ["02 Jun 09:00"]
    clock.advance(days=4, hours=10)
    assert season.begins() == []
    clock.advance(hours=1)
    assert season.begins() == [SAID]
    assert season.begins() == []
    assert season.planned() == []
    exchange.sms(AMINA, VISIT)  # nothing is made up for
    assert season.planned() == []


def test_a_changed_date_moves_the_event_and_a_cleared_one_takes_it_back(
    season: Season, exchange: Exchange
):
    exchange.sms(AMINA, VISIT)
    exchange.sms(AMINA, "2026-06-14 15:00")
    assert season.planned() == ["12 Jun 09:00"]
    exchange.sms(AMINA, "clear")
    assert season.planned() == []


def test_whoever_leaves_the_group_gets_nothing(season: Season, exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, VISIT)
    exchange.sms(AMINA, "away")
    assert season.planned() == []
    clock.advance(days=5)
    assert season.begins() == []


def test_a_date_in_the_past_plans_nothing(season: Season, exchange: Exchange, clock: Clock):
    exchange.sms(AMINA, "2026-05-30 15:00")
    assert season.planned() == []
    clock.advance(days=1)
    assert season.begins() == []


def test_words_that_are_no_date_plan_nothing(season: Season, exchange: Exchange):
    exchange.sms(AMINA, "tomorrow perhaps")
    assert season.planned() == []


def test_stop_is_final_and_start_plans_what_is_still_to_come(
    season: Season, exchange: Exchange, clock: Clock
):
    exchange.sms(AMINA, VISIT)
    exchange.sms(AMINA, "STOP")
    assert season.planned() == []
    clock.advance(days=1)
    exchange.sms(AMINA, "START")
    assert season.planned() == ["02 Jun 09:00"]
    exchange.sms(AMINA, "STOP")
    clock.advance(days=5)
    assert season.begins() == []


def test_a_member_who_does_not_agree_to_be_written_to_gets_nothing(
    season: Season, exchange: Exchange
):
    exchange.sms(BWALYA, "JOIN Bwalya, Chipata, 2")
    exchange.sms(BWALYA, VISIT)
    exchange.join(AMINA)
    exchange.sms(AMINA, VISIT)
    assert len(season.planned()) == 1


def _modes(interrupts: bool | None) -> CampaignEvent:
    return replace(EVENT, interrupts=interrupts)


@pytest.mark.parametrize(
    ("interrupts", "told", "reply"),
    [
        pytest.param(True, [SAID], None, id="that interrupts takes people out of a conversation"),
        pytest.param(False, [], "7 goats.", id="that skips leaves them in peace, for good"),
        pytest.param(None, [SAID], "7 goats.", id="that is passive says its words beside it"),
    ],
)
def test_an_event(
    season: Season,
    exchange: Exchange,
    clock: Clock,
    interrupts: bool | None,
    told: list[str],
    reply: str | None,
):
    season.plans(_modes(interrupts))
    exchange.sms(AMINA, VISIT)
    clock.advance(days=4, hours=10)
    assert exchange.sms(AMINA, "long") == ["How many goats?"]
    clock.advance(hours=1)
    assert season.begins() == told
    assert season.planned() == []
    assert exchange.sms(AMINA, "7") == ([] if reply is None else [reply])


def test_a_screen_is_not_taken_from_anybodys_hands(
    season: Season, exchange: Exchange, clock: Clock
):
    season.plans(_modes(interrupts=True))
    exchange.sms(AMINA, VISIT)
    clock.advance(days=4, hours=10, seconds=2000)
    exchange.dial(AMINA)
    clock.advance(ms=1)
    assert season.begins() == []
    clock.advance(hours=1)
    assert season.begins() == [SAID]


def test_a_passive_event_that_asks_something_waits_until_nothing_else_is_under_way(
    season: Season, exchange: Exchange, clock: Clock
):
    season.plans(replace(EVENT, interrupts=None, flow="asked"))
    exchange.sms(AMINA, VISIT)
    clock.advance(days=4, hours=10)
    exchange.sms(AMINA, "long")
    clock.advance(hours=1)
    assert season.begins() == []
    assert exchange.sms(AMINA, "7") == ["7 goats."]
    clock.advance(seconds=600)
    assert season.begins() == ["Will you come?"]


def test_a_flow_learns_that_a_campaign_began_it(season: Season, exchange: Exchange, clock: Clock):
    season.plans(replace(EVENT, flow="why"))
    exchange.sms(AMINA, VISIT)
    clock.advance(days=5)
    assert season.begins() == ["campaign Clinic days"]


def test_events_may_be_about_when_somebody_came_and_was_last_heard_of(
    season: Season, exchange: Exchange, clock: Clock
):
    came = replace(EVENT, field="created_on", offset=3, hour=None)
    heard = replace(EVENT, uuid="e-2", field="last_seen_on", offset=1, unit="weeks", hour=10)
    season.plans(came, heard)
    exchange.sms(AMINA, "hello")
    assert season.planned() == ["04 Jun 10:00", "31 May 22:27"]
    clock.advance(days=3, seconds=60)
    season.begins()
    assert season.planned() == ["04 Jun 10:00"]  # what we say is not that we heard of her
    exchange.sms(AMINA, "hello again")
    assert season.planned() == ["07 Jun 10:00"]


def test_a_group_with_a_query_has_whoever_a_flow_written_here_makes_fit(
    season: Season, exchange: Exchange
):
    season.plans(replace(EVENT, group="Maize"))
    exchange.sms(AMINA, VISIT)
    assert season.planned() == []
    exchange.sms(AMINA, "seed")
    exchange.sms(AMINA, "maize")
    assert season.planned() == ["02 Jun 09:00"]
    assert [row["group"] for row in exchange.rows("memberships") if "m" in row["group"]] == [
        "maize"
    ]
    assert replay.replay(exchange.database).differences == ()


def test_whom_staff_put_into_a_group_is_looked_at_too(
    season: Season, exchange: Exchange, clock: Clock
):
    exchange.join(AMINA)
    exchange.sms(AMINA, VISIT)
    exchange.sms(AMINA, "away")
    season.begins()
    groups.add(exchange.database, "Clinic", Whom())
    season.begins()
    assert season.planned() == ["02 Jun 09:00"]
    groups.remove(exchange.database, "Clinic", Whom())
    clock.advance(days=5)
    assert season.begins() == []


# A new release

LATER = replace(EVENT, hour=15)
MORE = replace(EVENT, uuid="e-2", offset=-1)


@pytest.mark.parametrize(
    ("events", "planned"),
    [
        pytest.param((EVENT, MORE), ["02 Jun 09:00", "03 Jun 09:00"], id="adds an event"),
        pytest.param((LATER,), ["02 Jun 15:00"], id="moves an event"),
        pytest.param((MORE,), ["03 Jun 09:00"], id="has another event in place of one"),
        pytest.param((), [], id="has no event any more"),
        pytest.param((replace(EVENT, field="seed"),), [], id="has an event for another date"),
    ],
)
def test_a_release_that(
    season: Season, exchange: Exchange, events: tuple[CampaignEvent, ...], planned: list[str]
):
    exchange.sms(AMINA, VISIT)
    season.begins()
    season.plans(*events)
    season.begins()
    assert season.planned() == planned
    season.plans(EVENT)  # and one that goes back
    season.begins()
    assert season.planned() == ["02 Jun 09:00"]


def test_an_event_at_another_time_than_the_release_has_it_does_not_stand(
    season: Season, exchange: Exchange
):
    exchange.sms(AMINA, VISIT)
    phone = exchange.vault.phone_id(AMINA)
    for event, stands in ((EVENT, True), (LATER, False), (MORE, False)):
        season.plans(event)
        with exchange.database.write() as tx:
            world = gather(tx, exchange.ground, [Wanted(None, phone)])
            (timer,) = timers.of_phones(tx, [phone])
            assert campaigns.stands(world, world.callers[phone], timer) is stands


def test_a_round_goes_on_in_another_process_where_one_died(
    season: Season, exchange: Exchange, clock: Clock
):
    phones = [f"+2609700007{number:02d}" for number in range(7)]
    season.plans()
    for phone in phones:
        exchange.sms(phone, VISIT)
    season.plans(EVENT)
    first = Rounds(exchange.database, exchange.ground, at_once=3)
    assert first.turn() == 3
    assert len(season.planned()) == 3
    second = Rounds(exchange.database, exchange.ground, at_once=3)
    assert [second.turn() for _ in range(4)] == [3, 1, 0, 0]
    assert season.planned() == ["02 Jun 09:00"] * 7
    clock.advance(days=5)
    assert [season.begins(phone) for phone in phones[:1]] == [[SAID]]
    assert all(exchange.queued(phone) == [SAID] for phone in phones)


def test_where_nothing_was_ever_planned_nobody_is_gone_through(exchange: Exchange):
    exchange.add(*FLOWS, assets=ASSETS, other="note")
    exchange.sms(AMINA, VISIT)
    assert Rounds(exchange.database, exchange.ground).turn() == 0
    assert exchange.rows("occasions") == []


@pytest.fixture
def two(
    postgres: PostgresServer, postgresql_template: str, vault: Vault, places: Places
) -> Iterator[list[Season]]:
    """Two processes on one PostgreSQL."""
    url = postgres.new_database(postgresql_template)
    clock = Clock()
    databases = [Database(url, clock=clock) for _ in range(2)]
    assert len({one.claim_stream() for one in databases}) == 2
    seasons = [Season(Exchange(one, vault, places)) for one in databases]
    for one in seasons:
        one.plans(EVENT)
    yield seasons
    for database in databases:
        database.close()


def test_two_processes_begin_everything_once(two: list[Season]):
    phones = [f"+2609700007{number:02d}" for number in range(40)]
    for phone in phones:
        two[0].exchange.sms(phone, VISIT)
    clock = two[0].exchange.database.clock
    assert isinstance(clock, Clock)
    clock.advance(days=5)
    troubles: list[BaseException] = []
    ready = threading.Barrier(4)

    def run(season: Season) -> None:
        ready.wait()
        alarm = Alarm(season.exchange.database, season.exchange.ground)
        try:
            for _ in range(10):
                alarm.turn()
        except BaseException as trouble:  # noqa: BLE001 - reported by the test's own thread
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(one,)) for one in two * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    assert two[0].planned() == []
    assert [two[1].exchange.queued(phone) for phone in phones] == [[SAID] for _ in phones]
