"""The claims of all flows of a release together. Two flows that claim the same are a mistake."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.expressions.patterns import compile_written
from gateway.core.flow.triggers import Pattern, Timetable, Trigger, Triggers
from gateway.core.text.keywords import Words
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.starts import Claim, Kind, Starts

# Words that are understood before any flow is, by what they mean.
_TAKEN: Final = {"stop": "to leave", "start": "to come back"}


@dataclass(frozen=True, slots=True)
class Claimant:
    """A flow with what it claims, and the file that says so."""

    flow: str
    path: str
    starts: Starts


def rivals(claimants: Sequence[Claimant], words: Words) -> Iterator[FlowFileError]:
    """Yield an error for every claim that another flow has made already, or that never counts."""
    owners: dict[tuple[Kind, str], tuple[Claimant, Claim]] = {}
    for claimant in claimants:
        for claim in claimant.starts.claims:
            yield from _taken(claimant, claim, words)
            other, first = owners.setdefault((claim.kind, claim.value), (claimant, claim))
            if other.flow != claimant.flow:
                yield FlowFileError(
                    claimant.path,
                    claim.line,
                    f"{claim.what} begins the flow {other.flow} already, in "
                    f"{other.path}:{first.line}",
                    "Take it out of one of them",
                )


def read_claims(claimants: Sequence[Claimant]) -> Triggers:
    """Return what begins which flow; of `rivals` the first has what both claim."""
    owners: dict[tuple[Kind, str], tuple[Claimant, Claim]] = {}
    for claimant in claimants:
        for claim in claimant.starts.claims:
            owners.setdefault((claim.kind, claim.value), (claimant, claim))
    found = _Found(owners)
    return Triggers(
        words=found.triggers("word"),
        whole=found.triggers("whole"),
        patterns=tuple(
            Pattern(source, _searcher(source), trigger)
            for source, trigger in found.triggers("pattern").items()
        ),
        codes=found.flows("code"),
        dial=found.flow("dial"),
        short_codes=found.flows("short_code"),
        newcomer=found.flow("newcomer"),
        joined=found.flow("joined"),
        missed_call=found.flow("missed_call"),
        broadcast_reply=found.flow("broadcast_reply"),
        other=found.flow("other"),
        timetables=_timetables(claimants),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Claims with the flows that have them, in the order of the files."""

    owners: dict[tuple[Kind, str], tuple[Claimant, Claim]]

    def triggers(self, kind: Kind) -> dict[str, Trigger]:
        """Return what the values of a kind begin, with the languages that they belong to."""
        return {
            value: Trigger(claimant.flow, claim.language)
            for (one, value), (claimant, claim) in self.owners.items()
            if one == kind
        }

    def flows(self, kind: Kind) -> dict[str, str]:
        """Return the flows by the values of a kind."""
        return {value: trigger.flow for value, trigger in self.triggers(kind).items()}

    def flow(self, kind: Kind) -> str | None:
        """Return the one flow that claims something without a value."""
        return next(iter(self.flows(kind).values()), None)


def _taken(claimant: Claimant, claim: Claim, words: Words) -> Iterator[FlowFileError]:
    """Yield an error for a word that never gets as far as a flow."""
    if claim.kind not in {"word", "whole"}:
        return
    for meaning, what in _TAKEN.items():
        if words.mean(meaning, claim.value):
            yield FlowFileError(
                claimant.path,
                claim.line,
                f"{claim.what} never begins a flow: it is what people send {what}",
                "Use another word",
            )


def _timetables(claimants: Sequence[Claimant]) -> tuple[Timetable, ...]:
    return tuple(one for claimant in claimants for one in claimant.starts.timetables)


def _searcher(source: str) -> Callable[[str], tuple[str, ...] | None]:
    """Return what searches a message for a pattern and gives its groups."""
    search = compile_written(source).search

    def found(text: str) -> tuple[str, ...] | None:
        match = search(text)
        return None if match is None else tuple(group or "" for group in match.groups())

    return found
