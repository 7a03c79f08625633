"""What a run tells of itself to the flow that called it, and to the one that it calls."""

from gateway.core.flow.events import Json
from gateway.core.flow.scene import Run, Scene
from gateway.core.flow.state import RESULTS


def summary(scene: Scene, run: Run, status: str) -> dict[str, Json]:
    """Return a run as ``@child`` and ``@parent`` show it: its flow, its status, its results."""
    flow = scene.release.flows[run.flow]
    return {
        "flow": {"name": flow.title, "uuid": flow.name, "__default__": flow.title},
        "status": status,
        "results": run.read(RESULTS) or {},
    }
