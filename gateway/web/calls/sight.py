"""What the pages of calls share: which calls somebody may see, and what is told of each.

Counts that look at many people or messages are made behind the pages.
"""

from typing import Any, Final

from gateway.core.delivery.price import PriceTable
from gateway.core.movement import calls as life
from gateway.core.staff.roles import Permission
from gateway.core.text.gsm7 import segments
from gateway.core.text.plain import normalise, ucs2_culprits
from gateway.core.text.sensitive import Sensitive
from gateway.flowfiles.price_files import PriceFileError, read_prices
from gateway.flowfiles.sensitive_files import SensitiveFileError, read_sensitive
from gateway.service import call_results
from gateway.service.behind import Behind
from gateway.service.broadcast import BroadcastError
from gateway.service.call_preview import Preview
from gateway.service.call_results import Result
from gateway.service.call_trials import Trials
from gateway.service.census import Counts
from gateway.service.kept import Counted
from gateway.store.broadcasts import BroadcastRow
from gateway.web.house import House
from gateway.web.visits import NotHere, Visit

_ROWS: Final = 25
_NEVER: Final = PriceTable("", 0, {})
_RATE: Final = 20.0
_DIGITS: Final = 18
FILTERS: Final = {
    "drafts": (life.DRAFT,),
    "approval": (life.SUBMITTED,),
    "approved": (life.APPROVED,),
    "running": (*life.RUNNING, life.PAUSED),
    "over": life.OVER,
}


def read_number(written: str) -> int | None:
    """Return a number that an address or a form holds; None for anything else."""
    fits = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    return int(written) if fits else None


class CallPages:
    """What the pages of calls share: the house, and counts made behind them."""

    def __init__(self, house: House, counts: Counts) -> None:
        """Count nothing yet."""
        self.house = house
        self.counts = counts
        clock = house.database.clock
        self._previews: Behind[Preview] = Behind(clock, fresh_ms=15_000)
        self._results: Behind[Result] = Behind(clock, fresh_ms=2_000)
        self.trials = Trials(
            house.database,
            house.vault,
            house.calls.letters,
            house.ground.language,
            house.ground.country,
        )

    def call(self, visit: Visit, permission: Permission) -> BroadcastRow:
        """Return the call of the address. Raises `NotHere` for one outside the visitor's places."""
        try:
            call = self.house.calls.find(visit.number("number"))
        except BroadcastError:
            raise NotHere from None
        if not self.reaches(visit, call, permission):
            raise NotHere
        return call

    def reaches(self, visit: Visit, call: BroadcastRow, permission: Permission) -> bool:
        """Whether a call is for people of the visitor's places only."""
        return permission in visit.viewer.permissions and call.audience.lies_within(
            visit.scope(permission), self.house.places
        )

    def listed(self, visit: Visit) -> tuple[list[BroadcastRow], int | None]:
        """Return a page of the calls that the visitor may see, and where the next page begins."""
        last = read_number(visit.query.get("before", ""))
        statuses = FILTERS.get(visit.query.get("show", ""), ())
        found: list[BroadcastRow] = []
        while len(found) <= _ROWS:
            some = self.house.calls.newest(4 * _ROWS, last, statuses)
            found += [one for one in some if self.reaches(visit, one, Permission.CALLS)]
            if len(some) < 4 * _ROWS:
                break
            last = some[-1].number
        more = len(found) > _ROWS
        return found[:_ROWS], found[_ROWS - 1].number if more else None

    def prices(self) -> PriceTable:
        """Return the price table; none where it cannot be read, which costs nothing to say."""
        try:
            return read_prices(self.house.settings.prices_path)
        except PriceFileError:
            return _NEVER

    def _sensitive(self) -> Sensitive:
        """Return the words to be warned of."""
        try:
            return read_sensitive(self.house.settings.sensitive_path)
        except SensitiveFileError:
            return Sensitive({})

    def preview(self, call: BroadcastRow, key: object = None) -> Counted[Preview] | None:
        """Return what would happen if a call left now; None while it is counted."""
        prices, rate = self.prices(), self._rate(call.channel)
        return self._previews.look(
            (call.number, call.version, key),
            lambda: self.house.calls.look_ahead(call, prices, rate),
        )

    def result(self, call: BroadcastRow) -> Counted[Result] | None:
        """Return how a call went so far; None while it is counted."""
        house, prices = self.house, self.prices()
        words = house.ground.releases.current.vocabulary
        return self._results.look(
            call.number,
            lambda: call_results.look(
                house.database, house.vault, house.places, prices, words, call.number
            ),
        )

    def _rate(self, channel: int) -> float:
        name = self.channel_name(channel)
        settings = self.house.channels.get(name)
        return _RATE if settings is None else settings.rate_per_second

    def channel_name(self, number: int) -> str:
        """Return the name of a channel; nothing for one that is there no more."""
        named = {one: name for name, one in self.house.channel_ids.items()}
        return named.get(number, "")

    def texts(self, visit: Visit, call: BroadcastRow) -> list[dict[str, Any]]:
        """Return each text as it is sent, with what was replaced and what to look at in it."""
        sensitive = self._sensitive()
        found = []
        for language, text in call.texts.items():
            sent = normalise(text.strip())
            found.append(
                {
                    "language": language,
                    "name": visit.writing.language_name(language),
                    "text": sent.text,
                    "changes": list(dict.fromkeys((one.before, one.after) for one in sent.changes)),
                    "culprits": list(
                        dict.fromkeys(
                            (one.character, one.suggestion) for one in ucs2_culprits(sent.text)
                        )
                    ),
                    "sensitive": sensitive.found(language, sent.text),
                    "segments": segments(sent.text),
                }
            )
        return found
