"""Takes a text apart into words, ``@paths`` and ``@(expressions)``, in the old or new language."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

# What may follow a bare @ in definitions of the first editor.
LEGACY_TOPS: Final = frozenset(
    {"channel", "child", "contact", "date", "extra", "flow", "parent", "step"}
)

# What may follow a bare @ since version 13.
TOPS: Final = frozenset(
    {
        *("child", "contact", "fields", "globals", "input", "legacy_extra", "locals", "node"),
        *("parent", "results", "resume", "run", "ticket", "trigger", "urns", "webhook"),
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text. `source` is without the ``@`` of a path, the ``@(`` and ``)`` of the rest.

    Pieces of words keep their doubled ``@@``.
    """

    kind: Literal["words", "path", "expression"]
    source: str


def scan(template: str, tops: Collection[str], *, escapes: bool) -> Iterator[Piece]:
    r"""Return the pieces of a text in order.

    `escapes` is whether ``\"`` is a quote within a quoted text, as it is since version 13;
    before, a quote was doubled. A path ends before a dot that no letter or digit follows. From an
    expression whose parentheses do not close, all is words.
    """
    words = 0
    at = template.find("@")
    while at >= 0:
        after = template[at + 1 : at + 2]
        end = at + 1
        piece: Piece | None = None
        if after == "@":
            end = at + 2
        elif after == "(":
            closing = _closing(template, at + 1, escapes=escapes)
            if closing < 0:
                break
            piece, end = Piece("expression", template[at + 2 : closing]), closing + 1
        elif after.isalpha():
            stop = _path_end(template, at + 1)
            path = template[at + 1 : stop]
            if path.partition(".")[0].lower() in tops:
                piece, end = Piece("path", path), stop
        if piece is not None:
            if at > words:
                yield Piece("words", template[words:at])
            yield piece
            words = end
        at = template.find("@", end)
    if words < len(template):
        yield Piece("words", template[words:])


def _closing(template: str, opening: int, *, escapes: bool) -> int:
    """Return where the parenthesis that opens at `opening` closes, or -1."""
    depth, quoted, index = 0, False, opening
    while index < len(template):
        character = template[index]
        if quoted:
            if escapes and character == "\\":
                index += 1
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    return -1


def _path_end(template: str, start: int) -> int:
    """Return where a path ends: letters, digits, underscores, and dots with more after them."""
    index = start
    while index < len(template):
        character = template[index]
        if character == ".":
            following = template[index + 1 : index + 2]
            if not (following.isalnum() or following == "_"):
                break
        elif not (character.isalnum() or character == "_"):
            break
        index += 1
    return index
