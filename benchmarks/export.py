"""Exporting a million participants, names opened, by the command that coordinators use.

Every export is compared with a bare reading of the same rows: one SELECT of the same columns and
Python's CSV writer, which opens no name and looks up no place. The command runs in a process of its
own, so its memory is the whole process's, Python and all.

    python benchmarks/export.py [--participants 1000000] [--postgresql]

The last line is one JSON object. `export_to_bare` is the ratio of the two in rows per second,
`memory_mb` the largest that any of the commands became, and `memory_to_limit` its share of 250 MB.
"""

import argparse
import base64
import csv
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select

from benchmarks.stations import postgresql
from gateway.flowfiles.place_files import read_places
from gateway.store import bulk, node, schema, tables
from gateway.store.database import Database
from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.vault import Vault

IDENTITY, SECRET = b"i" * KEY_BYTES, b"r" * KEY_BYTES
LIMIT_MB = 250
AT_ONCE = 20_000
FIRST_MS = 1_700_000_000_000
TWO_YEARS_MS = 63_072_000_000
LANGUAGES = ("en", "ny", "bem")


def main() -> None:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    chosen = parser.parse_args()
    with _workshop(server=chosen.postgresql) as (url, folder):
        filling = multiprocessing.get_context("spawn").Process(
            target=fill, args=(url, chosen.participants)
        )
        filling.start()
        filling.join()
        if filling.exitcode != 0:
            raise SystemExit("The people could not be made.")
        print(json.dumps(measure(url, folder, chosen.participants)))


def measure(url: str, folder: Path, participants: int) -> dict[str, object]:
    """Export in each format, count sign-ups, read bare; return what came out."""
    bare_s = _bare(url, folder / "bare.csv")
    print(f"bare: {bare_s:.1f} s, {participants / bare_s:,.0f} rows/s")
    seconds, memory = {}, {}
    for name, arguments in {
        "csv": ("participants", "--format", "csv"),
        "numbers": ("participants", "--format", "csv", "--with-numbers"),
        "jsonl": ("participants", "--format", "jsonl"),
        "xlsx": ("participants", "--format", "xlsx"),
        "signups": ("signups", "--by", "month,place,language", "--place-level", "province"),
    }.items():
        output = folder / f"{name}.out"
        seconds[name], memory[name] = _command(url, folder, *arguments, "--output", str(output))
        print(
            f"{name}: {seconds[name]:.1f} s, {participants / seconds[name]:,.0f} rows/s,"
            f" {memory[name]} MB, file {output.stat().st_size // 1_000_000} MB"
        )
    with (folder / "csv.out").open("rb") as made:
        if sum(1 for _ in made) != participants + 1:
            raise SystemExit("The export has not as many rows as there are participants.")
    return {
        "benchmark": "export",
        "database": url.partition(":")[0],
        "participants": participants,
        "export_per_second": round(participants / seconds["csv"]),
        "bare_per_second": round(participants / bare_s),
        "export_to_bare": round(bare_s / seconds["csv"], 3),
        "signups_seconds": round(seconds["signups"], 2),
        "memory_mb": max(memory.values()),
        "memory_to_limit": round(max(memory.values()) / LIMIT_MB, 3),
    }


def fill(url: str, count: int) -> None:
    """Lay out a database with `count` members who joined over two years."""
    vault = Vault(Keyring(IDENTITY, {1: SECRET}, 1))
    places = read_places(ROOT / "config" / "places" / "zm.csv")
    districts = [place.code for place in places if place.level == "district"]
    chance = random.Random(1)
    with Database(url) as database:
        schema.upgrade(database)
        node.settle(database, vault)
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count))
            rows = [_person(vault, number, districts, chance) for number in numbers]
            with database.write() as tx:
                bulk.insert(tx, tables.phones, _PHONE, sorted(phone for phone, _ in rows))
                bulk.insert(tx, tables.participants, _PARTICIPANT, sorted(one for _, one in rows))


_PHONE = ("id", "number_sealed", "salt", "created_at")
_PARTICIPANT = (
    "id",
    "phone",
    "slot",
    "number",
    "name_sealed",
    "salt",
    "place",
    "language",
    "status",
    "consent",
    "channel",
    "joined_at",
)


def _person(
    vault: Vault, number: int, districts: list[str], chance: random.Random
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    e164 = f"+26097{number:07}"
    phone, salt, own = vault.phone_id(e164), vault.new_salt(), vault.new_salt()
    joined = FIRST_MS + chance.randrange(TWO_YEARS_MS)
    return (
        (phone, vault.person(salt).seal(b"number", e164.encode()), salt, joined),
        (
            vault.participant_id(phone, 1),
            phone,
            1,
            number + 1,
            vault.person(own).seal(b"name", f"Member {number}".encode()),
            own,
            chance.choice(districts),
            chance.choice(LANGUAGES),
            "member",
            "yes",
            "demo",
            joined,
        ),
    )


def _bare(url: str, path: Path) -> float:
    """Read the rows that the export reads and write them as they are; return the seconds."""
    people, phones = tables.participants, tables.phones
    query = select(people, phones).join_from(people, phones, people.c.phone == phones.c.id)
    started = time.perf_counter()
    with Database(url) as database, database.read() as view, path.open("w") as file:
        writer = csv.writer(file)
        for row in view.execute(query, execution_options={"yield_per": 2000}):
            writer.writerow(row)
    return time.perf_counter() - started


def _command(url: str, folder: Path, *arguments: str) -> tuple[float, int]:
    """Run one `gateway export`; return its seconds and the MB that its process had at most."""
    variables = dict(os.environ) | {
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_KEY_FILE": str(folder / "gateway.key"),
        "GATEWAY_CONFIG_DIR": str(ROOT / "config"),
    }
    said = folder / "stderr.txt"
    started = time.perf_counter()
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "export", *arguments],
            cwd=ROOT,
            env=variables,
            stderr=stderr,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"gateway export {' '.join(arguments)}: {said.read_text().strip()}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024


@contextmanager
def _workshop(*, server: bool) -> Iterator[tuple[str, Path]]:
    """Give the address of an empty database and a folder with the key file that it will have."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        folder = Path(name)
        identity, root = (base64.b64encode(one).decode() for one in (IDENTITY, SECRET))
        (folder / "gateway.key").write_text(
            f'identity = "{identity}"\ncurrent = 1\n[roots]\n1 = "{root}"\n'
        )
        if server:
            with postgresql() as url:
                yield url, folder
        else:
            yield f"sqlite:///{folder}/gateway.db", folder


if __name__ == "__main__":
    main()
