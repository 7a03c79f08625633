"""What docs/demo.md promises is what there is."""

import inspect
import re
from pathlib import Path

from gateway.cli.demo.folder import SERVICE_CODE
from gateway.cli.demo.running import DIRECTORY, run
from gateway.cli.play import HELP, play

PAGE = (Path(__file__).parents[2] / "docs" / "demo.md").read_text("utf-8")


def test_every_option_of_the_demo_is_documented_with_its_default():
    documented = dict(re.findall(r"^\| `--([a-z-]+)` \| `?([^`|]+?)`? \|", PAGE, re.MULTILINE))
    there_are = inspect.signature(run).parameters.values()
    assert documented == {one.name.replace("_", "-"): _default(one.default) for one in there_are}


def test_every_command_of_the_phone_is_documented_and_in_its_help():
    documented = set(re.findall(r"^\| `(/[a-z]+)", PAGE, re.MULTILINE))
    assert documented - {"/help"} == set(re.findall(r"^  (/[a-z]+)", HELP, re.MULTILINE))


def test_the_numbers_of_the_example_are_the_demo_s():
    assert SERVICE_CODE in PAGE
    assert SERVICE_CODE in HELP
    assert inspect.signature(play).parameters["phone"].default in PAGE
    assert f". {DIRECTORY}/env" in PAGE


def _default(value: object) -> str:
    return "no" if value is False else str(value)
