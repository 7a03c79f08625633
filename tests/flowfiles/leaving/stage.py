"""Flows that leave and come back: both played side by side on phones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson

from gateway.core.flow.events import Event, Json
from gateway.core.flow.release import Release
from gateway.core.flow.turn import Given, Reply
from gateway.flowfiles.importing.plan import plan
from gateway.flowfiles.leaving.document import Leaving, Movement, leave
from gateway.flowfiles.rapidpro.exports import read_export
from gateway.flowfiles.releases import ALONE, Source, compile_files, compile_release
from tests.graphs import person
from tests.stage import FLOWS, Phone

SYSTEM = (FLOWS / "system.yaml").read_bytes()
OURS = Movement("Ours", ("en", "ny"))
ROOTS: Mapping[str, Json] = {"movement": {"name": "Ours", "languages": {"en": True, "ny": True}}}


def folder(**files: str) -> Source:
    """Return a folder of flow files by name, ``__`` for ``/``, with the shipped system's texts."""
    found = {"system.yaml": SYSTEM}
    for name, text in files.items():
        ending = ".po" if name.startswith("translations") else ".yaml"
        found[name.replace("__", "/") + ending] = text.encode()
    return Source(found)


def left(source: Source, *wanted: str, movement: Movement = OURS) -> Leaving:
    """Return the export of a folder's flows."""
    return written(source, wanted, movement)[1]


def written(
    source: Source, wanted: Sequence[str], movement: Movement = OURS
) -> tuple[Release, Leaving]:
    """Return what a folder's flows are here, and their export."""
    release, files = compile_files(source, "flows", ALONE, "en")
    return release, leave(release, files, source, movement, wanted)


def back(leaving: Leaving) -> Source:
    """Return a folder with nothing in it but what was exported, imported again."""
    empty = Source({"system.yaml": SYSTEM})
    export = read_export("export.json", leaving.content)
    return plan(export, empty, "flows").source(empty)


@dataclass
class Twins:
    """One person at two phones: where the flows are written, and where they came back to."""

    here: Phone
    there: Phone
    names: Mapping[str, str]
    leaving: Leaving

    def start(self, flow: str, *answers: str) -> tuple[str, str]:
        """Begin a flow on both."""
        return self.here.start(flow, *answers), self.there.start(self.names[flow], *answers)

    def reply(self, text: str) -> tuple[str, str]:
        """Answer on both."""
        return self.give(Reply(text))

    def give(self, given: Given) -> tuple[str, str]:
        """Let anything come in on both."""
        return self.here.give(given), self.there.give(given)

    def events(self, *kinds: type[Event]) -> tuple[list[Event], list[Event]]:
        """Return the events of some kinds of the last turn."""
        here = [one for one in self.here.events if isinstance(one, kinds)]
        return here, [one for one in self.there.events if isinstance(one, kinds)]


def twins(
    source: Source,
    *wanted: str,
    channel: Literal["sms", "ussd"] = "sms",
    language: str = "en",
    chance: float = 0.0,
    roots: Mapping[str, Json] = ROOTS,
    known: Mapping[str, Json] | None = None,
) -> Twins:
    """Return two phones: one on a folder's flows, one on what became of them on the way."""
    release, leaving = written(source, wanted)
    imported = back(leaving)
    codes = {"en": "eng", "ny": "nya", "sw": "swa"}
    someone = person(language=codes[language], name=None, **(known or {}))
    return Twins(
        Phone(release, channel, language, roots, chance=chance),
        Phone(compile_release(imported), channel, language, {}, chance=chance, contact=someone),
        names_after(leaving, imported),
        leaving,
    )


def names_after(leaving: Leaving, imported: Source) -> dict[str, str]:
    """Return the names that flows have after they came back, by those that they had."""
    by_uuid = {}
    for name, content in imported.files.items():
        if name.startswith("imported/") and not name.endswith("assets.json"):
            document = orjson.loads(content)
            by_uuid[document["definition"]["uuid"]] = document["flow"]
    return {
        name: by_uuid[one["uuid"]]
        for name, one in zip(leaving.flows, leaving.document["flows"], strict=True)
    }


def rules(leaving: Leaving) -> Sequence[str]:
    """Return the short names of what was found, in order."""
    return [one.rule for one in leaving.findings]


def compiled(source: Source) -> Release:
    """Compile a folder."""
    return compile_release(source)
