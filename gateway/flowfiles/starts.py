"""What begins a flow, as its file claims it."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gateway.core.flow.expressions.patterns import compile_written
from gateway.core.flow.triggers import Timetable
from gateway.core.text.keywords import fold
from gateway.flowfiles.language.flow_parts import CODE, DAYS, EVERY, START
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.sections import Section

# What a flow may claim for itself alone.
Kind: TypeAlias = Literal[
    "word", "whole", "pattern", "code", "dial", "short_code", "newcomer", "joined", "missed_call",
    "broadcast_reply", "other",
]  # fmt: skip

# The keys of `start` that are claimed by `true`, with what people are told that they are.
_FLAGS: Final[dict[str, tuple[Kind, str]]] = {
    "new_participant": ("newcomer", "a phone that was never heard of"),
    "joined": ("joined", "somebody who has just become a member"),
    "missed_call": ("missed_call", "a call that was not taken"),
    "broadcast_reply": ("broadcast_reply", "a reply to a call to action"),
    "other": ("other", "an SMS that nothing else takes"),
}
_LONGEST_PATTERN: Final = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """What begins a flow: its kind, its value, its name for people, the line it stands on.

    `written` is a word as its author wrote it, which `value` is not.
    """

    kind: Kind
    value: str
    what: str
    language: str
    line: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class Starts:
    """Everything that begins one flow."""

    claims: tuple[Claim, ...] = ()
    timetables: tuple[Timetable, ...] = ()


def read_starts(file: Section, flow: str, language: str) -> Starts:
    """Read the `start` of a flow file. Raises `FlowFileError`."""
    if "start" not in file:
        return Starts()
    start = file.section("start")
    check(start, START)
    claims: list[Claim] = []
    if "keywords" in start:
        claims += _words(start, "keywords", "word", "the keyword", language)
    if "only" in start:
        claims += _words(start, "only", "whole", "the message", language)
    if "pattern" in start:
        claims += _patterns(start, language)
    if "short_code" in start:
        claims += [
            Claim("short_code", code.replace(" ", ""), f"an SMS to {code}", language,
                  start.line("short_code"))
            for code in start.one_or_more("short_code")
        ]  # fmt: skip
    claims += _dials(start, language)
    for key, (kind, what) in _FLAGS.items():
        if start.flag(key, default=False):
            claims.append(Claim(kind, "", what, language, start.line(key)))
    return Starts(tuple(claims), _timetables(start, flow))


def _words(start: Section, key: str, kind: Kind, called: str, language: str) -> list[Claim]:
    """Read words in one language, or in several by their codes."""
    if not start.is_section(key):
        return [_word(start, key, word, kind, called, language) for word in start.words(key)]
    by_language = start.section(key)
    return [
        _word(by_language, code, word, kind, called, code)
        for code in by_language
        for word in by_language.words(code)
    ]


def _word(section: Section, key: str, word: str, kind: Kind, called: str, language: str) -> Claim:
    """Return the claim on a word; only a first word is one word, a whole message may be more."""
    folded = fold(word)
    if not folded or (kind == "word" and " " in folded):
        raise section.error(
            key,
            f"{called} {word!r} is not one word" if folded else f"{called} {word!r} has no letters",
            "Write single words" if kind == "word" else "Write words",
        )
    return Claim(kind, folded, f"{called} {word}", language, section.line(key), word)


def _patterns(start: Section, language: str) -> list[Claim]:
    """Read patterns, and refuse those that are none."""
    if start.is_section("pattern"):
        by_language = start.section("pattern")
        found = [(by_language, code, by_language.text(code) or "", code) for code in by_language]
    else:
        found = [(start, "pattern", one, language) for one in start.one_or_more("pattern")]
    for section, key, source, _ in found:
        if len(source) > _LONGEST_PATTERN or compile_written(source) is None:
            raise section.error(
                key,
                f"{source[:80]} is no regular expression",
                "Write one such as ^meter [0-9]{8}$, without look-ahead and back-references",
            )
    return [
        Claim("pattern", source, f"the pattern {source}", code, section.line(key))
        for section, key, source, code in found
    ]


def _dials(start: Section, language: str) -> list[Claim]:
    """Read which dials begin the flow: all that no code takes, or codes."""
    if "ussd" not in start:
        return []
    line = start.line("ussd")
    if start.is_flag("ussd"):
        claim = Claim("dial", "", "a dial that no code takes", language, line)
        return [claim] if start.flag("ussd", default=False) else []
    claims = []
    for code in start.one_or_more("ussd"):
        plain = code.replace(" ", "")
        if not CODE.fullmatch(plain):
            raise start.error("ussd", f"{code} cannot be dialled", 'Write one such as "*384*99*2#"')
        claims.append(Claim("code", plain, f"the code {code}", language, line))
    return claims


def _timetables(start: Section, flow: str) -> tuple[Timetable, ...]:
    """Read the times at which the flow begins by itself."""
    if "every" not in start:
        return ()
    if start.is_section("every"):
        return (_timetable(start.section("every"), flow),)
    listed = start.sections("every", "time", 'Begin each time with `- at: "08:00"`')
    return tuple(_timetable(one, flow) for one in listed)


def _timetable(section: Section, flow: str) -> Timetable:
    """Read one of the times."""
    check(section, EVERY)
    days = section.words("days") if "days" in section else list(DAYS)
    for day in days:
        if day not in DAYS:
            raise section.error("days", f"{day} is no day", f"Use {', '.join(DAYS)}")
    day_of_month = None
    if "day_of_month" in section:
        day_of_month = section.whole("day_of_month", 1)
        if day_of_month > 31:
            raise section.error("day_of_month", f"no month has {day_of_month} days", "Use 1 to 31")
    hour, colon, minute = (section.text("at") or "").partition(":")
    if not (colon and _two_digits(hour, 23) and _two_digits(minute, 59)):
        raise section.error("at", "at is no time of the day", 'Write one such as at: "08:00"')
    return Timetable(
        flow=flow,
        days=tuple(sorted({DAYS.index(day) for day in days})),
        at=int(hour) * 60 + int(minute),
        group=section.text("group", "") or "",
        day_of_month=day_of_month,
    )


def _two_digits(written: str, most: int) -> bool:
    return len(written) == 2 and written.isascii() and written.isdecimal() and int(written) <= most
