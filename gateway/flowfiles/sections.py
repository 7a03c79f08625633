"""YAML with line numbers, read strictly: a key that nobody asks for is a mistake with a place."""

import difflib
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gateway.flowfiles.errors import FlowFileError

Scalar = str | int | float | bool

_KINDS: Final = {str: "a text", int: "a whole number", bool: "true or false"}


class Section:
    """A mapping of a YAML file. Its readers check kinds and say the line of what is wrong."""

    def __init__(self, path: str, mapping: CommentedMap, line: int, name: str) -> None:
        """`name` is how messages call the section, such as ``step district``."""
        self.path = path
        self.values = {str(key): value for key, value in mapping.items()}
        self.lines = {str(key): int(mapping.lc.key(key)[0]) + 1 for key in mapping}
        self.own_line = line
        self.name = name

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def line(self, key: str | None = None) -> int:
        """Return the line of a key, or of the section itself."""
        return self.own_line if key is None else self.lines.get(key, self.own_line)

    def error(self, key: str | None, what: str, mend: str) -> FlowFileError:
        """Return the error for what is wrong with a key, ready to be raised."""
        return FlowFileError(self.path, self.line(key), what, mend)

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that are not known, suggesting the one that was probably meant."""
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                mend = f"Write {near[0]}" if near else f"Use one of {', '.join(known)}"
                raise self.error(key, f"{self.name} has no {key}", mend)

    def needs(self, key: str) -> None:
        """Refuse a section without the key."""
        if key not in self.values:
            raise self.error(None, f"{self.name} has no {key}", f"Add {key}")

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return a text. A number that stands for one is taken as it was written."""
        value = self.values.get(key, default)
        if value is None and key not in self.values:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{key} of {self.name} is not a text", "Write words after it")
        return str(value)

    def whole(self, key: str, default: int) -> int:
        """Return a whole number above zero."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(
                key, f"{key} of {self.name} is not a whole number above 0", "Write one such as 3"
            )
        return int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.error(
                key, f"{key} of {self.name} is not true or false", "Write true or false"
            )
        return value

    def scalar(self, key: str) -> Scalar:
        """Return a text, a number or a truth value."""
        value = self.values.get(key)
        if not isinstance(value, str | int | float):
            raise self.error(
                key, f"{key} of {self.name} is not a text or a number", "Write one after it"
            )
        if isinstance(value, bool):
            return value
        for plain in (str, int):  # ruamel's own kinds of both become Python's
            if isinstance(value, plain):
                return plain(value)
        return float(value)

    def words(self, key: str) -> list[str]:
        """Return a list of texts."""
        value = self.values.get(key)
        if not isinstance(value, CommentedSeq) or not all(isinstance(one, str) for one in value):
            raise self.error(
                key, f"{key} of {self.name} is not a list of words", "Write it as [one, two]"
            )
        return [str(one) for one in value]

    def section(self, key: str) -> "Section":
        """Return a section inside this one."""
        value = self.values.get(key)
        if not isinstance(value, CommentedMap) or not value:
            raise self.error(
                key, f"{key} of {self.name} has nothing under it", "Write indented lines below it"
            )
        return Section(self.path, value, self.line(key), f"{key} of {self.name}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def keys(self) -> Iterator[str]:
        """Yield the keys in the order of the file."""
        return iter(self.values)


def read_sections(path: str, content: bytes) -> Section:
    """Read a YAML file whose top level is a mapping. Keys become texts. Raises `FlowFileError`."""
    reader = YAML(typ="rt", pure=True)
    try:
        mapping = reader.load(BytesIO(content))
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = 1 if mark is None else mark.line + 1
        what = " ".join(str(fault.problem or fault).split())
        raise FlowFileError(path, line, f"this is not YAML: {what}", _YAML_MEND) from fault
    except (YAMLError, UnicodeDecodeError) as fault:
        what = " ".join(str(fault).split())
        raise FlowFileError(path, 1, f"this is not YAML: {what}", _YAML_MEND) from fault
    if not isinstance(mapping, CommentedMap) or not mapping:
        raise FlowFileError(path, 1, "the file has no keys", "Begin it with `flow: its name`")
    return Section(path, mapping, 1, "the file")


_YAML_MEND: Final = (
    "Look at the line for a missing space after a colon, a tab, or a text that needs quotes"
)
