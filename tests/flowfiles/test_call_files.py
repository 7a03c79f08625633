from datetime import UTC
from pathlib import Path

import pytest

from gateway.core.movement.audience import Audience
from gateway.flowfiles.assembly_files import Setting
from gateway.flowfiles.call_files import CallPlan, read_call
from gateway.flowfiles.errors import FlowFileError
from tests.conftest import START_MS
from tests.stage import ROOT, ZAMBIA

SETTING = Setting(ZAMBIA, ["en", "ny", "bem"], UTC, START_MS)
HOUR_MS = 3_600_000
CALL = """\
title: Water meeting
valid_until: +48h
texts:
  en: Come on Saturday
"""


def read(tmp_path: Path, content: str) -> CallPlan:
    path = tmp_path / "call.yaml"
    path.write_text(content, encoding="utf-8")
    return read_call(path, SETTING)


def test_the_shortest_call_is_for_everybody(tmp_path: Path):
    assert read(tmp_path, CALL) == CallPlan(
        title="Water meeting",
        channel=None,
        texts={"en": "Come on Saturday"},
        audience=Audience(),
        not_before=None,
        valid_until=START_MS + 48 * HOUR_MS,
    )


def test_a_call_may_choose_its_audience_channel_and_time(tmp_path: Path):
    plan = read(
        tmp_path,
        CALL
        + "channel: demo\nnot_before: +2h\n"
        + "audience: {places: [Eastern], except_places: [Chadiza], languages: [en], groups: [a]}\n",
    )
    assert (plan.channel, plan.not_before) == ("demo", START_MS + 2 * HOUR_MS)
    eastern, chadiza = (ZAMBIA.find(name).place for name in ("Eastern", "Chadiza"))
    assert eastern is not None
    assert chadiza is not None
    assert plan.audience == Audience((eastern.code,), (chadiza.code,), ("en",), ("a",))


def test_a_call_may_be_for_those_who_joined_lately_and_answered(tmp_path: Path):
    chosen = "genders: [f], joined_since: 2026-05-01, answered: ['wells:district']"
    plan = read(tmp_path, CALL + "audience: {" + chosen + "}\n")
    assert plan.audience == Audience(
        genders=("f",), joined_since=1_777_593_600_000, answered=("wells:district",)
    )
    with pytest.raises(FlowFileError, match="joined_since 'soon' is no time"):
        read(tmp_path, CALL + "audience: {joined_since: soon}\n")


def test_the_example_that_is_shipped_can_be_read():
    plan = read_call(ROOT / "config" / "examples" / "call.yaml", SETTING)
    assert set(plan.texts) == {"en", "ny", "bem"}
    assert plan.audience.in_words(ZAMBIA) == "members in Eastern except in Chadiza"


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (CALL.replace("valid_until: +48h\n", ""), 1, "has no valid_until"),
        (CALL.replace("+48h", "soon"), 2, "valid_until 'soon' is no time"),
        (CALL.replace("+48h", "2020-01-01"), 2, "valid_until is over"),
        (CALL.replace("title: ", "titel: "), 1, "no titel"),
        (CALL.replace("Water", "W" * 80), 1, "the title has 88 characters"),
        (CALL.replace("en:", "ny:"), 3, "There is no text in 'en'"),
        (CALL + "  ny: Hi @participant.nmae\n", 5, "names @participant.nmae"),
        (CALL + "audience:\n  places: [Atlantis]\n", 6, "There is no place 'Atlantis'"),
        (CALL + "audience:\n  languages: [fr]\n", 6, "'fr' is not one of en, ny, bem"),
        (CALL + "audience:\n  ages: [young]\n", 6, "has no ages"),
        (CALL + "not_before: never\n", 5, "not_before 'never' is no time"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, content: str, line: int, what: str):
    with pytest.raises(FlowFileError) as caught:
        read(tmp_path, content)
    assert caught.value.line == line
    assert what in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(FlowFileError, match=r"call\.yaml:1"):
        read_call(tmp_path / "call.yaml", SETTING)
