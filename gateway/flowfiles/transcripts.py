"""Reads transcripts, `*.test.yaml`: what a person types and what the phone shows. Plays nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from gateway.flowfiles.durations import read_duration
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.sections import Section, read_sections
from gateway.flowfiles.yaml_tree import Leaf, Node, Row

SUFFIX: Final = ".test.yaml"

# What a line of a transcript can be, and what it means.
DOES: Final[Mapping[str, str]] = {
    "dial": "Dials a code, such as `*384*20200#` or, deeper, `*384*20200*2#`.",
    "types": "Types an answer on the screen.",
    "drops": "`true`: the network is lost, or the person hangs up.",
    "sends": "Sends an SMS to the short code.",
    "rings": "`true`: rings the number of the movement; nobody takes the call.",
    "wait": "Lets time pass, such as `2 days`; what is due meanwhile happens.",
    "assembly": "Opens a vote: `question`, `options`, `closes` (2 days), `place`, `number` (12).",
    "call_to_action": "Sends a call to action to all members.",
    "server": "Answers what a webhook asks: `status` (200), `body`, or `silent: true`.",
    "stop_elsewhere": "`true`: the operator tells that the person wants no more messages.",
}
EXPECTS: Final[Mapping[str, str]] = {
    "sees": "The whole screen, which waits for an answer.",
    "ends": "The whole screen, after which the call is over.",
    "receives": "The next SMS.",
    "receives_nothing": "`true`: there is no SMS that was not read.",
    "records": "The kinds of the facts in the journal since the last such line, or the beginning.",
    "knows": "Values by their names, as flows would find them now.",
}
_TOP: Final = ("test", "channel", "phone", "network", "seed", "languages", "person", "steps")
_PERSON: Final = ("member", "name", "place", "language", "groups")
_SERVER: Final = ("status", "body", "silent", "asked")
_ASSEMBLY: Final = ("number", "question", "options", "place", "closes")

PHONE: Final = "+260970000001"
NETWORK: Final = "64501"


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the person before the first line."""

    member: bool = False
    name: str = ""
    place: str = ""
    language: str = ""
    groups: tuple[str, ...] = ()


NOBODY: Final = Person()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: something done or expected. `seconds` is of `wait`, `values` of tables."""

    kind: str
    line: int
    text: str = ""
    seconds: int = 0
    words: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation, from nothing on. `languages` are those offered, if not the movement's."""

    name: str
    path: str
    line: int
    phone: str
    network: str
    seed: int
    languages: tuple[str, ...]
    person: Person
    lines: tuple[Line, ...]


def transcript_files(directory: Path) -> list[Path]:
    """Return the transcripts of a folder, sorted."""
    return sorted(directory.glob(f"*{SUFFIX}"))


def read_transcripts(path: str, content: bytes) -> list[Transcript]:
    """Read the transcripts of a file: one, or a list under `tests`. Raises `FlowFileError`."""
    file = read_sections(path, content)
    if "tests" not in file:
        return [_transcript(file)]
    file.only(("tests",))
    return [_transcript(one) for one in file.sections("tests", "test", "Begin each with `- test:`")]


def _transcript(section: Section) -> Transcript:
    section.only(_TOP)
    section.needs("test")
    section.needs("steps")
    found = section.sections("steps", "line", "Begin each with `- types:`, `- sees:` and so on")
    return Transcript(
        name=section.text("test") or "",
        path=section.path,
        line=section.line("test"),
        phone=section.text("phone", PHONE) or "",
        network=section.text("network", NETWORK) or "",
        seed=section.whole("seed", 1),
        languages=tuple(section.words("languages")) if "languages" in section else (),
        person=_person(section.section("person")) if "person" in section else NOBODY,
        lines=tuple(_line(one) for one in found),
    )


def _person(section: Section) -> Person:
    section.only(_PERSON)
    for key in ("name", "place", "groups"):
        if key in section and not section.flag("member", default=False):
            raise section.error(key, f"nobody but members has {key}", "Add member: true")
    return Person(
        member=section.flag("member", default=False),
        name=section.text("name", "") or "",
        place=section.text("place", "") or "",
        language=section.text("language", "") or "",
        groups=tuple(section.words("groups")) if "groups" in section else (),
    )


def _line(section: Section) -> Line:
    """Read one line, which has one key."""
    section.only((*DOES, *EXPECTS))
    keys = list(section)
    if len(keys) != 1:
        raise section.error(
            keys[1], f"a line says both {keys[0]} and {keys[1]}", "Make two lines of it"
        )
    kind = keys[0]
    line = section.line(kind)
    if kind in _FLAGS:
        if not section.flag(kind, default=True):
            raise section.error(kind, f"{kind} is false", "Write true, or leave the line out")
        return Line(kind, line)
    if kind == "wait":
        return Line(kind, line, section.text(kind) or "", read_duration(section, kind))
    if kind == "records":
        return Line(kind, line, words=tuple(section.words(kind)))
    if kind == "server":
        return _server(section.section(kind), line)
    if kind == "assembly":
        return _assembly(section.section(kind), line)
    if kind == "knows":
        return Line(kind, line, values=tuple(_values(section.section(kind))))
    return Line(kind, line, _whole_text(section, kind))


_FLAGS: Final = frozenset({"drops", "receives_nothing", "rings", "stop_elsewhere"})


def _whole_text(section: Section, key: str) -> str:
    """Return a text as it stands, but for line ends around it. It may be empty."""
    node = section.items[key]
    if isinstance(node, Leaf) and isinstance(node.value, str) and not node.value.strip():
        return node.value
    return (section.text(key) or "").strip("\n")


def _values(section: Section) -> Iterator[tuple[str, str]]:
    for key in section:
        node = section.items[key]
        if not isinstance(node, Leaf):
            raise section.error(key, f"{key} of {section.name} is no single value", "Write one")
        yield key, "" if node.value is None else node.written


def _server(section: Section, line: int) -> Line:
    """Read what a server answers, and what it must have been asked for that."""
    section.only(_SERVER)
    body = section.items.get("body")
    written = body.value if isinstance(body, Leaf) else None
    text = written if isinstance(written, str) else "" if body is None else _json(body)
    silent = section.flag("silent", default=False)
    status = 0 if silent else section.whole("status", 200)
    values = (("status", str(status)), ("asked", section.text("asked", "") or ""))
    return Line("server", line, text, values=values)


def _json(node: Node) -> str:
    return orjson.dumps(_plain(node)).decode()


def _plain(node: Node) -> object:
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Row):
        return [_plain(one) for one in node.items]
    return {key: _plain(one) for key, one in node.items.items()}


def _assembly(section: Section, line: int) -> Line:
    section.only(_ASSEMBLY)
    section.needs("question")
    section.needs("options")
    seconds = read_duration(section, "closes") if "closes" in section else 2 * 86_400
    values = (
        ("number", str(section.whole("number", 12))),
        ("place", section.text("place", "") or ""),
    )
    return Line(
        "assembly",
        line,
        section.text("question") or "",
        seconds,
        tuple(section.words("options")),
        values,
    )


def read_folder(directory: Path, title: str) -> list[Transcript]:
    """Read all transcripts of a folder. Raises `FlowFileError`."""
    found = []
    for path in transcript_files(directory):
        found += read_transcripts(f"{title}/{path.name}", path.read_bytes())
    if not found:
        raise FlowFileError(
            title, 0, "there are no transcripts here", f"Write one into a file such as join{SUFFIX}"
        )
    return found
