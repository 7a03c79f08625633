"""What flows here can do and RapidPro's cannot, with the reason and the mend."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """A kind of thing that RapidPro has no like of.

    `blocking`: the export stops unless it is allowed to be partial, and then writes a stub in its
    place; otherwise it goes on, and RapidPro does it in a way of its own. `once`: one mention of it
    in a flow is enough. `why` and `mend` are sentences without their full stop.
    """

    rule: str
    why: str
    mend: str
    blocking: bool = True
    once: bool = False


_HERE: Final = "Leave it out of flows that are to go, or do it there by hand"

ACTION: Final = Limit("action", "the movement's own records are kept here alone", _HERE)
RECORD: Final = Limit(
    "record",
    "that is in the movement's own records, which are kept here alone",
    "Leave it out, or keep what you need under a name of your own, such as participant.ward",
)
OUTCOME: Final = Limit(
    "outcome", "RapidPro does not say what came of it", "Take the condition out of the flow"
)
PLACE: Final = Limit(
    "place",
    "RapidPro knows places by its own maps and names",
    "Ask for the place as text, or as has_district where its workspace has a map",
)
ROWS: Final = Limit(
    "options_from", "RapidPro has no menus out of a list", "Write the options into the file"
)
SCHEDULE: Final = Limit(
    "schedule",
    "RapidPro sends nothing later from within a flow",
    "Make a campaign there, on a date that the flow keeps",
)
WHOLE: Final = Limit(
    "whole", "RapidPro keeps texts, and this is more than one", "Name the part that is meant"
)
ANSWERED: Final = Limit(
    "webhook_body",
    "RapidPro keeps the JSON of an answer and its status, and nothing else",
    "Use .json or .status",
)
SHARED: Final = Limit(
    "shared",
    "a flow there knows what it saved itself, and what the flow that called it or that it called "
    "last has saved",
    "Hand it over with `with` and take it back with `save`, or keep it as participant.something",
)
CATEGORY: Final = Limit(
    "category",
    "the category of a menu is its option's number here and its label there",
    "Save the answer, and use its code",
)
MIXED: Final = Limit(
    "mixed_cases",
    "some of its cases are codes of options and some are labels",
    "Write the codes in all of them",
)
SIGN: Final = Limit("sign", "RapidPro compares words, and there is none in it", "Write words")
CLASH: Final = Limit("clash", "both have one name in RapidPro", "Give one of them another name")
KEY: Final = Limit(
    "key",
    "names of contact fields have 36 letters, digits and _ at most, and some are taken",
    "Give it another name",
)
LANGUAGE_CODE: Final = Limit(
    "language_code",
    "languages there have codes of three letters",
    "Use the code of ISO 639-1 or of ISO 639-3",
)
RESULT: Final = Limit(
    "result_name",
    "names of results have letters, digits, spaces, - and _ there, 64 at most",
    "Give it another name",
)
CIRCLE: Final = Limit("circle", "these steps lead to each other and do nothing", "Take them out")

# What begins a flow

PATTERN: Final = Limit("start", "RapidPro begins flows by words alone", "Write keywords")
PHRASE: Final = Limit(
    "start", "keywords there are one word of 16 letters at most", "Choose a short word"
)
SHORT_CODE: Final = Limit(
    "start", "what a trigger listens to is a channel of that workspace", "Make the trigger there"
)
DIAL: Final = Limit("start", "RapidPro speaks no USSD any more", "Add a keyword, or leave it out")
TIMETABLE: Final = Limit(
    "start", "an export does not hold times of triggers", "Make the schedule there"
)
EVENT: Final = Limit("start", "RapidPro knows no such event", "Add a keyword, or leave it out")
NEWCOMER: Final = Limit(
    "start",
    "RapidPro begins flows for newcomers on messengers alone, not on SMS",
    "Make it the flow for messages that nothing else takes",
    blocking=False,
)
BY_LANGUAGE: Final = Limit(
    "start_language",
    "a keyword does not choose the language there",
    "Nothing needs to be done where people's languages are known",
    blocking=False,
    once=True,
)

# What RapidPro does in a way of its own

SMS_ONLY: Final = Limit(
    "ussd",
    "RapidPro speaks no USSD any more, so it counts as a conversation by SMS",
    "Nothing needs to be done",
    blocking=False,
    once=True,
)
SLIPS: Final = Limit(
    "slips",
    "RapidPro takes the number of an option, a word for it, or the label, and asks again after a "
    "slip of the pen",
    "Nothing needs to be done",
    blocking=False,
    once=True,
)
NOW: Final = Limit(
    "settings",
    "what is written is how the settings are now",
    "Export again when they have changed",
    blocking=False,
    once=True,
)
BACK: Final = Limit(
    "ways_back",
    "RapidPro knows no way back to the question before, nor to the first menu",
    "Nothing needs to be done",
    blocking=False,
    once=True,
)
NUMBERS: Final = Limit(
    "numbers",
    "RapidPro takes the first number in a reply, in digits alone",
    "Nothing needs to be done",
    blocking=False,
    once=True,
)
DATES: Final = Limit(
    "dates",
    "RapidPro reads dates with their year, in the order of its workspace",
    "Ask for the year too",
    blocking=False,
    once=True,
)
MEMBERS: Final = Limit(
    "members",
    "anybody can be in a group there, not members alone",
    "Nothing needs to be done",
    blocking=False,
    once=True,
)
ENDS: Final = Limit(
    "give_up",
    "a question that nobody understands ends this flow there, and the flow that called it goes on",
    "Say with give_up where it leads",
    blocking=False,
)
RESTARTED: Final = Limit(
    "wait", "a message begins the time anew there", "Nothing needs to be done", blocking=False
)
SECONDS: Final = Limit(
    "seconds", "RapidPro waits as long as it does", "Nothing needs to be done", blocking=False
)
EXPIRES: Final = Limit(
    "expires",
    "RapidPro knows some times only, two weeks at most",
    "Choose 5, 10, 15 or 30 minutes, 1, 3, 6 or 12 hours, or 1, 2, 3, 7 or 14 days",
    blocking=False,
)
LABEL: Final = Limit(
    "label", "a category has 36 characters at most there", "Say it shorter", blocking=False
)
ATTEMPTS: Final = Limit(
    "attempts", "each attempt is a node of its own there", "Ask less often", blocking=False
)
TOPIC: Final = Limit(
    "topic", "an export holds no topics of tickets", "Make the topic there first", blocking=False
)
LONG: Final = Limit(
    "text_length", "RapidPro cannot count so far", "Expect a shorter text", blocking=False
)
GLOBAL: Final = Limit(
    "global", "an export does not hold globals", "Write its value there", blocking=False
)
