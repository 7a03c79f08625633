"""The example of docs/flow-tools.md is played on the shipped flows, as it is printed."""

import re
from pathlib import Path

from gateway.cli.flows.folder import Folder
from gateway.cli.flows.laboratory import laboratory_setting
from gateway.config.settings import load_settings
from gateway.flowfiles.releases import read_source
from gateway.flowfiles.transcripts import DOES, EXPECTS, read_transcripts
from gateway.service.flowlab.laboratory import Laboratory
from gateway.service.flowlab.playing import play
from tests.stage import FLOWS, ROOT

PAGE = (ROOT / "docs" / "flow-tools.md").read_text()


def test_the_transcript_of_the_page_holds() -> None:
    (example,) = re.findall(r"```yaml\n(tests:.*?)```", PAGE, re.DOTALL)
    (transcript,) = read_transcripts(str(Path("flow-tools.md")), example.encode())
    setting = laboratory_setting(Folder(FLOWS, read_source(FLOWS), load_settings()))
    with Laboratory(setting) as lab:
        failure = play(lab, transcript)
    assert failure is None, failure.text


def test_every_line_of_transcripts_is_on_the_page() -> None:
    told = set(re.findall(r"`(\w+)", PAGE))
    assert {*DOES, *EXPECTS} - told == set()
