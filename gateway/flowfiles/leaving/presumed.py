"""What the flows of an export presume: contact fields, groups, and campaigns that were imported."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from gateway.flowfiles.leaving.naming import Ids
from gateway.flowfiles.leaving.nodes import JsonObject
from gateway.flowfiles.rapidpro.export_parts import UNITS

_LETTERS: Final = {name: letter for letter, name in UNITS.items()}
_MODES: Final = {"interrupt": "I", "skip": "S", "passive": "P"}


class Presumed:
    """Collects it. `assets` is the document of what imported flows presume."""

    def __init__(
        self, assets: Mapping[str, Any], ids: Ids, flows: Mapping[str, tuple[str, str]]
    ) -> None:
        """`flows` are the titles and uuids of flows, by name."""
        self.assets = assets
        self.ids = ids
        self.flows = flows
        self.wanted_fields: dict[str, str] = {}
        self.wanted_groups: dict[str, str] = {}
        self.known = {one["name"].casefold(): one for one in assets.get("groups", ())}
        self.imports = False

    def imported(self) -> None:
        """Take along all that imported flows presume."""
        self.imports = True

    def group(self, name: str) -> str:
        """Return the uuid of a group, which is then part of the export."""
        known = self.known.get(name.casefold())
        uuid = self.ids("group", name.casefold()) if known is None else str(known["uuid"])
        self.wanted_groups.setdefault(name if known is None else str(known["name"]), uuid)
        return uuid

    def field(self, key: str, kind: str) -> None:
        """Make a contact field part of the export."""
        self.wanted_fields.setdefault(key, kind)

    # As an export holds them

    def fields(self) -> list[JsonObject]:
        """Return the contact fields."""
        made = {
            key: {"key": key, "name": key.replace("_", " ").capitalize(), "type": kind}
            for key, kind in self.wanted_fields.items()
        }
        for one in self.assets.get("fields", ()):
            if self.imports or one["key"] in made:
                kind = one.get("kind") or "text"
                made[one["key"]] = {"key": one["key"], "name": one["name"], "type": kind}
        return [made[key] for key in sorted(made)]

    def groups(self) -> list[JsonObject]:
        """Return the groups."""
        made = {
            uuid: {"uuid": uuid, "name": name, "query": None}
            for name, uuid in self.wanted_groups.items()
        }
        for one in self.known.values():
            if self.imports or one["uuid"] in made:
                query = one.get("query") or None
                made[one["uuid"]] = {"uuid": one["uuid"], "name": one["name"], "query": query}
        return sorted(made.values(), key=lambda one: str(one["name"]))

    def campaigns(self, flows: Collection[str]) -> list[JsonObject]:
        """Return the campaigns that begin any of the flows, or all that only send messages."""
        return [self._campaign(one) for one in self._campaigns(flows)]

    def beside(self, flow: str) -> Iterator[str]:
        """Yield the flows that the campaigns of a flow begin."""
        for campaign in self._campaigns({flow}):
            for event in campaign.get("events", ()):
                if "flow" in event and event["flow"] in self.flows:
                    yield event["flow"]

    def _campaigns(self, flows: Collection[str]) -> Iterator[Mapping[str, Any]]:
        for campaign in self.assets.get("campaigns", ()):
            begun = {event["flow"] for event in campaign.get("events", ()) if "flow" in event}
            if begun & set(flows) or (not begun and set(self.flows) == set(flows)):
                yield campaign

    def _campaign(self, campaign: Mapping[str, Any]) -> JsonObject:
        group = str(campaign["group"])
        uuid = self.group(group)
        return {
            "uuid": campaign["uuid"],
            "name": campaign["name"],
            "group": {"uuid": uuid, "name": group, "query": None},
            "events": [
                self._event(event)
                for event in campaign.get("events", ())
                if "flow" not in event or event["flow"] in self.flows
            ],
        }

    def _event(self, event: Mapping[str, Any]) -> JsonObject:
        key = str(event["field"])
        made: JsonObject = {
            "uuid": event["uuid"],
            "offset": event["offset"],
            "unit": _LETTERS[event["unit"]],
            "event_type": "M" if "message" in event else "F",
            "delivery_hour": event.get("hour", -1),
            "relative_to": {"key": key, "label": self._called(key)},
            "start_mode": _MODES[event.get("mode", "interrupt")],
            "message": event.get("message"),
        }
        if "message" in event:
            return {**made, "base_language": event["language"]}
        title, uuid = self.flows[event["flow"]]
        return {**made, "flow": {"uuid": uuid, "name": title}}

    def _called(self, key: str) -> str:
        fields = self.assets.get("fields", ())
        return next((str(one["name"]) for one in fields if one["key"] == key), key)
