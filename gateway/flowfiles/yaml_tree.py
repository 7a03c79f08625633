"""Reads YAML into a tree in which everything knows its line. Understands no flow.

It is YAML 1.2 as people write it: `yes` and `on` are words, and a number is what JSON calls one, so
that 0970000001 and +260970000001 keep every digit. What a flow file has no use for, and what could
make a small file a huge one, is refused: aliases, tags, more than one document, a key twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from gateway.flowfiles.errors import FlowFileError

Scalar: TypeAlias = str | int | float | bool | None

# How deep lists and sections may lie in each other.
DEEPEST: Final = 30

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_MEND: Final = (
    "Look at the line for a missing space after a colon, a tab, or a text that needs quotes"
)
_OUT: Final = "Write it out where it is needed"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, a number, true, false or nothing. `written` is how it stands in the file."""

    line: int
    value: Scalar
    written: str


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    line: int
    items: "list[Node]"


@dataclass(frozen=True, slots=True)
class Branch:
    """A section: keys, each with its line, in the order of the file. Keys are texts."""

    line: int
    items: "dict[str, Node]"
    lines: dict[str, int]


Node: TypeAlias = Leaf | Row | Branch


def read_tree(path: str, content: bytes) -> Node | None:
    """Read a file; None where it holds nothing. Raises `FlowFileError` for what is not YAML."""
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise not_yaml(path, line, "it is not UTF-8", "Save the file as UTF-8") from fault
    builder = _Builder(path)
    events: Iterator[yaml.Event] = yaml.parse(content, Loader=yaml.CSafeLoader)
    try:
        for event in events:
            builder.take(event)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = 1 if mark is None else min(mark.line + 1, content.count(b"\n") + 1)
        raise not_yaml(path, line, " ".join(str(fault.problem or fault).split())) from fault
    except yaml.reader.ReaderError as fault:
        line = content.count(b"\n", 0, int(fault.position or 0)) + 1
        raise not_yaml(path, line, f"{fault.reason}", "Save the file as UTF-8") from fault
    return builder.whole


def not_yaml(path: str, line: int, what: str, mend: str = _MEND) -> FlowFileError:
    """Return the error for a file that is not YAML as we read it."""
    return FlowFileError(path, line, f"this is not YAML: {what}", mend)


class _Builder:
    """Puts the tree together from what the parser comes across, without recursion."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.whole: Node | None = None
        self.open: list[Row | Branch] = []
        self.keys: list[str | None] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next thing that the parser came across."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self._wrong(event, f"*{event.anchor} points at another place", _OUT)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._wrong(event, "a second document begins here", "Make two files of it")

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        """Open a list or a section."""
        self._refuse_marks(event)
        line = _line(event)
        if len(self.open) >= DEEPEST:
            raise self._wrong(event, f"this lies {DEEPEST} brackets deep", "Write it plainly")
        listed = isinstance(event, yaml.SequenceStartEvent)
        node: Row | Branch = Row(line, []) if listed else Branch(line, {}, {})
        self._put(node)
        self.open.append(node)
        self.keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        """Take a key, or a value of its own."""
        if event.tag is not None or event.anchor is not None:
            self._refuse_marks(event)
        written: str = event.value
        line = _line(event)
        holder = self.open[-1] if self.open else None
        if isinstance(holder, Branch) and self.keys[-1] is None:
            if written in holder.lines:
                what = f"the key {written} stands in line {holder.lines[written]} already"
                raise self._wrong(event, what, "Keep one of them")
            holder.lines[written] = line
            self.keys[-1] = written
        else:
            self._put(Leaf(line, _value(written) if event.implicit[0] else written, written))

    def _put(self, node: Node) -> None:
        """Put a node where it belongs: at the top, into a list, or under the key just read."""
        if not self.open:
            self.whole = node
            return
        holder = self.open[-1]
        if isinstance(holder, Row):
            holder.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            what = "a list or a section stands where a key belongs"
            raise not_yaml(self.path, node.line, what)
        holder.items[key] = node
        self.keys[-1] = None

    def _refuse_marks(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """Refuse what only other uses of YAML need."""
        if event.anchor is not None:
            raise self._wrong(event, f"&{event.anchor} names this place", _OUT)
        if event.tag is not None:
            raise self._wrong(event, f"{event.tag} says of what kind this is", "Take it out")

    def _wrong(self, event: yaml.Event, what: str, mend: str) -> FlowFileError:
        return not_yaml(self.path, _line(event), what, mend)


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


def _value(written: str) -> Scalar:
    """Return what a plain word of the file stands for."""
    if written in _WORDS:
        return _WORDS[written]
    number = _NUMBER.fullmatch(written)
    if number is None:
        return written
    return float(written) if number[1] else int(written)
