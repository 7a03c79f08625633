"""The person as imported flows see one: a working copy that a turn changes, with smart groups.

Changes are events; whoever keeps the person applies them. A turn sees its own changes at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from gateway.core.flow.assets import Assets, Group
from gateway.core.flow.events import ContactChanged, Event, GroupsChanged, Json
from gateway.core.flow.expressions.conversions import to_datetime, to_number, write_datetime
from gateway.core.flow.expressions.environment import Environment, Location
from gateway.core.flow.expressions.moments.reading import read_datetime
from gateway.core.flow.expressions.values import Error, Value

# The longest value of a field; what is longer is cut.
FIELD_LIMIT: Final = 640

_LEVELS: Final = {"state": 1, "district": 2, "ward": 3}
ARROW: Final = " > "


class Contact:
    """One person, as far as the turn has come.

    `known` is what the caller knows: ``uuid``, ``id``, ``ref``, ``name``, ``language``, ``status``,
    ``timezone``, ``created_on``, ``last_seen_on`` (texts or None), ``urns`` (texts, the preferred
    one first), ``groups`` (names), ``fields`` (objects by key with ``text`` and, where it is one,
    ``number``, ``datetime``, ``state``, ``district``, ``ward``) and ``tickets``.
    """

    __slots__ = ("assets", "environment", "events", "known")

    def __init__(
        self,
        known: Mapping[str, Json],
        assets: Assets,
        environment: Environment,
        events: list[Event],
    ) -> None:
        self.known = dict(known)
        self.assets = assets
        self.environment = environment
        self.events = events

    # What is known

    def text(self, what: str) -> str:
        """Return a text that is known of the person, or none."""
        value = self.known.get(what)
        return value if isinstance(value, str) else ""

    @property
    def urns(self) -> list[str]:
        """The addresses, the preferred one first."""
        return [one for one in _list(self.known.get("urns")) if isinstance(one, str)]

    @property
    def groups(self) -> list[Group]:
        """The groups that the person is in, in the order of joining."""
        found = (self.assets.group(str(name)) for name in _list(self.known.get("groups")))
        return [group for group in found if group is not None]

    def field(self, key: str) -> Mapping[str, Json] | None:
        """Return a field as it is kept."""
        fields = self.known.get("fields")
        value = fields.get(key) if isinstance(fields, dict) else None
        return value if isinstance(value, dict) else None

    def field_value(self, key: str) -> Value:
        """Return a field as the kind of value that it is."""
        field, kept = self.assets.fields.get(key), self.field(key)
        if field is None or kept is None:
            return None
        if field.kind == "text":
            return str(kept["text"])
        value = kept.get(field.kind)
        if value is None:
            return None
        if field.kind == "number":
            return Decimal(str(value))
        if field.kind == "datetime":
            found = to_datetime(self.environment, str(value))
            return None if isinstance(found, Error) else found
        return str(value)

    # Changes

    def set(self, what: str, value: str) -> None:
        """Change the name, language, timezone, status or channel. An empty value takes it away."""
        if self.text(what) != value:
            self.known[what] = value or None
            self.events.append(ContactChanged(what, value))
            self.regroup()

    def set_field(self, key: str, text: str) -> None:
        """Change a field; the text is read as whatever else it may be."""
        field = self.assets.fields.get(key)
        if field is None:
            return
        text = text[:FIELD_LIMIT]
        value = self._parsed(field.kind, text) if text else None
        if self.field(key) == value:
            return
        fields = self.known.get("fields")
        fields = dict(fields) if isinstance(fields, dict) else {}
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
        self.known["fields"] = fields
        self.events.append(ContactChanged("field", value, key))
        self.regroup()

    def add_urn(self, urn: str) -> None:
        """Add an address behind the others."""
        if urn not in self.urns:
            self._set_urns([*self.urns, urn])

    def prefer_channel(self, uuid: str) -> None:
        """Reach the person through a channel: the addresses that it can reach come first."""
        schemes = next((known for one, *_, known in self.assets.channels if one == uuid), ())
        bare = [urn.partition("?")[0] for urn in self.urns]
        reached = [f"{urn}?channel={uuid}" for urn in bare if urn.partition(":")[0] in schemes]
        others = [
            urn
            for urn, plain in zip(self.urns, bare, strict=True)
            if plain.partition(":")[0] not in schemes
        ]
        if reached and [*reached, *others] != self.urns:
            self._set_urns([*reached, *others])

    def _set_urns(self, urns: list[str]) -> None:
        self.known["urns"] = list(urns)
        self.events.append(ContactChanged("urns", list(urns)))
        self.regroup()

    def change_groups(self, groups: Sequence[Group], *, joins: bool) -> None:
        """Put the person into groups or take them out. Smart groups decide for themselves."""
        names = [group.name for group in self.groups]
        if joins and self.text("status") not in {"", "active"}:
            return
        changed = [
            group.name
            for group in groups
            if group.query is None and (group.name in names) is not joins
        ]
        if not changed:
            return
        kept = [*names, *changed] if joins else [name for name in names if name not in changed]
        self.known["groups"] = list(kept)
        added, removed = (changed, []) if joins else ([], changed)
        self.events.append(GroupsChanged(tuple(added), tuple(removed)))

    def regroup(self) -> None:
        """Let smart groups decide anew who is in them. Who is not active is in no group at all."""
        active = self.text("status") in {"", "active"}
        if active and not self.assets.smart:
            return
        names = [group.name for group in self.groups]
        if not active:
            added, removed = [], self._sorted(names)
        else:
            smart = {
                group.name: group.query.matches(self.environment, self.values)
                for group in self.assets.smart
                if group.query is not None
            }
            added = [name for name, fits in smart.items() if fits and name not in names]
            removed = self._sorted([name for name in names if not smart.get(name, True)])
        if added or removed:
            kept = [name for name in names if name not in removed]
            self.known["groups"] = [*kept, *added]
            self.events.append(GroupsChanged(tuple(added), tuple(removed), smart=True))

    def _sorted(self, names: list[str]) -> list[str]:
        """Return names of groups, smart ones first, in the order in which all groups are listed."""
        listed = sorted(self.assets.groups, key=lambda group: group.query is None)
        return [group.name for group in listed if group.name in names]

    def values(self, kind: str, key: str) -> Sequence[Value]:
        """Return what a query may compare: the values of an attribute, an address or a field."""
        if kind == "field":
            value = self.field_value(key)
            if isinstance(value, str):
                value = value.rpartition(ARROW)[2] if self._is_place(key) else value
            return [] if value is None else [value]
        if kind == "urn":
            bare = (urn.partition("?")[0].partition(":") for urn in self.urns)
            return [path for scheme, _, path in bare if scheme == key]
        return self._attribute(key)

    def _attribute(self, key: str) -> Sequence[Value]:
        if key == "group":
            return [group.name for group in self.groups]
        if key == "urn":
            return [urn.partition("?")[0].partition(":")[2] for urn in self.urns]
        if key == "tickets":
            return [Decimal(len(_list(self.known.get("tickets"))))]
        if key in {"created_on", "last_seen_on"}:
            found = to_datetime(self.environment, self.text(key))
            return [] if isinstance(found, Error) else [found]
        value = self.known.get(key)
        return [] if value in (None, "") else [str(value)]

    def _is_place(self, key: str) -> bool:
        field = self.assets.fields.get(key)
        return field is not None and field.kind in _LEVELS

    # Reading fields

    def _parsed(self, kind: str, text: str) -> dict[str, Json]:
        """Return a field's text with what else it may be read as."""
        value: dict[str, Json] = {"text": text}
        number = to_number(self.environment, text)
        if not isinstance(number, Error):
            value["number"] = _json_number(number)
        moment = read_datetime(self.environment, text, fill_time=True)
        if isinstance(moment, datetime):
            value["datetime"] = write_datetime(moment)
        place = self._place(kind, text)
        if place is not None:
            parts = place.path.split(ARROW)
            for name, level in _LEVELS.items():
                if level < len(parts):
                    value[name] = ARROW.join(parts[: level + 1])
        return value

    def _place(self, kind: str, text: str) -> Location | None:
        """Return the place that a text names: by its path, or by name on the level of the field."""
        places = self.environment.locations
        if places is None:
            return None
        if ">" in text:
            return places.find_path(text)
        level = _LEVELS.get(kind)
        if level is None:
            return None
        parent = self._parent(level)
        for words in (text, *_spans(text)):
            found = places.find_name(words, level, parent)
            if found:
                return found[0]
        return None

    def _parent(self, level: int) -> Location | None:
        """Return the place within which a place is looked for: what the fields above it say."""
        places = self.environment.locations
        above = {2: "state", 3: "district"}.get(level)
        if above is None or places is None:
            return None
        for key, field in self.assets.fields.items():
            kept = self.field(key)
            if field.kind == above and kept is not None and kept.get(above):
                return places.find_path(str(kept[above]))
        return None


def _spans(text: str) -> list[str]:
    """Return runs of words of a text, single ones first, then pairs."""
    words = "".join(one if one.isalnum() else " " for one in text).split()
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _json_number(number: Decimal) -> Json:
    whole = int(number)
    return whole if whole == number else float(number)
