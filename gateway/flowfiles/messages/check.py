"""Checks a catalogue against the flows: what is missing, what is wrong, what does not fit."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from gateway.core.flow.expressions.template import TemplateError, compile_template, names_in
from gateway.core.text import gsm7
from gateway.core.text.keywords import fold
from gateway.flowfiles.findings import Finding
from gateway.flowfiles.messages.languages import ALPHABET, GSM7, alphabet_of
from gateway.flowfiles.messages.notes import shouted
from gateway.flowfiles.messages.placeholders import filled, pieces, placeholders
from gateway.flowfiles.messages.room import Limits, outside_gsm7, size
from gateway.flowfiles.messages.script import MENU, Message, Script
from gateway.flowfiles.po_files import Entry, PoFile

Level = Literal["error", "warning"]
Rule = Literal[
    "missing", "fuzzy", "unreadable", "placeholder", "alphabet", "number", "command", "screens",
    "segments", "options", "fallback",
]  # fmt: skip

UPDATE: Final = "Run `gateway flows messages update` and translate it"
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Subject:
    """A translation under check. `text` is what people would read, the source where it has none."""

    message: Message
    entry: Entry
    text: str


class Checker:
    """Checks one language's catalogue. `incomplete` lets texts wait for their translation."""

    def __init__(
        self,
        script: Script,
        language: str,
        path: str,
        file: PoFile,
        limits: Limits,
        *,
        incomplete: bool = False,
    ) -> None:
        self._script = script
        self._language = language
        self._path = path
        self._limits = limits
        self._waiting: Level = "warning" if incomplete else "error"
        self._gsm7 = file.headers.get(ALPHABET, alphabet_of(language)) == GSM7
        self._entries = {(one.context, one.source): one for one in file.entries}
        self._older = {one.context: one for one in file.entries}

    def findings(self) -> Iterator[Finding]:
        """Yield everything that is to be mended, in the order of the flows."""
        for message in self._script.to_translate(self._language):
            entry = self._entries.get((message.context, message.source))
            if entry is None:
                yield self._absent(message)
            elif not entry.text.strip():
                yield self._find(
                    entry, self._waiting, "missing", f"{message.context} is not translated",
                    f'People read "{_short(message.source)}"', "Translate it",
                )  # fmt: skip
            else:
                if entry.fuzzy:
                    yield self._fuzzy(message, entry)
                subject = Subject(message, entry, entry.text.strip())
                for check in _CHECKS:
                    yield from check(self, subject)

    def _absent(self, message: Message) -> Finding:
        """Return what is found where a catalogue lacks a text or has it in another wording."""
        older = self._older.get(message.context)
        if older is None:
            what, path, line = "is not in the catalogue", message.path, message.line
        else:
            what, path, line = "is translated from another wording", self._path, older.line
        return Finding(
            self._waiting, "missing", path, line, f"{message.context} {what}",
            f'People read "{_short(message.source)}"', UPDATE, self._language,
        )  # fmt: skip

    def _fuzzy(self, message: Message, entry: Entry) -> Finding:
        was = "" if entry.previous is None else f', which was "{_short(entry.previous)}"'
        return self._find(
            entry, self._waiting, "fuzzy", f"{message.context} is marked fuzzy",
            f'People read "{_short(message.source)}"{was}',
            "Correct the translation and take the mark away",
        )  # fmt: skip

    def placeholders(self, subject: Subject) -> Iterator[Finding]:
        """Find values that the translation lost, made up or cannot have filled in."""
        try:
            compile_template(subject.text, names_in(subject.text))
        except TemplateError as fault:
            what, _, mend = str(fault).rstrip(".").partition(". ")
            yield self._wrong(subject, "placeholder", what, "No flow would begin with it", mend)
        wanted = Counter(placeholders(subject.message.source))
        present = Counter(placeholders(subject.text))
        for name in wanted.keys() - present.keys():
            yield self._wrong(
                subject, "placeholder", f"{name} is lost",
                "It is filled in for each person, and here nobody would read it",
                f"Put {name} where it belongs",
            )  # fmt: skip
        for name in present.keys() - wanted.keys():
            yield self._wrong(
                subject, "placeholder", f"{name} is not in the source",
                "Nothing, or something else, would be filled in",
                f"Write one of {', '.join(wanted)}" if wanted else "Take it out",
            )  # fmt: skip

    def alphabet(self, subject: Subject) -> Iterator[Finding]:
        """Find letters that halve the room of a language that is written in GSM-7."""
        if not self._gsm7:
            return
        words = "".join(part for part, holds in pieces(subject.text) if not holds)
        outside = sorted({char for char in words if not gsm7.is_gsm7(char)})
        if not outside:
            return
        mends = [
            f"{gsm7.substitute(one)} for {one}" for one in outside if gsm7.substitute(one) != one
        ]
        yield self._wrong(
            subject, "alphabet", f"{' '.join(outside)} is not in GSM-7",
            "One such letter cuts an SMS from 160 characters to 70, and a screen as well",
            f"Write {', '.join(mends)}" if mends else "Write it without",
        )  # fmt: skip

    def numbers(self, subject: Subject) -> Iterator[Finding]:
        """Find numbers that people are told to press and that the translation lost."""
        present = set(_NUMBER.findall(_words(subject.text)))
        for number in dict.fromkeys(_NUMBER.findall(_words(subject.message.source))):
            if number not in present:
                yield self._wrong(
                    subject, "number", f"the number {number} is lost",
                    "People press or count what they read here", f"Write {number} as digits",
                )  # fmt: skip

    def commands(self, subject: Subject) -> Iterator[Finding]:
        """Find words to send, such as STOP, that the translation lost."""
        words = re.findall(r"[^\W\d_]+", _words(subject.text))
        present = {self._script.command(word) for word in words}
        for word in shouted(subject.message.source):
            does = self._script.command(word)
            if does is not None and does not in present:
                yield self._wrong(
                    subject, "command", f"{word} is lost",
                    "People send what they read, and other words are not understood",
                    f"Write {word}, or a word of the language that does the same",
                )  # fmt: skip

    def room(self, subject: Subject) -> Iterator[Finding]:
        """Find texts that take more screens or SMS than the source, in the alphabet of each."""
        needed = size(self._script, subject.message, self._read, self._limits)
        allowed = size(self._script, subject.message, self._source, self._limits)
        if needed is None or allowed is None:
            return
        alike = "" if self._gsm7 else " in such an alphabet"
        if needed.screens > allowed.screens:
            yield self._wrong(
                subject, "screens", f"it takes {needed.screens} screens",
                f"The source takes {allowed.screens}{alike}, and people lose their way",
                "Say it shorter",
            )  # fmt: skip
        if needed.parts > allowed.parts:
            yield self._wrong(
                subject, "segments", f"it takes {needed.parts} SMS",
                f"The source takes {allowed.parts}{alike}, and each one is paid for",
                "Say it shorter",
            )  # fmt: skip

    def options(self, subject: Subject) -> Iterator[Finding]:
        """Find options of one menu that read the same."""
        if subject.message.kind != MENU:
            return
        seen: dict[str, Message] = {}
        for option in self._script.options(subject.message.context):
            label = fold(filled(self._read(option)))
            first = seen.setdefault(label, option)
            if first is not option:
                entry = self._entries.get((option.context, option.source), subject.entry)
                yield self._find(
                    entry, "error", "options",
                    f"options {first.number} and {option.number} of {subject.message.context}"
                    " read the same",
                    "Nobody can choose between them", "Give them different words",
                )  # fmt: skip

    def _read(self, message: Message) -> str:
        """Return what people read of a text in the language, once nothing is fuzzy."""
        entry = self._entries.get((message.context, message.source))
        return (entry.text if entry is not None else "").strip() or message.source

    def _source(self, message: Message) -> str:
        """Return the source as it would be in the alphabet of the language."""
        return message.source if self._gsm7 else outside_gsm7(message.source)

    def _wrong(self, subject: Subject, rule: Rule, what: str, why: str, mend: str) -> Finding:
        what = f"{subject.message.context}: {what}"
        return self._find(subject.entry, "error", rule, what, why, mend)

    def _find(
        self, entry: Entry, level: Level, rule: Rule, what: str, why: str, mend: str
    ) -> Finding:
        return Finding(level, rule, self._path, entry.line, what, why, mend, self._language)


_CHECKS: Final[tuple[Callable[[Checker, Subject], Iterator[Finding]], ...]] = (
    Checker.placeholders,
    Checker.alphabet,
    Checker.numbers,
    Checker.commands,
    Checker.room,
    Checker.options,
)


def _words(text: str) -> str:
    """Return a text without its placeholders."""
    return "".join(" " if holds else part for part, holds in pieces(text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 50 else f"{line[:49].rstrip()}…"
