"""What an idle `gateway serve` takes: memory, and the seconds until it answers.

Delivery included, on a fresh SQLite database. The limits are 150 MB and 3 seconds. Prints, as its
last line, one JSON object with what was measured as a share of them.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from benchmarks import stations

MEMORY_MB, READY_SECONDS = 150, 3
SETTLE_SECONDS = 3


def main() -> None:
    """Start one gateway, wait until it answers, let it settle and look at it."""
    with stations.environment() as variables, stations.gateway(variables, deliver=True) as server:
        time.sleep(SETTLE_SECONDS)
        memory = psutil.Process(server.pid).memory_info().rss / 1e6
    ready = server.ready_seconds
    print(f"ready after {ready:.1f} s, {memory:.0f} MB when idle")
    shares = {
        "memory_to_150_mb": round(memory / MEMORY_MB, 2),
        "ready_to_3_s": round(ready / READY_SECONDS, 2),
    }
    print(json.dumps({"benchmark": "idle", "ratios": shares}))


if __name__ == "__main__":
    main()
