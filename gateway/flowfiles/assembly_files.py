"""Reads assembly files: what is put to whom, until when. Opens nothing, and guesses nothing.

Motions never change once they are put, so a mistake is refused here, with its line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from gateway.core.movement.ballots import MotionOption, find_clash
from gateway.core.movement.moments import WRITTEN, read_moment
from gateway.core.movement.places import Places
from gateway.flowfiles.sections import Section, read_file

FEWEST_OPTIONS = 2
MOST_OPTIONS = 9  # one key each
LONGEST_TITLE = 80
LONGEST_QUESTION = 160
LONGEST_LABEL = 40

_KEYS = ("title", "place", "opens_at", "closes_at", "close_early", "motions")
_MOTION_KEYS = ("question", "options")
_CLOSES = "Write when voting ends, such as closes_at: " + WRITTEN


@dataclass(frozen=True, slots=True)
class MotionPlan:
    """A motion that has no number yet. Texts by language."""

    question: Mapping[str, str]
    options: tuple[MotionOption, ...]


@dataclass(frozen=True, slots=True)
class AssemblyPlan:
    """An assembly that is not open yet. `place` is a code; times are milliseconds since 1970.

    `close_early` is whether it may be closed before `closes_at`.
    """

    title: str
    place: str | None
    opens_at: int
    closes_at: int
    motions: tuple[MotionPlan, ...]
    close_early: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What an assembly file is read against. The first language is the one no text may lack."""

    places: Places
    languages: Sequence[str]
    zone: tzinfo
    now: int


def read_assembly(path: Path, setting: Setting) -> AssemblyPlan:
    """Read an assembly file. Raises `FlowFileError` naming the file, the line and what to do."""
    section = read_file(path, "an assembly file")
    section.only(_KEYS)
    for key in ("title", "closes_at", "motions"):
        section.needs(key)
    opens_at = _moment(section, "opens_at", setting) if "opens_at" in section else setting.now
    closes_at = _moment(section, "closes_at", setting)
    if closes_at <= max(opens_at, setting.now):
        late = "it opens" if opens_at > setting.now else "now"
        raise section.error("closes_at", f"closes_at is not after {late}", _CLOSES)
    return AssemblyPlan(
        title=_short(section, "title", section.text("title") or "", LONGEST_TITLE),
        place=_place(section, setting.places) if "place" in section else None,
        opens_at=opens_at,
        closes_at=closes_at,
        motions=_motions(section, setting.languages),
        close_early=section.flag("close_early", default=False),
    )


def _moment(section: Section, key: str, setting: Setting) -> int:
    written = section.text(key) or ""
    moment = read_moment(written, now=setting.now, zone=setting.zone)
    if moment is None:
        raise section.error(key, f"{key} is not a moment: {written}", f"Write {WRITTEN}")
    return moment


def _place(section: Section, places: Places) -> str:
    written = section.text("place") or ""
    exact = places.get(written.strip().upper())
    if exact is not None:
        return exact.code
    found = places.find(written)
    if found.exact and found.place is not None:
        return found.place.code
    nearest = found.candidates if found.place is None else (found.place,)
    near = ", ".join(f"{one.code} ({one.name})" for one in nearest)
    mend = f"Write one of {near}" if near else "Write its code, such as ZM-09, or its full name"
    raise section.error("place", f"{written} is not one place that we know", mend)


def _motions(section: Section, languages: Sequence[str]) -> tuple[MotionPlan, ...]:
    plans = []
    for motion in section.sections("motions", "motion", "Begin each motion with `- question:`"):
        motion.only(_MOTION_KEYS)
        for key in _MOTION_KEYS:
            motion.needs(key)
        plans.append(
            MotionPlan(
                _texts(motion, "question", languages, LONGEST_QUESTION),
                _options(motion.section("options"), languages),
            )
        )
    return tuple(plans)


def _options(section: Section, languages: Sequence[str]) -> tuple[MotionOption, ...]:
    options: list[MotionOption] = []
    for key in section.keys():  # noqa: SIM118 - a section is no mapping
        number = int(key) if key.isascii() and key.isdecimal() else 0
        if not 1 <= number <= MOST_OPTIONS:
            raise section.error(
                key, f"{key} is not a number that people can press", "Use 1 to 9 for options"
            )
        label = _texts(section, key, languages, LONGEST_LABEL)
        clash = find_clash(options, MotionOption(number, label))
        if clash is not None and clash.other is None:
            raise section.error(
                key, f"the label {clash.label} of option {number} has no word", "Write one"
            )
        if clash is not None:
            raise section.error(
                key,
                f"options {clash.other} and {number} both say {clash.label}",
                "Give each option its own label in every language",
            )
        options.append(MotionOption(number, label))
    if len(options) < FEWEST_OPTIONS:
        raise section.error(None, f"{section.name} has one option", "Give at least two")
    return tuple(options)


def _texts(section: Section, key: str, languages: Sequence[str], longest: int) -> Mapping[str, str]:
    """Return a text in each language given; a plain text is in the first language."""
    if not section.is_section(key):
        return {languages[0]: _short(section, key, section.text(key) or "", longest)}
    inner = section.section(key)
    inner.only(languages)
    inner.needs(languages[0])
    return {
        language: _short(inner, language, inner.text(language) or "", longest)
        for language in languages
        if language in inner
    }


def _short(section: Section, key: str, text: str, longest: int) -> str:
    text = " ".join(text.split())
    if len(text) > longest:
        raise section.error(
            key,
            f"{key} of {section.name} has {len(text)} characters",
            f"Say it in at most {longest}, so that it fits a phone",
        )
    return text
