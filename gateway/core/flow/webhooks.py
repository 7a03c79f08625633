"""What a server answered, taken into the conversation that waited for it. Asks no server."""

import orjson

from gateway.core.flow.events import Json
from gateway.core.flow.graph import Action, Webhook
from gateway.core.flow.scene import Scene
from gateway.core.flow.turn import Responded

ANSWERED = "answered"
FAILED = "failed"

# Where the last answer is found by name.
WEBHOOK = "webhook"

# An answer that is longer is shown within its turn and is not kept for the next.
KEPT_BYTES = 10_000


def take_in(scene: Scene, action: Action, given: Responded) -> None:
    """Save what a server answered; ``@outcome`` says whether it did as it was asked."""
    if not isinstance(action, Webhook):
        return
    went_well = 200 <= given.status < 300
    scene.outcome = ANSWERED if went_well else FAILED
    value: dict[str, Json] = {
        "status": given.status,
        "json": _json(given.body),
        "body": given.body,
        "__default__": given.body,
    }
    scene.values[WEBHOOK] = value
    if action.save is not None:
        scene.save(action.save, value)
    if action.result is not None:
        asked = f"{action.method} {action.url.render(scene)}"
        category = "Success" if went_well else "Failure"
        extra = value["json"] if len(given.body.encode()) <= KEPT_BYTES else None
        scene.save_result(action.result, str(given.status), category, asked, extra)


def _json(body: str) -> Json:
    """Return what a body says as JSON, None where it is none."""
    try:
        found: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found
