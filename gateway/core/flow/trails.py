"""Where a run has been, and since when it is under way: kept where its flow asks for it."""

from datetime import datetime
from typing import Any, Final

from gateway.core.flow.expressions.values import Value
from gateway.core.flow.scene import Run, Scene
from gateway.core.flow.state import TRAIL

# The most nodes of a run that are remembered: its first one, and the last of them.
_MOST: Final = 200


def remember(scene: Scene) -> None:
    """Note the node that the innermost run has reached."""
    run = scene.runs[-1]
    steps = [*_steps(run), [run.node, scene.environment.now().isoformat()]]
    run.replace(TRAIL, {"steps": steps[:1] + steps[1:][1 - _MOST :]})


def walked(scene: Scene, run: Run) -> dict[str, Value]:
    """Return ``path`` and ``created_on`` of a run; of one that remembers nothing, where it is."""
    now = scene.environment.now()
    steps = [(node, datetime.fromisoformat(at)) for node, at in _steps(run)] or [(run.node, now)]
    return {
        "path": [{"node_uuid": node, "arrived_on": at} for node, at in steps],
        "created_on": steps[0][1],
    }


def _steps(run: Run) -> list[Any]:
    kept = run.read(TRAIL)
    steps = kept.get("steps") if isinstance(kept, dict) else None
    return steps if isinstance(steps, list) else []
