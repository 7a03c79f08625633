"""The transcripts beside the flows of the documentation hold, played by the code of the command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.flows.folder import Folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.config.settings import load_settings
from gateway.flowfiles.releases import read_source
from gateway.flowfiles.transcripts import Transcript, read_folder
from gateway.service.flowlab.laboratory import Laboratory
from gateway.service.flowlab.playing import play
from tests.stage import ROOT

EXAMPLES = ROOT / "docs" / "examples" / "flows"
TRANSCRIPTS = read_folder(EXAMPLES, "docs/examples/flows")


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    setting = laboratory_setting(Folder(EXAMPLES, read_source(EXAMPLES), load_settings()))
    with Laboratory(setting) as lab:
        yield lab


@pytest.mark.parametrize(
    "transcript", TRANSCRIPTS, ids=lambda one: f"{Path(one.path).stem[:-5]}: {one.name}"
)
def test_a_phone_shows_what_the_transcript_says(lab: Laboratory, transcript: Transcript) -> None:
    failure = play(lab, transcript)
    assert failure is None, failure.text


def test_every_example_has_a_transcript_beside_it() -> None:
    flows = {path.stem for path in EXAMPLES.glob("*.yaml") if ".test" not in path.name}
    assert flows - {"system"} == {
        Path(one.path).name.removesuffix(".test.yaml") for one in TRANSCRIPTS
    }
