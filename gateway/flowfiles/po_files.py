"""Gettext's ``.po`` files, read with the line of every translation and written in one form only.

Texts of flows have a context and no plural forms; a file that has is refused. What translators'
programs add (comments, headers, obsolete entries, the wording before) is kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.flowfiles.errors import FlowFileError

FUZZY: Final = "fuzzy"

_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_KEYWORD: Final = re.compile(r"(msgctxt|msgid|msgstr)\s*(\".*)")
_PLURAL: Final = re.compile(r"msgid_plural\b|msgstr\[")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text with its translation; `line` is that of ``msgstr``, 0 for one not read from a file.

    `comments` are the translator's, `notes` are for the translator. `previous` is the wording that
    was translated, where the source has changed since.
    """

    context: str
    source: str
    text: str = ""
    line: int = 0
    flags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    previous: str | None = None

    @property
    def fuzzy(self) -> bool:
        """Whether somebody has to look at the translation before people may read it."""
        return FUZZY in self.flags


@dataclass(frozen=True, slots=True)
class PoFile:
    """A catalogue as its file has it. `comments` stand at its head."""

    headers: Mapping[str, str]
    entries: tuple[Entry, ...]
    obsolete: tuple[Entry, ...] = ()
    comments: tuple[str, ...] = ()


def read_po_file(path: str, content: bytes) -> PoFile:
    """Read a catalogue. Raises `FlowFileError` for one that gettext would not read."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as fault:
        where = content.count(b"\n", 0, fault.start) + 1
        what = "this is not a gettext catalogue: it is not UTF-8"
        raise FlowFileError(path, where, what, "Save the file as UTF-8") from fault
    reader = _Reader(path)
    for number, line in enumerate(lines, start=1):
        reader.take(number, line.strip())
    reader.finish()
    return reader.file()


@dataclass(slots=True)
class _Draft:
    """An entry while its lines are read."""

    strings: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    previous: dict[str, str] = field(default_factory=dict)
    obsolete: bool = False
    line: int = 0


class _Reader:
    """Reads line by line; an entry ends where a comment or the next entry begins."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._draft = _Draft()
        self._into: tuple[dict[str, str], str] | None = None
        self._number = 0
        self._entries: list[Entry] = []
        self._obsolete: list[Entry] = []
        self._seen: set[tuple[str, str]] = set()
        self._headers: dict[str, str] = {}
        self._comments: tuple[str, ...] = ()

    def file(self) -> PoFile:
        """Return what was read."""
        return PoFile(self._headers, tuple(self._entries), tuple(self._obsolete), self._comments)

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        self._number = number
        if line.startswith("#~"):
            line = line[2:].strip()
            if line.startswith("|"):
                line = "#" + line
            elif line.startswith("msg"):
                self._end_before(line)
                self._draft.obsolete = True
        if not line:
            return
        if line.startswith("#"):
            self._comment(line)
        elif line.startswith('"'):
            self._more(line)
        else:
            self._keyword(line)

    def finish(self) -> None:
        """Keep the entry that is complete, and begin another."""
        draft, self._draft, self._into = self._draft, _Draft(), None
        if not draft.strings:
            if draft.comments and not self._headers and not self._entries:
                self._comments += tuple(draft.comments)
            return
        missing = [key for key in ("msgid", "msgstr") if key not in draft.strings]
        if missing:
            raise self._error(f"an entry has no {missing[0]}", "Write msgctxt, msgid and msgstr")
        entry = Entry(
            context=draft.strings.get("msgctxt", ""),
            source=draft.strings["msgid"],
            text=draft.strings["msgstr"],
            line=draft.line,
            flags=tuple(draft.flags),
            comments=tuple(draft.comments),
            notes=tuple(draft.notes),
            references=tuple(draft.references),
            previous=draft.previous.get("msgid"),
        )
        if draft.obsolete:
            self._obsolete.append(entry)
        elif not entry.source and not entry.context:
            self._headers = _headers(entry.text)
            self._comments += entry.comments
        else:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        key = (entry.context, entry.source)
        if key in self._seen:
            raise FlowFileError(
                self._path, entry.line, f"{entry.context} is there twice", "Delete one of them"
            )
        self._seen.add(key)
        self._entries.append(entry)

    def _end_before(self, line: str) -> None:
        """End the entry under way where this keyword begins another."""
        keyword = line.split(maxsplit=1)[0]
        present = self._draft.strings
        if keyword in {"msgctxt", "msgid"} and ("msgstr" in present or keyword in present):
            self.finish()

    def _comment(self, line: str) -> None:
        kind, rest = line[:2], line[2:].strip()
        if kind == "#|":
            self._previous(rest)
            return
        if self._draft.strings:
            self.finish()
        draft = self._draft
        if kind == "#.":
            draft.notes.append(rest)
        elif kind == "#:":
            draft.references += rest.split()
        elif kind == "#,":
            draft.flags += [flag.strip() for flag in rest.split(",") if flag.strip()]
        else:
            draft.comments.append(line[1:].strip())

    def _previous(self, rest: str) -> None:
        if "msgstr" in self._draft.strings:
            self.finish()
        if rest.startswith('"'):
            self._more(rest)
        else:
            self._into_string(self._draft.previous, rest)

    def _keyword(self, line: str) -> None:
        if _PLURAL.match(line):
            context = self._draft.strings.get("msgctxt", "an entry")
            raise self._error(
                f"{context} has plural forms, which texts of flows do not have",
                "Write msgid and msgstr only",
            )
        self._end_before(line)
        self._into_string(self._draft.strings, line)
        if line.startswith("msgstr"):
            self._draft.line = self._number

    def _into_string(self, strings: dict[str, str], line: str) -> None:
        found = _KEYWORD.fullmatch(line)
        if found is None:
            raise self._error("this is not a gettext catalogue", "Check quotes and keywords")
        keyword, string = found.groups()
        strings[keyword] = ""
        self._into = (strings, keyword)
        self._more(string)

    def _more(self, line: str) -> None:
        found = _STRING.fullmatch(line)
        if found is None or self._into is None:
            raise self._error("this is not a gettext catalogue", "Check quotes and keywords")
        strings, keyword = self._into
        strings[keyword] += _ESCAPE.sub(self._unescaped, found[1])

    def _unescaped(self, escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPED:
            raise self._error(
                f"this is not a gettext catalogue: \\{escape[1]}", "Write \\\\ for the sign itself"
            )
        return _ESCAPED[escape[1]]

    def _error(self, what: str, mend: str) -> FlowFileError:
        return FlowFileError(self._path, self._number, what, mend)


def _headers(text: str) -> dict[str, str]:
    """Return the headers by name, in their order."""
    pairs = [line.partition(":") for line in text.split("\n") if line.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_po_file(file: PoFile) -> bytes:
    """Return a catalogue as bytes: the same catalogue is always the same bytes."""
    head = Entry("", "", "".join(f"{name}: {value}\n" for name, value in file.headers.items()))
    blocks = ["\n".join([*_remarks("# ", file.comments), *_strings(head)])]
    blocks += ["\n".join(_lines(entry)) for entry in file.entries]
    blocks += ["\n".join(_obsolete(entry)) for entry in file.obsolete]
    return ("\n\n".join(blocks) + "\n").encode()


def _lines(entry: Entry) -> Iterator[str]:
    yield from _remarks("# ", entry.comments)
    yield from _remarks("#. ", entry.notes)
    if entry.references:
        yield f"#: {' '.join(entry.references)}"
    if entry.flags:
        yield f"#, {', '.join(entry.flags)}"
    if entry.previous is not None:
        yield from (f"#| {line}" for line in _string("msgid", entry.previous))
    yield from _strings(entry)


def _obsolete(entry: Entry) -> Iterator[str]:
    yield from _remarks("# ", entry.comments)
    if entry.flags:
        yield f"#, {', '.join(entry.flags)}"
    yield from (f"#~ {line}" for line in _strings(entry))


def _remarks(mark: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield from ((mark + line).rstrip() for line in lines)


def _strings(entry: Entry) -> Iterator[str]:
    if entry.context:
        yield from _string("msgctxt", entry.context)
    yield from _string("msgid", entry.source)
    yield from _string("msgstr", entry.text)


def _string(keyword: str, text: str) -> Iterator[str]:
    """Yield a string on one line, or each of its lines on one of its own."""
    parts = re.findall(r"[^\n]*\n|[^\n]+", text)
    if len(parts) < 2 and not text.endswith("\n"):
        yield f'{keyword} "{_escaped(text)}"'
        return
    yield f'{keyword} ""'
    yield from (f'"{_escaped(part)}"' for part in parts)


def _escaped(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(char, escape)
    return text
