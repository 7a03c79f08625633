"""What RapidPro's flows can do and ours cannot, with the reason and what an import does instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS

_STUB: Final = "staff are told that somebody came to this node, and the flow goes on after it"


@dataclass(frozen=True, slots=True)
class Limit:
    """A kind of thing that cannot be carried.

    `blocking`: the import stops unless it is allowed to be partial. `why` and `instead` are
    sentences without their full stop.
    """

    kind: str
    why: str
    instead: str = _STUB
    blocking: bool = True


_VOICE: Final = Limit("voice", "there are no calls here")
_NO_SORTING: Final = Limit("classifier", "no service here sorts what people write")

UNKNOWN: Final = Limit("unknown", "nothing is known of it here")
MISSING_FLOW: Final = Limit("missing_flow", "that flow is not in this export")

ACTIONS: Final[Mapping[str, Limit]] = {
    "add_contact_urn": Limit(
        "urn", "a person has one number here", "staff are told of the address", blocking=False
    ),
    "add_input_labels": Limit(
        "label", "messages have no labels here", "staff are told of the labels", blocking=False
    ),
    "send_broadcast": Limit(
        "broadcast",
        "only people who are known here and agree are written to, and not too many at once",
        "the others get nothing, and staff are told",
        blocking=False,
    ),
    "start_session": Limit(
        "start",
        "it begins only for people who are known here and agree, and not too many at once",
        "for the others nothing begins, and staff are told",
        blocking=False,
    ),
    "call_classifier": _NO_SORTING,
    "call_resthook": Limit(
        "resthook", "an export does not say who listens", "nobody is called", blocking=False
    ),
    "call_llm": Limit("model", "no language model answers here"),
    "open_ticket": Limit(
        "ticket",
        "tickets are a matter of RapidPro's inbox",
        "the conversation is handed over to staff, and the flow goes on",
    ),
    "play_audio": _VOICE,
    "request_optin": Limit("opt_in", "consent is kept by the movement, not by a channel"),
    "say_msg": _VOICE,
    "send_email": Limit(
        "email", "no email leaves from here", "staff are shown the email", blocking=False
    ),
    "set_contact_channel": Limit(
        "channel", "people are answered where they wrote", "the action does nothing", blocking=False
    ),
    "transfer_airtime": Limit("airtime", "no airtime leaves from here"),
}

# The actions that are carried.
CARRIED: Final = frozenset(
    {
        *("add_contact_groups", "call_webhook", "enter_flow", "remove_contact_groups", "send_msg"),
        *("set_contact_field", "set_contact_language", "set_contact_name", "set_contact_status"),
        *("set_contact_timezone", "set_run_local", "set_run_result"),
    }
)

ATTACHMENTS: Final = Limit(
    "media",
    "an SMS and a USSD screen hold only text",
    "the message is sent without it",
    blocking=False,
)
ALL_URNS: Final = Limit(
    "all_urns", "a person has one number here", "the message is sent once", blocking=False
)
TEMPLATE: Final = Limit(
    "template", "SMS and USSD have no templates", "the text of the message is sent", blocking=False
)
NEW_CONTACT: Final = Limit(
    "new_contact", "people are there once they write", "nobody new is added", blocking=False
)

WAITS: Final[Mapping[str, Limit]] = {"dial": _VOICE}
HINTS: Final = frozenset({"audio", "image", "location", "video"})
HINT: Final = Limit(
    "media_reply",
    "people send only text here",
    "the answer is taken as the text it is",
    blocking=False,
)

ROUTERS: Final = frozenset({"random", "switch"})
TESTS: Final = frozenset(ANSWER_TESTS)
TEST_LIMITS: Final[Mapping[str, Limit]] = {
    "has_intent": _NO_SORTING,
    "has_top_intent": _NO_SORTING,
}

FLOWS: Final[Mapping[str, Limit]] = {
    "messaging_offline": Limit(
        "surveyor", "it ran in an app of its own", "people answer it by SMS or USSD", blocking=False
    ),
    "voice": Limit("voice", "there are no calls here", "the flow is left out"),
}
CARRIED_FLOWS: Final = frozenset({"messaging", "messaging_background"})
# The kinds of flows that are not left out.
KEPT_FLOWS: Final = CARRIED_FLOWS | {"messaging_offline"}

TRIGGERS: Final[Mapping[str, Limit]] = {
    "closed_ticket": Limit("ticket", "there are no tickets here", "the trigger is left out"),
    "inbound_call": Limit("voice", "there are no calls here", "the trigger is left out"),
    "opt_in": Limit("opt_in", "channels here have no opt-ins", "the trigger is left out"),
    "opt_out": Limit("opt_in", "channels here have no opt-ins", "the trigger is left out"),
    "referral": Limit("referral", "SMS and USSD have no referrals", "the trigger is left out"),
    "schedule": Limit(
        "schedule", "an export does not say its times", "the trigger is left out; write a timetable"
    ),
}
CARRIED_TRIGGERS: Final = frozenset(
    {"catch_all", "keyword", "missed_call", "new_conversation", "ussd"}
)
FLOW_LEFT_OUT: Final = Limit("missing_flow", "its flow is left out", "it is left out")
TRIGGER_GROUPS: Final = Limit(
    "trigger_groups", "a word begins a flow for everybody here", "the trigger is left out"
)
TRIGGER_CHANNEL: Final = Limit(
    "trigger_channel",
    "a word begins a flow on every channel here",
    "it begins the flow on all of them",
    blocking=False,
)
LEFT_OUT: Final = "it is left out"
PART: Final = Limit("unknown", "nothing is known of it here", LEFT_OUT, blocking=False)
SILENT: Final = Limit("empty_event", "it says nothing", LEFT_OUT, blocking=False)
GLOBALS: Final = Limit(
    "global",
    "an export does not say the values of globals",
    "write its value into imported/assets.json",
    blocking=False,
)
