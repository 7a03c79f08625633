"""What people of a made-up movement leave behind in conversations: counts, and who is in one."""

from collections.abc import Callable, Mapping
from random import Random
from typing import TypeAlias

import pytest
from sqlalchemy import select

from gateway.core.movement import facts as kinds
from gateway.core.movement.moments import HOUR_MS
from gateway.core.movement.places import Places
from gateway.flowfiles.releases import read_source
from gateway.service.pretence.crowd import Crowd
from gateway.service.pretence.talks import Talks
from gateway.service.thread import Thread
from gateway.service.world import STATE
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.outbox import NUMBER
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.exchange import FLOWS, Exchange
from tests.onstage import counted, stage, used

Talked: TypeAlias = Callable[..., None]


@pytest.fixture
def talk(database: Database, vault: Vault, places: Places, clock: Clock) -> Talked:
    """Let so many join by SMS within the hour, in a movement so large, on these files."""

    def talked(joined: int, people: int, files: Mapping[str, bytes] | None = None) -> None:
        chance = Random(1)
        talks = Talks(
            stage(places, files),
            Crowd(vault, places, ("en", "ny", "bem"), chance),
            vault,
            chance,
            people=people,
            channel=1,
            ends_at=clock(),
            offset_ms=2 * HOUR_MS,
        )
        for _ in range(joined):
            body = {"medium": "sms", "language": "ny", "place": "ZM-03"}
            talks.told(clock() - HOUR_MS, kinds.PARTICIPANT_JOINED, body)
        talks.write(database)

    return talked


def _standing(database: Database, vault: Vault) -> Mapping[str, Thread]:
    """Return the conversations that wait, by the numbers of their phones."""
    c, f = tables.conversations, tables.phones
    query = select(f.c.number_sealed, f.c.salt, c.c.state_sealed, c.c.updated_at)
    with database.read() as view:
        rows = view.execute(query.join_from(c, f, f.c.id == c.c.phone)).all()
    found = {}
    for row in rows:
        who = vault.person(row.salt)
        thread = Thread.from_bytes(who.open(STATE, row.state_sealed), row.updated_at)
        found[who.open(NUMBER, row.number_sealed).decode()] = thread
    return found


def test_who_is_counted_as_being_in_a_conversation_stands_there(
    talk: Talked, database: Database, vault: Vault, places: Places
):
    talk(90, 90)
    use = used(database, places)
    assert use("join").finished == 90
    assert use("join").dropped
    standing = _standing(database, vault)
    assert len(standing) == use("join").now + use("home").now > 0


def test_the_gateway_takes_a_conversation_up_where_somebody_made_up_left_it(
    talk: Talked, database: Database, vault: Vault, places: Places
):
    talk(90, 90)
    threads = _standing(database, vault).items()
    number = next(one for one, at in threads if at.state is not None and at.state.flow == "join")
    exchange = Exchange(database, vault, places)
    unfinished = stage(places).release.text("resume_prompt", "ny")
    assert unfinished in exchange.dial(number).screen


def test_of_a_large_movement_one_in_so_many_is_followed_and_counts_for_all_of_them(
    talk: Talked, database: Database, places: Places
):
    talk(90, 15_000)
    assert used(database, places)("join").finished == 90
    assert all(number % 10 == 0 for row in counted(database) for number in row[5:])  # type: ignore[operator]


def test_nobody_stands_where_something_would_be_due(
    talk: Talked, database: Database, vault: Vault, places: Places
):
    files = dict(read_source(FLOWS).files)
    for name in ("join.yaml", "home.yaml"):
        files[name] = files[name].replace(b"language: en\n", b"language: en\nexpires: 2 days\n", 1)
    talk(90, 90, files)
    assert used(database, places)("join").dropped
    assert _standing(database, vault) == {}


def test_flows_in_which_nobody_can_join_are_left_alone(
    talk: Talked, database: Database, vault: Vault
):
    files = read_source(FLOWS).files
    talk(90, 90, {name: files[name] for name in ("help.yaml", "system.yaml")})
    assert {row[0] for row in counted(database)} <= {"help"}
    assert _standing(database, vault) == {}
