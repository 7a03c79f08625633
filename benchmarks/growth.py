"""Turns a second with 1,000 and with 1,000,000 participants (and 5 million messages) stored.

Both databases are filled with rows of the ordinary size, their random keys in random places; the
members who take part lie anywhere among them. Rounds take turns in one run. Prints, as its last
line, one JSON object with the ratio of the larger to the smaller.
"""

import argparse
import itertools
import json
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, text

from benchmarks import load, stations
from benchmarks.load import Round, Turn
from gateway.core.movement import facts
from gateway.core.movement.facts import Fact
from gateway.store import journal, people
from gateway.store.counters import MEMBER, Counter
from gateway.store.database import SQLITE, Database
from gateway.store.keyring import read_keyring
from gateway.store.people import NewPhone
from gateway.store.vault import Vault

MESSAGES_EACH = 5
KNOWN = 20_000
_SLICE = 500

# {number}: the row's number; {key}: 16 random bytes; {sealed N}: N random bytes.
FILL = {
    "phones": "id, number_sealed, salt, created_at) SELECT {key}, {bytes41}, {key}, 0",
    "participants": (
        "id, phone, slot, number, name_sealed, salt, place, language, channel, status, consent,"
        " joined_at) SELECT {key}, id, 1, 1000000 + {row}, {bytes41}, {key}, 'ZM-03-01', 'en',"
        " 'demo', 'member', 'yes', 0"
    ),
    "conversations": "phone, release, state_sealed, updated_at) SELECT id, 'none', {bytes300}, 0",
}


def main() -> None:
    """Fill two databases, run the rounds and print what they measured."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=1_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=5, help="length of a round")
    options.add_argument("--rounds", type=int, default=5, help="rounds of each server")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL, not SQLite")
    chosen = options.parse_args()
    with ExitStack() as stack:
        servers = {}
        people_of = {}
        for count in (chosen.small, chosen.large):
            url = stack.enter_context(stations.postgresql()) if chosen.postgresql else None
            variables = stack.enter_context(stations.environment(url))
            numbers = fill(variables, count)
            servers[count] = stack.enter_context(stations.gateway(variables))
            people_of[count] = _members(numbers, count)
        rounds: dict[int, list[Round]] = {count: [] for count in servers}
        for number in range(chosen.rounds + 1):
            for count, server in servers.items():
                measured = load.play(server.port, server.paths, people_of[count], chosen.seconds)
                if number:  # the first round warms up
                    rounds[count].append(measured)
    for count, measured_rounds in rounds.items():
        every = Round(times=[one for each in measured_rounds for one in each.times])
        rate = median(each.rate for each in measured_rounds)
        refused = sum(each.refused for each in measured_rounds)
        print(
            f"{count:>10} participants: {rate:7.0f} turns/s, p50 {every.percentile(0.5):.1f} ms,"
            f" p99 {every.percentile(0.99):.1f} ms, {refused} refused"
        )
    # Rounds that follow each other saw the same machine.
    ratio = median(
        after.rate / before.rate
        for before, after in zip(rounds[chosen.small], rounds[chosen.large], strict=True)
    )
    name = "postgresql" if chosen.postgresql else "sqlite"
    print(
        json.dumps({"benchmark": "growth", "ratios": {f"{name}_large_to_small": round(ratio, 3)}})
    )


def fill(variables: dict[str, str], count: int) -> list[str]:
    """Fill a database with participants and messages; return the numbers of those who take part."""
    vault = Vault(read_keyring(Path(variables["GATEWAY_KEY_FILE"])))
    numbers = [f"+26098{number:07d}" for number in range(min(count, KNOWN))]
    with Database(variables["GATEWAY_DATABASE_URL"]) as database:
        for start in range(0, len(numbers), _SLICE):
            _add_known(database, vault, numbers[start : start + _SLICE])
        with database.write_schema() as connection:
            _add_others(connection, database.dialect, count - len(numbers))
            _add_messages(connection, database.dialect, count * MESSAGES_EACH)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.rollback() if database.dialect == SQLITE else connection.commit()
    return numbers


def _add_known(database: Database, vault: Vault, numbers: list[str]) -> None:
    with database.write() as tx:
        counter = Counter(tx, MEMBER)
        new, joined, salts = [], [], {}
        for number in numbers:
            phone, salt = vault.phone_id(number), vault.new_salt()
            who = vault.participant_id(phone, 1)
            new.append(
                NewPhone(phone, vault.person(salt).seal(b"number", number.encode()), salt, "en")
            )
            salts[who] = vault.new_salt()
            body = {
                "phone": phone.hex(),
                "slot": 1,
                "number": counter.take(),
                "place": "ZM-03-01",
                "language": "en",
                "gender": None,
                "channel": "demo",
            }
            sealed = vault.person(salts[who]).seal(b"name", b"Amina Banda")
            joined.append(Fact(facts.PARTICIPANT_JOINED, who, body, sealed))
        people.add_phones(tx, new)
        journal.record(tx, joined, salts)
        counter.save()


def _add_others(connection: Connection, dialect: str, count: int) -> None:
    if count <= 0:
        return
    for table, statement in FILL.items():
        source = "phones WHERE created_at = 0" if table != "phones" else _numbers(dialect, count)
        connection.execute(
            text(f"INSERT INTO {table} ({_dialect(statement, dialect)} FROM {source}")
        )


def _add_messages(connection: Connection, dialect: str, count: int) -> None:
    statement = (
        "id, direction, purpose, channel, phone, status, priority, text_sealed, provider_ref,"
        " attempts, created_at, not_before) SELECT -i, 1, 0, 1, {key}, 80, 0, {bytes120},"
        " 'ATXid_' || {hex}, 1, 0, 0"
    )
    source = _numbers(dialect, count)
    connection.execute(text(f"INSERT INTO messages ({_dialect(statement, dialect)} FROM {source}"))


def _numbers(dialect: str, count: int) -> str:
    if dialect == SQLITE:
        return (
            f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            " SELECT i FROM n)"
        )
    return f"generate_series(1, {count}) AS n(i)"


def _dialect(statement: str, dialect: str) -> str:
    """Fill in random bytes and row numbers in the words of one database."""
    if dialect == SQLITE:
        words = {f"bytes{size}": f"randomblob({size})" for size in (41, 120, 300)}
        words |= {"key": "randomblob(16)", "hex": "hex(randomblob(16))"}
        words["row"] = "row_number() OVER ()"
    else:
        one = "decode(md5(random()::text), 'hex')"
        words = {f"bytes{size}": " || ".join([one] * (size // 16)) for size in (41, 120, 300)}
        words |= {"key": one, "hex": "md5(random()::text)", "row": "row_number() OVER ()"}
    return statement.format(**words)


def _members(numbers: list[str], count: int) -> Iterator[Iterator[Turn]]:
    """Yield members in random order without end, and for each ninth a person who is new."""
    chance = random.Random(count)
    for visit in itertools.count():
        if visit % 9 == 8:
            yield load.person(f"+26099{visit:07d}", f"new{count}x{visit}")
        else:
            yield load.member(chance.choice(numbers), f"{count}x{visit}")


if __name__ == "__main__":
    main()
