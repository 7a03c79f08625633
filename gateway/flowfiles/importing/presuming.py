"""What the flows of an export presume: the fields, groups and global texts that they name.

An export has those that whoever made it chose along; a flow works only where all of them are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from gateway.core.contacts.conditions import Condition, each
from gateway.core.contacts.errors import QueryError
from gateway.core.contacts.properties import Known
from gateway.core.contacts.query import Query, parse_query
from gateway.core.flow.expressions.environment import Environment
from gateway.flowfiles.imported_assets import with_flows
from gateway.flowfiles.importing.limits import BAD_QUERY, OTHER_FIELD, OTHER_GROUP, UNASKED
from gateway.flowfiles.importing.starting import Refused
from gateway.flowfiles.rapidpro.exports import Export, ExportedFlow
from gateway.flowfiles.rapidpro.migrations.rewriting import templates_of, variables
from gateway.flowfiles.rapidpro.migrations.spec import actions, nodes, objects, router

Entry: TypeAlias = dict[str, Any]

# What queries may ask in RapidPro, and nobody here could say of a person.
_UNKNOWN: Final = frozenset({"flow", "history", "ref", "tickets"})
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?").fullmatch
# A field where it is read off the contact.
_OF_CONTACT: Final = re.compile(r"@[^@]*?\bcontact\.fields\.([a-z0-9_]+)", re.IGNORECASE).findall
# Dates that every contact has; they are no fields.
SYSTEM_DATES: Final = frozenset({"created_on", "last_seen_on"})


class Presuming:
    """Collects what is presumed. What is here already stays, but where it is `replaced`."""

    def __init__(self, here: Mapping[str, Any], *, replaces: bool) -> None:
        """`here` is the document of the assets, as `imported_assets` reads it."""
        self.replaces = replaces
        self.fields: dict[str, Entry] = {one["key"]: dict(one) for one in here.get("fields", ())}
        self.groups: dict[str, Entry] = {
            one["name"].casefold(): dict(one) for one in here.get("groups", ())
        }
        self.globals: dict[str, str] = dict(here.get("globals") or {})

    def add(self, export: Export, flows: Iterable[ExportedFlow]) -> Iterator[Refused]:
        """Add what an export has, and what its flows only name. Yield what is not as in it."""
        yield from self._fields(export)
        yield from self._groups(export)
        for flow in flows:
            self._named(flow)
        for campaign in export.campaigns:
            self._group(campaign.group.uuid, campaign.group.name)
            for event in campaign.events:
                if event.relative_to.key not in SYSTEM_DATES:
                    self._field(event.relative_to.key, event.relative_to.name, "datetime")
                for text in event.message.values():
                    self._read(text)
        yield from self._refuse_queries()

    def _fields(self, export: Export) -> Iterator[Refused]:
        for one in export.fields:
            entry = {"key": one.key, "name": one.name, "kind": one.kind}
            known = self.fields.get(one.key)
            if known is not None and known["kind"] != one.kind and not self.replaces:
                yield Refused(f"the field {one.key}", OTHER_FIELD)
            else:
                self.fields[one.key] = entry

    def _groups(self, export: Export) -> Iterator[Refused]:
        for one in export.groups:
            entry: Entry = {"uuid": one.uuid, "name": one.name}
            query = parsed(one.query)
            if one.query and query is None:
                yield Refused(f"the group {one.name}", BAD_QUERY)
            elif query is not None:
                entry["query"] = one.query
                for asked in each(query.root):
                    if asked.kind == "field":
                        self._field(asked.key, asked.key, _kind_asked(asked))
                if any(one.kind == "attribute" and one.key in _UNKNOWN for one in each(query.root)):
                    yield Refused(f"the group {one.name}", UNASKED)
            known = self.groups.get(one.name.casefold())
            same = known is None or known.get("query", "") == entry.get("query", "")
            if not same and not self.replaces:
                yield Refused(f"the group {one.name}", OTHER_GROUP)
            else:
                self.groups[one.name.casefold()] = entry

    def _refuse_queries(self) -> Iterator[Refused]:
        """Take away queries that do not fit the fields and groups there are, and yield them."""
        kinds = {key: entry["kind"] for key, entry in self.fields.items()}
        known = Known.of(kinds, (entry["name"] for entry in self.groups.values()))
        for entry in self.groups.values():
            query = entry.get("query", "")
            try:
                if query:
                    parse_query(query, Environment(), with_flows(known, query))
            except QueryError:
                del entry["query"]
                yield Refused(f"the group {entry['name']}", BAD_QUERY)

    def _named(self, flow: ExportedFlow) -> None:
        """Add what the actions, the cases and the texts of a flow name."""
        for action in actions(flow.definition):
            field = action.get("field")
            if isinstance(field, dict):
                self._field(str(field["key"]), str(field.get("name") or ""), "text")
            for group in action.get("groups") or ():
                self._group(str(group.get("uuid") or ""), str(group.get("name") or ""))
        for node in nodes(flow.definition):
            for case in objects(router(node) or {}, "cases"):
                if case["type"] == "has_group":
                    uuid, name, *_ = [*map(str, case.get("arguments") or ()), "", ""]
                    self._group(uuid, name)
        for text in templates_of(flow.definition):
            self._read(text)

    def _read(self, text: str) -> None:
        """Add the fields and the global texts that a text shows."""
        for key in {*variables(text, "fields"), *map(str.lower, _OF_CONTACT(text))}:
            self._field(key, key, "text")
        for name in variables(text, "globals"):
            self.globals.setdefault(name, "")

    def _field(self, key: str, name: str, kind: str) -> None:
        self.fields.setdefault(key, {"key": key, "name": name or key, "kind": kind})

    def _group(self, uuid: str, name: str) -> None:
        if name:
            self.groups.setdefault(name.casefold(), {"uuid": uuid or name, "name": name})


def _kind_asked(asked: Condition) -> str:
    """Return the kind that a field must have for what a query asks of it."""
    if asked.operator not in {">", ">=", "<", "<="}:
        return "text"
    return "number" if _NUMBER(asked.value) else "datetime"


def parsed(query: str) -> Query | None:
    """Return a query that can be read; None for one that cannot, and for none."""
    try:
        return parse_query(query, Environment(), None) if query else None
    except QueryError:
        return None
