"""The transcripts beside the shipped flows hold, and walk every step and every branch."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.flows.folder import Folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.config.settings import load_settings
from gateway.flowfiles.releases import read_source
from gateway.flowfiles.transcripts import read_folder
from gateway.service.flowlab.coverage import Trace, percent
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import play
from tests.stage import FLOWS

TRANSCRIPTS = read_folder(FLOWS, "flows")


def setting() -> Setting:
    """Return the shipped flows as the shipped settings have them run."""
    return laboratory_setting(Folder(FLOWS, read_source(FLOWS), load_settings()))


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    with Laboratory(setting()) as lab:
        yield lab


@pytest.mark.parametrize(
    "transcript", TRANSCRIPTS, ids=lambda one: f"{Path(one.path).stem[:-5]}: {one.name}"
)
def test_a_phone_shows_what_the_transcript_says(lab: Laboratory, transcript) -> None:
    failure = play(lab, transcript)
    assert failure is None, failure.text


def test_every_step_and_every_branch_is_walked() -> None:
    trace = Trace()
    with Laboratory(setting(), trace) as lab:
        for transcript in TRANSCRIPTS:
            play(lab, transcript)
        covered = list(trace.covered(lab.ground.releases.current))
    missing = [(one.flow, one.missing_steps, one.missing_branches) for one in covered
               if one.missing_steps or one.missing_branches]  # fmt: skip
    assert missing == []
    assert percent(covered) == 100


def test_every_flow_has_its_transcripts() -> None:
    flows = {path.stem for path in FLOWS.glob("*.yaml") if ".test" not in path.name}
    assert flows - {"system"} == {
        Path(one.path).name.removesuffix(".test.yaml") for one in TRANSCRIPTS
    }


def test_no_two_transcripts_have_one_name() -> None:
    names = [(one.path, one.name) for one in TRANSCRIPTS]
    assert len(names) == len(set(names))
