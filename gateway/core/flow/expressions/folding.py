"""What an expression cannot do, whatever it is given: found by trying its parts on known values.

A part that fails on every value is a mistake, and so is a comparison that always comes out alike.
What may depend on more than is tried here is left alone: there are no false alarms.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice, product
from typing import Final, TypeAlias

from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.operators import OPERATORS, negate
from gateway.core.flow.expressions.paths import Path, path
from gateway.core.flow.expressions.scope import look_up, take
from gateway.core.flow.expressions.syntax import (
    Call,
    Chain,
    Dot,
    Index,
    Lambda,
    Literal,
    Name,
    Negation,
    Node,
    Operation,
    SyntaxTrouble,
    parse,
    written,
)
from gateway.core.flow.expressions.values import Error, Evaluation, Exhausted, Function, Value

FAILS: Final = "fails"
SAME: Final = "same"

# The values that something can have, if they are few and known; else None.
Known: TypeAlias = tuple[Value, ...] | None

# What a dotted name can stand for: all of its values, or None.
Domain: TypeAlias = Callable[[Path], Known]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a part of an expression: it FAILS, or it is always the SAME.

    `says` is a sentence without its full stop; `path` is a name in the part, if it has one.
    """

    kind: str
    says: str
    path: Path | None = None


def troubles(source: str, roots: frozenset[str], domain: Domain) -> Iterator[Trouble]:
    """Yield what cannot work in what stands between the brackets of ``@( )``.

    What cannot be read is none of our business.
    """
    try:
        tree = parse(source)
    except SyntaxTrouble:
        return
    folder = _Folder(roots, domain)
    folder.known(tree)
    yield from folder.found


def fails_always(name: str, arguments: Sequence[Known]) -> str | None:
    """Return why a function fails whatever its unknown arguments are, or None where it may not."""
    function = BUILTINS.get(name)
    if function is None:
        return f"there is no function {name}"
    folder = _Folder(frozenset(), lambda _path: None)
    folder.call(function, arguments)
    return folder.found[0].says if folder.found else None


def _text_of_anything(_evaluation: Evaluation, _args: Sequence[Value]) -> Value:
    return "a"


# One value at least of each kind that functions take, the most common first.
_NOW: Final = datetime(2026, 5, 12, 10, 30, tzinfo=UTC)
_SAMPLES: Final[tuple[Value, ...]] = (
    "12", Decimal(2), "hello world", ("a", "b"), {"a": "1", "name": "b"}, "2026-05-12 10:30", True,
    (Decimal(1), Decimal(2)), Function("", _text_of_anything), _NOW, date(2026, 5, 12),
    time(10, 30), '{"a": 1}', "tel:+260970000001", "image:https://example.org/a.jpg",
    ({"a": "1"},), "a", "", "UTC", "D", Decimal("0.5"),
    {"category": "a", "value": "a", "extra": None}, None,
)  # fmt: skip

# How many values are kept, and how many combinations are tried.
_MOST_VALUES: Final = 12
_MOST_TRIES: Final = 15_000
_MOST_UNKNOWN: Final = 3

# Functions of time and chance, which give something else another time.
_CHANGING: Final = frozenset({"now", "rand", "rand_between", "today"})

# What these make of a text depends on more than its kind: on a layout, on names, on the place.
_FUSSY: Final = frozenset(
    {
        "format_location", "has_district", "has_state", "has_ward", "parse_datetime", "parse_time",
        "prompt",
    }
)  # fmt: skip
_NEED: Final = " need "
_CONVERT: Final = "unable to convert"


class _Folder:
    """Works out the values of the parts of one expression, from the innermost to the whole."""

    def __init__(self, roots: frozenset[str], domain: Domain) -> None:
        self.roots = roots
        self.domain = domain
        self.found: list[Trouble] = []
        self.parameters: list[str] = []
        self.environment = Environment(date_format="DD-MM-YYYY", timezone=UTC, now=lambda: _NOW)

    def known(self, node: Node) -> Known:
        """Return the values that a part can have, and note what is wrong with it."""
        if isinstance(node, Literal):
            return (node.value,)
        if isinstance(node, Name):
            return self.chain(Chain(node, ()))
        if isinstance(node, Chain):
            return self.chain(node)
        if isinstance(node, Operation):
            return self.operation(node)
        if isinstance(node, Negation):
            operand = self.known(node.operand)
            return self.tried((operand,), lambda evaluation, args: negate(evaluation, args[0]))
        return self.function(node)

    def operation(self, node: Operation) -> Known:
        left = self.known(node.first)
        left_node = node.first
        for sign, operand in node.rest:
            right = self.known(operand)
            operator = OPERATORS[sign]

            def compute(
                evaluation: Evaluation,
                args: Sequence[Value],
                operator: Callable[[Evaluation, Value, Value], Value] = operator,
            ) -> Value:
                return operator(evaluation, args[0], args[1])

            result = self.tried((left, right), compute)
            if sign in _COMPARISONS and result is not None and len(result) == 1:
                self.note_same(left_node, sign, operand, result[0])
            left, left_node = result, operand
        return left

    def note_same(self, one: Node, sign: str, other: Node, value: Value) -> None:
        held = "always" if value is True else "never"
        shown = f"{written(one)} {sign} {written(other)} {held} holds"
        named = next((name for name in (self.path_of(one), self.path_of(other)) if name), None)
        self.found.append(Trouble(SAME, shown, named))

    def path_of(self, node: Node) -> Path | None:
        """Return the dotted name that a part is, if it is one."""
        if isinstance(node, Name):
            node = Chain(node, ())
        if not isinstance(node, Chain) or not isinstance(node.first, Name):
            return None
        parts = [node.first.name]
        for trailer in node.trailers:
            part = _part(trailer)
            if part is None:
                return None
            parts.append(part)
        return path(".".join(parts))

    def function(self, node: Lambda) -> Known:
        self.parameters += node.parameters
        self.known(node.body)
        del self.parameters[-len(node.parameters) :]
        return (Function("", _text_of_anything),)

    def chain(self, node: Chain) -> Known:
        """Work out a value and what is taken from it, one after the other."""
        trailers = list(node.trailers)
        first = node.first
        value: Known
        if not isinstance(first, Name):
            value = self.known(first)
        elif first.name in self.parameters or first.name in self.roots:
            whole = self.path_of(node)
            for trailer in trailers:
                self.inside(trailer)
            return None if whole is None or first.name in self.parameters else self.domain(whole)
        elif first.name in BUILTINS:
            function = BUILTINS[first.name]
            value = (function,)
            if trailers and isinstance(trailers[0], Call):
                call = trailers.pop(0)
                args = [self.known(arg) for arg in call.args] if isinstance(call, Call) else []
                value = self.call(function, args)
        else:
            value = None
        for trailer in trailers:
            value = self.taken(value, trailer)
        return value

    def inside(self, trailer: Dot | Index | Call) -> None:
        """Look into what stands in the brackets of a trailer."""
        if isinstance(trailer, Index):
            self.known(trailer.lookup)
        elif isinstance(trailer, Call):
            for arg in trailer.args:
                self.known(arg)

    def taken(self, value: Known, trailer: Dot | Index | Call) -> Known:
        """Work out what is taken from a value; of what is not known, anything may be."""
        if isinstance(trailer, Call):
            self.inside(trailer)
            return None
        key = (trailer.name,) if isinstance(trailer, Dot) else self.known(trailer.lookup)
        if value is None or key is None:
            return None
        found = look_up if isinstance(trailer, Dot) else take
        return self.tried(
            (value, key), lambda evaluation, args: found(evaluation, args[0], args[1])
        )

    def call(self, function: Function, args: Sequence[Known]) -> Known:
        """Call a function with all that its arguments can be."""
        if function.name in _FUSSY or args.count(None) > _MOST_UNKNOWN:
            only = self.once(
                function.call, [_SAMPLES[0] if one is None else one[0] for one in args]
            )
            if isinstance(only, Error) and _NEED in only.message:
                self.found.append(Trouble(FAILS, only.message))
            return None
        result = self.tried(args, function.call)
        return None if function.name in _CHANGING else result

    def tried(
        self,
        operands: Sequence[Known],
        compute: Callable[[Evaluation, Sequence[Value]], Value],
    ) -> Known:
        """Compute with every combination of values; note it where each of them fails.

        The result is known where all operands are.
        """
        settled = all(known is not None for known in operands)
        results: list[Value] = []
        errors: Counter[str] = Counter()
        tries = product(*(_SAMPLES if known is None else known for known in operands))
        for values in islice(tries, _MOST_TRIES):
            result = self.once(compute, values)
            if isinstance(result, Error):
                errors[result.message] += 1
            elif not settled:
                return None
            elif result not in results:
                results.append(result)
        if results:
            return tuple(results) if len(results) <= _MOST_VALUES else None
        if errors:
            # What is said of most values is not about one of those that were only tried.
            telling = {said: count for said, count in errors.items() if _CONVERT not in said}
            says = max(telling or errors, key=errors.__getitem__)
            self.found.append(Trouble(FAILS, says))
        return None

    def once(
        self, compute: Callable[[Evaluation, Sequence[Value]], Value], values: Sequence[Value]
    ) -> Value:
        try:
            return compute(Evaluation(self.environment), values)
        except (Exhausted, RecursionError):
            return Error("it takes more than an expression may")


_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


def _part(trailer: Dot | Index | Call) -> str | None:
    """Return the part of a dotted name that a trailer is."""
    if isinstance(trailer, Dot):
        return trailer.name
    if isinstance(trailer, Index) and isinstance(trailer.lookup, Literal):
        value = trailer.lookup.value
        return value.lower() if isinstance(value, str) else None
    return None
