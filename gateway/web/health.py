"""Tells a supervisor whether this process can do its work, and nothing about the movement."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response


def router(healthy: Callable[[], bool]) -> APIRouter:
    """Return the route; `healthy` is asked in a worker thread because it looks at the database."""
    routes = APIRouter()

    @routes.get("/health", summary="Whether this process can do its work")
    def health() -> Response:
        if healthy():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "the database does not answer"}, 503)

    return routes
