"""The migrations from 14.0 to 14.4.2, each as the flow specification's history describes it.

14.5 and 14.6 concern classifiers alone, which cannot be carried; those nodes stay as they are, so
that the survey finds them.
"""

from typing import Any, Final

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.spec import (
    Step,
    actions,
    forget,
    objects,
    routers,
    splits_on,
    translate,
    translated,
    translations,
)
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids
from gateway.flowfiles.rapidpro.migrations.versions import Version

_MOST_MINUTES: Final = {"messaging": 20160, "voice": 15}
_MOST_REPLIES: Final = 10
_CALLS: Final = ("call_resthook", "call_webhook")
_OUTPUTS: Final = {"open_ticket": "_new_ticket", "transfer_airtime": "_new_transfer"}

# Tests that take one text.
_OF_ONE: Final = frozenset(
    {
        *("has_all_words", "has_any_word", "has_beginning", "has_only_phrase", "has_only_text"),
        *("has_pattern", "has_phrase"),
    }
)


def to_14_0(flow: JsonObject, ids: Ids) -> None:
    """Flows expire after two weeks at the latest, calls after 15 minutes; categories have names."""
    del ids
    expires, most = flow.get("expire_after_minutes"), _MOST_MINUTES.get(str(flow.get("type")))
    if isinstance(expires, int) and most is not None:
        flow["expire_after_minutes"] = min(expires, most)
    for router in routers(flow):
        for category in objects(router, "categories"):
            if not category.get("name"):
                category["name"] = "Match"


def to_14_1(flow: JsonObject, ids: Ids) -> None:
    """Webhooks are split by the status of the answer, not by a result; replies are 10 at most."""
    del ids
    for _, router in splits_on(flow, *_CALLS):
        first = _first_case(router)
        if first is not None and str(router.get("operand")).startswith("@results."):
            _split_by_status(router, first)
    for action in actions(flow, "send_broadcast", "send_msg"):
        replies = action.get("quick_replies")
        if isinstance(replies, list):
            action["quick_replies"] = replies[:_MOST_REPLIES]


def to_14_2(flow: JsonObject, ids: Ids) -> None:
    """The body of a ticket is its note; translations are for languages of three letters."""
    del ids
    for action in actions(flow, "open_ticket"):
        if action.get("body"):
            action["note"] = action.pop("body")
    localization = flow.get("localization")
    if isinstance(localization, dict):
        for language in [code for code in localization if len(code) != 3]:
            del localization[language]


def to_14_3(flow: JsonObject, ids: Ids) -> None:
    """Tickets and airtime are split by what the action leaves behind, not by a result."""
    del ids
    for action, router in splits_on(flow, *_OUTPUTS):
        first = _first_case(router)
        if first is not None and str(router.get("operand")).startswith("@results."):
            first |= {"type": "has_text", "arguments": []}
            router["operand"] = f"@locals.{_OUTPUTS[action['type']]}"
            router["cases"] = [first]
            router["result_name"] = action.pop("result_name", "")


def to_14_3_1(flow: JsonObject, ids: Ids) -> None:
    """Tests that take one text have one; an editor had sometimes written several."""
    del ids
    for router in routers(flow):
        for case in objects(router, "cases"):
            if router.get("type") != "switch" or str(case.get("type")) not in _OF_ONE:
                continue
            case_arguments = case.get("arguments")
            if isinstance(case_arguments, list) and len(case_arguments) > 1:
                case["arguments"] = [_one(case_arguments)]
            for _, items in translations(flow):
                texts = translated(items, case.get("uuid"), "arguments")
                if texts is not None and len(texts) > 1:
                    translate(items, case.get("uuid"), "arguments", [_one(texts)])


def to_14_4_1(flow: JsonObject, ids: Ids) -> None:
    """Every split by a webhook asks the same, whether the status is from 200 to 299.

    14.4.0 removed ``all_urns`` from messages. It stays here: an engine may do without it, and what
    it meant would be lost.
    """
    del ids
    for _, router in splits_on(flow, *_CALLS):
        first = _first_case(router)
        if first is not None:
            for case in objects(router, "cases"):
                for _, items in translations(flow):
                    forget(items, case.get("uuid"), "arguments")
            _split_by_status(router, first)


def to_14_4_2(flow: JsonObject, ids: Ids) -> None:
    """A webhook that was not called has no status; that counts as 0."""
    del ids
    for _, router in splits_on(flow, *_CALLS):
        if router.get("operand") == "@webhook.status":
            router["operand"] = "@(default(webhook.status, 0))"


def _first_case(router: JsonObject) -> JsonObject | None:
    cases = router.get("cases")
    if isinstance(cases, list) and cases and isinstance(cases[0], dict):
        return cases[0]
    return None


def _split_by_status(router: JsonObject, first: JsonObject) -> None:
    first |= {"type": "has_number_between", "arguments": ["200", "299"]}
    router["operand"] = "@webhook.status"
    router["cases"] = [first]


def _one(texts: list[Any]) -> str:
    return " ".join(text if isinstance(text, str) else "" for text in texts)


STEPS: Final[tuple[tuple[Version, Step], ...]] = (
    (Version(14, 0), to_14_0),
    (Version(14, 1), to_14_1),
    (Version(14, 2), to_14_2),
    (Version(14, 3), to_14_3),
    (Version(14, 3, 1), to_14_3_1),
    (Version(14, 4, 1), to_14_4_1),
    (Version(14, 4, 2), to_14_4_2),
)
