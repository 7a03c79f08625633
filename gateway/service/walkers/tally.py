"""What many invented conversations come to, added up. Prints nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gateway.core.flow.events import Json
from gateway.service.walkers.people import Manners
from gateway.service.walkers.setting import Setting
from gateway.service.walkers.walk import COMPLETED, DROPPED, Walk, walk


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over `participants`. `ends` and `dropped` (by step) are most frequent first."""

    flow: str
    participants: int
    ends: tuple[tuple[str, int], ...]
    dropped: tuple[tuple[str, int], ...]
    turns: int
    received: int
    messages: int
    segments: int
    screens: int
    thousandths: int
    seconds: float

    @property
    def json(self) -> dict[str, Json]:
        """Return it for programs."""
        return {
            "flow": self.flow,
            "participants": self.participants,
            "ends": dict(self.ends),
            "completion": round(dict(self.ends).get(COMPLETED, 0) / self.participants, 4),
            "dropped": dict(self.dropped),
            "turns": self.turns,
            "sms_in": self.received,
            "sms_out": self.messages,
            "segments": self.segments,
            "screens": self.screens,
            "cost_thousandths": self.thousandths,
            "seconds": round(self.seconds, 1),
        }


def simulate(
    setting: Setting,
    flow: str,
    languages: Sequence[str],
    participants: int,
    seed: int,
    price: int,
    manners: Manners,
) -> Tally:
    """Let so many people through a flow, in each of the languages by turns.

    `price` is that of a segment, in thousandths of the currency's unit.
    """
    chance = Random(f"{seed}/{flow}")
    walks = [
        walk(setting, flow, languages[number % len(languages)], manners, chance)
        for number in range(participants)
    ]
    return _tally(setting, flow, walks, price)


def _tally(setting: Setting, flow: str, walks: Sequence[Walk], price: int) -> Tally:
    segments = sum(one.bill.segments for one in walks)
    ends = Counter(one.end for one in walks)
    dropped = Counter(one.last for one in walks if one.end == DROPPED)
    return Tally(
        flow,
        len(walks),
        tuple(ends.most_common()),
        tuple(dropped.most_common()),
        sum(one.turns for one in walks),
        sum(one.received for one in walks) if setting.channel == "sms" else 0,
        sum(one.bill.messages for one in walks),
        segments,
        sum(one.bill.screens for one in walks),
        price * segments,
        sum(one.seconds for one in walks),
    )
