"""Rule sets of the first editor as nodes of version 13 with a router."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.legacy.actions import UNKNOWN, Desk
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import (
    ADDRESS,
    MESSAGE,
    OWN_SOURCE,
    PLAIN,
)
from gateway.flowfiles.rapidpro.migrations.legacy.model import RuleSet, in_base
from gateway.flowfiles.rapidpro.migrations.legacy.named import read_flow
from gateway.flowfiles.rapidpro.migrations.legacy.payload import PAYLOAD
from gateway.flowfiles.rapidpro.migrations.legacy.reading import read_texts
from gateway.flowfiles.rapidpro.migrations.legacy.rules import Ways, migrate_rules
from gateway.flowfiles.rapidpro.migrations.spec import result_key
from gateway.flowfiles.rapidpro.migrations.surroundings import Note

# What a split does before it decides, and what it decides on.
Split: TypeAlias = tuple[list[JsonObject], str]
Migration: TypeAlias = Callable[[RuleSet, Desk], Split]

_HINTS: Final[Mapping[str, JsonObject]] = {
    "wait_audio": {"type": "audio"},
    "wait_digit": {"type": "digits", "count": 1},
    "wait_gps": {"type": "location"},
    "wait_photo": {"type": "image"},
    "wait_recording": {"type": "audio"},
    "wait_video": {"type": "video"},
}
_TYPED: Final = frozenset({"wait_digit", "wait_digits"})


def migrate_split(rules: RuleSet, nodes: frozenset[str], desk: Desk) -> JsonObject:
    """Return the node for a rule set. `nodes` are the places to go to."""
    ways = migrate_rules(rules.rules, nodes, desk)
    if not ways.categories:
        _add_only_way(rules, ways, desk)
    kind = rules.kind or "wait_message"
    actions, operand = _SPLITS.get(kind, _unknown)(rules, desk)
    router = _router(rules, kind, ways, operand)
    node: JsonObject = {"uuid": rules.uuid}
    if actions:
        node["actions"] = actions
    return {**node, "router": router, "exits": ways.exits}


def _router(rules: RuleSet, kind: str, ways: Ways, operand: str) -> JsonObject:
    if kind == "random":
        return {"type": "random", **_result_name(rules), "categories": ways.categories}
    router: JsonObject = {"type": "switch"}
    if rules.waits or not rules.kind:
        router["wait"] = _wait(rules, ways)
    if kind not in _SAVED_BY_ACTION:
        router |= _result_name(rules)
    router |= {"operand": operand, "cases": ways.cases, "categories": ways.categories}
    if ways.otherwise:
        router["default_category_uuid"] = ways.otherwise
    return router


def _result_name(rules: RuleSet) -> JsonObject:
    return {"result_name": rules.label} if rules.label else {}


def _wait(rules: RuleSet, ways: Ways) -> JsonObject:
    wait: JsonObject = {"type": "msg"}
    if ways.in_time and ways.minutes > 0:
        wait["timeout"] = {"seconds": 60 * ways.minutes, "category_uuid": ways.in_time}
    if rules.kind == "wait_digits":
        wait["hint"] = {"type": "digits", "terminated_by": rules.finished_key}
    elif rules.kind in _HINTS:
        wait["hint"] = dict(_HINTS[rules.kind])
    return wait


def _add_only_way(rules: RuleSet, ways: Ways, desk: Desk) -> None:
    """Give a split without rules the one way out that ends the flow."""
    exit_uuid, category = (desk.ids(f"{what} of {rules.uuid}") for what in ("exit", "category"))
    ways.exits.append({"uuid": exit_uuid, "destination_uuid": None})
    ways.categories.append({"uuid": category, "name": "All Responses", "exit_uuid": exit_uuid})
    ways.otherwise = category
    desk.note(Note(rules.pointer, "this split has no rules; the flow ends there"))


def _waited(rules: RuleSet, desk: Desk) -> Split:
    del desk
    return [], "@input.text" if rules.kind in _TYPED else "@input"


def _menu(rules: RuleSet, desk: Desk) -> Split:
    """Show the screen of a USSD session: its text and, for a menu, a line for each number."""
    language = desk.words.language
    text = dict(read_texts(rules.config.get("ussd_message"), language))
    if rules.kind == "wait_menu":
        options = [rule for rule in rules.rules if rule.kind == "eq" and rule.label]
        base = in_base(text, language)
        for code in dict.fromkeys([*text, *(code for rule in options for code in rule.label)]):
            lines = [
                f"{rule.test.text('test')}: {rule.label.get(code, in_base(rule.label, language))}"
                for rule in options
            ]
            text[code] = "\n".join([text.get(code, base), *lines])
    uuid = desk.ids(f"screen of {rules.uuid}")
    pointer = f"{rules.pointer}/config/ussd_message"
    shown = desk.words.put(text, uuid, "text", lambda own: desk.translate(own, pointer, MESSAGE))
    return [{"uuid": uuid, "type": "send_msg", "text": shown}], "@input.text"


def _subflow(rules: RuleSet, desk: Desk) -> Split:
    flow = read_flow(rules.config.get("flow"), desk.ids, desk.surroundings)
    return [{"uuid": _action(rules, desk), "type": "enter_flow", "flow": flow}], "@child.status"


def _webhook(rules: RuleSet, desk: Desk) -> Split:
    pointer = f"{rules.pointer}/config"
    webhook = rules.webhook
    headers: dict[str, str] = {}
    made: JsonObject = {
        "uuid": _action(rules, desk),
        "type": "call_webhook",
        "method": webhook.method,
        "url": desk.translate(webhook.url, f"{pointer}/webhook", ADDRESS),
    }
    if webhook.method == "POST":
        headers["Content-Type"] = "application/json"
        made["body"] = PAYLOAD
    for name, value in webhook.headers:
        headers[name] = desk.translate(value, f"{pointer}/webhook_headers")
    if headers:
        made["headers"] = headers
    return [{**made, **_result_name(rules)}], _outcome_of(rules)


def _resthook(rules: RuleSet, desk: Desk) -> Split:
    made = {
        "uuid": _action(rules, desk),
        "type": "call_resthook",
        "resthook": rules.config.text("resthook"),
    }
    return [{**made, **_result_name(rules)}], _outcome_of(rules)


def _airtime(rules: RuleSet, desk: Desk) -> Split:
    """Read amounts, which were by country and are by currency."""
    amounts: dict[str, object] = {}
    for key in rules.config.fields():
        country = rules.config.child(key)
        if not isinstance(country.value, dict):
            continue
        currency = country.text("currency_code")
        if currency in amounts and amounts[currency] != country.value.get("amount"):
            text = f"two countries with {currency} have different amounts; the first one is taken"
            desk.note(Note(country.pointer, text))
            continue
        amounts[currency] = country.value.get("amount")
    made = {"uuid": _action(rules, desk), "type": "transfer_airtime", "amounts": amounts}
    return [{**made, **_result_name(rules)}], f"@results.{result_key(rules.label) or 'airtime'}"


def _outcome_of(rules: RuleSet) -> str:
    return f"@results.{result_key(rules.label) or 'webhook'}.category"


def _form_field(rules: RuleSet, desk: Desk) -> Split:
    """One field of an answer that holds several: ``@(field(results.answer, 0, " "))``."""
    pointer = f"{rules.pointer}/operand"
    whole = desk.translator.expression(rules.operand, pointer)
    delimiter = rules.config.text("field_delimiter", " ").replace("\\", "\\\\").replace('"', '\\"')
    return [], f'@(field({whole}, {rules.config.whole("field_index")}, "{delimiter}"))'


def _group(rules: RuleSet, desk: Desk) -> Split:
    del rules, desk
    return [], "@contact.groups"


def _expression(rules: RuleSet, desk: Desk) -> Split:
    """An operand that fails was its own source."""
    return [], desk.translate(rules.operand, f"{rules.pointer}/operand", OWN_SOURCE) or "@input"


def _field(rules: RuleSet, desk: Desk) -> Split:
    return [], desk.translate(rules.operand, f"{rules.pointer}/operand", PLAIN) or "@input"


def _random(rules: RuleSet, desk: Desk) -> Split:
    del rules, desk
    return [], ""


def _unknown(rules: RuleSet, desk: Desk) -> Split:
    """Return an action of a type that no engine has, for the survey."""
    action = {"uuid": _action(rules, desk), "type": f"{UNKNOWN}{rules.kind}"}
    return [action], _field(rules, desk)[1]


def _action(rules: RuleSet, desk: Desk) -> str:
    return desk.ids(f"action of {rules.uuid}")


# Where the result is saved by the action, the router saves none.
_SAVED_BY_ACTION: Final = frozenset({"airtime", "resthook", "webhook"})

_SPLITS: Final[Mapping[str, Migration]] = {
    "airtime": _airtime,
    "contact_field": _field,
    "expression": _expression,
    "flow_field": _field,
    "form_field": _form_field,
    "group": _group,
    "random": _random,
    "resthook": _resthook,
    "subflow": _subflow,
    "wait_audio": _waited,
    "wait_digit": _waited,
    "wait_digits": _waited,
    "wait_gps": _waited,
    "wait_menu": _menu,
    "wait_message": _waited,
    "wait_photo": _waited,
    "wait_recording": _waited,
    "wait_ussd": _menu,
    "wait_video": _waited,
    "webhook": _webhook,
}
