"""What names lead to in a flow: what the service gives, what actions give, what flows save."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.expressions.folding import Known
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.expressions.values import Value
from gateway.core.flow.graph import Assign, Do, Flow, Menu, Node, Router, SetResult, Webhook
from gateway.core.flow.names import ACTIONS, GIVEN, ROOTS
from gateway.core.flow.parts import reached
from gateway.core.flow.release import Release
from gateway.core.flow.scene import result_key

# What stands for one name, and for any names, in what is given.
ONE: Final = "*"
REST: Final = "**"

# What is saved of a person is kept, and every flow finds it.
_KEPT: Final = "participant."

_CHOICE: Final = ("code", "name")
_PLACE: Final = ("code", "name", "level")

# What a result has, and a flow that was called, besides its results.
_OF_A_RESULT: Final = (
    "name", "value", "category", "category_localized", "input", "created_on", "node_uuid",
    f"extra.{REST}",
)  # fmt: skip
_OF_A_RUN: Final = ("status", "uuid", "flow.name", "flow.uuid", "run.status")

# The values that some names have, whatever happens.
_FIXED: Final[Mapping[str, Known]] = {
    "channel": ("sms", "ussd"),
    "participant.member": (True, False),
    "phone.stopped": (True, False),
    "session.direct": (True, False),
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What a step saves: the path, what can be named in it, and the values it can have if few.

    `codes` and `labels` are those of the options of a menu without others.
    """

    path: str
    inside: tuple[str, ...] = ()
    values: Known = None
    codes: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()


class Given:
    """The names of the flows that share their values because one calls the other."""

    def __init__(self, release: Release, flows: Sequence[Flow]) -> None:
        self.saved: dict[str, list[Saved]] = {}
        self._nodes = [node for flow in flows for node in come_to(flow)]
        for node in self._nodes:
            for one in saved_by(node):
                self.saved.setdefault(one.path, []).append(one)
        self._kept = [
            one
            for flow in release.flows.values()
            for node in come_to(flow)
            for one in saved_by(node)
            if one.path.startswith(_KEPT)
        ]
        self._calls = [node.call.flow for node in self._nodes if node.call is not None]
        # Results of imported flows may have any name.
        self._any_child = any(
            name not in release.flows or release.flows[name].runs for name in self._calls
        )
        self._results = {one for node in self._nodes for one in _results(node)}
        self._arguments = {
            name for node in self._nodes if node.call for name, _ in node.call.arguments
        }
        self._languages = release.languages
        self._patterns = [tuple(pattern.split(".")) for pattern in self._names()]

    def _names(self) -> Iterator[str]:
        yield from ROOTS
        for root, inside in GIVEN.items():
            if self._there(root):
                yield from (f"{root}.{one}" for one in inside)
        for name in self._results:
            yield from (f"results.{name}", *(f"results.{name}.{one}" for one in _OF_A_RESULT))
        if self._calls:
            yield from (f"child.{one}" for one in _OF_A_RUN)
            named = {f"child.results.{REST}"} if self._any_child else set()
            for name in self._results:
                named |= {f"child.results.{name}.{one}" for one in ("", *_OF_A_RESULT)}
            yield from (one.removesuffix(".") for one in named)
        yield from (f"argument.{name}.{REST}" for name in self._arguments)
        for one in self._kept:
            yield from (one.path, *(f"{one.path}.{inside}" for inside in one.inside))
        for path, several in self.saved.items():
            yield path
            yield from (f"{path}.{inside}" for one in several for inside in one.inside)

    def _there(self, root: str) -> bool:
        """Whether the flows do what gives a root its values."""
        if root == "child":
            return False  # it is put together from the results
        if root == "webhook":
            return any(isinstance(one, Webhook) for node in self._nodes for one in node.actions)
        if root == "motion":
            return "motion.number" in self.saved
        return True

    def leads(self, path: Path) -> bool:
        """Whether something gives what a path leads to, or what holds it."""
        return any(_fits(path.parts, pattern) for pattern in self._patterns)

    def names(self) -> AbstractSet[str]:
        """Return every whole name, and everything that holds one, for suggestions."""
        return {
            ".".join(pattern[:length])
            for pattern in self._patterns
            for length in range(1, len(pattern) + 1)
            if not {ONE, REST} & set(pattern[:length])
        }

    def domain(self, path: Path) -> Known:
        """Return all values that a path can lead to, if they are few and known."""
        if path.full == "language":
            return self._languages
        if path.full in _FIXED:
            known = _FIXED[path.full]
            return known if path.full == "channel" or known is None else (*known, None)
        if path.full in self.saved:
            return _together([one.values for one in self.saved[path.full]])
        if path.parts[-1] == "code":
            several = self.saved.get(path.full.removesuffix(".code"), [])
            return _together([one.codes for one in several])
        return None


def come_to(flow: Flow) -> Iterator[Node]:
    """Yield the nodes of a flow that something leads to."""
    names = reached(flow)
    return (node for node in flow.nodes.values() if node.name in names)


def saved_by(node: Node) -> Iterator[Saved]:
    """Yield what a node saves."""
    for action in node.actions:
        if isinstance(action, Assign):
            plain = not isinstance(action.value, Template)
            yield Saved(
                action.path,
                () if plain else (REST,),
                (action.value,) if isinstance(action.value, str | int | bool) else None,
            )
        elif isinstance(action, Webhook) and action.save is not None:
            yield Saved(action.save, ("status", "body", f"json.{REST}"))
        elif isinstance(action, Do):
            yield from (Saved(path) for path in ACTIONS[action.action].values)
    if node.call is not None:
        yield from (Saved(path, (REST,)) for path, _ in node.call.results)
    router = node.router
    if router is not None and router.save is not None:
        yield _answer(router, router.save)


def _results(node: Node) -> Iterator[str]:
    """Yield the names by which expressions find the results that a node makes."""
    if node.router is not None and node.router.result is not None:
        yield result_key(node.router.result)
    for action in node.actions:
        if isinstance(action, SetResult):
            yield result_key(action.name)


def _answer(router: Router, path: str) -> Saved:
    """Return what a router saves: a choice, a place, or what its tests find."""
    menu = None if router.wait is None else router.wait.menu
    if menu is not None:
        return _choice(menu, path)
    if router.chance:
        return Saved(path, (), (*dict.fromkeys(category.name for category in router.chance), None))
    tests = {case.test for case in router.cases}
    if "place" in tests:
        return Saved(path, _PLACE)
    if tests <= {"yes_no", "key"}:
        return Saved(path, (), (True, False, None))
    return Saved(path) if tests <= _PLAIN else Saved(path, (REST,))


# Tests whose value is a text, a number or a day, with nothing in it.
_PLAIN: Final = frozenset({"text", "number", "phone", "date", "key"})


def _choice(menu: Menu, path: str) -> Saved:
    if menu.rows is not None:
        return Saved(path, _CHOICE)
    codes = tuple(str(option.code) for option in menu.options)
    labels = [option.label for option in menu.options]
    words = [
        template.source
        for label in labels
        for template in (label.original, *label.translations.values())
    ]
    return Saved(path, _CHOICE, codes=codes, labels=tuple(words))


def _together(several: Sequence[Known]) -> Known:
    """Return all values of several that are known, and that there may be none yet."""
    if not several:
        return None
    found: list[Value] = []
    for known in several:
        if known is None:
            return None
        found += [one for one in known if one not in found]
    return (*found, None)


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path is what a pattern says, or holds it."""
    for at, part in enumerate(parts):
        if at >= len(pattern):
            return False
        if pattern[at] == REST:
            return True
        if pattern[at] not in {ONE, part}:
            return False
    return True
