"""The grammar of what stands inside ``@( )``, and the tree it is read into. Knows no values.

The order in which operators bind, the tightest first: sign, ``^``, ``* /``, ``+ -``,
``< <= > >=``, ``= !=``, ``&``, and all that follows ``(x) =>`` belongs to the function. Operators
of one line are taken from left to right, the power too.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, TypeAlias, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from gateway.core.flow.expressions.numbers import read_number
from gateway.core.text.quoting import unquote

# The operators by how tight they bind, the tightest first.
LINES: Final = (
    frozenset("^"),
    frozenset("*/"),
    frozenset("+-"),
    frozenset(("<", "<=", ">", ">=")),
    frozenset(("=", "!=")),
    frozenset("&"),
)

# How much one expression may be: longer or deeper ones are refused before they are read on.
MOST_CHARACTERS: Final = 10_000
MOST_LEVELS: Final = 100

# How much of the rest is quoted where an expression cannot be read.
_QUOTED: Final = 10

_GRAMMAR: Final = r"""
start: expression

?expression: signed
           | signed ((OPERATOR | MINUS) signed)+ -> operation
?signed: operand
       | MINUS+ operand -> negation
?operand: TEXT -> text
        | (INTEGER | DECIMAL) -> number
        | TRUE -> true
        | FALSE -> false
        | NULL -> null
        | PARAMETERS expression -> function
        | chain
?chain: link
      | link trailer+ -> links
?link: NAME -> name
     | "(" expression ")"
?trailer: "." (NAME | INTEGER | KEY) -> dot
        | "[" expression "]" -> index
        | "(" [expression ("," expression)*] ")" -> call

OPERATOR: /[!<>]=|[&=<>+*\/^]/
MINUS: "-"

PARAMETERS.3: /\(\s*[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*\s*\)\s*=>/
TEXT: /"(?:[^"\\]|\\[\s\S])*"|"(?:\\"|[^"])*"/
DECIMAL.2: /[0-9]+\.[0-9]+/
INTEGER: /[0-9]+/
KEY.2: /[0-9]+[^\W\d]\w*/
TRUE.2: /true(?!\w)/i
FALSE.2: /false(?!\w)/i
NULL.2: /null(?!\w)/i
NAME: /[^\W\d]\w*/

%ignore /[ \t\n\r]+/
"""

_PARAMETER: Final = re.compile(r"\w+")


class SyntaxTrouble(Exception):
    """An expression cannot be read. `position` counts characters from its beginning."""

    def __init__(self, message: str, position: int = 0) -> None:
        """Remember where it is."""
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, a truth value or null as it is written; a text of digits is no number."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in lower case: of a parameter, of a value of the scope, or of a function."""

    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """What follows a dot, in lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """What stands in square brackets."""

    lookup: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """What a function is called with."""

    args: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A value and what is taken from it, one after the other: ``a.b[0](c)``."""

    first: "Node"
    trailers: tuple["Dot | Index | Call", ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function without a name."""

    parameters: tuple[str, ...]
    body: "Node"


@dataclass(frozen=True, slots=True)
class Negation:
    """The sign before a value, so many times."""

    times: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """Operators that bind alike, from left to right: each with its right side."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


Node: TypeAlias = Literal | Name | Chain | Lambda | Negation | Operation


# A node, and how many levels there are below it.
_Read: TypeAlias = tuple[Node, int]


def parse(source: str) -> Node:
    """Read an expression. Raises `SyntaxTrouble`."""
    if len(source) > MOST_CHARACTERS:
        raise SyntaxTrouble(f"expression is longer than {MOST_CHARACTERS} characters")
    try:
        return cast("_Read", _parser().parse(source))[0]
    except UnexpectedInput as trouble:
        position = trouble.pos_in_stream
        if position is None or position < 0 or getattr(trouble, "token", "-") == "":
            position = len(source)
        line = source[position:].split("\n", 1)[0]
        raise SyntaxTrouble(f"syntax error at {line[:_QUOTED]}", position) from None


def levels_of(node: "Node | Dot | Index | Call") -> int:
    """Return how many levels a tree has."""
    inner: list[Node | Dot | Index | Call] = []
    if isinstance(node, Chain):
        inner = [node.first, *node.trailers]
    elif isinstance(node, Operation):
        inner = [node.first, *(operand for _, operand in node.rest)]
    elif isinstance(node, Call):
        inner = list(node.args)
    elif isinstance(node, Index):
        inner = [node.lookup]
    elif isinstance(node, Lambda):
        inner = [node.body]
    elif isinstance(node, Negation):
        inner = [node.operand]
    return 1 + max(map(levels_of, inner), default=0)


def written(node: "Node | Dot | Index | Call") -> str:
    """Return a part of an expression as its author may have written it, shortened."""
    if isinstance(node, Literal):
        value = node.value
        if value is None or isinstance(value, bool):
            return str(value).lower() if value is not None else "null"
        return f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Chain):
        return written(node.first) + "".join(map(written, node.trailers))
    if isinstance(node, Dot):
        return f".{node.name}"
    if isinstance(node, Index):
        return f"[{written(node.lookup)}]"
    return f"({', '.join(map(written, node.args))})" if isinstance(node, Call) else "(...)"


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Build())


class _Build(Transformer[Token, _Read]):
    """Builds the tree while the expression is read. The methods are named for the rules."""

    def start(self, children: list[_Read]) -> _Read:
        return children[0]

    def operation(self, children: list[_Read | Token]) -> _Read:
        """Put together what binds tighter first; operators of one line stay in a row."""
        operands = [cast("_Read", operand) for operand in children[::2]]
        signs = [str(sign) for sign in children[1::2]]
        for line in LINES:
            if line.isdisjoint(signs):
                continue
            operands, signs = _bound(operands, signs, line)
            if not signs:
                break
        return operands[0]

    def negation(self, children: list[_Read | Token]) -> _Read:
        node, level = cast("_Read", children[-1])
        return _deeper(Negation(len(children) - 1, node), level)

    def text(self, children: list[Token]) -> _Read:
        return Literal(unquote(children[0])), 1

    def number(self, children: list[Token]) -> _Read:
        number = read_number(children[0])
        if number is None:
            raise SyntaxTrouble(
                f"number {children[0]} is out of range", cast("int", children[0].start_pos)
            )
        return Literal(number), 1

    def true(self, _children: list[Token]) -> _Read:
        return Literal(value=True), 1

    def false(self, _children: list[Token]) -> _Read:
        return Literal(value=False), 1

    def null(self, _children: list[Token]) -> _Read:
        return Literal(None), 1

    def function(self, children: list[_Read | Token]) -> _Read:
        head, (body, level) = cast("Token", children[0]), cast("_Read", children[1])
        parameters = tuple(_PARAMETER.findall(head.lower()))
        return _deeper(Lambda(parameters, body), level)

    def name(self, children: list[Token]) -> _Read:
        return Name(children[0].lower()), 1

    def links(self, children: list[tuple[Node, int]]) -> _Read:
        trailers = tuple(cast("Dot | Index | Call", node) for node, _ in children[1:])
        return _deeper(Chain(children[0][0], trailers), max(level for _, level in children))

    def dot(self, children: list[Token]) -> tuple[Dot, int]:
        return Dot(children[0].lower()), 1

    def index(self, children: list[_Read]) -> tuple[Index, int]:
        return Index(children[0][0]), children[0][1]

    def call(self, children: list[_Read | None]) -> tuple[Call, int]:
        args = [child for child in children if child is not None]
        return Call(tuple(node for node, _ in args)), max((level for _, level in args), default=1)


def _bound(
    operands: list[_Read], signs: list[str], line: frozenset[str]
) -> tuple[list[_Read], list[str]]:
    """Return operands and signs with the operations of one line put together."""
    kept, between = [operands[0]], []
    row: list[tuple[str, _Read]] = []
    for sign, operand in [*zip(signs, operands[1:], strict=True), ("", operands[0])]:
        if sign in line:
            row.append((sign, operand))
            continue
        if row:
            first, level = kept[-1]
            rest = tuple((each, node) for each, (node, _) in row)
            level = max(level, *(below for _, (_, below) in row))
            kept[-1] = _deeper(Operation(first, rest), level)
            row = []
        if sign:
            between.append(sign)
            kept.append(operand)
    return kept, between


def _deeper(node: Node, level: int) -> _Read:
    if level >= MOST_LEVELS:
        raise SyntaxTrouble(f"expression is nested more than {MOST_LEVELS} levels deep")
    return node, level + 1
