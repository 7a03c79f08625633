"""What people of a made-up movement do in an hour: join, answer, report and leave."""

from collections.abc import Iterator
from random import Random
from typing import Final

import orjson

from gateway.core.delivery.purpose import Purpose
from gateway.core.movement import codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.moments import HOUR_MS
from gateway.core.movement.places import Places
from gateway.service.pretence.casework import Casework, Report
from gateway.service.pretence.chronicle import Chronicle, Secret
from gateway.service.pretence.crowd import Crowd, e164
from gateway.service.pretence.words import (
    CATEGORIES,
    CONSENT,
    GROUPS,
    QUESTIONS,
    REPORTS,
    SURVEY,
)
from gateway.service.world import NAME, RESULT, WORDS
from gateway.store.vault import Vault

_SECOND_MS: Final = 1000
_LEFT: Final = 0.06  # of those who joined, in the year
_REPORTS: Final = 0.1  # as many as this part of the people
_STRANGERS: Final = 0.12  # of those who report are no members
_REPEATS: Final = 0.5  # of the strangers report what was reported last
_ANSWERED: Final = 0.12  # of those who join answer the survey
_GROUPED: Final = 0.18
_WRITTEN_DAYS: Final = 45  # how long the texts of joining are kept


class Doings:
    """What happens by the hour, in a movement that will have so many people."""

    def __init__(
        self,
        chronicle: Chronicle,
        casework: Casework,
        vault: Vault,
        crowd: Crowd,
        places: Places,
        chance: Random,
        *,
        people: int,
        channel: str,
        ends_at: int,
    ) -> None:
        """`people` will have joined when it `ends_at`."""
        self._chronicle = chronicle
        self._casework = casework
        self._vault = vault
        self._crowd = crowd
        self._places = places
        self._chance = chance
        self._people = people
        self._channel = channel
        self._written_from = ends_at - _WRITTEN_DAYS * 24 * HOUR_MS
        self._left = 0
        self._reports = 0
        self._strangers = 0
        self._codes: set[str] = set()
        self._last: tuple[str, str | None] | None = None

    def hour(self, begins: int, over: float) -> None:
        """Let an hour pass, after which `over` of all that happens in the year has happened."""
        joins = round(self._people * over) - len(self._crowd)
        leaves = int(self._people * _LEFT * over) - self._left
        reports = round(self._people * _REPORTS * over) - self._reports
        doings = [self._join] * joins + [self._leave] * leaves + [self._report] * reports
        self._left += leaves
        self._reports += reports
        self._chance.shuffle(doings)
        for at, doing in zip(self._times(begins, len(doings)), doings, strict=True):
            doing(at)
            self._chronicle.rest()

    def _times(self, begins: int, count: int) -> Iterator[int]:
        # What one person does at once takes less than the time to the next, so none goes back.
        return iter(sorted(begins + self._chance.randrange(HOUR_MS) for _ in range(count)))

    def _join(self, at: int) -> None:
        who = len(self._crowd)
        one = self._crowd.join()
        phone, member = self._crowd.phone(who), self._crowd.member(who)
        via = {"channel": self._channel, "medium": one.medium}
        self._chronicle.add_phone(at, phone, e164(who), one.language)
        body = {
            "phone": phone.hex(),
            "slot": 1,
            "place": one.place,
            "language": one.language,
            "gender": one.gender,
            **via,
        }
        name = Secret("participants", member, NAME, one.name.encode()) if one.name else None
        self._chronicle.tell(at, kinds.PARTICIPANT_JOINED, member, body, name)
        if one.consent is not None:
            consent = {"answer": one.consent, "text": CONSENT, "language": one.language, **via}
            self._chronicle.tell(at, kinds.CONSENT_RECORDED, member, consent, None)
        if self._chance.random() < _GROUPED:
            group = {"group": self._chance.choice(GROUPS), **via}
            self._chronicle.tell(at, kinds.GROUP_JOINED, member, group, None)
        if self._chance.random() < _ANSWERED:
            self._answer(at, phone, via)
        if one.medium == "sms" and at > self._written_from:
            self._write(at, phone, one.name, one.place)

    def _answer(self, at: int, phone: bytes, via: dict[str, str]) -> None:
        for name, answers in QUESTIONS.items():
            [category] = self._chance.choices(tuple(answers), tuple(answers.values()))
            result = {"name": name, "value": category, "category": category, "input": category}
            secret = Secret("phones", phone, RESULT, orjson.dumps(result))
            body = {"flow": SURVEY, "name": name, **via}
            self._chronicle.tell(at, kinds.RESULT_SAVED, phone, body, secret)

    def _write(self, at: int, phone: bytes, name: str, code: str | None) -> None:
        place = None if code is None else self._places.get(code)
        given = ", ".join(part for part in (name, place.name if place else "", "yes") if part)
        self._chronicle.message(at, phone, Purpose.RECEIVED, f"JOIN {given}")
        thanks = f"Thank you{f' {name}' if name else ''}. You are a member now."
        self._chronicle.message(at + 2 * _SECOND_MS, phone, Purpose.ANSWER, thanks)

    def _leave(self, at: int) -> None:
        who = self._crowd.somebody()
        if who is None:
            return
        self._crowd.gone[who] = 1
        body = {"how": "stop", "channel": self._channel, "medium": "sms"}
        phone, member = self._crowd.phone(who), self._crowd.member(who)
        self._chronicle.tell(at, kinds.PHONE_STOPPED, phone, body, None)
        self._chronicle.tell(at, kinds.PARTICIPANT_LEFT, member, body, None)
        if at > self._written_from:
            self._chronicle.message(at, phone, Purpose.RECEIVED, "STOP")

    def _report(self, at: int) -> None:
        who = self._crowd.somebody()
        stranger = who is None or self._chance.random() < _STRANGERS
        [category] = self._chance.choices(tuple(CATEGORIES), tuple(CATEGORIES.values()))
        words = self._chance.choice(REPORTS[category]).encode()
        medium = "sms" if self._chance.random() < 0.6 else "ussd"
        if who is None or stranger:
            # Strangers' numbers lie after those of all who ever join.
            number = e164(self._people + self._strangers)
            self._strangers += 1
            phone = self._vault.phone_id(number)
            self._chronicle.add_phone(at, phone, number, None)
            subject, secret = b"", Secret("phones", phone, WORDS, words)
            place = self._crowd.anywhere()
            if self._last is not None and self._chance.random() < _REPEATS:
                category, place = self._last  # word has gone round
        else:
            phone, subject = self._crowd.phone(who), self._crowd.member(who)
            secret = Secret("participants", subject, WORDS, words)
            place = self._crowd.place(who)
        self._last = category, place
        code = self._code()
        body = {
            "code": code,
            "phone": phone.hex(),
            "category": category,
            "place": place,
            "channel": self._channel,
            "medium": medium,
        }
        self._chronicle.tell(at, kinds.REPORT_FILED, subject, body, secret)
        receipt = f"Mashinani: your report is {codes.written(code)}. Keep this code."
        self._chronicle.message(at, phone, Purpose.RECEIPT, receipt)
        member = None if stranger else who
        self._casework.filed(Report(code, phone, member, category, place, at))

    def _code(self) -> str:
        while (code := codes.case_code(self._chance.randrange)) in self._codes:
            pass
        self._codes.add(code)
        return code
