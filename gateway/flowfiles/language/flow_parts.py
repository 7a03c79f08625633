"""The keys at the top of a flow file, and those of what begins a flow."""

import re
from typing import Final

from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.kinds import (
    BY_LANGUAGE,
    DURATION_KIND,
    FLAG,
    LANGUAGE,
    NAME,
    NAME_PATTERN,
    TEXT,
    TRUE,
    WORD,
    Kind,
    either,
    many,
    section,
    table,
)

# The edition of the language that files are written in; older ones are read too.
SPEC: Final = 2

# The days of the week, by their first letters; Monday is 0.
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

CODE: Final = re.compile(r"\*[0-9]{1,6}(?:\*[0-9]{1,6})*#")
_CODE: Final = Kind(
    "a code such as `*384*99*2#`", {"type": "string", "pattern": f"^{CODE.pattern}$"}
)
_SHORT_CODE: Final = Kind(
    "a short code", {"type": ["string", "integer"], "pattern": "^[A-Za-z0-9+ ]+$"}
)
_PATTERNS: Final = either(
    WORD, many(WORD, "a list of them"), table("\\S+", WORD, "one for each language")
)

FLOW: Final = Part(
    "flow",
    "file",
    "A conversation. Its steps run from top to bottom unless one says where to go.",
    (
        Key("flow", NAME, "The name by which others call it.", "flow: join", needed=True),
        Key("name", TEXT, "Its name for people.", "name: Join the movement"),
        Key("spec", Kind("1 or 2", {"enum": [1, SPEC]}),
            "The edition of the language that the file is written in: 1 where nothing is said. "
            "`gateway flows upgrade` brings a file up to the newest.", f"spec: {SPEC}"),
        Key("language", LANGUAGE, "The language of the texts in the file: `en`.", "language: sw"),
        Key("start", section("start", "a section"), "What begins it.", "start: {keywords: [join]}"),
        Key("resume", FLAG, "Whether somebody who dials again is offered to carry on: `true`.",
            "resume: false"),
        Key("by_sms_after", DURATION_KIND, "An unfinished USSD session goes on by SMS after this "
            "time.", "by_sms_after: 10 minutes"),
        Key("expires", DURATION_KIND, "Nobody who waits longer is waited for.", "expires: 2 days"),
        Key("steps",
            table(NAME_PATTERN, section("step", "a section"), "steps by name", not_keys="end"),
            "The steps.", "steps: {hello: {say: Hello.}}", needed=True),
    ),
)  # fmt: skip

START: Final = Part(
    "start",
    "start",
    "What begins a flow. Two flows that claim the same are a mistake.",
    (
        Key("keywords", BY_LANGUAGE, "First words of an SMS. What follows answers the first "
            "questions, at commas. A keyword's language becomes the conversation's.",
            "keywords: {en: [join], ny: [lowani]}"),
        Key("only", BY_LANGUAGE, "Whole messages: words or phrases with nothing beside them.",
            "only: [count me in]"),
        Key("pattern", _PATTERNS, "Regular expressions that an SMS is searched for, capital or "
            "not, after the words of all flows.", 'pattern: "^meter [0-9]{8}$"'),
        Key("short_code", either(_SHORT_CODE, many(_SHORT_CODE, "a list of them")),
            "Any SMS to this code that begins nothing else.", "short_code: 20300"),
        Key("ussd", either(FLAG, _CODE, many(_CODE, "a list of them")),
            "`true`: every dial that no code takes. Or codes, with what is dialled behind them.",
            'ussd: ["*384*99*2#"]'),
        Key("new_participant", TRUE, "The first SMS or call of a phone that was never heard of.",
            "new_participant: true"),
        Key("joined", TRUE, "Somebody has just become a member.", "joined: true"),
        Key("missed_call", TRUE, "A call that was not taken, which costs the caller nothing.",
            "missed_call: true"),
        Key("broadcast_reply", TRUE, "An SMS of somebody whom a call to action reached lately.",
            "broadcast_reply: true"),
        Key("other", TRUE, "Any SMS that nothing else takes.", "other: true"),
        Key("every", either(section("every", "a section"),
                            many(section("every", "a section"), "a list of them")),
            "Times at which it begins by itself.", 'every: {days: [mon, thu], at: "08:00"}'),
    ),
)  # fmt: skip

EVERY: Final = Part(
    "every",
    "time",
    "When a flow begins by itself, in the movement's time zone, and for whom.",
    (
        Key("days", many(Kind("a day", {"enum": list(DAYS)}), f"a list out of {', '.join(DAYS)}"),
            "The days of the week; all of them without it.", "days: [mon, thu]"),
        Key("day_of_month", Kind("1 to 31", {"type": "integer", "minimum": 1, "maximum": 31}),
            "The day of the month.", "day_of_month: 1"),
        Key("at", Kind("a time such as `08:00`",
                       {"type": "string", "pattern": "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"}),
            "The time of the day.", 'at: "08:00"', needed=True),
        Key("group", WORD, "The group that it is for; without it, every member who agreed to be "
            "written to.", "group: Marshals"),
    ),
    rivals=(("days", "day_of_month"),),
)  # fmt: skip

PARTS: Final = (FLOW, START, EVERY)
