"""What docs/simulator.md promises is what there is."""

import re
from dataclasses import fields
from pathlib import Path

from starlette.routing import Route

from gateway.simulator.app import create_app
from gateway.simulator.behaviour import Behaviour, Failures
from gateway.simulator.settings import SimulatorSettings

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")


def test_every_address_is_documented_and_every_documented_address_exists():
    served = {
        f"{method} {route.path}"
        for route in create_app(SimulatorSettings()).routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert set(re.findall(r"^\| `((?:GET|POST) [^`]+)`", PAGE, re.MULTILINE)) == served


def test_every_value_of_the_behaviour_is_documented_with_its_name():
    table = PAGE.split("| behaviour |", 1)[1].split("\n\n", 1)[0]
    names = [row.split("|")[1] for row in table.splitlines()[2:]]
    documented = re.findall(r"`([a-z_.]+)`", " ".join(names))
    named = {field.name for field in fields(Behaviour)} - {"fail"}
    assert set(documented) == named | {f"fail.{field.name}" for field in fields(Failures)}
