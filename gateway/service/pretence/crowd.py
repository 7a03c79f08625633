"""The people of a made-up movement, in a few bytes each: who they are follows from their number.

A number is told by position. It begins as one of the country's networks does and has one digit more
than any number there, so no phone ever rings, and prices and networks are still told apart.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.core.movement.places import Places
from gateway.service.pretence.words import FIRST_NAMES, LARGE, SPOKEN, SURNAMES
from gateway.store.vault import Vault

NOWHERE: Final = 0
_NETWORKS: Final = ("97",) * 10 + ("96",) * 7 + ("95",) * 3


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says when joining. `medium` is sms, ussd or call."""

    name: str
    place: str | None
    language: str
    gender: str | None
    medium: str
    consent: str | None


class Crowd:
    """Everybody who joined so far, by position from 0 on."""

    def __init__(
        self, vault: Vault, places: Places, languages: Sequence[str], chance: Random
    ) -> None:
        """Take where people may live and what they may speak, the movement's own language first."""
        districts = [one for one in places if one.level == "district"]
        self._vault = vault
        self._chance = chance
        self._places = (None, *(one.code for one in districts))
        self._weights = [0.05 * sum(LARGE.get(one.name, 1) for one in districts)] + [
            LARGE.get(one.name, 1) for one in districts
        ]
        self._cumulative = _sums(self._weights)
        self._languages = tuple(languages)
        self._spoken = [self._usual(places, code) for code in self._places]
        self.where = array("H")
        self.gone = bytearray()

    def __len__(self) -> int:
        """Return how many joined so far."""
        return len(self.where)

    def join(self) -> Newcomer:
        """Let one more person join."""
        chance = self._chance
        [where] = chance.choices(range(len(self._places)), cum_weights=self._cumulative)
        self.where.append(where)
        self.gone.append(0)
        gender = "female" if chance.random() < 0.54 else "male"
        name = self.name(gender)
        language = self._spoken[where]
        if chance.random() < 0.3:
            language = chance.choice(self._languages)
        medium = chance.choices(("ussd", "sms", "call"), (55, 40, 5))[0]
        answer = chance.choices(("yes", "no", None), (88, 8, 4))[0]
        return Newcomer(
            name=name if chance.random() < 0.9 and medium != "call" else "",
            place=self._places[where],
            language=language,
            gender=gender if chance.random() < 0.3 else None,
            medium=medium,
            consent=None if medium == "call" else answer,
        )

    def name(self, gender: str) -> str:
        """Return a first name and a family name."""
        chance = self._chance
        return f"{chance.choice(FIRST_NAMES[gender])} {chance.choice(SURNAMES)}"

    def place(self, who: int) -> str | None:
        """Return where somebody lives."""
        return self._places[self.where[who]]

    def anywhere(self) -> str | None:
        """Return a place as likely as people live there."""
        [where] = self._chance.choices(range(len(self._places)), cum_weights=self._cumulative)
        return self._places[where]

    def somebody(self) -> int | None:
        """Return a member who is still there; None where nobody was found."""
        for _ in range(8):
            who = self._chance.randrange(len(self)) if len(self) else 0
            if who < len(self) and not self.gone[who]:
                return who
        return None

    def speech(self, who: int | None) -> str:
        """Return what is spoken where somebody lives, or, of nobody in particular, by most."""
        return self._languages[0] if who is None else self._spoken[self.where[who]]

    def phone(self, who: int) -> bytes:
        """Return the id of somebody's phone."""
        return self._vault.phone_id(e164(who))

    def member(self, who: int) -> bytes:
        """Return the id of somebody as a participant."""
        return self._vault.participant_id(self.phone(who), 1)

    def _usual(self, places: Places, code: str | None) -> str:
        place = None if code is None else places.get(code)
        spoken = SPOKEN.get(place.parent or "") if place is not None else None
        return spoken if spoken in self._languages else self._languages[0]


def e164(position: int) -> str:
    """Return the number of somebody, which no operator can give to anybody."""
    return f"+260{_NETWORKS[position % len(_NETWORKS)]}{position + 1:08}"


def _sums(weights: Sequence[float]) -> list[float]:
    sums: list[float] = []
    total = 0.0
    for weight in weights:
        total += weight
        sums.append(total)
    return sums
