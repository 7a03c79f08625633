"""Compiles the actions of imported flows, one method a type. What is not known becomes a stub."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from gateway.core.flow.graph import (
    Action,
    ChangeGroups,
    HandOver,
    Say,
    SetContact,
    SetLocal,
    SetResult,
    Tell,
    Webhook,
)
from gateway.flowfiles.rapidpro.compile_texts import Words
from gateway.flowfiles.rapidpro.migrations.legacy.payload import PAYLOAD
from gateway.flowfiles.rapidpro.neighbours import Neighbours

JsonObject: TypeAlias = Mapping[str, Any]

# The kind of `Tell` that stands for what cannot be carried: staff are told.
STUB: Final = "stub"


class Actions:
    """Compiles the actions of one flow."""

    def __init__(self, words: Words, flow: str, around: Neighbours) -> None:
        """`flow` is the title of the flow, `around` what else is here."""
        self.words = words
        self.flow = flow
        self.around = around

    def compiled(self, action: JsonObject) -> Iterator[Action]:
        """Yield what an action becomes."""
        compile_one = _COMPILERS.get(action["type"])
        if compile_one is None or ("flow" in action and self.around.lacks(action["flow"])):
            yield self.stub(action)
        else:
            yield from compile_one(self, action)

    def stub(self, action: JsonObject) -> Action:
        """Return what stands for an action that cannot be carried: staff are told."""
        return Tell(STUB, (("flow", self.flow), ("type", str(action["type"]))))

    def send_msg(self, action: JsonObject) -> Iterator[Action]:
        """Say a text."""
        uuid = action["uuid"]
        yield Say(
            self.words.text(uuid, "text", action.get("text") or ""),
            self.words.texts(uuid, "attachments", action.get("attachments") or ()),
            self.words.texts(uuid, "quick_replies", _replies(action)),
            everywhere=bool(action.get("all_urns")),
        )

    def set_run_result(self, action: JsonObject) -> Iterator[Action]:
        """Save a result."""
        value = self.words.text(action["uuid"], "value", action.get("value") or "")
        category = self.words.text(action["uuid"], "category", action.get("category") or "")
        yield SetResult(str(action["name"]), value, category)

    def set_run_local(self, action: JsonObject) -> Iterator[Action]:
        """Save, clear or count up a value of the run."""
        operation = action.get("operation") or "set"
        value = None if operation == "clear" else self.words.template(action.get("value") or "")
        yield SetLocal(str(action["local"]), value, add=operation == "increment")

    def set_contact(self, action: JsonObject) -> Iterator[Action]:
        """Change the name, language, timezone or status."""
        what = action["type"].removeprefix("set_contact_")
        yield SetContact(what, self.words.template(action.get(what) or ""))

    def set_contact_field(self, action: JsonObject) -> Iterator[Action]:
        """Change a field."""
        value = self.words.template(action.get("value") or "")
        yield SetContact("field", value, str(action["field"]["key"]))

    def set_contact_channel(self, action: JsonObject) -> Iterator[Action]:
        """Reach the person through a channel first."""
        yield SetContact("channel", (action.get("channel") or {}).get("uuid") or "")

    def add_contact_urn(self, action: JsonObject) -> Iterator[Action]:
        """Add an address."""
        yield SetContact(
            "urn", self.words.template(action.get("path") or ""), str(action["scheme"])
        )

    def contact_groups(self, action: JsonObject) -> Iterator[Action]:
        """Put the person into groups or take them out."""
        yield ChangeGroups(
            tuple(map(self._reference, action.get("groups") or ())),
            joins=action["type"] == "add_contact_groups",
            everything=bool(action.get("all_groups")),
        )

    def call_webhook(self, action: JsonObject) -> Iterator[Action]:
        """Ask a server."""
        headers = action.get("headers") or {}
        body = action.get("body")
        yield Webhook(
            method=str(action.get("method") or "GET").upper(),
            url=self.words.template(action.get("url") or ""),
            headers=tuple((name, self.words.template(value)) for name, value in headers.items()),
            body=self.words.template(body) if body else None,
            result=_result(action),
        )

    def open_ticket(self, action: JsonObject) -> Iterator[Action]:
        """Ask the staff to go on."""
        note = action.get("note") or action.get("body") or ""
        topic = str((action.get("topic") or {}).get("name") or "")
        result = _result(action) or ""
        yield HandOver(self.words.text(action["uuid"], "note", note), topic, result)

    def call_resthook(self, action: JsonObject) -> Iterator[Action]:
        """Tell everybody who listens. Nobody listens where an export does not say who."""
        listeners = self.around.hooks.get(str(action["resthook"]), ())
        result = _result(action)
        for listener in listeners:
            yield Webhook(
                method="POST",
                url=self.words.template(listener.replace("@", "@@")),
                headers=(("Content-Type", self.words.template("application/json")),),
                body=self.words.template(PAYLOAD),
                result=result,
                more=listener is not listeners[-1],
            )
        if not listeners and result is not None:
            yield SetResult(result, "no subscribers", self.words.text("", "category", "Failure"))

    def add_input_labels(self, action: JsonObject) -> Iterator[Action]:
        """Label what came."""
        yield Tell("labels", (("labels", tuple(map(self._reference, action.get("labels") or ()))),))

    def send_email(self, action: JsonObject) -> Iterator[Action]:
        """Send an e-mail."""
        uuid = action["uuid"]
        yield Tell(
            "email",
            (
                ("to", tuple(map(self.words.template, action.get("addresses") or ()))),
                ("subject", self.words.text(uuid, "subject", action.get("subject") or "")),
                ("body", self.words.text(uuid, "body", action.get("body") or "")),
            ),
        )

    def send_broadcast(self, action: JsonObject) -> Iterator[Action]:
        """Send a text to others."""
        uuid = action["uuid"]
        text = self.words.text(uuid, "text", action.get("text") or "")
        replies = self.words.texts(uuid, "quick_replies", _replies(action))
        yield Tell("broadcast", (("text", text), ("replies", replies), *self._recipients(action)))

    def start_session(self, action: JsonObject) -> Iterator[Action]:
        """Begin a flow for others."""
        flow = self.around.name(action["flow"])
        new = bool(action.get("create_contact"))
        idle = _leaves_out_the_busy(action.get("exclusions"))
        named = (("flow", flow), ("new", new), ("idle", idle))
        yield Tell("start", (*named, *self._recipients(action)))

    def _recipients(self, action: JsonObject) -> Iterator[tuple[str, Any]]:
        """Yield whom a broadcast or a start is for."""
        yield "groups", tuple(map(self._reference, action.get("groups") or ()))
        yield "contacts", tuple(map(self._reference, action.get("contacts") or ()))
        yield "urns", tuple(map(self.words.template, action.get("urns") or ()))
        yield "others", tuple(map(self.words.template, action.get("legacy_vars") or ()))
        yield "query", self.words.template(action.get("contact_query") or "")

    def _reference(self, reference: JsonObject) -> Any:
        """Return what is named: by its uuid or name as it is, or by an expression."""
        match = reference.get("name_match") or reference.get("email_match")
        return self.words.template(
            str(match or reference.get("uuid") or reference.get("name") or "")
        )


def _result(action: JsonObject) -> str | None:
    """Return the name of the result that says how an action went; None where nobody asks."""
    return str(action.get("result_name") or "") or None


def _leaves_out_the_busy(exclusions: object) -> bool:
    return isinstance(exclusions, dict) and bool(exclusions.get("in_a_flow"))


def _replies(action: JsonObject) -> tuple[str, ...]:
    """Return quick replies, which are texts or objects with one."""
    given = action.get("quick_replies") or ()
    return tuple(str(one["text"]) if isinstance(one, dict) else str(one) for one in given)


_COMPILERS: Final[Mapping[str, Callable[[Actions, JsonObject], Iterator[Action]]]] = {
    "send_msg": Actions.send_msg,
    "set_run_result": Actions.set_run_result,
    "set_run_local": Actions.set_run_local,
    "set_contact_name": Actions.set_contact,
    "set_contact_language": Actions.set_contact,
    "set_contact_timezone": Actions.set_contact,
    "set_contact_status": Actions.set_contact,
    "set_contact_field": Actions.set_contact_field,
    "set_contact_channel": Actions.set_contact_channel,
    "add_contact_urn": Actions.add_contact_urn,
    "add_contact_groups": Actions.contact_groups,
    "remove_contact_groups": Actions.contact_groups,
    "call_webhook": Actions.call_webhook,
    "call_resthook": Actions.call_resthook,
    "open_ticket": Actions.open_ticket,
    "add_input_labels": Actions.add_input_labels,
    "send_email": Actions.send_email,
    "send_broadcast": Actions.send_broadcast,
    "start_session": Actions.start_session,
}
