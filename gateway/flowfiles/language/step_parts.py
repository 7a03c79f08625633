"""The keys of steps, options, calls, webhooks, waits, splits and schedules."""

from typing import Final

from gateway.core.flow.names import ACTIONS
from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.kinds import (
    ANSWER,
    ANYTHING,
    COUNT,
    DURATION_KIND,
    EXPRESSION,
    FLAG,
    FLOW,
    KEY_PATTERN,
    PATH,
    PATH_PATTERN,
    STEP,
    TEXT,
    TRUE,
    VALUE,
    WORD,
    either,
    many,
    one_of,
    section,
    table,
)

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
WAITING_SCREENS: Final = {
    "screen": "The screen says that it waits, and goes on when the person answers anything.",
    "sms": "The session ends at once, and the conversation goes on by SMS.",
}

_QUESTIONS: Final = ("ask", "menu")
_ACTING: Final = ("do", "webhook", "join_group", "leave_group")
_NAMED: Final = table("[a-z][a-z0-9_]*", VALUE, "values by name")
_SAVED: Final = table(PATH_PATTERN, VALUE, "values by the paths that they are saved under")
_SECRET: Final = table("secret", WORD, "a secret of the settings by its name")
_GROUPS: Final = either(WORD, many(WORD, "a list of them"))

_DOING: Final = (
    Key(
        "do",
        one_of("an action", {name: spec.says for name, spec in ACTIONS.items()}),
        "Has the movement do something. What came of it is `@outcome`.",
        "do: join",
    ),
    Key("with", _NAMED, "What the action needs, by name.", 'with: {consent: "yes"}', ("do",)),
    Key(
        "webhook",
        section("webhook", "a section"),
        "Asks a server and goes on when it has answered. The outcome is `answered` or `failed`; "
        "`@webhook.json`, `@webhook.status` and `@webhook.body` are what it said.",
        'webhook: {url: "https://prices.example.org/maize", save: answer.price}',
    ),
    Key(
        "join_group",
        _GROUPS,
        "Puts the member into a group. The short form of `do: add_to_group`.",
        "join_group: Marshals",
    ),
    Key(
        "leave_group",
        _GROUPS,
        "Takes the member out of a group. The short form of `do: leave_group`.",
        "leave_group: Marshals",
    ),
    Key(
        "on",
        table("[a-z][a-z0-9_]*", STEP, "steps by outcome"),
        "Where the outcomes lead; those not named go on in the step.",
        "on: {already: welcome_back}",
        _ACTING,
    ),
    Key(
        "set",
        _SAVED,
        "Saves values. A value that is one expression keeps its kind.",
        'set: {answer.total: "@(answer.adults + answer.children)"}',
    ),
    Key("say", TEXT, "Says a text.", "say: Thank you @participant.name."),
    Key(
        "text",
        TEXT,
        "On USSD, sends a text by SMS too, so that it can be kept. On SMS it does nothing.",
        "text: Your report is @report.code. Keep this code.",
    ),
    Key(
        "schedule",
        section("schedule", "a section"),
        "Sends a text, or begins a flow, later.",
        "schedule: {text: The meeting is tomorrow., after: 3 days, name: meeting}",
    ),
    Key(
        "unschedule",
        WORD,
        "Takes back what was scheduled under a name and is not due yet.",
        "unschedule: meeting",
    ),
    Key(
        "hand_over",
        either(TEXT, section("hand_over", "a section")),
        "Asks a person of the staff to go on, with words for them that are not translated. The "
        "flow goes on meanwhile.",
        'hand_over: "@participant.name asks for a lawyer."',
    ),
    Key(
        "call",
        either(FLOW, section("call", "a section")),
        "Runs another flow and comes back. What either saves, both have.",
        "call: {flow: rate, with: {what: the meeting}}",
    ),
)

_ASKING: Final = (
    Key("ask", TEXT, "Asks an open question.", "ask: What is your name?"),
    Key(
        "expect",
        ANSWER,
        "What answer it takes; any words where nothing is said. See *What answers can be*.",
        "expect: number(1, 120)",
        ("ask",),
    ),
    Key("skip", WORD, "The reply that leaves the question unanswered.", "skip: 0", ("ask",)),
    Key("menu", TEXT, "Asks a question with numbered answers.", "menu: What is it about?"),
    Key(
        "options",
        table(KEY_PATTERN, either(TEXT, section("option", "a section")), "options by number"),
        "The answers, by the number that people press. It never changes.",
        'options: {1: "Yes", 2: {label: "No", then: sorry}}',
        ("menu",),
    ),
    Key(
        "options_from",
        either(EXPRESSION, section("options_from", "a section")),
        "Answers out of a list: of `{number, label}`, or of texts, which are numbered from 1.",
        'options_from: "@motions"',
        ("menu",),
    ),
    Key(
        "exact",
        FLAG,
        "Takes no small slips, for votes and for what cannot be undone.",
        "exact: true",
        ("menu",),
    ),
    Key(
        "confirm",
        FLAG,
        "Asks back before it takes a small slip, such as *Did you mean Water?*, with yes and no.",
        "confirm: true",
        ("menu",),
    ),
    Key(
        "save",
        PATH,
        "The path for the answer. A choice has `.code` and `.name`, a place too; a split saves the "
        "name of the way.",
        "save: participant.name",
        ("ask", "menu", "split"),
    ),
    Key(
        "result",
        WORD,
        "A name under which the answer and its category are a result of the flow, for exports.",
        "result: Age",
        ("ask", "menu", "split"),
    ),
    Key(
        "retry",
        TEXT,
        "Said before the question is put again; without it the system's words.",
        "retry: Please send a number, such as 34.",
        _QUESTIONS,
    ),
    Key("attempts", COUNT, "How often the question is put: 3.", "attempts: 2", _QUESTIONS),
    Key(
        "give_up",
        STEP,
        "The step to go to after the last attempt; without it the conversation ends, or the "
        "question counts as skipped where it can be.",
        "give_up: goodbye",
        _QUESTIONS,
    ),
    Key(
        "timeout",
        section("timeout", "a section"),
        "What happens where nobody answers.",
        "timeout: {after: 2 hours, then: remind}",
        _QUESTIONS,
    ),
)

_LEADING: Final = (
    Key(
        "when",
        EXPRESSION,
        "Looks at a value: with `then` and `else`, whether it holds; with `cases`, which it is.",
        'when: "@(participant.age >= 18)"',
    ),
    Key("then", STEP, "The step where the value holds.", "then: adult", ("when",)),
    Key(
        "else", STEP, "The step for anything else; the next one without it.", "else: no", ("when",)
    ),
    Key(
        "cases",
        table("[\\s\\S]*\\S[\\s\\S]*", STEP, "steps by value, or by test"),
        "Steps by value, or by a test such as `has_number_between(1, 5)`; the first that holds.",
        'cases: {red: stop_here, "has_number_gt(5)": many}',
        ("when",),
    ),
    Key(
        "wait",
        either(DURATION_KIND, section("wait", "a section")),
        "Waits, and goes on when the time has passed.",
        "wait: 3 days",
    ),
    Key(
        "split",
        either(
            many(STEP, "a list of steps"),
            table(
                "[a-z][a-z0-9_]*", either(STEP, section("way", "a section")), "ways by their names"
            ),
        ),
        "Goes one of several ways by chance.",
        "split: {short: three_questions, long: ten_questions}",
    ),
    Key("goto", STEP, "The next step; with a question, where its answers lead.", "goto: menu"),
    Key("end", TRUE, "Ends the flow, not the one that called it.", "end: true"),
)

# A step without any of them does nothing.
_ACTS: Final = (
    "ask", "menu", "say", "text", "set", "when", "goto", "call", "do", "webhook", "join_group",
    "leave_group", "schedule", "unschedule", "hand_over", "wait", "split", "end",
)  # fmt: skip

STEP_PART: Final = Part(
    "step",
    "step",
    "Within one step things happen in this order, whatever order they are written in: do, webhook "
    "or the groups, then set, say, text, schedule, unschedule, hand_over, call, then the question, "
    "the condition, the wait or the split, then on.",
    (*_DOING, *_ASKING, *_LEADING),
    acts=_ACTS,
    rivals=(
        ("ask", "menu", "when", "wait", "split"),
        ("goto", "end"),
        ("do", "webhook"),
        ("exact", "confirm"),
        ("then", "cases"),
    ),
)

OPTION: Final = Part(
    "option",
    "option",
    "One answer of a menu: a label alone, or a section.",
    (
        Key("label", TEXT, "What the option says.", "label: Water", needed=True),
        Key("then", STEP, "The step that it leads to.", "then: wells"),
        Key("save", VALUE, "What is saved as its code; the number without it.", "save: water"),
        Key("when", EXPRESSION, "It is shown where this holds.", 'when: "@participant.member"'),
        Key("unless", EXPRESSION, "It is shown where this does not hold.", 'unless: "@motions"'),
    ),
    rivals=(("when", "unless"),),
)

OPTIONS_FROM: Final = Part(
    "options_from",
    "options_from",
    "Answers of a menu out of a list. `@item` is the thing in the list, `@index` its place from 1.",
    (
        Key("list", EXPRESSION, "The list.", 'list: "@webhook.json.clinics"', needed=True),
        Key("label", VALUE, "What the option says; `@item.label` without it.",
            'label: "@item.town"'),
        Key("number", VALUE, "What people press; `@item.number` without it, or its place.",
            'number: "@index"'),
        Key("save", VALUE, "What is saved as its code; the number without it.", 'save: "@item.id"'),
        Key("then", STEP, "The step that they lead to.", "then: chosen"),
    ),
)  # fmt: skip

CALL: Final = Part(
    "call",
    "call",
    "A call of another flow with what it is given and what is kept of it.",
    (
        Key("flow", FLOW, "The flow.", "flow: rate", needed=True),
        Key("with", _NAMED, "What it finds under `@argument`.", "with: {what: the meeting}"),
        Key("save", _SAVED, "Saved when it comes back.", 'save: {report.stars: "@answer.stars"}'),
    ),
)

WEBHOOK: Final = Part(
    "webhook",
    "webhook",
    "A question to a server. It is asked outside of every transaction, and never twice at once.",
    (
        Key("url", TEXT, "The address, with https.", 'url: "https://prices.example.org/maize"',
            needed=True),
        Key("method", one_of("a method", dict.fromkeys(METHODS, "A method of HTTP.")),
            "GET, or POST where there is a body.", "method: PUT"),
        Key("headers", table("[A-Za-z0-9-]+", either(TEXT, _SECRET), "texts by header"),
            "Headers. What is a secret stands in no file: `{secret: name}` is one of the settings, "
            "`[webhooks] secrets`.",
            "headers: {Accept: application/json, Authorization: {secret: rota}}"),
        Key("body", either(TEXT, table("[\\s\\S]*", ANYTHING, "values by name, sent as JSON")),
            "What is sent: a text as it stands, or values by name as a JSON object.",
            'body: {name: "@participant.name", age: "@answer.age"}'),
        Key("seconds", COUNT, "How long the server may take: 10, at most 60.", "seconds: 20"),
        Key("save", PATH, "The path for the answer, `{status, json, body}`.", "save: answer.price"),
        Key("waits", one_of("`screen` or `sms`", WAITING_SCREENS),
            "What a USSD session does meanwhile.", "waits: sms"),
    ),
)  # fmt: skip

TIMEOUT: Final = Part(
    "timeout",
    "timeout",
    "What happens where a question is not answered.",
    (
        Key("after", DURATION_KIND, "How long it waits.", "after: 2 hours", needed=True),
        Key("then", STEP, "The step to go to; the next one without it.", "then: remind"),
    ),
)

WAIT: Final = Part(
    "wait",
    "wait",
    "A wait that a reply ends before its time.",
    (
        Key("for", DURATION_KIND, "How long it waits.", "for: 2 hours", needed=True),
        Key("reply", STEP, "The step that a reply leads to.", "reply: thanks", needed=True),
        Key("save", PATH, "The path for the reply.", "save: answer.words"),
    ),
)

WAY: Final = Part(
    "way",
    "way",
    "One way of a split.",
    (
        Key("then", STEP, "The step that it leads to.", "then: long_form", needed=True),
        Key("weight", COUNT, "How likely it is against the others: 1, at most 100.", "weight: 3"),
    ),
)

SCHEDULE: Final = Part(
    "schedule",
    "schedule",
    "Something for later: a text or a flow, after a time or at one.",
    (
        Key("text", TEXT, "The text, as it reads now.", "text: The meeting is tomorrow."),
        Key("flow", FLOW, "The flow that begins then.", "flow: reminder"),
        Key("after", DURATION_KIND, "How long from now, or from `at`.", "after: 3 days"),
        Key("at", EXPRESSION, "When: a time, or a date, which means nine in the morning. What is "
            "over is not sent.", 'at: "@answer.day"'),
        Key("name", WORD, "The name by which it can be taken back; a second one of the name takes "
            "the place of the first.", "name: meeting"),
    ),
    rivals=(("text", "flow"),),
    needs=(("text", "flow"), ("after", "at")),
)  # fmt: skip

HAND_OVER: Final = Part(
    "hand_over",
    "hand_over",
    "What staff are told of a person who needs one of them.",
    (
        Key("note", TEXT, "Words for staff.", "note: Asks for a lawyer.", needed=True),
        Key("topic", WORD, "What it is about, so that the right person sees it.", "topic: legal"),
    ),
)

PARTS: Final = (
    STEP_PART, OPTION, OPTIONS_FROM, CALL, WEBHOOK, TIMEOUT, WAIT, WAY, SCHEDULE, HAND_OVER
)  # fmt: skip
