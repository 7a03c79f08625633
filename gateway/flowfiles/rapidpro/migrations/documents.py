"""Parts of a JSON document that know where they stand. Reads only the fields it is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

JsonObject: TypeAlias = dict[str, Any]

# Deeper than any editor nests, and shallow enough for code that calls itself.
DEEPEST: Final = 64


class Unmigratable(ValueError):
    """A definition cannot be brought up to date. `pointer` is a JSON pointer (RFC 6901) into it."""

    def __init__(self, pointer: str, what: str, mend: str) -> None:
        """`what` and `mend` are sentences without their full stop."""
        super().__init__(f"{pointer or '/'}: {what}. {mend}.")
        self.pointer = pointer
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document, and the JSON pointer to it. A null counts as absent."""

    value: Any
    pointer: str = ""

    def wrong(self, what: str, mend: str) -> Unmigratable:
        """Return the error for what is wrong with this part, ready to be raised."""
        return Unmigratable(self.pointer, what, mend)

    def fields(self) -> Mapping[str, Any]:
        """Return the fields of an object. Raises `Unmigratable` for anything else."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"this is {kind_of(self.value)}, not an object", "Export it once more")
        return self.value

    def child(self, key: str | int) -> "Part":
        """Return the part below, which must be there."""
        return Part(self.value[key], pointer_to(self.pointer, key))

    def get(self, key: str) -> "Part | None":
        """Return a field of an object, or None where it has none."""
        if self.fields().get(key) is None:
            return None
        return self.child(key)

    def need(self, key: str) -> "Part":
        """Return a field of an object, which must have it."""
        found = self.get(key)
        if found is None:
            raise self.wrong(f"this has no {key}", f"Add {key}, or export it once more")
        return found

    def items(self) -> Iterator["Part"]:
        """Return the parts of a list. Raises `Unmigratable` for anything else."""
        if not isinstance(self.value, list):
            raise self.wrong(f"this is {kind_of(self.value)}, not a list", "Export it once more")
        for index in range(len(self.value)):
            yield self.child(index)

    def each(self, key: str) -> list["Part"]:
        """Return the parts of a field that is a list; none where it is absent."""
        found = self.get(key)
        return [] if found is None else list(found.items())

    def words(self) -> str:
        """Return a text. A number that stands for one is taken as it was written."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return str(self.value)
        raise self.wrong(f"this is {kind_of(self.value)}, not a text", "Export it once more")

    def text(self, key: str, default: str = "") -> str:
        """Return the text of a field."""
        found = self.get(key)
        return default if found is None else found.words()

    def whole(self, key: str, default: int = 0) -> int:
        """Return the whole number of a field, which may be written as a text."""
        found = self.get(key)
        if found is None or found.value == "":
            return default
        try:
            return int(float(found.words()))
        except (OverflowError, ValueError) as fault:
            raise found.wrong("this is not a number", "Write one such as 5") from fault


def pointer_to(pointer: str, key: str | int) -> str:
    """Return the pointer to what stands under a key."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def refuse_deep(document: Any, pointer: str = "", deepest: int = DEEPEST) -> None:
    """Raise `Unmigratable` for a document whose lists and objects nest too deep."""
    whole = isinstance(document, dict | list)
    waiting: list[tuple[Any, str, int]] = [(document, pointer, 1)] if whole else []
    while waiting:
        value, place, depth = waiting.pop()
        if depth > deepest:
            raise Unmigratable(
                place, f"this nests more than {deepest} levels deep", "Export it once more"
            )
        below = value.items() if isinstance(value, dict) else enumerate(value)
        waiting.extend(
            (child, pointer_to(place, key), depth + 1)
            for key, child in below
            if isinstance(child, dict | list)
        )


def kind_of(value: Any) -> str:
    """Say in words what kind of JSON a value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "no JSON")
