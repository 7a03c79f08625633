"""Counts what could not be worked out in a flow while it ran, without a value of anybody in it."""

import re
from typing import Final

from gateway.core.flow.events import Faulty
from gateway.service.world import World
from gateway.store.faults import Place

_LONGEST: Final = 300

# What a message quotes may be what a person wrote; so may a number in it.
_QUOTED: Final = re.compile(r"\".*\"|'.*'", re.DOTALL)
_DIGITS: Final = re.compile(r"\d+(?:[.,:T+-]\d+)*")


def note(world: World, event: Faulty) -> None:
    """Count one more of its kind, to be written with the batch."""
    place = Place(event.flow, event.node, bare(event.reason))
    world.faults[place] = world.faults.get(place, 0) + 1


def bare(reason: str) -> str:
    """Return a reason without the values in it; the expression stays, as its author wrote it."""
    expression, colon, trouble = reason.partition(": ")
    shown = _DIGITS.sub("…", _QUOTED.sub("…", trouble))
    return f"{expression}{colon}{shown}"[:_LONGEST]
