"""Goes through the people when campaigns change with a release, a slice in a transaction.

How far it came is kept with the slice, so whoever dies is followed by whoever looks next. Nothing
is sent from here.
"""

import hashlib
from typing import Final

from gateway.core.flow.release import Release
from gateway.service import apply, campaigns
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.store import campaigns as stored
from gateway.store import releases, timers
from gateway.store.database import Database

SLICE: Final = 100  # people of a transaction: callbacks wait for no more than these


class Rounds:
    """Goes on with the campaigns of the release in force. One thread calls `turn`."""

    def __init__(self, database: Database, ground: Ground, *, at_once: int = SLICE) -> None:
        """Take the open database and what all turns stand on; `at_once` people a transaction."""
        self._database = database
        self._ground = ground
        self._at_once = at_once
        self._finished: str | None = None  # the campaigns that nobody need look at again

    def turn(self) -> int:
        """Plan what campaigns have in store for the next people. Return how many they are."""
        release = self._ground.releases.current
        named = _named(release, self._ground)
        if named == self._finished or not self._concerns(release, named):
            return 0
        with self._database.write() as tx:
            after = stored.begin_round(tx, named)
            if after is None:
                self._finished = named
                return 0
            phones = stored.following(
                tx, after, _keys(release), self._at_once, everybody=_everybody(release)
            )
            world = gather(tx, self._ground, [Wanted(None, phone) for phone in phones])
            known = {campaigns.name_of(event) for event in world.current.triggers.campaigns}
            for timer in timers.of_phones(tx, phones):
                if campaigns.of_campaign(timer) and timer.name not in known:
                    world.timers.drop_name(timer.phone, str(timer.name))
            world.unsettled |= {one.phone for one in world.callers.values() if not one.new}
            apply.write(tx, world)
            stored.end_slice(tx, named, phones[-1] if len(phones) == self._at_once else None)
        return len(phones)

    def _concerns(self, release: Release, named: str) -> bool:
        """Whether a round is under way or due; one for a release that is in force."""
        with self._database.read() as view:
            newest = releases.in_force(view)
            if newest is not None and newest.release != release.hash:
                return False  # it is taken over in a moment
            if stored.is_finished(view, named):
                self._finished = named
                return False
            return bool(release.triggers.campaigns) or stored.any_round(view)


def _named(release: Release, ground: Ground) -> str:
    """Return what campaigns, groups with a query and time zone amount to, short."""
    parts = (release.triggers.campaigns, release.assets.smart, ground.timezone.key)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _keys(release: Release) -> set[str]:
    return {event.field for event in release.triggers.campaigns}


def _everybody(release: Release) -> bool:
    """Whether somebody of whom no date is kept may be concerned."""
    own = {campaigns.CREATED, campaigns.SEEN}
    smart = bool(release.triggers.campaigns and release.assets.smart)
    return smart or not own.isdisjoint(_keys(release))
