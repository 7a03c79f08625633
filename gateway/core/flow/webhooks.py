"""What a server is asked, and what it answered, taken into the conversation. Asks no server."""

import orjson

from gateway.core.flow.events import Json, Requested
from gateway.core.flow.expressions.patterns import writable
from gateway.core.flow.expressions.sizes import MOST_LEVELS, depth_of
from gateway.core.flow.expressions.values import DEFAULT
from gateway.core.flow.graph import Action, Webhook
from gateway.core.flow.saved import shown
from gateway.core.flow.scene import Scene
from gateway.core.flow.turn import Responded

ANSWERED = "answered"
FAILED = "failed"

# Where the last answer is found by name.
WEBHOOK = "webhook"

# Whether it is kept for the next turn.
_LASTS = "lasts"

# Where the answer that counts is kept while several servers are told of one thing.
_TOLD = "told"

# An answer of so many bytes is shown within its turn and is not kept for the next.
KEPT_BYTES = 10_000

_GONE = 410


def request(scene: Scene, action: Webhook) -> None:
    """Have a server asked; where the address is none, that failed. The engine then waits."""
    url = scene.render(action.url).strip()
    if not url:
        scene.outcome = FAILED
        return
    scene.ticket += 1
    scene.trail = ()  # what was asked cannot be gone back behind
    headers = tuple([(name, scene.render(value)) for name, value in action.headers])
    body = "" if action.body is None else scene.render(action.body)
    scene.events.append(
        Requested(
            scene.ticket,
            action.method,
            url,
            headers,
            body,
            action.seconds,
            action.waits,
            action.secrets,
        )
    )
    forget(scene)
    scene.values[WEBHOOK] = {DEFAULT: f"{action.method} {url}", _LASTS: True}


def take_in(scene: Scene, action: Action, given: Responded) -> None:
    """Save what a server answered; ``@outcome`` says whether it did as it was asked."""
    if not isinstance(action, Webhook):
        return
    went_well = 200 <= given.status < 300
    scene.outcome = ANSWERED if went_well else FAILED
    asked = shown(scene.values.get(WEBHOOK))
    body = writable(given.body)
    found = _json(body)
    short = _is_short(body)
    value: dict[str, Json] = {
        DEFAULT: asked,
        "status": given.status,
        "json": found,
        "body": body,
        "headers": {},
        _LASTS: short and (action.result is not None or not scene.flow.runs),
    }
    scene.values[WEBHOOK] = value
    if action.save is not None:
        scene.save(action.save, value)
    status = given.status
    if action.more is not None:
        status, body = _counts(scene, status, body, more=action.more)
    if action.result is not None and not action.more:
        category = "Success" if 200 <= status < 300 else "Failure"
        extra = _json(body) if _is_short(body) else None
        scene.save_result(action.result, str(status), category, asked, extra, raw=body)


def _counts(scene: Scene, status: int, body: str, *, more: bool) -> tuple[int, str]:
    """Return the answer that counts of those so far: a failure, else a success, else one gone."""
    before = scene.values.pop(_TOLD, None)
    if isinstance(before, list):
        earlier = int(str(before[0]))
        if _weight(earlier) > _weight(status):
            status, body = earlier, str(before[1])
    if more:
        scene.values[_TOLD] = [status, body if _is_short(body) else ""]
    return status, body


def _is_short(body: str) -> bool:
    return len(body.encode()) < KEPT_BYTES


def _weight(status: int) -> int:
    if status == _GONE:
        return 0
    return 1 if 200 <= status < 300 else 2


def forget(scene: Scene) -> None:
    """At the end of a turn, forget an answer that does not last; of a saved one keep the status."""
    value = scene.values.get(WEBHOOK)
    if not isinstance(value, dict) or value.get(_LASTS):
        return
    del scene.values[WEBHOOK]
    small = {DEFAULT: value.get(DEFAULT), "status": value.get("status")}
    scene.values.update({path: small for path, one in scene.values.items() if one is value})


def _json(body: str) -> Json:
    """Return what a body says as JSON, None where it is none or too deep to be kept."""
    if depth_of(body) > MOST_LEVELS:
        return None
    try:
        found: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found
