"""The flows of RapidPro's own transcripts, where those lie beside the project, as of today."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.template import compile_template
from gateway.flowfiles.rapidpro.migrations.chain import CURRENT, migrate
from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.rewriting import templates_of
from gateway.flowfiles.rapidpro.migrations.structure import check_structure
from gateway.flowfiles.rapidpro.migrations.templates import TOPS
from tests.flowfiles.rapidpro.definitions import IDS
from tests.house.sources import ROOT

FOLDER = ROOT.parent / "shared" / "conformance"
FILES = sorted([*FOLDER.glob("runner/*.json"), *FOLDER.glob("flows_bsd/*.json")])

needs_transcripts = pytest.mark.skipif(
    not FILES, reason=f"RapidPro's transcripts are not there: no files in {FOLDER}"
)


def flows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["assets"]["flows"]
    return found


@needs_transcripts
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_a_flow_of_a_transcript_becomes_one_of_today_whose_parts_fit(path: Path) -> None:
    for definition in flows(path):
        found = migrate(definition, IDS)
        check_structure(Part(found.flow))
        assert found.flow["spec_version"] == str(CURRENT)
        assert found.notes == ()


@needs_transcripts
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_every_expression_of_a_migrated_flow_can_be_read(path: Path) -> None:
    for definition in flows(path):
        for text in templates_of(migrate(definition, IDS).flow):
            assert compile_template(text, TOPS).functions <= BUILTINS.keys()
