"""Turns an expression into a closure that is called with a scope. Every name is settled here.

A parameter of a function wins over a value of the scope, and that over a function. A dotted name
becomes one call of the scope's `find`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, cast

from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.operators import OPERATORS, Operator, negate
from gateway.core.flow.expressions.paths import Path, path
from gateway.core.flow.expressions.scope import Scope, look_up, take
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
    levels_of,
    parse,
    written,
)
from gateway.core.flow.expressions.values import (
    Error,
    Evaluation,
    Exhausted,
    Function,
    Value,
)

Run: TypeAlias = Callable[[Scope], Value]

# How many parts of a dotted name are asked of the scope; what follows is looked up in the value.
MOST_PARTS: Final = 12

# How many levels may be evaluated within each other, and what calling a function adds to its body.
_MOST_LEVELS: Final = 250
_CALL_LEVELS: Final = 6

_KEY: Final = re.compile(r"\w+").fullmatch


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. Whoever calls `run` spends `cost` before.

    `path` is set where the expression is a dotted name and nothing else.
    """

    run: Run
    cost: int
    path: Path | None
    paths: tuple[Path, ...]
    functions: frozenset[str]


@lru_cache(maxsize=4096)
def compile_expression(source: str, roots: frozenset[str]) -> Expression:
    """Compile what stands in ``@( )``. Raises `SyntaxTrouble`.

    `roots` are the first parts, in lower case, of the names that the scope knows.
    """
    compiler = _Compiler(roots)
    tree = parse(source)
    run = compiler.node(tree)
    paths = tuple(compiler.paths)
    named = isinstance(tree, Name | Chain) and len(paths) == 1 and not compiler.cost
    return Expression(
        run, compiler.cost, paths[0] if named else None, paths, frozenset(compiler.functions)
    )


def compile_path(name: str) -> Expression:
    """Compile a dotted name."""
    found = path(name)
    return Expression(lambda scope: scope.find(found), 0, found, (found,), frozenset())


class _Inner:
    """The scope within a function: what it was called with, and around it what it was made in."""

    __slots__ = ("evaluation", "find", "outer", "values")

    def __init__(self, outer: Scope, values: Sequence[Value]) -> None:
        self.evaluation = outer.evaluation
        self.find = outer.find
        self.outer = outer
        self.values = values


class _Compiler:
    """Compiles one expression and notes what it costs and names."""

    def __init__(self, roots: frozenset[str]) -> None:
        self.roots = roots
        self.cost = 0
        self.paths: list[Path] = []
        self.functions: set[str] = set()
        # Of the functions around the place that is being compiled, the outermost first.
        self.parameters: list[tuple[str, ...]] = []

    def node(self, node: Node) -> Run:
        """Compile any node."""
        if isinstance(node, Chain):
            return self.chain(node)
        if isinstance(node, Name):
            return self.chain(Chain(node, ()))
        if isinstance(node, Literal):
            return _constant(node.value)
        if isinstance(node, Operation):
            return self.operation(node)
        return self.negation(node) if isinstance(node, Negation) else self.function(node)

    def operation(self, node: Operation) -> Run:
        run = self.node(node.first)
        for sign, operand in node.rest:
            self.cost += 1
            run = _operation(OPERATORS[sign], run, self.node(operand))
        return run

    def negation(self, node: Negation) -> Run:
        self.cost += 1
        operand = self.node(node.operand)
        twice = node.times % 2 == 0

        def run(scope: Scope) -> Value:
            value = negate(scope.evaluation, operand(scope))
            return value.copy_negate() if twice and not isinstance(value, Error) else value

        return run

    def chain(self, node: Chain) -> Run:
        """Compile a value and what is taken from it, settling what its first name means."""
        trailers = node.trailers
        if not isinstance(node.first, Name):
            run, done = self.node(node.first), 0
        elif (parameter := self.parameter(node.first.name)) is not None:
            run, done = parameter, 0
        elif node.first.name in self.roots or node.first.name not in BUILTINS:
            run, done = self.named(node)
        else:
            run, done = self.builtin(node)
        for position, trailer in enumerate(trailers[done:], done):
            self.cost += 1
            if isinstance(trailer, Dot):
                run = _lookup(run, _constant(trailer.name))
            elif isinstance(trailer, Index):
                run = _taken(run, self.node(trailer.lookup))
            else:
                run = self.call(run, trailer, written(Chain(node.first, trailers[:position])))
        return run

    def parameter(self, name: str) -> Run | None:
        """Return what finds a parameter: so many functions out, at that position."""
        for out, names in enumerate(reversed(self.parameters)):
            if name in names:
                return _parameter(out, len(names) - 1 - names[::-1].index(name))
        return None

    def named(self, node: Chain) -> tuple[Run, int]:
        """Compile a dotted name; return with it how many of the trailers it took up."""
        name = cast("Name", node.first).name
        parts = [name]
        for trailer in node.trailers[: MOST_PARTS - 1]:
            part = _part(trailer)
            if part is None:
                break
            parts.append(part)
        found = path(".".join(parts))
        calls = len(parts) == 1 and bool(node.trailers) and isinstance(node.trailers[0], Call)
        if calls and name not in self.roots:
            self.functions.add(name)
        else:
            self.paths.append(found)
        taken = node.trailers[: len(parts) - 1]
        brackets = [position for position, one in enumerate(taken) if isinstance(one, Index)]
        if brackets:
            self.cost += 1
            return _with_brackets(found, taken, brackets[0]), len(taken)
        absent = Error(f"{name} is not a function")

        def run(scope: Scope) -> Value:
            return scope.find(found)

        def callee(scope: Scope) -> Value:
            value = scope.find(found)
            return absent if isinstance(value, Error) else value

        return callee if calls else run, len(parts) - 1

    def builtin(self, node: Chain) -> tuple[Run, int]:
        """Compile a function's name, with the call that follows it if one does."""
        function = BUILTINS[cast("Name", node.first).name]
        self.functions.add(function.name)
        if not node.trailers or not isinstance(node.trailers[0], Call):
            return _constant(function), 0
        self.cost += 1
        return _direct_call(function, [self.node(arg) for arg in node.trailers[0].args]), 1

    def call(self, callee: Run, trailer: Call, called: str) -> Run:
        args = [self.node(arg) for arg in trailer.args]
        wrong = Error(f"{called} is not a function")

        def run(scope: Scope) -> Value:
            function = callee(scope)
            if isinstance(function, Function):
                return function.call(scope.evaluation, [arg(scope) for arg in args])
            if isinstance(function, Error):
                return function
            return wrong

        return run

    def function(self, node: Lambda) -> Run:
        around, self.cost = self.cost, 0
        self.parameters.append(node.parameters)
        body = self.node(node.body)
        self.parameters.pop()
        cost, self.cost = self.cost + 1, around
        levels = levels_of(node.body) + _CALL_LEVELS
        expected = len(node.parameters)

        def make(scope: Scope) -> Value:
            def call(evaluation: Evaluation, args: Sequence[Value]) -> Value:
                if len(args) != expected:
                    return Error(_FAILED + f"need {expected} argument(s), got {len(args)}")
                evaluation.spend(cost)
                evaluation.level += levels
                if evaluation.level > _MOST_LEVELS:
                    raise Exhausted
                result = body(_Inner(scope, args))
                evaluation.level -= levels
                return Error(_FAILED + result.message) if isinstance(result, Error) else result

            return Function("", call)

        return make


_FAILED: Final = "error calling <anon>(...): "


def _constant(value: Value) -> Run:
    return lambda _scope: value


def _parameter(out: int, position: int) -> Run:
    if out == 0:
        return lambda scope: cast("_Inner", scope).values[position]

    def run(scope: Scope) -> Value:
        for _ in range(out):
            scope = cast("_Inner", scope).outer
        return cast("_Inner", scope).values[position]

    return run


def _operation(operator: Operator, one: Run, other: Run) -> Run:
    return lambda scope: operator(scope.evaluation, one(scope), other(scope))


def _lookup(container: Run, key: Run) -> Run:
    return lambda scope: look_up(scope.evaluation, container(scope), key(scope))


def _taken(container: Run, key: Run) -> Run:
    return lambda scope: take(scope.evaluation, container(scope), key(scope))


def _with_brackets(whole: Path, trailers: Sequence[Dot | Index | Call], dots: int) -> Run:
    """Find a name of which brackets are a part, the first after so many dots.

    Where nothing is found at once, a step after the other says whether that is an error or null.
    """
    begins = path(".".join(whole.parts[: dots + 1]))
    steps = [
        (take if isinstance(trailer, Index) else look_up, part)
        for trailer, part in zip(trailers[dots:], whole.parts[dots + 1 :], strict=True)
    ]

    def run(scope: Scope) -> Value:
        value = scope.find(whole)
        if isinstance(value, Error):
            value = scope.find(begins)
            for step, part in steps:
                value = step(scope.evaluation, value, part)
        return value

    return run


def _direct_call(function: Function, args: Sequence[Run]) -> Run:
    """Call a function that is known, with as many arguments as are written."""
    call = function.call
    if len(args) == 1:
        (only,) = args
        return lambda scope: call(scope.evaluation, (only(scope),))
    if len(args) == 2:
        one, other = args
        return lambda scope: call(scope.evaluation, (one(scope), other(scope)))
    return lambda scope: call(scope.evaluation, [arg(scope) for arg in args])


def _part(trailer: Dot | Index | Call) -> str | None:
    """Return the part of a path that a trailer is: a name after a dot or a word in brackets."""
    if isinstance(trailer, Dot):
        return trailer.name
    if isinstance(trailer, Index) and isinstance(trailer.lookup, Literal):
        value = trailer.lookup.value
        return value.lower() if isinstance(value, str) and _KEY(value) else None
    return None
