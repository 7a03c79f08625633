"""The names that flow files may use: what texts show, what steps do, what the system must say.

The loader refuses others, so that a slip of the pen is found before a person meets it. A new
root, action or system text is one entry here, and the service then has to give it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# What `@name…` can begin with, and what the service puts there. What is missing is null.
ROOTS: Final[Mapping[str, str]] = {
    "participant": "The person: name, number, member (true or false), place {code, name}, groups "
    "[{name}], and whatever else flows have saved of the person.",
    "movement": "The movement: name, languages (true for each code that it offers).",
    "phone": "The phone: stopped (true after STOP).",
    "session": "The session: direct (true where more was dialled than the code), code (to dial).",
    "pending": "What waits for the person: vote {number, question}, call {number, text}; or null.",
    "motions": "The open motions for the person's place, a list of {number, label}.",
    "motion": "The chosen motion: number, question, options [{number, label}], closes.",
    "report": "The report: code, and what the flow has saved of it.",
    "answer": "A place for a flow to save what it needs only itself.",
    "channel": "sms or ussd. The engine's own.",
    "language": "The code of the language of the conversation. The engine's own.",
    "outcome": "The category of the last action of this turn. The engine's own.",
    "argument": "What the flow was called with. The engine's own.",
    "webhook": "What the last server answered: status, json, body. The engine's own.",
    "child": "The flow that was called last, once it is over: status, results.",
    "results": "The results of the flow by their names, such as results.age.category.",
    "prompt": "The last question with its options, as it was shown. The engine's own.",
}

# What can be named below them, if nothing else gives it: ``*`` is any one name, ``**`` any number.
# A root that is not here is named alone, or holds what flows and actions save.
GIVEN: Final[Mapping[str, tuple[str, ...]]] = {
    "participant": ("name", "number", "member", "place.code", "place.name", "groups.**"),
    "movement": ("name", "languages.*"),
    "phone": ("stopped",),
    "session": ("direct", "code"),
    "pending": ("vote.number", "vote.question", "call.number", "call.text"),
    "motions": ("*.number", "*.label"),
    "motion": ("options.*.number", "options.*.label"),
    "webhook": ("status", "body", "json.**"),
    "child": ("**",),
}


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What an action needs, what can become of it, and which paths it gives values to.

    `arguments` maps their names to what they are when a step leaves them out: a constant, a text
    with a path, or None for one that must be given (though its value may turn out empty).
    """

    arguments: Mapping[str, str | None]
    categories: tuple[str, ...]
    values: tuple[str, ...]
    says: str


# Why a vote is not counted.
UNCOUNTED: Final = ("late", "invalid", "not_member", "no_place", "not_here", "no_motion")

# What `do:` can name.
ACTIONS: Final[Mapping[str, ActionSpec]] = {
    "join": ActionSpec(
        {"consent": "yes", "consent_text": "@prompt"},
        ("joined", "already"),
        ("participant.number", "participant.member"),
        "Makes the person a member, with the name, place and language saved in the conversation, "
        "and records the consent with the text that was shown.",
    ),
    "report": ActionSpec(
        {"category": None, "category_label": "", "place": None, "words": None},
        ("filed",),
        ("report.code",),
        "Files a report and gives it a case code.",
    ),
    "choose_motion": ActionSpec(
        {"number": None},
        ("chosen", "unknown", "late"),
        ("motion.number", "motion.question", "motion.options", "motion.closes"),
        "Fetches a motion that is open for the person.",
    ),
    "cast_vote": ActionSpec(
        {"motion": None, "option": None},
        ("recorded", "changed", *UNCOUNTED),
        (),
        "Casts or changes the person's vote.",
    ),
    "call_seen": ActionSpec(
        {"number": None}, ("seen",), (), "Notes that the person has seen a call to action."
    ),
    "set_language": ActionSpec(
        {"language": None},
        ("set", "unknown"),
        (),
        "Keeps the person's language beyond the conversation.",
    ),
    "add_to_group": ActionSpec(
        {"group": None},
        ("added", "not_member", "unknown"),
        (),
        "Puts the member into a group.",
    ),
    "leave_group": ActionSpec(
        {"group": None},
        ("removed", "not_member", "unknown"),
        (),
        "Takes the member out of a group.",
    ),
}

# What the service says by itself, with the names each text may use. Every release has all of them,
# some perhaps by `STAND_INS`.
SYSTEM_TEXTS: Final[Mapping[str, str]] = {
    "stop_confirmed": "After the first STOP.",
    "already_stopped": "After STOP on USSD, or asked again: nothing is sent and nothing will be.",
    "started_again": "After START from a phone that had said STOP.",
    "sorry": "A flow failed or the callback could not be worked on.",
    "busy": "More is waiting than can be answered in time; dial again.",
    "not_understood": "Before a question that is put again.",
    "gave_up": "After the last attempt at a question.",
    "unknown_message": "An SMS that starts nothing and answers nothing.",
    "reply_kept": "An SMS that nothing else takes, after a call to action: it is kept as a reply.",
    "resume_prompt": "A person dials again in the middle of a conversation.",
    "resume_continue": "The first option of resume_prompt.",
    "resume_again": "The second option of resume_prompt.",
    "session_over": "A turn of a USSD session whose conversation has ended.",
    "more": "The last line of a screen that goes on.",
    "back": "The line of a screen that leads to the one before.",
    "please_wait": "A server is being asked; the screen shows this meanwhile.",
    "go_back": "The line of a screen that leads to the question before.",
    "go_home": "The line of a screen that leads to the first menu.",
    "did_you_mean": "A reply to a menu may be a slip; @answer.name is the option it is close to.",
    "meant_it": "The first option of did_you_mean.",
    "meant_else": "The second option of did_you_mean.",
    "place_which": "A place's name is ambiguous; the candidates follow.",
    "place_none": "The last option after the candidates.",
    "vote_recorded": "A vote by one SMS was counted; @motion.number, @answer.name.",
    "vote_changed": "A vote by one SMS replaced an earlier one; @motion.number, @answer.name.",
    "late_vote": "A vote by one SMS after the close; @motion.number.",
    "invalid_vote": "A vote by one SMS for an option that is not there; @motion.number.",
    "no_such_motion": "A vote by one SMS on a motion that is not there; @motion.number.",
    "not_member": "A vote by one SMS from a phone without a member.",
    "no_place": "A vote by one SMS where the member's place decides and is not known.",
    "case_added": "Words that came with the code of the person's report; @report.code.",
    "case_unknown": "A code that is of no report of the person; @report.code.",
    "case_thanks": "The person said that the problem is solved; @report.code.",
    "case_reopened": "The person said that it is not solved; @report.code, @report.reply.",
    "case_written": "Staff write about a report; @report.code, @report.words, @report.reply.",
    "case_needs_info": "A report needs information; @report.code, @report.reply.",
    "case_planned": "Something is planned about a report; @report.code, @report.reply.",
    "case_in_progress": "Somebody works on a report; @report.code, @report.reply.",
    "case_solved": "A report should be solved, and is it? YES and NO answer; @report.reply.",
    "case_closed": "A report was closed; @report.code, @report.reply.",
}

# Those that files of before may lack, and what is said in their place: conversations end on the
# files that they began on, and those are never written anew.
STAND_INS: Final[Mapping[str, str]] = {"reply_kept": "unknown_message"}

# What a message can mean as a whole, and the words of answers. Every release has all of them.
MEANINGS: Final[Mapping[str, str]] = {
    "stop": "Leave.",
    "start": "Receive messages again.",
    "help": "Be told what can be done.",
    "language": "Choose a language.",
    "yes": "Yes, as an answer.",
    "no": "No, as an answer.",
    "continue": "Carry on where the conversation was left.",
    "again": "Begin the conversation again.",
    "back": "Go back to the question before.",
    "home": "Go to the first menu.",
}
