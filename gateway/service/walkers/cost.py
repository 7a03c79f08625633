"""What a flow costs in one language on one channel: on the main way, mostly, and at the most."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median_low
from typing import Final, Literal

from gateway.core.flow.engine import TURN_LIMIT
from gateway.core.flow.parts import reached, texts
from gateway.core.text import gsm7
from gateway.service.walkers.bill import Bill
from gateway.service.walkers.deciding import flows_of
from gateway.service.walkers.people import Manners
from gateway.service.walkers.setting import Setting
from gateway.service.walkers.walk import main_walk, walk
from gateway.service.walkers.worst import Search, Worst

PEOPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: people of a typical walk, the seed of their chance, turns of the worst one."""

    people: int = PEOPLE
    seed: int = 1
    turns: int = TURN_LIMIT


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of a flow. `dearest` has the most segments, `longest` the most screens.

    `replaced` counts the texts that are said in the flow's own language for want of a translation,
    of `texts` in all. `alphabet` is the one in which the texts of the language are sent.
    """

    flow: str
    language: str
    channel: str
    alphabet: Literal["GSM-7", "UCS-2"]
    texts: int
    replaced: int
    main: Bill
    median: Bill
    dearest: Worst
    longest: Worst

    @property
    def typical(self) -> int:
        """What most people's walk takes, in what the channel counts: segments or screens."""
        return self.median.segments if self.channel == "sms" else self.median.screens


def costs(setting: Setting, flow: str, language: str, asked: Asked) -> Costs:
    """Walk through a flow and search it."""
    chance = Random(f"{asked.seed}/{flow}")
    bills = [walk(setting, flow, language, Manners(), chance).bill for _ in range(asked.people)]
    search = Search(setting, flow, language)
    dearest = search.worst(lambda one: one.segments, asked.turns)
    longest = dearest
    if setting.channel == "ussd":
        longest = search.worst(lambda one: one.screens, asked.turns)
    written, replaced, plain = _written(setting, flow, language)
    return Costs(
        flow,
        language,
        setting.channel,
        "GSM-7" if plain else "UCS-2",
        written,
        replaced,
        main_walk(setting, flow, language).bill,
        _median(bills),
        dearest,
        longest,
    )


def _median(bills: Sequence[Bill]) -> Bill:
    """Return the median of each of what is counted: half of the people take no more of it."""
    return Bill(
        median_low([one.messages for one in bills]),
        median_low([one.segments for one in bills]),
        median_low([one.screens for one in bills]),
        median_low([one.characters for one in bills]),
    )


def _written(setting: Setting, flow: str, language: str) -> tuple[int, int, bool]:
    """Return how many texts people read, how many of them replaced, and whether all are in GSM-7.

    Those of the system file that a conversation may say are not counted.
    """
    written = replaced = 0
    plain = True
    for one in flows_of(setting.release, flow).values():
        for name in reached(one):
            for text in texts(one.nodes[name]):
                source = text.translations.get(language, text.original).source
                if not any(character.isalpha() for character in source):
                    continue
                written += 1
                replaced += language != one.language and language not in text.translations
                plain = plain and gsm7.is_gsm7(source)
    return written, replaced, plain
