"""Who may begin a conversation, and with what waiting for them: as long as may be, in every way."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from gateway.core.flow.events import Json
from gateway.service.walkers.deciding import Deciding
from gateway.service.walkers.longest import NAME, QUESTION, WORDS, letters, longest_place
from gateway.service.walkers.setting import Person, Setting, person_of

# As many votes as are open at once for one person.
VOTES: Final = 3

_VOTE: Final = 1048


def beginnings(setting: Setting, language: str, deciding: Deciding) -> Iterator[Person]:
    """Yield strangers and members, with and without votes and calls, where a flow looks at that."""
    calls = (False, True) if deciding.reads("pending.call") else (False,)
    placed = (False, True) if deciding.reads("participant.place") else (True,)
    open_votes = (0, 1, VOTES) if deciding.reads("motions") or deciding.reads("pending") else (1,)
    voted = (False, True) if deciding.reads("pending.vote") else (False,)
    yield person_of(setting, _roots({"member": False}), language)
    for call, has_place, votes, over in product(calls, placed, open_votes, voted):
        participant: dict[str, Json] = {
            "member": True,
            "name": letters(NAME),
            "number": "4821307",
        }
        place = longest_place(setting.places, "district") if has_place else None
        if place is not None:
            participant["place"] = {
                "code": place.code, "name": place.name, "__default__": place.name,
            }  # fmt: skip
        yield person_of(setting, _roots(participant, votes, call=call, voted=over), language)


def _roots(
    participant: dict[str, Json], votes: int = 0, *, call: bool = False, voted: bool = False
) -> dict[str, Json]:
    label = letters(QUESTION)
    motions: list[Json] = [{"number": _VOTE + one, "label": label} for one in range(votes)]
    vote: Json = {"number": _VOTE, "question": label} if votes and not voted else None
    return {
        "participant": participant,
        "motions": motions or None,
        "session": {"direct": False, "code": "*384*20200#"},
        "pending": {"vote": vote, "call": {"number": 7, "text": letters(WORDS)} if call else None},
    }
