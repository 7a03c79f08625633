"""What begins flows, as triggers of RapidPro. An export holds no times, and no codes to dial."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.core.text.keywords import fold
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.flows import Called
from gateway.flowfiles.leaving.limits import Limit
from gateway.flowfiles.leaving.nodes import JsonObject
from gateway.flowfiles.leaving.notes import Notes
from gateway.flowfiles.starts import Claim
from gateway.flowfiles.yaml_flows import FlowFile

_LONGEST_KEYWORD: Final = 16

_LETTERS: Final[Mapping[str, str]] = {
    "missed_call": "M",
    "newcomer": "N",
    "other": "C",
}
_LIMITS: Final[Mapping[str, Limit]] = {
    "broadcast_reply": limits.EVENT,
    "code": limits.DIAL,
    "dial": limits.DIAL,
    "joined": limits.EVENT,
    "pattern": limits.PATTERN,
    "short_code": limits.SHORT_CODE,
}


def triggers(file: FlowFile, called: Called, notes: Notes) -> Iterator[JsonObject]:
    """Yield the triggers of a flow; note what begins it here and cannot there.

    A flow that was imported keeps what it came with.
    """
    notes.at("", file.line)
    flow = {"uuid": called.uuid, "name": called.title}
    words: dict[str, list[str]] = {}
    languages = set()
    for claim in file.starts.claims:
        letter = _LETTERS.get(claim.kind)
        if claim.kind in {"word", "whole"}:
            languages.add(claim.language)
            match = "F" if claim.kind == "word" else "O"
            for keyword in _keywords(claim, notes, as_it_was=file.flow.runs):
                if keyword not in words.setdefault(match, []):
                    words[match].append(keyword)
        elif letter is not None:
            if claim.kind == "newcomer" and not file.flow.runs:
                notes.tell(limits.NEWCOMER, claim.what, line=claim.line)
            yield _trigger(letter, flow)
        elif file.flow.runs and claim.kind == "code":
            yield _trigger("U", flow, [claim.value])
        elif file.flow.runs and claim.kind == "pattern" and _phrase(claim.value):
            words.setdefault("F", []).append(_phrase(claim.value))
        else:
            notes.tell(_LIMITS[claim.kind], claim.what, line=claim.line)
    if len(languages) > 1:
        notes.tell(limits.BY_LANGUAGE, "keywords are by language", line=file.line)
    for _ in file.starts.timetables:
        notes.tell(limits.TIMETABLE, "a time at which it begins by itself", line=file.line)
    for match, keywords in sorted(words.items()):
        yield _trigger("K", flow, keywords, match)


def _keywords(claim: Claim, notes: Notes, *, as_it_was: bool) -> Iterator[str]:
    """Yield a word as it is written, and as it is compared here where that differs."""
    written = claim.written.strip().lower()
    if not as_it_was and (len(written) > _LONGEST_KEYWORD or not written.isalnum()):
        plain = claim.value
        if len(plain) > _LONGEST_KEYWORD or not plain.isalnum():
            notes.tell(limits.PHRASE, claim.what, line=claim.line)
            return
        written = plain
    yield written
    folded = fold(written)
    if not as_it_was and folded != written and folded.isalnum():
        yield folded


def _phrase(pattern: str) -> str:
    """Return the words of a pattern that an import made of a keyword; nothing for any other."""
    if not (pattern.startswith("^") and pattern.endswith(r"\b")):
        return ""
    words = pattern[1:-2].split(r"\s+")
    plain = [re.sub(r"\\(.)", r"\1", word) for word in words]
    made = "^" + r"\s+".join(map(re.escape, plain)) + r"\b"
    return " ".join(plain) if made == pattern and len(plain) > 1 else ""


def _trigger(
    letter: str, flow: JsonObject, keywords: list[str] | None = None, match: str | None = None
) -> JsonObject:
    made: JsonObject = {
        "trigger_type": letter,
        "flow": flow,
        "groups": [],
        "exclude_groups": [],
        "channel": None,
    }
    if keywords is not None:
        made["keywords"] = keywords
    if match is not None:
        made["match_type"] = match
    return made
