"""How a vote will read: it is opened in a laboratory, on the flows in force, and a phone looks.

What organisers see before they open an assembly is what phones will show, page by page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.text import gsm7, messages
from gateway.flowfiles.assembly_files import AssemblyPlan
from gateway.flowfiles.transcripts import PHONE, Person
from gateway.service.assembly import motion_body
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import know
from gateway.store import journal

_HOUR_MS: Final = 3_600_000
_MOST_PAGES: Final = 9
_FLOW: Final = "vote"


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of USSD: its length and the most that a page holds, in its own alphabet's units."""

    text: str
    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One SMS and what it costs: `parts` are paid for, `length` is in units of its alphabet."""

    text: str
    length: int
    parts: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How one motion reads in one language.

    `screens` come when somebody dials, `letters` after the word `keyword`, and `receipt` after an
    answer that names the motion, `answer`.
    """

    language: str
    screens: tuple[Screen, ...]
    keyword: str
    letters: tuple[Letter, ...]
    answer: str
    receipt: tuple[Letter, ...]


def rehearse(
    setting: Setting, plan: AssemblyPlan, numbers: Sequence[int]
) -> tuple[tuple[Reading, ...], ...]:
    """Return how each motion reads in each language of the movement; `numbers` are the motions'.

    Each motion is shown by itself: several that are open are listed first, by their numbers.
    """
    with Laboratory(setting) as lab:
        return tuple(
            tuple(
                _read(lab, plan, motion_body(number, motion), language)
                for language in setting.languages
            )
            for number, motion in zip(numbers, plan.motions, strict=True)
        )


def _read(lab: Laboratory, plan: AssemblyPlan, motion: dict[str, object], language: str) -> Reading:
    lab.begin_anew()
    know(lab, PHONE, Person(member=True, place=plan.place or "", language=language))
    _open(lab, plan, motion)
    phone = Handset(lab, PHONE)
    phone.unread()  # the greeting of whoever joined
    screens = _dial(lab, phone, language)
    keyword = _keyword(lab, language)
    phone.send(keyword)
    letters = phone.unread()
    answer = f"{motion['number']} 1"
    phone.send(answer)
    return Reading(language, screens, keyword, _letters(letters), answer, _letters(phone.unread()))


def _open(lab: Laboratory, plan: AssemblyPlan, motion: dict[str, object]) -> None:
    now = lab.clock.now
    body = {
        "number": 1,
        "title": plan.title,
        "place": plan.place,
        "opens_at": now,
        "closes_at": now + max(plan.closes_at - plan.opens_at, _HOUR_MS),
        "definition_hash": "",
        "motions": [motion],
    }
    with lab.database.write() as tx:
        journal.record(tx, [Fact(kinds.ASSEMBLY_OPENED, b"", body)])


def _dial(lab: Laboratory, phone: Handset, language: str) -> tuple[Screen, ...]:
    """Return the pages that a call shows at first, all that "More" leads to."""
    more = lab.ground.releases.current.text("more", language)
    phone.dial(lab.setting.dialled)
    screens: list[Screen] = []
    while phone.screen is not None and len(screens) < _MOST_PAGES:
        limit = lab.setting.screen if screens else lab.setting.first_screen
        screens.append(_screen(phone.screen, min(limit, lab.setting.screen)))
        if not phone.open or more not in phone.screen.split("\n"):
            break
        phone.type(more.split()[0])
    phone.drop()
    return tuple(screens)


def _screen(text: str, limit: int) -> Screen:
    septets = gsm7.septets(text)
    if septets is not None:
        return Screen(text, septets, limit)
    return Screen(text, gsm7.utf16_units(text), limit * 7 // 16)


def _letters(texts: Sequence[str]) -> tuple[Letter, ...]:
    costs = [(text, messages.cost(text)) for text in texts]
    return tuple(Letter(text, cost.units, cost.segments) for text, cost in costs)


def _keyword(lab: Laboratory, language: str) -> str:
    """Return the word that begins a vote, in a language if it has one."""
    words = lab.ground.releases.current.triggers.words
    own = {
        trigger.language: word
        for word, trigger in reversed(list(words.items()))
        if trigger.flow == _FLOW
    }
    return (own.get(language) or own.get(lab.setting.language) or _FLOW).upper()
