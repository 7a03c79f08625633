"""Every example of docs/rendering.md is run as it is printed, and says what is printed below it."""

import re
import shlex

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "rendering.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(gateway .*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def test_no_example_is_left_out():
    assert len(EXAMPLES) == PAGE.count("```") / 4 == 5


@pytest.mark.parametrize(
    ("command", "printed"), EXAMPLES, ids=[f"example {n}" for n in range(1, len(EXAMPLES) + 1)]
)
def test_an_example_prints_what_the_page_says(command, printed, monkeypatch):
    monkeypatch.setenv("GATEWAY_CONFIG_DIR", str(ROOT / "config"))
    monkeypatch.setenv("GATEWAY_FLOWS_DIRECTORY", str(ROOT / "flows"))
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert (done.exit_code, done.stdout) == (0, printed)


def test_the_numerals_of_the_page_are_read_as_it_says():
    from gateway.core.text.keywords import fold

    [line] = [line for line in PAGE.splitlines() if line.endswith("are all 12.")]
    typed = re.findall(r"`([^`]+)`", line)
    assert len(typed) == 5
    assert {fold(one) for one in typed} == {"12"}
