"""Plays a transcript on a laboratory, line by line, and says where it went otherwise."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.channels.base import CallbackKind, OptedOut
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.paths import path
from gateway.core.flow.saved import look_up, shown, value_of
from gateway.core.movement import facts as kinds
from gateway.core.movement.audience import Audience
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Place
from gateway.flowfiles.call_files import CallPlan
from gateway.flowfiles.transcripts import DOES, Line, Person, Transcript
from gateway.servers.answers import Answer, Trouble
from gateway.service import actions, apply
from gateway.service.broadcast import Broadcasts
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import CHANNEL, Laboratory
from gateway.service.gather import Wanted, gather
from gateway.service.roots import roots
from gateway.service.world import Caller, Via, World
from gateway.store import journal

REST: Final = "..."
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a transcript went otherwise: the line, what was wrong, and both texts compared."""

    path: str
    line: int
    test: str
    what: str
    difference: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The failure as people read it."""
        return "\n".join([f"{self.path}:{self.line}: {self.test}: {self.what}", *self.difference])


class _Wrong(Exception):
    """A line does not hold."""

    def __init__(self, what: str, difference: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.difference = difference


def play(lab: Laboratory, transcript: Transcript) -> Failure | None:
    """Play one transcript from nothing on; return where it went otherwise, or None."""
    lab.begin_anew(transcript.seed, transcript.languages)
    strange = unknown(lab, transcript.person)
    if strange:
        return Failure(transcript.path, transcript.line, transcript.name, strange)
    player = _Player(lab, transcript)
    player.prepare()
    for line in transcript.lines:
        try:
            player.take(line)
        except _Wrong as wrong:
            return Failure(
                transcript.path, line.line, transcript.name, wrong.what, wrong.difference
            )
    try:
        player.nothing_left()
        player.nobody_asks()
    except _Wrong as wrong:
        last = transcript.lines[-1].line
        return Failure(transcript.path, last, transcript.name, wrong.what, wrong.difference)
    return None


def unknown(lab: Laboratory, person: Person) -> str:
    """Return what is said of a person and is not known here, as a sentence, or nothing."""
    spoken = {*lab.ground.languages, *lab.ground.releases.current.languages}
    if person.language and person.language not in spoken:
        return f"nothing here is in the language {person.language}"
    if person.place and _place(lab, person) is None:
        return f"there is no place {person.place}, or several"
    return ""


def know(lab: Laboratory, number: str, person: Person) -> None:
    """Make a person known before they say a word."""
    if not (person.language or person.member):
        return
    with lab.database.write() as tx:
        world = gather(tx, lab.ground, [_wanted(lab, number)])
        caller = next(iter(world.callers.values()))
        caller.moved = True
        via = Via(CHANNEL, "sms")
        if person.language:
            actions.speak(world, caller, person.language, via)
        if person.member:
            _join(lab, world, caller, via, person)
        apply.write(tx, world)


def _join(lab: Laboratory, world: World, caller: Caller, via: Via, person: Person) -> None:
    place = _place(lab, person)
    values: dict[str, Json] = {
        "participant.name": person.name,
        "participant.place": None if place is None else place.code,
        "participant.language": person.language or None,
    }
    actions.ACTIONS["join"](world, caller, via, {"consent": "yes"}, values)
    for group in person.groups:
        actions.ACTIONS["add_to_group"](world, caller, via, {"group": group}, {})


def _place(lab: Laboratory, person: Person) -> Place | None:
    """Return where a person is at home, by its name or its code."""
    places = lab.setting.places
    return places.find(person.place).place or places.get(person.place) if person.place else None


def _wanted(lab: Laboratory, number: str) -> Wanted:
    return Wanted(b"", lab.vault.phone_id(number), number, screen=True)


class _Player:
    """One phone with what it shows that no line has expected yet."""

    def __init__(self, lab: Laboratory, transcript: Transcript) -> None:
        self.lab = lab
        self.transcript = transcript
        self.phone = Handset(lab, transcript.phone, transcript.network)
        self.unseen = False  # the screen was not expected by any line yet
        self.letters: list[str] = []
        self.recorded = 0

    def prepare(self) -> None:
        """Make the person known as the transcript says, and begin to count facts."""
        know(self.lab, self.transcript.phone, self.transcript.person)
        self.recorded = len(self._facts())

    def wanted(self) -> Wanted:
        """Return what is gathered of this phone."""
        return _wanted(self.lab, self.transcript.phone)

    def take(self, line: Line) -> None:
        """Do, or expect, what a line says."""
        if line.kind in DOES:
            self.nothing_left()
        _LINES[line.kind](self, line)

    def nothing_left(self) -> None:
        """Refuse what the phone shows and no line has expected."""
        self.letters += self.phone.unread()
        if self.unseen:
            raise _Wrong("no line expects this screen", tuple(_added(self.phone.screen or "")))
        if self.letters:
            raise _Wrong("no line expects this SMS", tuple(_added(self.letters[0])))

    def nobody_asks(self) -> None:
        """Refuse an end at which a server is still being asked."""
        if self.lab.asks():
            raise _Wrong("a server is being asked, and no line answers; write server")

    # What is done

    def dial(self, line: Line) -> None:
        self.phone.dial(line.text)
        self.unseen = True

    def types(self, line: Line) -> None:
        if not self.phone.open:
            raise _Wrong("no screen waits for an answer")
        self.phone.type(line.text)
        self.unseen = True

    def drops(self, _line: Line) -> None:
        if not self.phone.open:
            raise _Wrong("there is no call to drop")
        self.phone.drop()

    def sends(self, line: Line) -> None:
        self.phone.send(line.text)

    def rings(self, _line: Line) -> None:
        self.phone.ring()

    def wait(self, line: Line) -> None:
        self.phone.drop()
        self.lab.pass_time(line.seconds * 1000)

    def server(self, line: Line) -> None:
        """Answer what a webhook asks."""
        values = dict(line.values)
        status = int(values["status"])
        trouble = None if status else Trouble.SLOW
        asked = self.lab.respond(Answer(status, line.text, trouble))
        if asked is None:
            raise _Wrong("no server is being asked")
        if values["asked"]:
            found = "\n".join(filter(None, (f"{asked.method} {asked.url}", asked.body)))
            _compare("the server was asked something else", values["asked"], found)

    def stop_elsewhere(self, _line: Line) -> None:
        self.lab.receive(CallbackKind.OPTOUT, OptedOut(self.transcript.phone, None))

    def assembly(self, line: Line) -> None:
        """Open an assembly with one motion."""
        values = dict(line.values)
        number, now = int(values["number"]), self.lab.clock.now
        language = self.lab.setting.language
        options = [
            {"number": at, "label": {language: label}} for at, label in enumerate(line.words, 1)
        ]
        motion = {"number": number, "question": {language: line.text}, "options": options}
        body = {
            "number": number,
            "title": line.text,
            "place": values["place"] or None,
            "opens_at": now,
            "closes_at": now + line.seconds * 1000,
            "definition_hash": "0" * 64,
            "motions": [motion],
        }
        with self.lab.database.write() as tx:
            journal.record(tx, [Fact(kinds.ASSEMBLY_OPENED, b"", body)])
        self.recorded += 1

    def call_to_action(self, line: Line) -> None:
        """Send a call to action to everybody, for two days."""
        setting = self.lab.setting
        calls = Broadcasts(
            self.lab.database,
            self.lab.vault,
            setting.places,
            movement=setting.movement,
            language=setting.language,
        )
        until = self.lab.clock.now + 2 * _DAY_MS
        texts = {setting.language: line.text}
        plan = CallPlan(line.text, None, texts, Audience(), None, until)
        calls.send(calls.create(plan, self.lab.ground.lines[CHANNEL].id))
        self.recorded = len(self._facts())
        self.lab.deliver()

    # What is expected

    def sees(self, line: Line) -> None:
        self._screen(line, waits=True)

    def ends(self, line: Line) -> None:
        self._screen(line, waits=False)

    def _screen(self, line: Line, *, waits: bool) -> None:
        if self.phone.screen is None:
            raise _Wrong("the phone shows no screen", tuple(_missing(line.text)))
        self.unseen = False
        _compare("the screen is another", line.text, self.phone.screen)
        if self.phone.open is not waits:
            raise _Wrong(
                "the call is over; write ends" if waits else "the call goes on; write sees"
            )

    def receives(self, line: Line) -> None:
        self.letters += self.phone.unread()
        if not self.letters:
            raise _Wrong("no SMS came", tuple(_missing(line.text)))
        _compare("the SMS is another", line.text, self.letters.pop(0))

    def receives_nothing(self, _line: Line) -> None:
        self.letters += self.phone.unread()
        if self.letters:
            raise _Wrong("an SMS came", tuple(_added(self.letters[0])))

    def records(self, line: Line) -> None:
        found = self._facts()
        recorded, self.recorded = found[self.recorded :], len(found)
        _compare("other facts were recorded", "\n".join(line.words), "\n".join(recorded))

    def _facts(self) -> list[str]:
        with self.lab.database.read() as view:
            return [one.fact.kind for several in journal.replay(view) for one in several]

    def knows(self, line: Line) -> None:
        with self.lab.database.write() as tx:
            world = gather(tx, self.lab.ground, [self.wanted()])
        caller = next(iter(world.callers.values()))
        state = caller.thread.state
        values = {} if state is None else state.values
        known = roots(world, caller, self.lab.ground.lines[CHANNEL], direct=False)
        for name, expected in line.values:
            found = shown(value_of(look_up(path(name), values, known)))
            _compare(f"@{name} is another", expected, found)


_LINES: Final[Mapping[str, Callable[[_Player, Line], None]]] = {
    "dial": _Player.dial,
    "types": _Player.types,
    "drops": _Player.drops,
    "sends": _Player.sends,
    "rings": _Player.rings,
    "wait": _Player.wait,
    "server": _Player.server,
    "stop_elsewhere": _Player.stop_elsewhere,
    "assembly": _Player.assembly,
    "call_to_action": _Player.call_to_action,
    "sees": _Player.sees,
    "ends": _Player.ends,
    "receives": _Player.receives,
    "receives_nothing": _Player.receives_nothing,
    "records": _Player.records,
    "knows": _Player.knows,
}


def _compare(what: str, expected: str, found: str) -> None:
    """Refuse a text that is not the expected one, in which ``...`` stands for anything.

    On a line of its own it stands for any lines, or none.
    """
    pattern = re.escape(expected.rstrip()).replace(re.escape(f"\n{REST}"), r"(?:\n.*)?")
    pattern = pattern.replace(re.escape(REST), ".*")
    if re.fullmatch(pattern, found.rstrip(), re.DOTALL) is None:
        lines = difflib.ndiff(expected.rstrip().split("\n"), found.rstrip().split("\n"))
        raise _Wrong(what, tuple(f"  {line.rstrip()}" for line in lines if line[0] != "?"))


def _added(text: str) -> list[str]:
    return [f"  + {line}" for line in text.split("\n")]


def _missing(text: str) -> list[str]:
    return [f"  - {line}" for line in text.split("\n")]
