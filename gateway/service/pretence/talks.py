"""How far made-up people came in conversations in the last weeks, and who is in one today.

Whoever joined, reported or voted on a screen went through the conversation for it; others began one
and broke off, or looked about. What is counted is what the engine told of them, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final, Literal, TypeAlias

from gateway.core.flow.events import Json
from gateway.core.flow.passages import LEFT, STOPPED, Passage, left_behind
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Start
from gateway.core.movement import ballots, codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion
from gateway.core.movement.moments import DAY_MS
from gateway.flowfiles.releases import Source
from gateway.service.pretence.crowd import Crowd, e164
from gateway.service.pretence.walking import Manners, Speaker, Talk, Walker, asked
from gateway.service.releases import hashed
from gateway.service.thread import Thread
from gateway.service.walkers.setting import Setting, person_of
from gateway.service.world import STATE
from gateway.store import assemblies, bulk, people, pretence, releases, tables
from gateway.store.database import Database, Transaction
from gateway.store.outbox import NUMBER
from gateway.store.passages import Tally
from gateway.store.people import ConversationRow
from gateway.store.vault import Vault

Medium: TypeAlias = Literal["sms", "ussd"]

_DAYS: Final = 30
_WAIT_DAYS: Final = 2  # in which a conversation may still be gone on with
_WHOLE: Final = 1_500  # people, of whom everybody is followed; of more, one in so many
_JOIN, _REPORT, _VOTE = "join", "report", "cast_vote"
_GOALS: Final = {
    kinds.PARTICIPANT_JOINED: _JOIN,
    kinds.REPORT_FILED: _REPORT,
    kinds.BALLOT_CAST: _VOTE,
    kinds.PHONE_STOPPED: "",
}
_MOST_TRIES: Final = 5  # after which even the patient give up
_AT_ONCE: Final = 0.6  # of those who join by SMS say all in one
_BROKE_OFF: Final = {_JOIN: 0.35, _REPORT: 0.3, _VOTE: 0.25}  # as many more began it
_LOOKED: Final = 0.25  # as many more looked about
_WENT: Final = 0.2  # of those who broke off began something else
_DIALS: Final = 0.6  # of those who broke off had dialled
_MIDDLE: Final = 0.3  # of those who said STOP said it in the middle of something
_PATIENT: Final = Manners(drop=0.0, finishes=True)
_HASTY: Final = Manners(drop=0.3, finishes=False, wrong=0.12)
_CURIOUS: Final = Manners(drop=0.1, finishes=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """The flows that people go through, with their files, as they read on phones and screens."""

    source: Source
    release: Release
    settings: Mapping[Medium, Setting]


@dataclass(frozen=True, slots=True)
class _Doing:
    """What somebody did, from which a conversation follows."""

    at: int
    goal: str
    medium: Medium
    language: str
    place: str | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Where somebody stands in the middle of a conversation, and since when."""

    at: int
    medium: Medium
    state: State
    language: str


class Talks:
    """The conversations of a made-up movement."""

    def __init__(
        self, stage: Stage, crowd: Crowd, vault: Vault, chance: Random, *,
        people: int, channel: int, ends_at: int, offset_ms: int,
    ) -> None:  # fmt: skip
        """`people` will have joined when it `ends_at`; local time is `offset_ms` from UTC."""
        self._stage = stage
        self._crowd = crowd
        self._vault = vault
        self._chance = chance
        self._walker = Walker(stage.release, chance)
        self._channel = channel
        self._from = ends_at - _DAYS * DAY_MS
        self._waits_from = ends_at - _WAIT_DAYS * DAY_MS
        self._zone = timezone(timedelta(milliseconds=offset_ms))
        self._every = max(1, people // _WHOLE)
        self._strangers = people + people // 5 + 1  # behind all who ever join or report
        self._heard = dict.fromkeys(_GOALS, 0)
        self._doings: list[_Doing] = []
        self._motions: Sequence[Motion] = ()
        self._tally = Tally()
        self._waiting: dict[int, _Waiting] = {}  # by the position of their numbers

    def told(self, at: int, kind: str, body: Mapping[str, Json]) -> None:
        """Hear of something that happened. In a large movement one in so many is followed."""
        goal, medium = _GOALS.get(kind), body.get("medium")
        if goal is None or at < self._from or medium not in {"sms", "ussd"}:
            return
        if goal == _VOTE and medium == "sms":
            return  # a vote by one SMS is in no conversation
        self._heard[kind] += 1
        if self._heard[kind] % self._every:
            return
        language, place = body.get("language"), body.get("place")
        self._doings.append(
            _Doing(
                at,
                goal,
                "sms" if medium == "sms" else "ussd",
                language if isinstance(language, str) else "",
                place if isinstance(place, str) else None,
            )
        )

    def write(self, database: Database) -> None:
        """Let all of them talk, and write what was counted and who waits."""
        with database.write() as tx:
            self._motions = assemblies.motions(tx)
            for doing in self._doings:
                self._follow(doing)
            self._tally.write(tx)
            releases.keep(tx, self._stage.release.hash, hashed(self._stage.source))
            self._stand(tx)

    def _follow(self, doing: _Doing) -> None:
        """Let somebody do in a conversation what they did, and others begin one meanwhile."""
        if not doing.goal:
            if self._chance.random() < _MIDDLE:
                talk = self._talk(doing, _REPORT, _HASTY, self._crowd.somebody())
                self._count(talk.passages)
                self._leave(talk, STOPPED)
            return
        who = None if doing.goal == _JOIN else self._crowd.somebody()
        for _ in range(_MOST_TRIES):
            talk = self._talk(doing, doing.goal, _PATIENT, who)
            if not talk.done and talk.state is not None:
                break  # there is a flow in which nobody finds the way
            self._count(talk.passages)
            if talk.done:
                break
        if self._chance.random() < _BROKE_OFF[doing.goal]:
            self._break_off(doing)
        if self._chance.random() < _LOOKED:
            self._look(doing.at, doing.medium)

    def _break_off(self, doing: _Doing) -> None:
        """Let somebody else begin the same and come to no end of it."""
        medium: Medium = "ussd" if self._chance.random() < _DIALS else "sms"
        joins = doing.goal == _JOIN
        who = None if joins else self._crowd.somebody()
        if who is None and not joins:
            return
        other = _Doing(doing.at, doing.goal, medium, doing.language if joins else "", None)
        talk = self._talk(other, doing.goal, _HASTY, who)
        self._count(talk.passages)
        if talk.state is not None and self._chance.random() < _WENT:
            self._leave(talk, LEFT)
            self._look(other.at, medium)
        elif talk.state is not None:
            self._wait(other, talk.state, who)

    def _look(self, at: int, medium: Medium) -> None:
        """Let a member look about."""
        who = self._crowd.somebody()
        if who is None:
            return
        looks = _Doing(at, "", medium, "", None)
        talk = self._talk(looks, "", _CURIOUS, who)
        self._count(talk.passages)
        if talk.state is not None:
            self._wait(looks, talk.state, who)

    def _talk(self, doing: _Doing, goal: str, manners: Manners, who: int | None) -> Talk:
        start = self._start(doing, goal, manners)
        if start is None:
            return Talk()
        setting = self._stage.settings[doing.medium]
        speaker = self._speaker(setting, doing, goal, who)
        return self._walker.walk(setting, start, speaker, goal, manners)

    def _start(self, doing: _Doing, goal: str, manners: Manners) -> Start | None:
        """Return how a conversation begins: a dial leads to the first menu, an SMS to a flow."""
        triggers = self._stage.release.triggers
        if doing.medium == "ussd":
            return None if triggers.dial is None else Start(triggers.dial)
        flows = {one.flow for one in (*triggers.words.values(), *triggers.whole.values())}
        useful = self._walker.flows_of.get(goal, flows) & flows
        if not goal:
            useful = flows.difference(*self._walker.flows_of.values(), {triggers.dial or ""})
        if not useful:
            return None
        flow = self._chance.choice(sorted(useful))
        if goal == _JOIN and manners.finishes and self._chance.random() < _AT_ONCE:
            place = self._stage.settings["sms"].places.get(doing.place or "")
            name = self._crowd.name("female").partition(" ")[0]
            return Start(flow, (name, "0" if place is None else place.name, "1"))
        return Start(flow)

    def _speaker(self, setting: Setting, doing: _Doing, goal: str, who: int | None) -> Speaker:
        """Return somebody at a time: whoever does not come to join is a member."""
        language = doing.language or self._crowd.speech(who)
        motions = [one for one in self._motions if one.place is None and one.open_at(doing.at)]
        asks = {
            one.number: ballots.in_language(one.question, language) for one in motions
        }  # fmt: skip
        listed: list[Json] = [{"number": number, "label": text} for number, text in asks.items()]
        vote: Json = None
        if goal == _VOTE and asks:
            first = self._chance.choice(sorted(asks))
            vote = {"number": first, "question": asks[first]}
        known: Json = {"member": False} if goal == _JOIN else self._known(setting, who)
        roots: dict[str, Json] = {
            "participant": known,
            "motions": listed if goal != _JOIN and listed else None,
            "session": {"direct": False, "code": ""},
            "pending": {"vote": vote, "call": None},
        }
        brings: dict[str, Mapping[str, Json]] = {
            _JOIN: {"participant.number": len(self._crowd) + 1, "participant.member": True},
            _REPORT: {"report.code": codes.written(codes.case_code(self._chance.randrange))},
        }
        if motions:
            brings["choose_motion"] = _motion(self._chance.choice(motions), language, self._zone)
        now = datetime.fromtimestamp(doing.at / 1000, self._zone)
        return Speaker(language, person_of(setting, roots, language), now, brings)

    def _known(self, setting: Setting, who: int | None) -> dict[str, Json]:
        """Return what is known of a member."""
        known: dict[str, Json] = {"member": True, "name": self._crowd.name("male")}
        if who is not None:
            known["number"] = who + 1
            place = setting.places.get(self._crowd.place(who) or "")
            if place is not None:
                known["place"] = {
                    "code": place.code,
                    "name": place.name,
                    "__default__": place.name,
                }
        return known

    def _count(self, passages: Sequence[Passage]) -> None:
        self._tally.add(self._stage.release.hash, passages, self._every)

    def _leave(self, talk: Talk, kind: Literal["gone", "stopped"]) -> None:
        if talk.state is not None:
            self._count(tuple(left_behind(talk.state, kind)))

    def _wait(self, doing: _Doing, state: State, who: int | None) -> None:
        """Let somebody stand where they broke off, if they may still go on from there.

        Nobody stands where something would be due in time. A stranger gets a new number.
        """
        if doing.at < self._waits_from:
            return
        release = self._stage.release
        flows = [release.flows[frame.flow] for frame in state.frames]
        timed = any(flow.expires is not None or flow.by_sms_after is not None for flow in flows)
        if asked(release, state) is None or timed:
            return
        where = self._strangers + len(self._waiting) if who is None else who
        before = self._waiting.get(where)
        if before is not None:
            self._count(tuple(left_behind(before.state, LEFT)))
        language = doing.language or self._crowd.speech(who)
        self._waiting[where] = _Waiting(doing.at, doing.medium, state, language)

    def _stand(self, tx: Transaction) -> None:
        """Write where the conversations of those stand who may still go on."""
        phones = {self._crowd.phone(where): where for where in self._waiting}
        new: list[tuple[bytes, bytes, bytes, str | None, int]] = []
        for phone, where in phones.items():
            if where >= self._strangers:
                one, salt = self._waiting[where], self._vault.new_salt()
                sealed = self._vault.person(salt).seal(NUMBER, e164(where).encode())
                new.append((phone, sealed, salt, one.language, one.at))
        pretence.add_phones(tx, new)
        rows = []
        for owner, salt in bulk.select_in(tx, tables.phones, ("id", "salt"), "id", phones):
            phone = bytes(owner)
            one = self._waiting[phones[phone]]
            thread = Thread(one.state, one.medium, one.at, seen=one.at // 1000, line=self._channel)
            sealed = self._vault.person(bytes(salt)).seal(STATE, thread.to_bytes())
            rows.append(ConversationRow(phone, one.state.release, sealed, one.at))
        people.save_conversations(tx, rows)


def _motion(motion: Motion, language: str, zone: timezone) -> Mapping[str, Json]:
    """Return a motion as the values that flows name."""
    closes = datetime.fromtimestamp(motion.ends_at / 1000, zone)
    options: list[Json] = [
        {"number": one.number, "label": ballots.in_language(one.label, language)}
        for one in motion.options
    ]
    return {
        "motion.number": motion.number,
        "motion.question": ballots.in_language(motion.question, language),
        "motion.options": options,
        "motion.closes": f"{closes:%d %b %H:%M}",
    }
