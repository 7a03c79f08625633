"""Actions of the first editor, one function each, as those of version 13."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.core.text.languages import terminological
from gateway.flowfiles.rapidpro.migrations.documents import JsonObject, Part
from gateway.flowfiles.rapidpro.migrations.legacy.expressions import (
    MESSAGE,
    PLAIN,
    SAVED,
    Translator,
    Use,
)
from gateway.flowfiles.rapidpro.migrations.legacy.model import Action, Translations
from gateway.flowfiles.rapidpro.migrations.legacy.named import (
    flow_in,
    read_contact,
    read_flow,
    read_matched,
)
from gateway.flowfiles.rapidpro.migrations.legacy.reading import read_texts
from gateway.flowfiles.rapidpro.migrations.legacy.references import SCHEMES
from gateway.flowfiles.rapidpro.migrations.legacy.words import Words
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Note, Surroundings

# What marks, in version 13, an action that this migration does not know.
UNKNOWN: Final = "legacy_"

# A field of a contact that is an address, and the scheme of it.
_ADDRESSES: Final[Mapping[str, str]] = {
    **{scheme: scheme for scheme in SCHEMES},
    "tel_e164": "tel",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every action and rule is migrated with."""

    translator: Translator
    words: Words
    ids: Ids
    surroundings: Surroundings
    note: Callable[[Note], None]

    def translate(self, text: str, pointer: str, use: Use = PLAIN) -> str:
        """Return a text in the new language."""
        return self.translator.template(text, pointer, use)

    def leads(self, destination: str, nodes: frozenset[str], pointer: str) -> str | None:
        """Return the node that something leads to, if any; one that is not there is noted."""
        if destination and destination not in nodes:
            text = f"this leads to {destination}, which is no step; the flow ends there"
            self.note(Note(pointer, text))
        return destination if destination in nodes else None

    def texts(self, part: Part | None, item: str, name: str, use: Use = PLAIN) -> str:
        """Keep the translations of a property, in the new language; return what is in the node."""
        if part is None:
            return ""
        found = read_texts(part, self.words.language)
        return self.words.put(
            found, item, name, lambda text: self.translate(text, part.pointer, use)
        )


Migration: TypeAlias = Callable[[Action, Desk], JsonObject]


def migrate_action(action: Action, desk: Desk) -> JsonObject:
    """Return an action of version 13.

    One of a kind that no editor wrote comes out with a type that no engine has, for the survey.
    """
    migration = _ACTIONS.get(action.kind)
    if migration is None:
        return {"uuid": action.uuid, "type": f"{UNKNOWN}{action.kind}"}
    return {"uuid": action.uuid, **migration(action, desk)}


def _send_msg(action: Action, desk: Desk) -> JsonObject:
    made = {"type": "send_msg", **_message(action, desk)}
    if action.part.get("send_all") is not None and action.part.child("send_all").value is True:
        made["all_urns"] = True
    return made


def _send_broadcast(action: Action, desk: Desk) -> JsonObject:
    recipients = _recipients(action, desk)
    recipients.pop("create_contact", None)
    return {"type": "send_broadcast", **_message(action, desk), **recipients}


def _message(action: Action, desk: Desk) -> JsonObject:
    """Read what is sent: a text, a picture or recording, replies to choose from."""
    part, uuid = action.part, action.uuid
    made: JsonObject = {"text": desk.texts(part.get("msg"), uuid, "text", MESSAGE)}
    media = part.get("media")
    if media is not None and media.value:
        found = read_texts(media, desk.words.language)
        attachment = desk.words.put(
            found, uuid, "attachments", lambda text: _attachment(text, media.pointer, desk)
        )
        if attachment:
            made["attachments"] = [attachment]
    replies = [read_texts(item, desk.words.language) for item in part.each("quick_replies")]
    if replies:
        made["quick_replies"] = desk.words.put_lists(
            replies, uuid, "quick_replies", lambda text: desk.translate(text, part.pointer, MESSAGE)
        )
    return made


def _attachment(text: str, pointer: str, desk: Desk) -> str:
    """Return ``image:https://…`` for an upload; what is of no kind is a picture."""
    if not text:
        return ""
    kind, colon, place = text.partition(":")
    if not colon or place.startswith("//"):
        kind, place = "image", text
    if "@" in place:
        return desk.translate(text, pointer)
    return f"{kind}:{_absolute(place, desk)}"


def _absolute(place: str, desk: Desk) -> str:
    if not place or place.startswith(("http://", "https://")):
        return place
    return f"{desk.surroundings.media_url.rstrip('/')}/{place.lstrip('/')}"


def _recipients(action: Action, desk: Desk) -> JsonObject:
    """Read whom an action is for. ``@new_contact`` means somebody who is not there yet."""
    part = action.part
    made: JsonObject = {}
    contacts = [read_contact(item, desk.ids) for item in part.each("contacts")]
    groups = [_group(item, desk) for item in part.each("groups")]
    variables = [item.need("id") for item in part.each("variables")]
    written = [(item.words(), item.pointer) for item in variables]
    if contacts:
        made["contacts"] = contacts
    if groups:
        made["groups"] = groups
    known = [desk.translate(text, at) for text, at in written if text != "@new_contact"]
    if known:
        made["legacy_vars"] = known
    if len(known) < len(written):
        made["create_contact"] = True
    return made


def _group(part: Part, desk: Desk) -> JsonObject:
    return read_matched(part, "group", desk.ids, desk.translate)


def _groups(action: Action, desk: Desk) -> list[JsonObject]:
    """Read the groups of an action; the first versions had one only."""
    single = action.part.get("group")
    parts = action.part.each("groups") or ([] if single is None else [single])
    return [_group(part, desk) for part in parts]


def _add_groups(action: Action, desk: Desk) -> JsonObject:
    return {"type": "add_contact_groups", "groups": _groups(action, desk)}


def _remove_groups(action: Action, desk: Desk) -> JsonObject:
    """Without groups it means all of them."""
    groups = _groups(action, desk)
    what: JsonObject = {"groups": groups} if groups else {"all_groups": True}
    return {"type": "remove_contact_groups", **what}


def _save(action: Action, desk: Desk) -> JsonObject:
    part = action.part
    key = part.text("field")
    value = desk.translate(part.text("value"), f"{part.pointer}/value", SAVED)
    if key == "name":
        return {"type": "set_contact_name", "name": value}
    if key == "first_name":
        name = f"{value.strip()} @(word_slice(contact.name, 1, -1))"
        return {"type": "set_contact_name", "name": name}
    scheme = _ADDRESSES.get(key)
    if scheme is not None:
        return {"type": "add_contact_urn", "scheme": scheme, "path": value}
    field = {"key": key, "name": part.text("label") or key}
    return {"type": "set_contact_field", "field": field, "value": value}


def _language(action: Action, desk: Desk) -> JsonObject:
    del desk
    return {"type": "set_contact_language", "language": terminological(action.part.text("lang"))}


def _labels(action: Action, desk: Desk) -> JsonObject:
    parts = action.part.each("labels")
    labels = [read_matched(part, "label", desk.ids, desk.translate) for part in parts]
    return {"type": "add_input_labels", "labels": labels}


def _email(action: Action, desk: Desk) -> JsonObject:
    part = action.part
    return {
        "type": "send_email",
        "addresses": [desk.translate(item.words(), item.pointer) for item in part.each("emails")],
        "subject": desk.translate(part.text("subject"), f"{part.pointer}/subject", MESSAGE),
        "body": desk.texts(part.get("msg"), action.uuid, "body", MESSAGE),
    }


def _channel(action: Action, desk: Desk) -> JsonObject:
    part = action.part
    uuid = part.text("channel")
    named = {"uuid": uuid or desk.ids("channel unknown"), "name": part.text("name")}
    return {"type": "set_contact_channel", "channel": named}


def _flow(action: Action, desk: Desk) -> JsonObject:
    flow = read_flow(flow_in(action.part), desk.ids, desk.surroundings)
    return {"type": "enter_flow", "flow": flow, "terminal": True}


def _trigger(action: Action, desk: Desk) -> JsonObject:
    flow = read_flow(flow_in(action.part), desk.ids, desk.surroundings)
    return {"type": "start_session", "flow": flow, **_recipients(action, desk)}


def _say(action: Action, desk: Desk) -> JsonObject:
    part = action.part
    made: JsonObject = {
        "type": "say_msg",
        "text": desk.texts(part.get("msg"), action.uuid, "text", MESSAGE),
    }
    recording = part.get("recording")
    if recording is not None and recording.value:
        found: Translations = read_texts(recording, desk.words.language)
        place = desk.words.put(
            found, action.uuid, "audio_url", lambda text: _recording(text, recording.pointer, desk)
        )
        if place:
            made["audio_url"] = place
    return made


def _recording(text: str, pointer: str, desk: Desk) -> str:
    return desk.translate(text, pointer) if "@" in text else _absolute(text, desk)


def _play(action: Action, desk: Desk) -> JsonObject:
    url = desk.translate(action.part.text("url"), f"{action.part.pointer}/url")
    return {"type": "play_audio", "audio_url": url}


_ACTIONS: Final[Mapping[str, Migration]] = {
    "add_group": _add_groups,
    "add_label": _labels,
    "channel": _channel,
    "del_group": _remove_groups,
    "email": _email,
    "flow": _flow,
    "lang": _language,
    "play": _play,
    "reply": _send_msg,
    "save": _save,
    "say": _say,
    "send": _send_broadcast,
    "trigger-flow": _trigger,
}
