"""Delivery as one thing to start and stop: a lane per channel, and the upkeep beside them.

Any number of processes may deliver at once: what they share is in the database.
"""

import time
from collections.abc import Iterable
from threading import Event, Thread

from gateway.core.movement.places import Places
from gateway.service.asker import Asker
from gateway.service.due import Alarm
from gateway.service.expire import Upkeep
from gateway.service.lane import Lane, Route
from gateway.service.letters import Letters
from gateway.service.outcomes import Chance, Policy
from gateway.service.spending import Till
from gateway.service.surviving import surviving
from gateway.store.database import Database
from gateway.store.vault import Vault

_UPKEEP_S = 2.0
_WATCH_S = 1.0
_BREATH_S = 0.01


class Deliverer:
    """Sends what waits in the outbox. `start` and `close` are called once; `nudge` by anybody."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        routes: Iterable[Route],
        policy: Policy,
        *,
        places: Places,
        movement: str,
        language: str,
        chance: Chance,
        alarm: Alarm | None = None,
        asker: Asker | None = None,
        till: Till | None = None,
    ) -> None:
        """Prepare; nothing runs yet.

        `movement` is the name that texts give, `language` the movement's own. `chance` gives
        numbers from 0 to 1, 1 excluded, for the jitter of waits. `alarm` carries out what is due,
        `asker` asks the servers that flows want asked, `till` reckons what messages cost.
        """
        letters = Letters(vault, places, movement)
        self._lanes = [
            Lane(database, route, letters, policy, chance, language, surviving, till=till)
            for route in routes
        ]
        self._upkeep = Upkeep(
            database,
            places,
            language,
            inbox_days=policy.inbox_days,
            webhook_days=policy.webhook_days,
            orphan_report_days=policy.orphan_report_days,
        )
        self._closing = Event()
        self._alarm = alarm
        self._asker = asker
        self._threads = [Thread(target=self._keep_up, name="upkeep", daemon=True)]
        if alarm is not None:
            watch = Thread(target=self._watch, args=(alarm,), name="timers", daemon=True)
            self._threads.append(watch)

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()
        for lane in self._lanes:
            lane.start()
        if self._asker is not None:
            self._asker.start()

    def nudge(self) -> None:
        """Look into the outbox now. Cheap; called after every batch of answers."""
        for lane in self._lanes:
            lane.nudge()
        if self._asker is not None:
            self._asker.nudge()

    def close(self) -> None:
        """Stop: finish the requests under way, and put back what has not been sent."""
        self._closing.set()
        if self._asker is not None:
            self._asker.close()
        for lane in self._lanes:
            lane.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def run_once(self) -> int:
        """Do the upkeep and send what may leave now, in the calling thread.

        Returns how many messages it was about; 0 says that nothing may leave at the moment.
        """
        self._upkeep.turn()
        if self._alarm is not None:
            self._alarm.turn()
        asked = 0 if self._asker is None else self._asker.run_once()
        return asked + sum(lane.run_once() for lane in self._lanes)

    def _keep_up(self) -> None:
        while not self._closing.is_set():
            with surviving():
                self._upkeep.turn()
            self._closing.wait(_UPKEEP_S)

    def _watch(self, alarm: Alarm) -> None:
        """Carry out what is due, for half of the time at most: callbacks come first."""
        while not self._closing.is_set():
            handled, began = 0, time.monotonic()
            with surviving():
                handled = alarm.turn()
            if handled:
                self.nudge()
            took = max(_BREATH_S, time.monotonic() - began)
            self._closing.wait(took if handled else _WATCH_S)
