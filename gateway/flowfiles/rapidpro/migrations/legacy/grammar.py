"""The grammar of the first editor's expressions, which follow Excel: ``UPPER(contact) & "!"``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

# No author nests like this; what follows calls itself.
DEEPEST: Final = 90

_GRAMMAR: Final = r"""
?start: joined

?joined: equated
    | joined "&" equated                              -> concatenated
?equated: compared
    | equated (EQUAL | UNEQUAL) compared              -> binary
?compared: added
    | compared (LESS_EQUAL | LESS | MORE_EQUAL | MORE) added -> binary
?added: multiplied
    | added (PLUS | MINUS) multiplied                 -> binary
?multiplied: raised
    | multiplied (TIMES | DIVIDE) raised              -> binary
?raised: negative
    | raised POWER negative                           -> binary
?negative: atom
    | MINUS negative                                  -> negated
?atom: NAME "(" [joined ("," joined)*] ")"            -> call
    | "(" joined ")"                                  -> enclosed
    | TEXT                                            -> text
    | NUMBER                                          -> number
    | NAME                                            -> name

EQUAL: "="
UNEQUAL: "<>"
LESS_EQUAL: "<="
LESS: "<"
MORE_EQUAL: ">="
MORE: ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
DIVIDE: "/"
POWER: "^"
TEXT: /"(?:[^"]|"")*"/
NUMBER: /[0-9]+(?:\.[0-9]+)?/
NAME: /[^\W\d_]+[\w.]*/
%ignore /[ \t\n\r]+/
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text between quotes, with its doubled quotes made single."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    source: str


@dataclass(frozen=True, slots=True)
class Name:
    """A path such as ``contact.age``, or ``TRUE``."""

    path: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, in small letters, with what it is given."""

    name: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """Something with its sign turned."""

    of: "Tree"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Something in parentheses."""

    of: "Tree"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two things and the operator between them."""

    operator: str
    left: "Tree"
    right: "Tree"


Tree: TypeAlias = Text | Number | Name | Call | Negated | Enclosed | Binary


class Unreadable(ValueError):
    """An expression does not follow the grammar."""


def parse(expression: str) -> Tree:
    """Read an expression, without its ``@(`` and ``)``. Raises `Unreadable`."""
    try:
        tree = cast("Tree", _PARSER.parse(expression))
    except LarkError as fault:
        raise Unreadable("it does not follow the grammar of expressions") from fault
    if _depth(tree) > DEEPEST:
        raise Unreadable(f"it nests more than {DEEPEST} levels deep")
    return tree


@v_args(inline=True)
class _Trees(Transformer[Token, Tree]):
    """Builds trees while the parser reads."""

    def text(self, token: Token) -> Tree:
        return Text(token[1:-1].replace('""', '"'))

    def number(self, token: Token) -> Tree:
        return Number(str(token))

    def name(self, token: Token) -> Tree:
        return Name(str(token))

    def call(self, name: Token, *arguments: Tree | None) -> Tree:
        given = tuple(argument for argument in arguments if argument is not None)
        return Call(name.lower(), given)

    def enclosed(self, of: Tree) -> Tree:
        return Enclosed(of)

    def negated(self, _sign: Token, of: Tree) -> Tree:
        return Negated(of)

    def binary(self, left: Tree, operator: Token, right: Tree) -> Tree:
        return Binary("!=" if operator == "<>" else str(operator), left, right)

    def concatenated(self, left: Tree, right: Tree) -> Tree:
        return Binary("&", left, right)


_PARSER: Final = Lark(_GRAMMAR, parser="lalr", transformer=_Trees(), maybe_placeholders=False)


def _depth(tree: Tree) -> int:
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in _children(part))
    return deepest


def _children(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Call):
        yield from tree.arguments
    elif isinstance(tree, Negated | Enclosed):
        yield tree.of
    elif isinstance(tree, Binary):
        yield tree.left
        yield tree.right
