"""What the names in flows stand for in RapidPro: results of runs, fields and names of contacts.

A value under ``participant`` is kept of the person; any other is a result of the flow that saves
it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Assign, Flow, Router, Webhook
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.parts import templates
from gateway.core.flow.scene import result_key
from gateway.core.text.quoting import quote
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.limits import Limit
from gateway.flowfiles.leaving.naming import key_of, three_letters

PARTICIPANT: Final = "participant"
NAME: Final = "participant.name"
LANGUAGE: Final = "participant.language"
GROUPS: Final = "participant.groups"

_NULL: Final = "null"

# The kinds of values. Of a `choice` the label and the code are kept, of an `answer` of a server
# what it said and its status; `any` may be a number or a text.
TEXT: Final = "text"
NUMBER: Final = "number"
FLAG: Final = "flag"
CHOICE: Final = "choice"
DATE: Final = "date"
PLACE: Final = "place"
ANSWER: Final = "answer"
ANY: Final = "any"

_OF_RECORDS: Final = frozenset(
    {"participant.number", "participant.member", "participant.place"}
    | {path for spec in ACTIONS.values() for path in spec.values}
)
_LOST: Final[Mapping[str, Limit]] = {
    "motion": limits.RECORD,
    "motions": limits.RECORD,
    "outcome": limits.OUTCOME,
    "pending": limits.RECORD,
    "phone": limits.RECORD,
    "prompt": limits.RECORD,
}
_TESTS: Final[Mapping[str, str]] = {
    "date": DATE,
    "number": NUMBER,
    "place": PLACE,
    "yes_no": FLAG,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for: an expression of RapidPro's, or a `constant` that is known now.

    `missing` says that it is an error there where nothing was saved. `kinds` are those of its
    value.
    """

    expression: str
    kinds: frozenset[str] = frozenset({ANY})
    missing: bool = True
    constant: Json = None
    known: bool = False


class Lost(Exception):
    """A name stands for nothing in RapidPro."""

    def __init__(self, limit: Limit, what: str) -> None:
        super().__init__(what)
        self.limit = limit
        self.what = what


@dataclass
class Saves:
    """What one flow saves, by path with the kinds; its results; the flows that it calls."""

    kinds: dict[str, set[str]] = field(default_factory=dict)
    menus: set[str] = field(default_factory=set)
    calls: dict[str, None] = field(default_factory=dict)

    def add(self, path: str, kind: str) -> None:
        """Note that something of a kind is saved under a path."""
        self.kinds.setdefault(path, set()).add(kind)


class Meanings:
    """The names of all flows of a release."""

    def __init__(
        self,
        flows: Mapping[str, Flow],
        movement: str,
        languages: Sequence[str],
        group: Callable[[str], str],
    ) -> None:
        """`movement` is its name, `languages` are those it offers; `group` gives a group's uuid."""
        self.movement = movement
        self.group = group
        self.languages = frozenset(languages)
        self.saved = {name: _of_flow(flow) for name, flow in flows.items() if not flow.runs}
        self.read: dict[str, dict[str, None]] = {}  # fields that only earlier flows have saved
        self.callers: dict[str, set[str]] = {}
        for name, one in self.saved.items():
            for called in one.calls:
                self.callers.setdefault(called, set()).add(name)
        self.written_in = {name: flow.language for name, flow in flows.items()}
        self.arguments = {name: _arguments(flow) for name, flow in flows.items()}

    def spoken(self, otherwise: str) -> str:
        """Return the expression for the two letters of the person's language."""
        made = otherwise
        for one in sorted(self.languages):
            known = three_letters(one)
            if known is not None and known != one:
                made = f'if(contact.language = "{known}", "{one}", {made})'
            elif known is not None:
                made = f'if(contact.language = "{known}", "{known}", {made})'
        return made

    # What is saved

    def kinds(self, flow: str, path: str) -> frozenset[str]:
        """Return the kinds of what is saved under a path; in all flows where it is a person's."""
        inside = self.saved.values() if _of_person(path) else [self.saved[flow]]
        return frozenset().union(*(one.kinds.get(path, ()) for one in inside))

    def clashes(self, flow: str) -> Iterator[tuple[str, str]]:
        """Yield paths of a flow that have one name in RapidPro."""
        seen: dict[tuple[bool, str], str] = {}
        for path in self.saved[flow].kinds:
            first = seen.setdefault((_of_person(path), key_of(path)), path)
            if first != path:
                yield first, path

    def fields(self, flow: str) -> Iterator[tuple[str, str]]:
        """Yield the contact fields that a flow saves: the key, and the type."""
        for path in self.saved[flow].kinds:
            if _is_field(path):
                kinds = self.kinds(flow, path)
                yield field_key(path), "number" if kinds == {NUMBER} else "text"
                if CHOICE in kinds:
                    yield f"{field_key(path)}_code", "text"
        for key in self.read.get(flow, ()):
            yield key, "text"

    # What a name stands for

    def find(self, flow: str, parts: tuple[str, ...], *, back: bool = False) -> Found:
        """Return what a path stands for in a flow. Raises `Lost`.

        `back` says that a flow which was called has just come back.
        """
        root, name = parts[0], ".".join(parts)
        if root in _LOST:
            raise Lost(_LOST[root], f"@{name}")
        special = _SPECIAL.get(root)
        if special is not None:
            return special(self, flow, parts)
        for length in range(len(parts), 0, -1):
            path = ".".join(parts[:length])
            if path in _OF_RECORDS:
                raise Lost(limits.RECORD, f"@{name}")
            if path in {NAME, LANGUAGE, GROUPS}:
                return self._contact(flow, path, parts[length:])
            if self._saves(path):
                return self._saved_value(flow, path, parts[length:], back=back)
        if len(parts) == 1:
            raise Lost(limits.WHOLE, f"@{name}")
        if root == PARTICIPANT:
            self.read.setdefault(flow, {})[field_key(name)] = None
            return Found(f"fields.{field_key(name)}", missing=False)
        return Found(f"results.{key_of(name)}")

    def _contact(self, flow: str, path: str, rest: tuple[str, ...]) -> Found:
        """Return what every contact has there; of a choice, its label or its code is kept."""
        choice = CHOICE in self.kinds(flow, path)
        if path == NAME and (not rest or (choice and rest == ("name",))):
            return Found("contact.name", frozenset({TEXT}), missing=False)
        if path == LANGUAGE and (rest == ("code",) or not (rest or choice)):
            return Found(self.spoken(_NULL), frozenset({TEXT}), missing=False)
        if path == GROUPS and not rest:
            return Found("contact.groups", missing=False)
        raise Lost(limits.WHOLE, f"@{'.'.join((path, *rest))}")

    def _saves(self, path: str) -> bool:
        """Whether any flow saves something under a path."""
        return any(path in one.kinds for one in self.saved.values())

    def _saved_value(self, flow: str, path: str, rest: Sequence[str], *, back: bool) -> Found:
        holder, owner = ("fields", flow) if _is_field(path) else self._holder(flow, path, back=back)
        kinds = self.kinds(owner, path)
        base = field_key(path) if holder == "fields" else key_of(path)
        missing = holder != "fields"
        full = ".".join((path, *rest))
        if ANSWER in kinds:
            return self._answer(f"{holder}.{base}", rest, full)
        if PLACE in kinds:
            raise Lost(limits.PLACE, f"@{full}")
        if not rest or (list(rest) == ["name"] and kinds == {CHOICE}):
            return Found(f"{holder}.{base}", kinds, missing)
        if list(rest) == ["code"] and CHOICE in kinds and ANY not in kinds:
            return Found(f"{holder}.{base}_code", frozenset({TEXT}), missing)
        raise Lost(limits.WHOLE, f"@{full}")

    @staticmethod
    def _answer(base: str, rest: Sequence[str], full: str) -> Found:
        """Return a part of what a server said."""
        if list(rest) == ["status"]:
            return Found(base, frozenset({NUMBER}))
        if rest and rest[0] == "json":
            return Found(".".join((base, "extra", *rest[1:])))
        raise Lost(limits.ANSWERED, f"@{full}")

    def _holder(self, flow: str, path: str, *, back: bool) -> tuple[str, str]:
        """Return where results with a path are found from a flow, and which flow saves them."""
        own = path in self.saved[flow].kinds
        below = [one for one in self._below(flow) if path in self.saved[one].kinds]
        above = [one for one in self.callers.get(flow, ()) if path in self.saved[one].kinds]
        calls = [one for one in self.saved[flow].calls if one in self.saved]
        if below:
            alone = below == calls and len(below) == 1 and not own and not above
            if alone and (back or len(self.saved[flow].calls) == 1):
                return "child.results", below[0]
            raise Lost(limits.SHARED, f"@{path}, which the flow {below[0]} saves too")
        if own:
            return "results", flow
        if above:
            return "parent.results", min(above)
        others = sorted(name for name, one in self.saved.items() if path in one.kinds)
        if flow in self._reached_from(others):
            raise Lost(limits.SHARED, f"@{path}, which the flow {others[0]} saves")
        return "results", flow

    def _below(self, flow: str) -> list[str]:
        """Return the flows that are called from a flow, or from those."""
        found: dict[str, None] = {}
        ahead = list(self.saved[flow].calls)
        while ahead:
            name = ahead.pop()
            if name not in found and name in self.saved:
                found[name] = None
                ahead += self.saved[name].calls
        return sorted(found)

    def _reached_from(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(one for name in names for one in self._below(name))


# Names of the engine's own


def _movement(meanings: Meanings, _flow: str, parts: tuple[str, ...]) -> Found:
    if parts[1:] == ("name",):
        return Found("", frozenset({TEXT}), constant=meanings.movement, known=True)
    if len(parts) == 3 and parts[1] == "languages":
        offered = True if parts[2] in meanings.languages else None
        return Found("", frozenset({FLAG}), constant=offered, known=True)
    raise Lost(limits.WHOLE, f"@{'.'.join(parts)}")


def _argument(_meanings: Meanings, _flow: str, parts: tuple[str, ...]) -> Found:
    if len(parts) != 2:
        raise Lost(limits.WHOLE, f"@{'.'.join(parts)}")
    return Found(f"parent.results.{argument_key(parts[1])}")


def _language(meanings: Meanings, flow: str, _parts: tuple[str, ...]) -> Found:
    own = quote(meanings.written_in[flow])
    return Found(meanings.spoken(own), frozenset({TEXT}), missing=False)


def _results(meanings: Meanings, flow: str, parts: tuple[str, ...]) -> Found:
    if len(parts) == 3 and parts[2] == "category" and parts[1] in meanings.saved[flow].menus:
        raise Lost(limits.CATEGORY, f"@{'.'.join(parts)}")
    return Found(".".join(parts))


def _webhook(_meanings: Meanings, _flow: str, parts: tuple[str, ...]) -> Found:
    if len(parts) > 1 and parts[1] in {"json", "status"}:
        return Found(".".join(parts))
    raise Lost(limits.ANSWERED, f"@{'.'.join(parts)}")


_SPECIAL: Final[Mapping[str, Callable[[Meanings, str, tuple[str, ...]], Found]]] = {
    "argument": _argument,
    "channel": lambda _meanings, _flow, _parts: Found(
        "", frozenset({TEXT}), constant="sms", known=True
    ),
    "child": lambda _meanings, _flow, parts: Found(".".join(parts)),
    "language": _language,
    "movement": _movement,
    "results": _results,
    # Nothing is dialled there, so there is nothing behind the code.
    "session": lambda _meanings, _flow, _parts: Found("", known=True),
    "webhook": _webhook,
}


# What paths and keys are


def _of_person(path: str) -> bool:
    return path.partition(".")[0] == PARTICIPANT


def _is_field(path: str) -> bool:
    return _of_person(path) and path not in {NAME, LANGUAGE}


def field_key(path: str) -> str:
    """Return the key of the field that keeps a value of the person."""
    return key_of(path.removeprefix(f"{PARTICIPANT}."))


def argument_key(name: str) -> str:
    """Return the result that hands an argument over to a flow that is called."""
    return f"argument_{name}"


# What flows save


def _of_flow(flow: Flow) -> Saves:
    found = Saves()
    for node in flow.nodes.values():
        for action in node.actions:
            if isinstance(action, Assign):
                found.add(action.path, _kind_of(action.value))
            elif isinstance(action, Webhook) and action.save is not None:
                found.add(action.save, ANSWER)
        if node.call is not None:
            found.calls[node.call.flow] = None
            for path, value in node.call.results:
                found.add(path, _kind_of(value))
        if node.router is not None:
            _of_router(node.router, found)
    return found


def _of_router(router: Router, found: Saves) -> None:
    menu = None if router.wait is None else router.wait.menu
    if router.save is not None:
        if menu is not None:
            found.add(router.save, CHOICE)
        elif router.chance:
            found.add(router.save, TEXT)
        for case in router.cases:
            if case.test != "key":
                found.add(router.save, _kind_found(case.test))
    if router.result is not None and menu is not None:
        found.menus.add(result_key(router.result))


def _kind_found(test: str) -> str:
    if test.startswith("has_number"):
        return NUMBER
    return _TESTS.get(test, TEXT)


def _kind_of(value: Template | Json) -> str:
    if isinstance(value, Template):
        return TEXT if value.single is None else ANY
    if isinstance(value, bool):
        return FLAG
    return NUMBER if isinstance(value, int | float) else TEXT


def _arguments(flow: Flow) -> frozenset[str]:
    """Return the names of the arguments that a flow asks for."""
    return frozenset(
        path.parts[1]
        for node in flow.nodes.values()
        for template in templates(node)
        for path in template.paths
        if path.parts[0] == "argument" and len(path.parts) > 1
    )
