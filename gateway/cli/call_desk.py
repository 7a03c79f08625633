"""What the commands about calls work with: an open store, the calls, and who is acting."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from gateway.bootstrap import Store, broadcasts_of, quiet_hours
from gateway.cli.command import fail, opened_store
from gateway.config.channels import ChannelSettings, load_channels
from gateway.core.delivery.price import PriceTable
from gateway.core.movement.moments import local
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Viewer
from gateway.flowfiles.assembly_files import Setting
from gateway.flowfiles.place_files import read_places
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.service.broadcast import BroadcastError
from gateway.service.viewers import staff_id, viewer_of


class Desk:
    """What these commands work with: an open store, and the calls over it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.places: Places = read_places(store.settings.places_path)
        self.zone = ZoneInfo(store.settings.movement.timezone)
        self.calls = broadcasts_of(store, self.places)

    def person(self, username: str | None) -> Viewer | None:
        """Return the member of staff in whose name a command acts; None for none."""
        if username is None:
            return None
        number = staff_id(self.store.database, self.store.vault, username)
        with self.store.database.read() as view:
            found = None if number is None else viewer_of(view, self.store.vault, number)
        if found is None:
            fail(f"There is nobody '{username}' of staff, or the account is disabled.")
        return found

    def free_at(self, now: int) -> int | None:
        """Return when quiet hours are over; None where it is not quiet."""
        quiet = quiet_hours(self.store.settings.movement)
        over = now if quiet is None else quiet.over_at(now)
        return over if over > now else None

    @property
    def setting(self) -> Setting:
        """What a call is read against."""
        movement = self.store.settings.movement
        others = [one for one in movement.languages if one != movement.language]
        now = self.store.database.clock()
        return Setting(self.places, [movement.language, *others], self.zone, now)

    def channel(self, name: str | None) -> ChannelSettings:
        """Return a channel that sends SMS: the named one, or the first. Fails without one."""
        sending = [one for one in load_channels(self.store.settings) if one.short_code is not None]
        found = next((one for one in sending if name is None or one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in sending) or "none"
            fail(f"There is no channel '{name or ''}' that sends SMS. Known: {known}.")
        return found

    def prices(self) -> PriceTable:
        """Return the price table."""
        return read_prices(self.store.settings.prices_path)

    def moment(self, ms: int) -> str:
        """Return a time as people of the movement read it."""
        return local(ms, self.zone)


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Give a command what it works with, and turn what cannot be done into its sentence."""
    with opened_store() as store:
        try:
            yield Desk(store)
        except (BroadcastError, PriceFileError) as trouble:
            fail(str(trouble))
