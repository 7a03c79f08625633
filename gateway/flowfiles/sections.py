"""Sections of YAML files, read strictly: a key that nobody asks for is a mistake with a place."""

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.yaml_tree import Branch, Leaf, Node, Row, read_tree

Scalar = str | int | float | bool


class Section:
    """A mapping of a YAML file. Its readers check kinds and say the line of what is wrong."""

    def __init__(self, path: str, branch: Branch, line: int, name: str) -> None:
        """`name` is how messages call the section, such as ``step district``."""
        self.path = path
        self.items = branch.items
        self.lines = branch.lines
        self.own_line = line
        self.name = name

    def __contains__(self, key: str) -> bool:
        return key in self.items

    def __iter__(self) -> Iterator[str]:
        return iter(self.items)

    def keys(self) -> Iterator[str]:
        """Yield the keys in the order of the file."""
        return iter(self.items)

    def line(self, key: str | None = None) -> int:
        """Return the line of a key, or of the section itself."""
        return self.own_line if key is None else self.lines.get(key, self.own_line)

    def error(self, key: str | None, what: str, mend: str) -> FlowFileError:
        """Return the error for what is wrong with a key, ready to be raised."""
        return FlowFileError(self.path, self.line(key), what, mend)

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that are not known, suggesting the one that was probably meant."""
        for key in self.items:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                mend = f"Write {near[0]}" if near else f"Use one of {', '.join(known)}"
                raise self.error(key, f"{self.name} has no {key}", mend)

    def needs(self, key: str) -> None:
        """Refuse a section without the key."""
        if key not in self.items:
            raise self.error(None, f"{self.name} has no {key}", f"Add {key}")

    # What stands under a key

    def is_section(self, key: str) -> bool:
        """Whether there are keys under a key."""
        return isinstance(self.items.get(key), Branch)

    def is_list(self, key: str) -> bool:
        """Whether there is a list under a key."""
        return isinstance(self.items.get(key), Row)

    def is_flag(self, key: str) -> bool:
        """Whether there is true or false under a key."""
        node = self.items.get(key)
        return isinstance(node, Leaf) and isinstance(node.value, bool)

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return a text. A number that stands for one is taken as it was written."""
        if key not in self.items:
            return default
        found = _text(self.items[key])
        if found is None:
            raise self.error(key, f"{key} of {self.name} is not a text", "Write words after it")
        return found

    def whole(self, key: str, default: int) -> int:
        """Return a whole number above zero."""
        if key not in self.items:
            return default
        node = self.items[key]
        value = node.value if isinstance(node, Leaf) else None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(
                key, f"{key} of {self.name} is not a whole number above 0", "Write one such as 3"
            )
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        if key not in self.items:
            return default
        node = self.items[key]
        if not isinstance(node, Leaf) or not isinstance(node.value, bool):
            raise self.error(
                key, f"{key} of {self.name} is not true or false", "Write true or false"
            )
        return node.value

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        """Return a word out of several."""
        found = self.text(key, default) or ""
        if found not in choices:
            near = difflib.get_close_matches(found, choices, n=1)
            mend = f"Write {near[0]}" if near else f"Use one of {', '.join(choices)}"
            raise self.error(key, f"{key} of {self.name} cannot be {found}", mend)
        return found

    def scalar(self, key: str) -> Scalar:
        """Return a text, a number or a truth value."""
        node = self.items.get(key)
        if not isinstance(node, Leaf) or node.value is None:
            raise self.error(
                key, f"{key} of {self.name} is not a text or a number", "Write one after it"
            )
        return node.value

    def words(self, key: str) -> list[str]:
        """Return a list of texts; a number in it is taken as it was written."""
        node = self.items.get(key)
        found = [_text(one) for one in node.items] if isinstance(node, Row) else []
        if not found or None in found:
            raise self.error(
                key, f"{key} of {self.name} is not a list of words", "Write it as [one, two]"
            )
        return [one for one in found if one is not None]

    def one_or_more(self, key: str) -> list[str]:
        """Return a list of texts, or one text as such a list."""
        return self.words(key) if self.is_list(key) else [self.text(key) or ""]

    def section(self, key: str) -> "Section":
        """Return a section inside this one."""
        node = self.items.get(key)
        if isinstance(node, Row) and node.items:
            mend = "Write a name and a colon in place of each dash"
            raise self.error(key, f"{key} of {self.name} is a list", mend)
        if not isinstance(node, Branch) or not node.items:
            raise self.error(
                key, f"{key} of {self.name} has nothing under it", "Write indented lines below it"
            )
        return Section(self.path, node, self.line(key), f"{key} of {self.name}")

    def sections(self, key: str, name: str, mend: str) -> list["Section"]:
        """Return the sections of a list; `name` is how messages call one, `mend` how it begins."""
        node = self.items.get(key)
        if not isinstance(node, Row) or not node.items:
            raise self.error(key, f"{key} of {self.name} is not a list", mend)
        found = []
        for number, one in enumerate(node.items, start=1):
            if not isinstance(one, Branch) or not one.items:
                raise FlowFileError(self.path, one.line, f"{name} {number} is not one", mend)
            found.append(Section(self.path, one, one.line, f"{name} {number}"))
        return found


def read_file(path: Path, what: str) -> Section:
    """Read a file that somebody named. `what` is what it ought to be, for one that is not there."""
    try:
        content = path.read_bytes()
    except OSError as trouble:
        why = trouble.strerror or "it cannot be read"
        raise FlowFileError(str(path), 1, why, f"Give the path of {what}") from trouble
    return read_sections(str(path), content)


def read_sections(path: str, content: bytes) -> Section:
    """Read a YAML file whose top level is a mapping. Keys become texts. Raises `FlowFileError`."""
    tree = read_tree(path, content)
    if not isinstance(tree, Branch) or not tree.items:
        raise FlowFileError(path, 1, "the file has no keys", "Begin it with `flow: its name`")
    return Section(path, tree, 1, "the file")


def _text(node: Node) -> str | None:
    """Return the text that a node is, or the number as it was written; None for anything else."""
    if not isinstance(node, Leaf) or node.value is None or isinstance(node.value, bool):
        return None
    return node.written if node.written.strip() else None
