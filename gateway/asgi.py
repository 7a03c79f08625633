"""The web application: routes over an open station, and the threads that work behind them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from gateway.bootstrap import Station
from gateway.service.deliver import Deliverer
from gateway.service.intake import Intake
from gateway.service.receive import Receiver
from gateway.service.ussd import END
from gateway.web import callbacks, health
from gateway.web.callbacks import Door, Edge


def create_app(station: Station, deliverer: Deliverer | None = None) -> FastAPI:
    """Return the application. Its threads start and stop with it; the station stays the caller's.

    Without a `deliverer` messages wait in the outbox for another process to send them.
    """
    settings = station.store.settings
    database = station.store.database
    after: Callable[[], None] | None = None if deliverer is None else deliverer.nudge
    intake = Intake(
        Receiver(database, station.ground),
        queue=settings.intake.queue,
        batch=settings.intake.batch,
        after=after,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        intake.start()
        if deliverer is not None:
            deliverer.start()
        yield
        intake.close()
        if deliverer is not None:
            deliverer.close()

    app = FastAPI(
        title="Mashinani",
        summary="An offline-first SMS/USSD mobilisation gateway",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.include_router(health.router(lambda: intake.alive and database.ping()))
    if station.channels:
        app.router.routes.append(callbacks.route(_edge(station, intake)))
        documented = app.openapi
        app.openapi = lambda: _with_callbacks(documented())  # type: ignore[method-assign]
    return app


def _with_callbacks(schema: dict[str, Any]) -> dict[str, Any]:
    """Add the callback route, which no framework describes for us, to the OpenAPI description."""
    return {**schema, "paths": {**schema["paths"], **callbacks.DOCUMENTED}}


def _edge(station: Station, intake: Intake) -> Edge:
    settings = station.store.settings
    ground = station.ground
    return Edge(
        doors={
            name: Door(channel.secret, station.aggregators[name], channel.allow_from)
            for name, channel in station.channels.items()
        },
        intake=intake,
        clock=station.store.database.clock,
        busy=lambda: END + ground.releases.current.text("busy", ground.language),
        max_body_bytes=settings.serve.max_body_bytes,
        answer_seconds=settings.intake.answer_seconds,
    )
