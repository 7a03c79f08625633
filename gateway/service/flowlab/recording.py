"""Writes down what is done on a phone of the laboratory, and what it shows, as a transcript."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from gateway.flowfiles.durations import DURATION, UNITS
from gateway.flowfiles.transcripts import NETWORK, NOBODY, PHONE, Person
from gateway.servers.answers import Answer, Trouble
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import Laboratory

HELP: Final = """\
  *384*20200#      dial a code; deeper works too, such as *384*20200*2#
  anything else    with a screen that waits: the answer; else: an SMS to the short code
  /hangup          hang up, as when the network drops the call
  /sms TEXT        send an SMS even while a screen waits
  /ring            ring the number of the movement; nobody takes the call
  /wait 2 days     let time pass
  /server 200 {"bag": 320}   let the server answer that is being asked
  /server silent   let it say nothing
  /quit            leave"""

_PLAIN: Final = re.compile(r"[A-Za-z](?:[\w ,.?!'()/-]*[\w.?!)])?")
_SILENT: Final = "silent"
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no"})


class Recorder:
    """Takes lines as `gateway play` does; `lines` fills with those of the transcript."""

    def __init__(self, lab: Laboratory, show: Callable[[str], None], number: str = PHONE) -> None:
        self.phone = Handset(lab, number, NETWORK)
        self.lines: list[tuple[str, str]] = []
        self._lab = lab
        self._show = show

    def hold(self, typed: Iterable[str]) -> None:
        """Do what the lines say until they end or one says /quit."""
        for line in typed:
            if line.strip() == "/quit":
                break
            self.take(line.strip("\n"))

    def take(self, typed: str) -> None:
        """Do what one line says, and write down what comes of it."""
        word, _, rest = typed.partition(" ")
        rest = rest.strip()
        if word == "/help":
            self._show(HELP)
        elif word == "/hangup":
            self._hang_up()
        elif word == "/ring":
            self._ring()
        elif word == "/wait":
            self._wait(rest)
        elif word == "/server":
            self._answer(rest)
        elif word == "/sms":
            self._send(rest)
        elif word.startswith("/"):
            self._show(f"! There is no {word}. /help shows what there is.")
        elif self.phone.open:
            self._note("types", typed)
            self.phone.type(typed)
            self._screen()
        elif typed.startswith("*") and typed.endswith("#"):
            self._note("dial", typed)
            self.phone.dial(typed)
            self._screen()
        elif typed.strip():
            self._send(typed)

    def _hang_up(self) -> None:
        if not self.phone.open:
            self._show("! There is no call.")
            return
        self._note("drops", "")
        self.phone.drop()
        self._letters()

    def _ring(self) -> None:
        self._note("rings", "")
        self.phone.ring()
        self._letters()

    def _wait(self, written: str) -> None:
        if re.fullmatch(DURATION, written) is None:
            self._show("! Write how long, such as /wait 2 days.")
            return
        self._note("wait", written)
        count, unit = written.split()
        self.phone.drop()
        self._lab.pass_time(int(count) * UNITS[unit.removesuffix("s")] * 1000)
        self._letters()

    def _answer(self, written: str) -> None:
        status, _, body = written.partition(" ")
        answer, said = Answer(0, "", Trouble.SLOW), '{"silent": true}'
        if re.fullmatch("[1-9][0-9]{0,2}", status):
            answer = Answer(int(status), body.strip())
            said = json.dumps({"status": answer.status, "body": answer.body}, ensure_ascii=False)
        elif written != _SILENT:
            self._show(
                '! Write a status and what the server says, such as /server 200 {"bag": 320}, '
                f"or /server {_SILENT}."
            )
            return
        if self._lab.respond(answer) is None:
            self._show("! No server is being asked.")
            return
        self._note("server", said)
        self._letters()

    def _send(self, text: str) -> None:
        self._note("sends", text)
        self.phone.send(text)
        self._letters()

    def _screen(self) -> None:
        shown = self.phone.screen or ""
        self._note("sees" if self.phone.open else "ends", shown)
        state = "answer, or /hangup" if self.phone.open else "the call is over"
        self._show("\n".join([*(f"  | {line}" for line in shown.split("\n")), f"  '-- {state}"]))
        self._letters()

    def _letters(self) -> None:
        for text in self.phone.unread():
            self._note("receives", text)
            first, *more = text.split("\n")
            self._show("\n".join([f"  SMS: {first}", *(f"    {line}" for line in more)]))

    def _note(self, kind: str, text: str) -> None:
        self.lines.append((kind, text))


def written(
    name: str, lines: Iterable[tuple[str, str]], person: Person = NOBODY, indent: str = ""
) -> str:
    """Return a transcript as its file has it."""
    rows = [f"test: {_scalar(name)}"]
    if person != NOBODY:
        rows.append(f"person: {{{', '.join(_person(person))}}}")
    rows.append("steps:")
    for kind, text in lines:
        rows += [f"  {row}" for row in _line(kind, text)]
    return "".join(f"{indent}{row}\n" if row else "\n" for row in rows)


def _person(person: Person) -> Iterator[str]:
    if person.member:
        yield "member: true"
    for key in ("name", "place", "language"):
        if getattr(person, key):
            yield f"{key}: {_scalar(getattr(person, key))}"
    if person.groups:
        yield f"groups: [{', '.join(map(_scalar, person.groups))}]"


def _line(kind: str, text: str) -> Iterator[str]:
    if kind == "server":
        yield f"- server: {text}"
    elif kind in {"drops", "rings"}:
        yield f"- {kind}: true"
    elif "\n" in text and text == text.strip():
        yield f"- {kind}: |-"
        yield from (f"    {line}" if line else "" for line in text.split("\n"))
    else:
        yield f"- {kind}: {_scalar(text)}"


def _scalar(text: str) -> str:
    """Return a text as YAML writes it on one line."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and ": " not in text:
        return text
    return json.dumps(text, ensure_ascii=False)
