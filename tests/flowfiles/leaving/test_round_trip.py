"""Flows that leave and come back say the same, but where the export has told that they will not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gateway.cli.flows.folder import Folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.config.settings import load_settings
from gateway.core.flow.events import Json
from gateway.core.flow.release import Release
from gateway.core.flow.turn import Given, Reply, Responded, TimedOut
from gateway.flowfiles.importing.plan import plan
from gateway.flowfiles.leaving.document import Leaving, Movement, leave
from gateway.flowfiles.rapidpro.exports import read_export
from gateway.flowfiles.releases import Source, compile_files, compile_release, read_source
from gateway.flowfiles.transcripts import Transcript, read_folder
from gateway.service.flowlab.coverage import Trace
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import play
from tests.flowfiles.leaving.stage import OURS, names_after
from tests.flowfiles.leaving.structure import faults
from tests.flowfiles.plain import plain
from tests.flows.test_example_flows import AMINA, STRANGER
from tests.graphs import person
from tests.stage import FLOWS, ROOT, Phone

EXAMPLES = ROOT / "docs" / "examples" / "flows"


@dataclass(frozen=True)
class Journey:
    """A folder's flows, their export, and what they were after they came back."""

    here: Release
    leaving: Leaving
    there: Source
    names: dict[str, str]

    def told(self, walked: Sequence[tuple[str, str]], *excuses: str) -> bool:
        """Whether the export told of any of the steps that were walked.

        What it says of every menu and question is no excuse, unless it is one of the `excuses`.
        """
        small = {"give_up", "label", "members", "seconds", "slips", "topic", "ways_back"}
        found = {
            (one.path, one.line)
            for one in self.leaving.findings
            if one.rule in excuses or one.rule not in small
        }
        return any(
            (self.here.flows[flow].path, self.here.flows[flow].nodes[node].line) in found
            for flow, node in walked
        )


def journey(source: Source, lab: Setting | None = None) -> Journey:
    """Send flows away and back, into a folder with the system's texts and translations alone."""
    language = "en" if lab is None else lab.language
    fallbacks = {} if lab is None else lab.fallbacks
    movement = OURS if lab is None else Movement(lab.movement, lab.languages)
    release, files = compile_files(source, "flows", fallbacks, language)
    leaving = leave(release, files, source, movement)
    kept = {
        name: one
        for name, one in source.files.items()
        if name == "system.yaml" or name.endswith(".po")
    }
    export = read_export("export.json", leaving.content)
    there = plan(export, Source(kept), "flows").source(Source(kept))
    return Journey(release, leaving, there, names_after(leaving, there))


EXAMPLE = journey(read_source(EXAMPLES))
BACK = compile_release(EXAMPLE.there)


@pytest.mark.parametrize("folder", [FLOWS, EXAMPLES], ids=["shipped", "examples"])
def test_rapidpro_takes_what_is_written(folder) -> None:
    assert faults(journey(read_source(folder)).leaving.document) == []


@pytest.mark.parametrize("folder", [FLOWS, EXAMPLES], ids=["shipped", "examples"])
def test_the_same_flows_are_written_the_same_twice(folder) -> None:
    assert journey(read_source(folder)).leaving.content == (
        journey(read_source(folder)).leaving.content
    )


# The transcripts of the shipped flows, and of the examples

SAME_EXAMPLES = 5


def begun(one: Journey, source: Source) -> Source:
    """Put back what begins flows here and cannot there, of which the export has told."""
    files = dict(one.there.files)
    for name in one.leaving.flows:
        path = f"imported/{one.names[name]}.json"
        document = orjson.loads(files[path])
        written: Any = plain(source.files[f"{name}.yaml"])
        start = {**(written.get("start") or {}), **document.get("start", {})}
        if start:
            files[path] = orjson.dumps({**document, "start": start})
    return Source(files)


@dataclass
class Labs:
    """A laboratory before the journey and one after it, and the transcripts for both."""

    journey: Journey
    trace: Trace
    here: Laboratory
    there: Laboratory
    transcripts: Sequence[Transcript]
    same: int


@pytest.fixture(params=["shipped", "examples"], scope="module")
def labs(request: pytest.FixtureRequest) -> Iterator[Labs]:
    shipped = request.param == "shipped"
    folder = FLOWS if shipped else EXAMPLES
    lab = laboratory_setting(Folder(folder, read_source(folder), load_settings()))
    transcripts = read_folder(folder, folder.name)
    one = journey(lab.source, lab)
    trace = Trace()
    after = replace(lab, source=begun(one, lab.source))
    with Laboratory(lab, trace) as here, Laboratory(after) as there:
        yield Labs(one, trace, here, there, transcripts, 12 if shipped else SAME_EXAMPLES)


def test_each_transcript_plays_the_same_or_passes_a_step_that_was_told(labs: Labs) -> None:
    """Of the shipped flows, most have to do with the movement's records, which stay here."""
    same = 0
    for transcript in labs.transcripts:
        labs.trace.walked.clear()
        assert play(labs.here, transcript) is None
        walked = [(flow, node) for flow, node, _ in labs.trace.walked]
        failure = play(labs.there, transcript)
        same += failure is None
        excuses = ["ways_back"] if any(line.kind == "dial" for line in transcript.lines) else []
        excuses += (
            ["slips"] if any("Did you mean" in line.text for line in transcript.lines) else []
        )
        # What follows a keyword is passed over there in every flow, see docs/compatibility.md.
        at_once = any(line.kind == "sends" and " " in line.text for line in transcript.lines)
        told = at_once or labs.journey.told(walked, *excuses)
        assert failure is None or told, failure.text
    assert same >= labs.same, same


# Anybody's walk through the examples

WORDS = some.sampled_from(
    ["1", "2", "3", "0", "two", "yes", "no", "Amina", "40", "Sometimes", "5", "12", "I promise",
     "Chipata", "many words", "25", "", "MAIZE", "1.", "trouble"]
)  # fmt: skip
COMING: some.SearchStrategy[Given] = some.builds(Reply, WORDS) | some.just(TimedOut())
ANSWERS = some.sampled_from([(200, '{"bag": 320}'), (503, ""), (200, "[]")])


def answered(phone: Phone, coming: Given, answer: tuple[int, str]) -> Given:
    """Return what comes in: where a server is asked, its answer."""
    state = phone.state
    if state is not None and state.at is not None:
        return Responded(state.ticket, *answer)
    return coming


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.sampled_from(EXAMPLE.leaving.flows),
    some.sampled_from(["sms", "ussd"]),
    some.sampled_from([AMINA, STRANGER]),
    some.sampled_from([0.1, 0.8]),
    some.lists(COMING, max_size=10),
    ANSWERS,
)
def test_a_walk_through_an_example_is_the_same_or_passes_a_step_that_was_told(
    flow: str,
    channel: Literal["sms", "ussd"],
    roots: dict[str, Json],
    chance: float,
    turns: list[Given],
    answer: tuple[int, str],
) -> None:
    walked: list[tuple[str, str]] = []
    known = person(name="Amina" if roots is AMINA else "")
    here = Phone(
        EXAMPLE.here, channel, roots=roots, chance=chance,
        trace=lambda flow, node, _: walked.append((flow, node)),
    )  # fmt: skip
    there = Phone(BACK, channel, chance=chance, contact=known)
    shown = here.start(flow), there.start(EXAMPLE.names[flow])
    for turn in turns:
        if shown[0] != shown[1] or here.over or there.over:
            break
        coming = answered(here, turn, answer)
        shown = here.give(coming), there.give(coming)
    same = shown[0] == shown[1] and here.over == there.over
    excuses = ["ways_back"] if channel == "ussd" and Reply("0") in turns else []
    assert same or EXAMPLE.told(walked, *excuses)
