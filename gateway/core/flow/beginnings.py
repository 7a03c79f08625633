"""What begins each flow of a release: its triggers, and the flows that call it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.core.flow.release import Release
from gateway.core.flow.triggers import Timetable, Triggers

Kind: TypeAlias = Literal[
    "keyword", "message", "pattern", "code", "dial", "short_code", "newcomer", "joined",
    "missed_call", "broadcast_reply", "other", "timetable", "campaign", "flow",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beginning:
    """One way in which a flow begins. `what` is the word, code, pattern, group or flow."""

    kind: Kind
    what: str = ""
    language: str = ""
    timetable: Timetable | None = None


def beginnings(release: Release) -> Mapping[str, tuple[Beginning, ...]]:
    """Return by flow what begins it, in the order in which it is asked for."""
    found: defaultdict[str, list[Beginning]] = defaultdict(list)
    for flow, beginning in (*_claimed(release.triggers), *_called(release)):
        if beginning not in found[flow]:
            found[flow].append(beginning)
    return {flow: tuple(several) for flow, several in found.items()}


def _claimed(triggers: Triggers) -> Iterator[tuple[str, Beginning]]:
    for word, one in triggers.words.items():
        yield one.flow, Beginning("keyword", word, one.language)
    for words, one in triggers.whole.items():
        yield one.flow, Beginning("message", words, one.language)
    for pattern in triggers.patterns:
        trigger = pattern.trigger
        yield trigger.flow, Beginning("pattern", pattern.source, trigger.language)
    for code, flow in triggers.codes.items():
        yield flow, Beginning("code", code)
    for code, flow in triggers.short_codes.items():
        yield flow, Beginning("short_code", code)
    alone: tuple[tuple[Kind, str | None], ...] = (
        ("dial", triggers.dial),
        ("newcomer", triggers.newcomer),
        ("joined", triggers.joined),
        ("missed_call", triggers.missed_call),
        ("broadcast_reply", triggers.broadcast_reply),
        ("other", triggers.other),
    )
    for kind, begun in alone:
        if begun is not None:
            yield begun, Beginning(kind)
    for timetable in triggers.timetables:
        yield timetable.flow, Beginning("timetable", timetable.group, timetable=timetable)
    for event in triggers.campaigns:
        yield event.flow, Beginning("campaign", event.campaign[1] or event.group)


def _called(release: Release) -> Iterator[tuple[str, Beginning]]:
    for flow in release.flows.values():
        for node in flow.nodes.values():
            if node.call is not None and node.call.flow != flow.name:
                yield node.call.flow, Beginning("flow", flow.name)
