"""The grammar of contact queries, and the tree it is read into. Knows no properties.

AND binds tighter than OR, and conditions side by side are joined by AND. What is joined alike is
one combination, however it is bracketed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from gateway.core.contacts.errors import SYNTAX, TOO_DEEP, TOO_LONG, QueryError
from gateway.core.text.quoting import unquote

# How much one query may be. Longer and deeper ones are refused before they are looked into.
MOST_CHARACTERS: Final = 10_000
MOST_LEVELS: Final = 50

Joiner: TypeAlias = Literal["AND", "OR"]

# A character of a bare word. Letters of every script are, and what is written with them.
_WORD: Final = r"(?:[A-Za-z0-9_.+\-\/'@:]|[^\x00-\x7f\s])"
_GRAMMAR: Final = r"""
start: any
any: all (_OR all)*
all: _term (_AND? _term)*
_term: condition | implied | "(" any ")"
condition: PROPERTY COMPARISON _literal
implied: _literal
_literal: PROPERTY | TEXT | STRING

_AND.3: /and(?!WORD)/i
_OR.3: /or(?!WORD)/i
COMPARISON.3: /!=|>=|<=|[=~><]|(?:is|has)(?!WORD)/i
STRING: /"(?:[^"\\]|\\[\s\S])*"|"(?:\\"|[^"])*"/
PROPERTY.2: /[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?(?!WORD)/i
TEXT: /WORD+/

%ignore /\s+/
""".replace("WORD", _WORD)

# The words that stand for a comparison's sign.
_SIGNS: Final = {"is": "=", "has": "~"}


@dataclass(frozen=True, slots=True)
class Given:
    """A condition as written: property and sign in lower case, ``""`` both for a bare value."""

    name: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts that are joined alike; `levels` is how deep they go."""

    joiner: Joiner
    parts: "tuple[Given | Joined, ...]"
    levels: int


Tree: TypeAlias = Given | Joined


def parse(text: str) -> Tree:
    """Read a query. Raises `QueryError` for one that is too long, too deep or none."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            TOO_LONG,
            f"the query has {len(text)} characters, which is more than {MOST_CHARACTERS}",
            {"limit": str(MOST_CHARACTERS)},
        )
    try:
        tree: Tree = _parser().parse(text)  # type: ignore[assignment] # what `_Builder` makes
    except UnexpectedInput as trouble:
        raise _unreadable(trouble) from None
    if isinstance(tree, Joined) and tree.levels > MOST_LEVELS:
        raise QueryError(
            TOO_DEEP,
            f"the query has AND and OR within one another more than {MOST_LEVELS} times",
            {"limit": str(MOST_LEVELS)},
        )
    return tree


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder())


class _Builder(Transformer[Token, Tree]):
    """Makes the tree while the query is read, so that depth costs no recursion."""

    def start(self, children: list[Tree]) -> Tree:
        return children[0]

    def any(self, children: list[Tree]) -> Tree:
        return _joined("OR", children)

    def all(self, children: list[Tree]) -> Tree:
        return _joined("AND", children)

    def condition(self, children: list[Token]) -> Tree:
        name, operator, literal = children
        sign = operator.lower()
        return Given(name.lower(), _SIGNS.get(sign, sign), _value(literal))

    def implied(self, children: list[Token]) -> Tree:
        return Given("", "", _value(children[0]))


def _joined(joiner: Joiner, parts: list[Tree]) -> Tree:
    if len(parts) == 1:
        return parts[0]
    flat: list[Tree] = []
    levels = 0
    for part in parts:
        alike = isinstance(part, Joined) and part.joiner == joiner
        flat += part.parts if isinstance(part, Joined) and alike else (part,)
        if isinstance(part, Joined):
            levels = max(levels, part.levels - alike)
    return Joined(joiner, tuple(flat), levels + 1)


def _value(literal: Token) -> str:
    return unquote(literal) if literal.type == "STRING" else str(literal)


def _unreadable(trouble: UnexpectedInput) -> QueryError:
    """Return what is wrong where a query cannot be read on."""
    if isinstance(trouble, UnexpectedCharacters):
        written = trouble.char
    elif isinstance(trouble, UnexpectedToken) and trouble.token.type != "$END":
        written = str(trouble.token)
    else:
        return QueryError(SYNTAX, "the query ends where a condition or a value should follow")
    place = f"line {trouble.line}, character {trouble.column}"
    return QueryError(SYNTAX, f"unexpected '{written}' at {place} of the query")
