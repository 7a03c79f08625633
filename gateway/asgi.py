"""The web application: routes over an open station, and the threads that work behind them."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI

from gateway import bootstrap
from gateway.bootstrap import Station
from gateway.flowfiles.place_files import read_tiles
from gateway.service import overview
from gateway.service.audit import Audit
from gateway.service.deliver import Deliverer
from gateway.service.export import Source
from gateway.service.export_worker import ExportWorker
from gateway.service.exporting import Exports
from gateway.service.intake import Intake
from gateway.service.publishing import Watch
from gateway.service.receive import Receiver
from gateway.service.ussd import END
from gateway.simulator.client import SimulatorClient
from gateway.web import health, lost, phone, start
from gateway.web.callbacks import Application, Callbacks, Door, Edge
from gateway.web.desk import Desk, build
from gateway.web.handsets import Handsets
from gateway.web.house import House
from gateway.web.pages import Pages
from gateway.web.visits import visitor_language

COLLECT = (20_000, 50, 100)  # objects made, and collections of the younger, between two
DEFAULT_SIMULATOR = "http://127.0.0.1:8001"


def create_app(
    station: Station, deliverer: Deliverer | None = None, watch: Watch | None = None
) -> FastAPI:
    """Return the application. Its threads start and stop with it; the station stays the caller's.

    Without a `deliverer` messages wait in the outbox for another process to send them. Without a
    `watch` the flows stay what they are.
    """
    settings = station.store.settings
    database = station.store.database
    pages = Pages(movement=settings.movement.name, zone=station.ground.timezone)
    demo = _demo(station, pages) if settings.demo.enabled else None
    after: Callable[[], None] | None = None if deliverer is None else deliverer.nudge
    intake = Intake(
        Receiver(database, station.ground),
        queue=settings.intake.queue,
        batch=settings.intake.batch,
        after=after,
    )
    exporting = _export_worker(station).loop

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # What was loaded stays: the collector need not look through it again, which takes 100 ms in
        # the middle of somebody's call. What a batch makes is gone with it, so it may look seldom.
        if watch is not None:
            watch.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        intake.start()
        desk.clerk.start()
        if deliverer is not None:
            deliverer.start()
        exporting.start()
        yield
        desk.clerk.close()
        if watch is not None:
            watch.close()
        exporting.close()
        intake.close()
        if deliverer is not None:
            deliverer.close()
        desk.benches.close()
        if demo is not None:
            demo.handsets.close()

    app = Application(
        Callbacks(_edge(station, intake)) if station.channels else None,
        title="Mashinani",
        summary="An offline-first SMS/USSD mobilisation gateway",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such a redirect leads to whatever host the client names
    )
    desk = open_desk(station, pages)
    loops = (desk.clerk, exporting)
    app.include_router(health.router(lambda: intake.alive and database.ping(), loops))
    app.state.desk = desk
    app.include_router(desk.public)
    app.include_router(desk.staff.router)
    app.include_router(desk.api)
    app.include_router(pages.router())
    lost.add(app, pages, partial(visitor_language, desk.staff.stand))
    if demo is not None:
        _add_demo(app, station, demo)
    return app


def open_desk(station: Station, pages: Pages) -> Desk:
    """Return the pages of staff over an open station."""
    identity = bootstrap.identity(station.store, station.places)
    return build(
        House(
            pages=pages,
            settings=station.store.settings,
            database=station.store.database,
            vault=station.store.vault,
            places=station.places,
            tiles=read_tiles(station.store.settings.places_path, station.places),
            ground=station.ground,
            channels=station.channels,
            channel_ids=station.channel_ids,
            publisher=station.publisher,
            calls=bootstrap.broadcasts_of(station.store, station.places, patience_s=1.0),
            sign_in=identity.sign_in,
            account=identity.account,
            staff=identity.staff,
            audit=identity.audit,
            tokens=identity.tokens,
            exports=_exports(station, identity.audit),
        )
    )


def _export_source(station: Station) -> Source:
    """Return what exports are read from."""
    movement, store = station.store.settings.movement, station.store
    return Source(store.database, store.vault, station.places, movement.language, movement.name)


def _exports(station: Station, audit: Audit) -> Exports:
    """Return what staff ask for exports."""
    settings = station.store.settings.exports
    return Exports(
        _export_source(station),
        audit,
        folder=settings.folder,
        keep_days=settings.keep_days,
        offered=bool(settings.written_folder),
    )


def _export_worker(station: Station) -> ExportWorker:
    """Return what prepares the exports that staff ask for; nothing runs yet."""
    settings = station.store.settings.exports
    return ExportWorker(
        _export_source(station),
        Audit(station.store.database, station.store.vault),
        station.ground.timezone,
        folder=settings.folder,
        written_folder=Path(settings.written_folder) if settings.written_folder else None,
    )


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


def _demo(station: Station, pages: Pages) -> phone.Desk:
    """Return the phones of the demo, on the simulator of its channel; nothing is connected yet."""
    settings = station.store.settings
    channels = station.channels
    played = channels.get("demo") or next(iter(channels.values()), None)
    url = settings.demo.simulator_url or DEFAULT_SIMULATOR
    code = (played.dialled if played else None) or ""
    return phone.Desk(
        Handsets(SimulatorClient(url), code),
        pages,
        service_code=code,
        short_code=(played.short_code if played else None) or "",
        simulator_url=url,
    )


def _add_demo(app: FastAPI, station: Station, demo: phone.Desk) -> None:
    """Add the pages of the demo, which show counts to anybody and let anybody text as anybody."""
    database, ground = station.store.database, station.ground
    facts = start.Facts(
        version=version("mashinani-gateway"),
        database=_DATABASES[database.dialect],
        channels=tuple(station.channels),
        service_code=demo.service_code,
        short_code=demo.short_code,
    )
    look = partial(overview.look, database, station.places, ground.language)
    app.include_router(start.router(demo.pages, facts, look, ground.timezone))
    app.include_router(phone.router(demo))


_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
