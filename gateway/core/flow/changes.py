"""What is other in one release than in another: flows, steps, texts and what begins them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeAlias

from gateway.core.flow.beginnings import beginnings
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Flow, Text
from gateway.core.flow.release import Release
from gateway.core.flow.spoken import spoken, step_of, written

Plain: TypeAlias = object
_NOWHERE = frozenset(("line", "path"))  # where something is written, which says nothing of it


@dataclass(frozen=True, slots=True)
class Words:
    """A text that reads otherwise in a language; None where it was not there, or is not any more.

    `kind` is one of `spoken.Kind`, or ``system`` for the system's texts, whose name is the step.
    """

    step: str
    kind: str
    number: str
    language: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A flow that is in both releases and is not the same. Steps are by name."""

    flow: str
    title: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    other: tuple[str, ...]
    words: tuple[Words, ...]
    begins_otherwise: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All that is other. Flows are by name; `system` are texts that belong to no flow."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    flows: tuple[Changed, ...]
    system: tuple[Words, ...]

    @property
    def any(self) -> bool:
        """Whether people would notice anything."""
        return bool(self.new or self.gone or self.flows or self.system)


def changes(before: Release, after: Release) -> Changes:
    """Return what is other in the second release."""
    starts = beginnings(before), beginnings(after)
    languages = tuple(dict.fromkeys((*before.languages, *after.languages)))
    flows = []
    for name, flow in after.flows.items():
        if name in before.flows:
            otherwise = set(starts[0].get(name, ())) != set(starts[1].get(name, ()))
            one = _changed(before.flows[name], flow, languages, begins_otherwise=otherwise)
            if one is not None:
                flows.append(one)
    return Changes(
        new=tuple(name for name in after.flows if name not in before.flows),
        gone=tuple(name for name in before.flows if name not in after.flows),
        flows=tuple(flows),
        system=tuple(_system(before, after, languages)),
    )


def _changed(
    before: Flow, after: Flow, languages: tuple[str, ...], *, begins_otherwise: bool
) -> Changed | None:
    earlier, later = _steps(before), _steps(after)
    words = tuple(_words(before, after, languages))
    found = Changed(
        flow=after.name,
        title=after.title or after.name,
        new=tuple(name for name in later if name not in earlier),
        gone=tuple(name for name in earlier if name not in later),
        other=tuple(
            name for name, step in later.items() if name in earlier and step != earlier[name]
        ),
        words=words,
        begins_otherwise=begins_otherwise,
    )
    same = not (found.new or found.gone or found.other or words or begins_otherwise)
    return None if same and _settings(before) == _settings(after) else found


def _settings(flow: Flow) -> Plain:
    return tuple(
        getattr(flow, one.name)
        for one in fields(flow)
        if one.name not in _NOWHERE and one.name != "nodes"
    )


def _steps(flow: Flow) -> Mapping[str, Plain]:
    """Return what each step of a flow is, without the lines of its file and its translations."""
    found: dict[str, list[Plain]] = {}
    for node in flow.nodes.values():
        found.setdefault(step_of(node.name), []).append(_plain(node))
    return found


def _plain(thing: object) -> Plain:
    """Return a part of a flow as values that compare equal where they mean the same."""
    if isinstance(thing, Text):
        return thing.original.source
    if isinstance(thing, Template):
        return thing.source
    if isinstance(thing, Mapping):
        return tuple((key, _plain(value)) for key, value in thing.items())
    if isinstance(thing, (tuple, list)):
        return tuple(_plain(one) for one in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return tuple(
            _plain(getattr(thing, one.name)) for one in fields(thing) if one.name not in _NOWHERE
        )
    return getattr(thing, "__qualname__", "") if isinstance(thing, Callable) else thing  # type: ignore[arg-type]


def _words(before: Flow, after: Flow, languages: tuple[str, ...]) -> Iterator[Words]:
    earlier = {one.key: one.text for one in spoken(before)}
    later = {one.key: one.text for one in spoken(after)}
    for key in dict.fromkeys((*later, *earlier)):
        for language in languages:
            was = _in(earlier.get(key), language, before.language)
            now = _in(later.get(key), language, after.language)
            if was != now:
                yield Words(*key, language, was, now)


def _system(before: Release, after: Release, languages: tuple[str, ...]) -> Iterator[Words]:
    for name in dict.fromkeys((*after.texts, *before.texts)):
        for language in languages:
            was = _in(before.texts.get(name), language, before.languages[0])
            now = _in(after.texts.get(name), language, after.languages[0])
            if was != now:
                yield Words(name, "system", "", language, was, now)


def _in(text: Text | None, language: str, own: str) -> str | None:
    return None if text is None else written(text, language, own)
