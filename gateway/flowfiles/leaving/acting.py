"""What steps do, as actions of RapidPro. What it cannot do becomes a result that says so."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import (
    Action,
    Assign,
    Call,
    Do,
    HandOver,
    Say,
    Schedule,
    SendSms,
    Text,
    Unschedule,
    Webhook,
)
from gateway.core.flow.saved import shown
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.meanings import (
    LANGUAGE,
    NAME,
    PARTICIPANT,
    argument_key,
    field_key,
)
from gateway.flowfiles.leaving.naming import can_be_field, key_of, result_of, three_letters
from gateway.flowfiles.leaving.nodes import JsonObject
from gateway.flowfiles.leaving.wording import Around, Words

# The name of the result that stands for what was left out.
STUB: Final = "Left out"
_GROUPS: Final = {"add_to_group": "add_contact_groups", "leave_group": "remove_contact_groups"}
_USUAL_SECONDS: Final = 10
_SPOKEN: Final = frozenset({f"@{LANGUAGE}", f"@{LANGUAGE}.code"})


class Acting:
    """Writes the actions of one step."""

    def __init__(self, around: Around, flow: str, step: str) -> None:
        self.around = around
        self.wording = around.wording
        self.flow = flow
        self.ids = around.ids.within(step)
        self.count = 0

    def written(self, action: Action) -> Iterator[JsonObject]:
        """Yield what an action becomes; a webhook is a node of its own."""
        write = _WRITERS.get(action.__class__)
        if write is not None:
            yield from write(self, action)

    def stub(self, left_out: str) -> JsonObject:
        """Return what stands in a flow for what was left out of it."""
        return self._action("set_run_result", name=STUB, value=_plain(left_out), category=STUB)

    def says(self, words: Words) -> JsonObject:
        """Return the action that says a text."""
        made = self._action("send_msg", text=words.text, attachments=[], quick_replies=[])
        self.around.localization.add(made["uuid"], "text", [words])
        return made

    def keeps(self, path: str, value: str) -> Iterator[JsonObject]:
        """Yield what keeps a value, a template of RapidPro's, under a path."""
        if path == NAME:
            yield self._action("set_contact_name", name=value)
        elif path == LANGUAGE:
            yield from self._speaks(value)
        elif path.partition(".")[0] != PARTICIPANT:
            yield self.results(key_of(path), value)
        else:
            yield from self.field(field_key(path), value)

    def field(self, key: str, value: str) -> Iterator[JsonObject]:
        """Yield what keeps a value in a field of the contact."""
        if can_be_field(key):
            yield self._action("set_contact_field", field={"key": key, "name": key}, value=value)
        else:
            self.around.notes.tell(limits.KEY, f"{PARTICIPANT}.{key} cannot be a field")

    def results(self, name: str, value: str) -> JsonObject:
        """Return the action that keeps a value as a result."""
        return self._action("set_run_result", name=result_of(name), value=value, category="")

    def hands_over(self, call: Call, asked: frozenset[str]) -> Iterator[JsonObject]:
        """Yield what gives a flow its arguments: all that it asks for, empty where not given."""
        given = dict(call.arguments)
        for name in sorted(asked | given.keys()):
            value = self.wording.value(given[name]) if name in given else ""
            yield self.results(argument_key(name), value)

    def takes_back(self, call: Call) -> Iterator[JsonObject]:
        """Yield what keeps values of a flow that is over."""
        for path, value in call.results:
            yield from self.keeps(path, self.wording.value(value, back=True))

    def enters(self, title: str, uuid: str) -> JsonObject:
        """Return the action that enters another flow."""
        return self._action("enter_flow", flow={"uuid": uuid, "name": title}, terminal=False)

    def asks_server(self, action: Webhook, step: str) -> JsonObject:
        """Return the action that asks a server."""
        if action.seconds != _USUAL_SECONDS:
            self.around.notes.tell(limits.SECONDS, f"the server has {action.seconds} seconds")
        if action.waits != "screen":
            self.around.notes.tell(limits.SMS_ONLY, f"the webhook says waits: {action.waits}")
        name = result_of(key_of(action.save or f"webhook.{step}"))
        return self._action(
            "call_webhook",
            method=action.method,
            url=self.wording.template(action.url),
            headers={name: self.wording.template(value) for name, value in action.headers},
            body="" if action.body is None else self.wording.template(action.body),
            result_name=name,
        )

    # One method an action

    def say(self, action: Say) -> Iterator[JsonObject]:
        """Say a text."""
        yield self.says(self.wording.words(action.text))

    def send_sms(self, _action: SendSms) -> Iterator[JsonObject]:
        """Send a text beside the screen; there are no screens."""
        self.around.notes.tell(limits.SMS_ONLY, "text is sent beside a screen")
        yield from ()

    def assign(self, action: Assign) -> Iterator[JsonObject]:
        """Save a value."""
        if action.path == LANGUAGE:
            yield from self._speaks_of(action.value)
        else:
            yield from self.keeps(action.path, self.wording.value(action.value))

    def do(self, action: Do) -> Iterator[JsonObject]:
        """Have the movement do something."""
        given = dict(action.arguments)
        if action.action == "set_language":
            yield from self._speaks_of(given["language"])
        elif action.action in _GROUPS:
            self.around.notes.tell(limits.MEMBERS, "people are put into a group, or out of it")
            group = self._group(given["group"])
            if group is not None:
                yield self._action(_GROUPS[action.action], groups=[group], all_groups=False)
        else:
            self.around.notes.tell(limits.ACTION, f"do: {action.action}")

    def _group(self, name: Template | Text | Json) -> JsonObject | None:
        """Return a group; None where its name comes from what is not there, which is noted."""
        if isinstance(name, Template):
            named = self.wording.template(name)
            return {"name_match": named} if named.strip() else None
        called = shown(None if isinstance(name, Text) else name)
        return {"uuid": self.wording.meanings.group(called), "name": called}

    def _speaks_of(self, value: Template | Text | Json) -> Iterator[JsonObject]:
        if isinstance(value, Template) and value.source in _SPOKEN:
            return  # it is the person's language already
        if isinstance(value, Template) and value.plain is None:
            code = self.wording.expression(value)
            yield self._action("set_contact_language", language=f"@({self.wording.coded(code)})")
        else:
            yield from self._speaks(self.wording.value(value))

    def _speaks(self, code: str) -> Iterator[JsonObject]:
        known = three_letters(code) if code.isalpha() else None
        if known is None:
            self.around.notes.tell(limits.LANGUAGE_CODE, f"the language {code} is unknown there")
        else:
            yield self._action("set_contact_language", language=known)

    def later(self, action: Schedule | Unschedule) -> Iterator[JsonObject]:
        """Send something later, or take it back."""
        what = "unschedule" if isinstance(action, Unschedule) else "schedule"
        self.around.notes.tell(limits.SCHEDULE, what)
        yield from ()

    def hand_over(self, action: HandOver) -> Iterator[JsonObject]:
        """Ask a person of the staff to go on."""
        made: JsonObject = {"body": self.wording.template(action.note.original).strip()}
        if action.topic:
            self.around.notes.tell(limits.TOPIC, f"the topic {action.topic}")
            uuid = self.around.ids("topic", action.topic)
            made["topic"] = {"uuid": uuid, "name": action.topic}
        yield self._action("open_ticket", **made, assignee=None)

    def _action(self, kind: str, **more: Any) -> JsonObject:
        self.count += 1
        return {"uuid": self.ids("action", str(self.count)), "type": kind, **more}


def _plain(text: str) -> str:
    return text.replace("@", "@@")


_WRITERS: Final[Mapping[type, Callable[[Acting, Any], Iterator[JsonObject]]]] = {
    Say: Acting.say,
    SendSms: Acting.send_sms,
    Assign: Acting.assign,
    Do: Acting.do,
    Schedule: Acting.later,
    Unschedule: Acting.later,
    HandOver: Acting.hand_over,
}
