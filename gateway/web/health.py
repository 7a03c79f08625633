"""Tells a supervisor whether this process can do its work, and nothing about the movement."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from gateway.service.surviving import Loop


def router(healthy: Callable[[], bool], loops: Sequence[Loop] = ()) -> APIRouter:
    """Return the route; `healthy` is asked in a worker thread because it looks at the database.

    Work behind the pages of staff that broke is told by its name and how often it did since the
    process began; callbacks are taken all the same, so that is no reason to start it again.
    """
    routes = APIRouter()

    @routes.get("/health", summary="Whether this process can do its work")
    def health() -> Response:
        if not healthy():
            return JSONResponse({"status": "the database does not answer"}, 503)
        ended = [loop.name for loop in loops if not loop.alive]
        if ended:
            return JSONResponse({"status": f"these work no more: {', '.join(ended)}"}, 503)
        faults = {loop.name: loop.faults for loop in loops if loop.faults}
        return JSONResponse({"status": "ok", "faults": faults} if faults else {"status": "ok"})

    return routes
