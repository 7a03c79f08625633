"""Plays the transcripts of another engine's flow runner, and compares what each sprint did."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from gateway.core.contacts.query import parse_query
from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.engine import step
from gateway.core.flow.events import (
    ContactChanged,
    Entered,
    Event,
    Failed,
    GroupsChanged,
    Left,
    Requested,
    ResultSaved,
    Said,
    Waiting,
)
from gateway.core.flow.expressions.environment import Environment, Locations
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.triggers import Triggers
from gateway.core.flow.turn import (
    Context,
    Expired,
    Given,
    Outcome,
    Reply,
    Responded,
    Start,
    TimedOut,
)
from gateway.core.movement.places import Places
from gateway.core.text.keywords import Words
from gateway.core.text.languages import terminological
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.export_parts import FIELD_KINDS
from gateway.flowfiles.rapidpro.migrations.chain import migrate
from gateway.flowfiles.rapidpro.migrations.surroundings import Surroundings, derived_ids
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from gateway.service.conformance.contexts import read_environment
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome as Played

FIRST_MOMENT: Final = datetime(2025, 5, 4, 12, 30, 45, 123456, UTC)
COMPARED: Final = ("messages", "results", "contact_changes", "run_status", "session_status")
_NOTHING: Final = Outcome("done")
_NO_WORDS: Final = Words.of({"stop": ["stop"]})
_NO_VOCABULARY: Final = Vocabulary(frozenset(), frozenset(), {}, {}, {})


def runner(folder: Folder) -> Iterator[Played]:
    """Play every case of the runner."""
    for path in sorted((folder.path / "runner").glob("*.json")):
        yield played(json.loads(path.read_text(encoding="utf-8")), _played)


def played(case: Row, play: Callable[[Row], Played]) -> Played:
    """Play one case and say where it first differs, or what went wrong with it."""
    try:
        return play(case)
    except (LookupError, TypeError, ValueError) as fault:
        return Played(case["id"], passed=False, why=f"{type(fault).__name__}: {fault}")


def _played(case: Row) -> Played:
    session = Session(case)
    for number, expected in enumerate(case["expected"]):
        given = session.open() if number == 0 else session.go_on(case["inputs"][number - 1])
        volatile = {
            name.partition("].")[2].partition(".value")[0]
            for name in case.get("volatile", ())
            if name.startswith(f"expected[{number}].")
        }
        for key in COMPARED:
            wanted, found = _steady(key, expected.get(key), volatile), given[key]
            if wanted is not None and wanted != _steady(key, found, volatile):
                why = f"sprint {number}, {key}: expected {wanted!r}, got {found!r}"
                return Played(case["id"], passed=False, why=why[:600])
    return Played(case["id"], passed=True)


def _steady(key: str, listed: Any, volatile: set[str]) -> Any:
    """Leave out what depends on the clock."""
    if key != "results" or not volatile:
        return listed
    return [
        {name: value for name, value in one.items() if name != "value"}
        if f"results[{position}]" in volatile
        else one
        for position, one in enumerate(listed)
    ]


class Session:
    """A conversation of one case: its person, its clock, its servers."""

    def __init__(self, case: Row) -> None:
        self.case = case
        self.assets = case["assets"]
        self.locations = self.places()
        self.environment = self._environment(case["environment"])
        self.contact: dict[str, Any] = person(case["contact"])
        self.release = self._release()
        self.mocks = {url: list(answers) for url, answers in case["http_mocks"].items()}
        self.runs: list[list[str]] = []
        self.state: State | None = None
        self.seconds = self.patience = 0

    def open(self) -> Mapping[str, Any]:
        """Begin as the case's trigger says."""
        trigger = self.case["trigger"]
        told = {"type": trigger["type"], "params": trigger.get("params") or {}}
        summary = trigger.get("run_summary")
        flow = str(trigger["flow"]["uuid"])
        self.runs.append([self.release.flows[flow].title, "active"])
        message = trigger.get("msg", {}).get("text")
        return self._sprint(Start(flow, message=message, trigger=told, parent=_parent(summary)))

    def go_on(self, given: Row) -> Mapping[str, Any]:
        """Take an input of the case."""
        if "environment" in given:
            self.environment = self._environment(given["environment"])
        if "contact" in given:
            self.contact = person(given["contact"])
        kind = given["type"]
        if kind == "timeout":
            self.seconds += self.patience
            return self._sprint(TimedOut())
        if kind == "expiration":
            return self._sprint(Expired())
        return self._sprint(Reply(given["text"], tuple(given.get("attachments", ()))))

    def _sprint(self, given: Given) -> Mapping[str, Any]:
        """Take turns until the conversation waits for the person or is over."""
        events: list[Event] = []
        failed = False
        taken = step(self.release, self.state, given, self._context())
        while True:
            events += taken.events
            self._follow(taken.events)
            failed = failed or any(isinstance(event, Failed) for event in taken.events)
            self.state = taken.state
            asked = [event for event in taken.events if isinstance(event, Requested)]
            if self.state is None or self.state.at is None or not asked:
                break
            answer = self._answer(asked[-1])
            taken = step(self.release, self.state, answer, self._context())
        waiting = self.state is not None
        if waiting:
            innermost = [run for run in self.runs if run[1] == "active"][-1]
            innermost[1] = "waiting"
        statuses = [{"flow": title, "status": status} for title, status in self.runs]
        for run in self.runs:
            run[1] = "active" if run[1] == "waiting" else run[1]
        over = "failed" if failed else "completed"
        return {
            "messages": [event.text for event in events if isinstance(event, Said)],
            "results": [_result(event) for event in events if isinstance(event, ResultSaved)],
            "contact_changes": [one for one in map(_change, events) if one is not None],
            "run_status": statuses,
            "session_status": "waiting" if waiting else over,
        }

    def _follow(self, events: Sequence[Event]) -> None:
        """Keep the statuses of runs, and the person, as the events say."""
        for event in events:
            if isinstance(event, Waiting):
                self.patience = event.seconds
            elif isinstance(event, Entered):
                if event.last:  # what expired or failed before counts as done, too
                    self.runs = [[title, "completed"] for title, _ in self.runs]
                self.runs.append([self.release.flows[event.flow].title, "active"])
            elif isinstance(event, Left):
                title = self.release.flows[event.flow].title
                run = [one for one in self.runs if one == [title, "active"]][-1]
                run[1] = event.status
            elif isinstance(event, ContactChanged):
                self._keep(event)
            elif isinstance(event, GroupsChanged):
                kept = [name for name in self.contact["groups"] if name not in event.removed]
                self.contact["groups"] = [*kept, *event.added]

    def _keep(self, event: ContactChanged) -> None:
        if event.what != "field":
            self.contact[event.what] = event.value or None
        elif event.value is None:
            self.contact["fields"].pop(event.key, None)
        else:
            self.contact["fields"][event.key] = event.value

    def _answer(self, asked: Requested) -> Responded:
        answers = self.mocks.get(asked.url)
        if not answers:
            return Responded(asked.ticket, 0, "no answer")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return Responded(asked.ticket, int(answer["status"]), str(answer.get("body") or ""))

    # What the case presumes

    def now(self) -> datetime:
        """Return the time, a second later than when it was last asked for."""
        self.seconds += 1
        return FIRST_MOMENT + timedelta(seconds=self.seconds)

    def _context(self) -> Context:
        allowed = self.environment.languages
        own = str(self.contact.get("language") or "")
        language = own if own in allowed else (allowed[0] if allowed else "")
        return Context(
            language=language,
            channel="sms",
            now=self.now(),
            country=self.environment.country or "",
            places=Places([]),
            roots={},
            perform=lambda _action, _arguments, _values: _NOTHING,
            environment=self.environment,
            contact=self.contact,
        )

    def _environment(self, written: Row) -> Environment:
        languages = [terminological(code) for code in written.get("allowed_languages") or ()]
        return read_environment(
            {**written, "allowed_languages": languages}, self.now, self.locations
        )

    def places(self) -> Locations | None:
        """Return the places that the case presumes."""
        places = self.assets.get("locations")
        return LocationTree.read(places) if places else None

    def _release(self) -> Release:
        ids = derived_ids(self.case["id"])
        kinds = {one["key"]: _kind(one) for one in self.assets.get("fields", ())}
        about = Surroundings(field_types=kinds)
        definitions = [migrate(one, ids, about).flow for one in self.assets["flows"]]
        self.fields, self.groups = presumed(definitions, self.assets)
        languages = self.environment.languages
        around = Neighbours(
            language=languages[0] if languages else "",
            hooks={one["slug"]: one["subscribers"] for one in self.assets.get("resthooks", ())},
        )
        flows = [compile_flow(one, around) for one in definitions]
        spoken = {flow.language for flow in flows} | set(languages)
        return Release(
            hash=self.case["id"],
            flows={flow.name: flow for flow in flows},
            languages=tuple(sorted(spoken)),
            triggers=Triggers(),
            texts={},
            words=_NO_WORDS,
            vocabulary=_NO_VOCABULARY,
            imports=True,
            assets=self._assets(),
        )

    def _assets(self) -> Assets:
        fields = {one.key: one for one in self.fields}
        known = Assets(fields=fields).known
        return Assets(
            fields=fields,
            groups=tuple(
                Group(
                    one["uuid"],
                    one["name"],
                    parse_query(one["query"], self.environment, known)
                    if one.get("query")
                    else None,
                )
                for one in self.groups
            ),
            global_texts={one["key"]: one["value"] for one in self.assets.get("globals", ())},
            channels=tuple(
                (one["uuid"], one["name"], one["address"], tuple(one["schemes"]))
                for one in self.assets.get("channels", ())
            ),
        )


def presumed(
    definitions: Sequence[Mapping[str, Any]], assets: Row
) -> tuple[Sequence[Field], Sequence[Row]]:
    """Return the fields and groups of a case, with those that only its flows name."""
    fields = {
        one["key"]: Field(one["key"], one.get("name") or one["label"], _kind(one))
        for one in assets.get("fields", ())
    }
    groups = {one["name"]: one for one in assets.get("groups", ())}
    for action in (
        action
        for flow in definitions
        for node in flow.get("nodes", ())
        for action in node.get("actions", ())
    ):
        field = action.get("field")
        if field is not None:
            fields.setdefault(field["key"], Field(field["key"], field["name"], "text"))
        for group in action.get("groups", ()):
            if group.get("name"):
                groups.setdefault(group["name"], group)
    return tuple(fields.values()), tuple(groups.values())


def _kind(field: Row) -> Any:
    """Return the kind of a field, which older cases write as a letter."""
    return FIELD_KINDS.get(field.get("value_type", ""), field.get("type", "text"))


def person(written: Row) -> dict[str, Any]:
    """Return a contact as a case writes one, ready to be changed."""
    groups = [one if isinstance(one, str) else one["name"] for one in written.get("groups", ())]
    return {
        "status": "active",
        **written,
        "fields": dict(written.get("fields", {})),
        "groups": groups,
        "urns": list(written.get("urns", ())),
    }


def _parent(summary: Row | None) -> Mapping[str, Any] | None:
    """Return the run that began this one, as `Start` takes it."""
    if summary is None:
        return None
    results = {
        key: {
            "category": "",
            "input": "",
            "extra": None,
            **one,
            "node": one["node_uuid"],
            "at": one["created_on"],
        }
        for key, one in summary.get("results", {}).items()
    }
    return {**summary, "contact": person(summary["contact"]), "results": results}


def _result(event: ResultSaved) -> dict[str, Any]:
    made: dict[str, Any] = {"name": event.name, "value": event.value}
    if event.category:
        made["category"] = event.category
    if event.extra is not None:
        made["extra"] = event.extra
    return made


def _change(event: Event) -> dict[str, Any] | None:
    if isinstance(event, GroupsChanged):
        added, removed = list(event.added), list(event.removed)
        return {"type": "groups", "added": added, "removed": removed}
    if isinstance(event, ContactChanged):
        key = {"key": event.key} if event.key else {}
        return {"type": event.what, **key, "value": event.value}
    return None
