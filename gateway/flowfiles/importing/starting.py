"""What begins imported flows, as flow files say it; what another flow has already is refused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from gateway.core.text.keywords import Words, fold
from gateway.flowfiles.importing.limits import EMPTY_WORD, LONG_WORD, RESERVED, TAKEN
from gateway.flowfiles.language.flow_parts import CODE
from gateway.flowfiles.rapidpro.export_parts import Trigger
from gateway.flowfiles.rapidpro.limits import Limit

# What a flow may be begun by: the kind and value of a claim, see `starts.Claim`.
Key: TypeAlias = tuple[str, str]

# Kinds of triggers that have no value, with the kind of claim and the key of a flow file.
_FLAGS: Final[Mapping[str, tuple[str, str]]] = {
    "catch_all": ("other", "other"),
    "missed_call": ("missed_call", "missed_call"),
    "new_conversation": ("newcomer", "new_participant"),
}
# What people send before they send anything else: nothing of it begins a flow.
_COMMANDS: Final = ("stop", "start")
_LONGEST_PATTERN: Final = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that will not begin a flow, and why."""

    what: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class _Way:
    """One thing that begins a flow: a claim, where a flow file says it, and its name for people."""

    key: Key
    place: str
    value: Any
    what: str


class Beginnings:
    """Collects what begins each flow. `taken` are flows by what begins them already."""

    def __init__(self, taken: Mapping[Key, str], words: Words) -> None:
        """`words` are understood before any flow is."""
        self.taken = dict(taken)
        self.words = words
        self.starts: dict[str, dict[str, Any]] = {}

    def add(self, trigger: Trigger, flow: str, language: str) -> Iterator[Refused]:
        """Let a trigger begin a flow, and yield what of it cannot."""
        for way in _ways(trigger):
            limit = self._limit(way, flow)
            if limit is not None:
                yield Refused(way.what, limit)
                continue
            self.taken[way.key] = flow
            self._write(self.starts.setdefault(flow, {}), way, language)

    def _limit(self, way: _Way, flow: str) -> Limit | None:
        kind, value = way.key
        if not value and kind not in {claim for claim, _ in _FLAGS.values()}:
            return EMPTY_WORD
        if len(value) > _LONGEST_PATTERN:
            return LONG_WORD
        if kind in {"word", "whole"} and any(self.words.mean(one, value) for one in _COMMANDS):
            return RESERVED
        owner = self.taken.get(way.key, flow)
        return TAKEN.by(owner) if owner != flow else None

    @staticmethod
    def _write(start: dict[str, Any], way: _Way, language: str) -> None:
        if way.value is True:
            start[way.place] = True
            return
        if way.place in {"keywords", "only"}:
            listed = start.setdefault(way.place, {}).setdefault(language, [])
        else:
            listed = start.setdefault(way.place, [])
        if way.value not in listed:
            listed.append(way.value)


def _ways(trigger: Trigger) -> Iterator[_Way]:
    """Yield what a trigger of a kind that is carried stands for."""
    flag = _FLAGS.get(trigger.kind)
    if flag is not None:
        kind, place = flag
        yield _Way((kind, ""), place, value=True, what=f"a trigger of type {trigger.kind}")
    for keyword in trigger.keywords:
        if trigger.kind == "ussd":
            code = keyword.replace(" ", "")
            known = code if CODE.fullmatch(code) else ""
            yield _Way(("code", known), "ussd", code, f"the code {keyword}")
        elif trigger.kind == "keyword":
            yield _word(keyword, only=trigger.match == "only")


def _word(keyword: str, *, only: bool) -> _Way:
    folded, what = fold(keyword), f"the keyword {keyword}"
    if only:
        return _Way(("whole", folded), "only", keyword, what)
    if " " in folded:
        pattern = "^" + r"\s+".join(map(re.escape, folded.split())) + r"\b"
        return _Way(("pattern", pattern), "pattern", pattern, what)
    return _Way(("word", folded), "keywords", keyword, what)
