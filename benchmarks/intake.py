"""Turns a second of people who join, report and vote, against an endpoint that does nothing.

Encryption, journal, idempotency and a commit before every answer are on. Rounds of the servers
take turns in one run, so that the ratios hold on a noisy machine. Prints p50 and p99, and as its
last line one JSON object with the ratios.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import load, stations
from benchmarks.load import Round, Turn


def main() -> None:
    """Run the rounds and print what they measured."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5, help="length of a round")
    options.add_argument("--rounds", type=int, default=5, help="rounds of each server")
    options.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    chosen = options.parse_args()
    with ExitStack() as stack:
        servers = {"empty endpoint": stack.enter_context(stations.empty())}
        if chosen.only != "postgresql":
            servers |= _gateways(stack, "sqlite", None)
        if chosen.only != "sqlite":
            servers |= _gateways(stack, "postgresql", stack.enter_context(stations.postgresql()))
        people = _people()
        rounds: dict[str, list[Round]] = {name: [] for name in servers}
        for number in range(chosen.rounds + 1):
            for name, server in servers.items():
                before = stations.cpu_seconds(server.pid)
                measured = load.play(server.port, server.paths, people, chosen.seconds)
                measured.cpu_seconds = stations.cpu_seconds(server.pid) - before
                if number:  # the first round warms up
                    rounds[name].append(measured)
    _print(rounds)


def _gateways(stack: ExitStack, database: str, url: str | None) -> dict[str, stations.Server]:
    """Start a gateway, and on SQLite one whose batches are held to a single callback."""
    found = {}
    batched = stack.enter_context(stations.environment(url))
    found[database] = stack.enter_context(stations.gateway(batched))
    if database == "sqlite":
        single = stack.enter_context(stations.environment(GATEWAY_INTAKE_BATCH="1"))
        found["sqlite, batch of one"] = stack.enter_context(stations.gateway(single))
    return found


def _people() -> Iterator[Iterator[Turn]]:
    """Yield people without end, each with a number of their own that is plainly fake."""
    return (load.person(f"+26099{number:07d}", str(number)) for number in itertools.count())


def _print(rounds: dict[str, list[Round]]) -> None:
    rates = {name: median(one.rate for one in measured) for name, measured in rounds.items()}
    base = rates["empty endpoint"]
    heads = f"{'turns/s':>10}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}{'cpu us':>9}{'refused':>9}"
    print(f"{'server':<22}{heads}")
    for name, measured in rounds.items():
        every = Round(times=[one for each in measured for one in each.times])
        print(
            f"{name:<22}{rates[name]:>10.0f}{rates[name] / base:>8.3f}"
            f"{every.percentile(0.5):>9.1f}{every.percentile(0.99):>9.1f}{_cpu(measured):>9.0f}"
            f"{sum(each.refused for each in measured):>9}"
        )
    ratios = {
        name.replace(", ", "_").replace(" ", "_"): round(rate / base, 3)
        for name, rate in rates.items()
        if name != "empty endpoint"
    }
    if "sqlite" in rates:
        ratios["batching_gains"] = round(rates["sqlite"] / rates["sqlite, batch of one"], 2)
    print(json.dumps({"benchmark": "intake", "ratios": ratios}))


def _cpu(measured: list[Round]) -> float:
    """Return the microseconds of processor time that the server spent on a turn."""
    turns = sum(each.turns for each in measured)
    return 1e6 * sum(each.cpu_seconds for each in measured) / turns


if __name__ == "__main__":
    main()
