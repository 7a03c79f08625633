"""Calling an assembly: written, looked at as phones show it, opened; closed where it may be."""

import secrets
from dataclasses import replace
from typing import Any, Final

from fastapi.responses import Response

from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission
from gateway.flowfiles.assembly_files import AssemblyPlan, Setting
from gateway.service import assembly
from gateway.service.assembly import AssemblyError
from gateway.service.flowlab import laboratory, voting
from gateway.store.database import Transaction
from gateway.web.assemblies.drafting import (
    MOST_MOTIONS,
    Draft,
    DraftMotion,
    Errors,
    plan_of,
    read_draft,
)
from gateway.web.assemblies.seeing import known, places_to_choose
from gateway.web.house import House
from gateway.web.visits import NotHere, StaffRoutes, Visit

_KEY_BYTES: Final = 16
_HOUR_MS: Final = 3_600_000


def add(routes: StaffRoutes, house: House) -> None:
    """Add the pages on which assemblies are called."""

    @routes.get("/assemblies/new", needs=Permission.CONVENE)
    def ask(visit: Visit) -> Response:
        return _form(visit, house, Draft(secrets.token_hex(_KEY_BYTES)), {})

    @routes.post("/assemblies/new", needs=Permission.CONVENE)
    def look(visit: Visit) -> Response:
        draft = _draft(visit, house)
        if "more" in visit.form and len(draft.motions) < MOST_MOTIONS:
            return _form(visit, house, replace(draft, motions=(*draft.motions, DraftMotion())), {})
        if "back" in visit.form or "more" in visit.form:
            return _form(visit, house, draft, {})
        plan = plan_of(visit, draft, _setting(house))
        if not isinstance(plan, AssemblyPlan):
            return _form(visit, house, draft, plan)
        return _preview(visit, house, draft, plan)

    @routes.post("/assemblies/open", needs=Permission.CONVENE)
    def open_it(visit: Visit) -> Response:
        draft = _draft(visit, house)
        plan = plan_of(visit, draft, _setting(house))
        if not isinstance(plan, AssemblyPlan):
            return _form(visit, house, draft, plan)

        def note(tx: Transaction, number: int) -> None:
            subject = f"assembly:{number}"
            house.audit.record(tx, visit.viewer, Act.ASSEMBLY_OPENED, subject)

        made = assembly.open_assembly(house.database, plan, form=draft.key, last=note)
        return visit.go(
            f"/assemblies/{made.number}",
            visit.gettext("It is opened. What was put never changes from now on."),
        )

    @routes.post("/assemblies/{number:int}/close", needs=Permission.CONVENE)
    def close(visit: Visit) -> Response:
        row = known(visit, house).row
        visit.must(Permission.CONVENE, row.place)

        def note(tx: Transaction) -> None:
            subject = f"assembly:{row.number}"
            house.audit.record(tx, visit.viewer, Act.ASSEMBLY_CLOSED, subject)

        try:
            assembly.close_assembly(house.database, row.number, by=visit.viewer.username, last=note)
        except AssemblyError:
            notice = visit.gettext("It cannot be closed now: it is closed, or its rules say no.")
            return visit.go(f"/assemblies/{row.number}", notice)
        return visit.go(f"/assemblies/{row.number}", visit.gettext("It is closed."))


def _draft(visit: Visit, house: House) -> Draft:
    """Return the draft of a form for a place where the visitor may convene, else `NotHere`."""
    draft = read_draft(visit.form, _languages(house))
    if draft.place and house.places.get(draft.place) is None:
        raise NotHere
    visit.must(Permission.CONVENE, draft.place or None)
    return draft if draft.key else replace(draft, key=secrets.token_hex(_KEY_BYTES))


def _form(visit: Visit, house: House, draft: Draft, errors: Errors) -> Response:
    return visit.render(
        "assemblies/new",
        status=400 if errors else 200,
        draft=draft,
        errors=errors,
        places=places_to_choose(visit, house, Permission.CONVENE),
        tongues=_languages(house),
        most=MOST_MOTIONS,
        zone=house.settings.movement.timezone,
    )


def _preview(visit: Visit, house: House, draft: Draft, plan: AssemblyPlan) -> Response:
    numbers = assembly.coming_motions(house.database, len(plan.motions))
    setting = _laboratory(house)
    readings = voting.rehearse(setting, plan, numbers) if setting is not None else ()
    place = None if plan.place is None else house.places.get(plan.place)
    return visit.render(
        "assemblies/preview",
        draft=draft,
        plan=plan,
        place=place,
        motions=tuple(zip(numbers, plan.motions, strict=True)),
        readings=readings,
    )


def _languages(house: House) -> tuple[str, ...]:
    """Return the movement's languages, the one first that no text may lack."""
    movement = house.settings.movement
    others = [one for one in movement.languages if one != movement.language]
    return (movement.language, *others)


def _setting(house: House) -> Setting:
    return Setting(house.places, _languages(house), house.ground.timezone, house.database.clock())


def _laboratory(house: House) -> laboratory.Setting | None:
    """Return what the flows in force need to be tried; None where their files are not kept."""
    source = house.publisher.files(house.ground.releases.current.hash)
    if source is None:
        return None
    settings, ground = house.settings, house.ground
    dialled = [one.dialled for one in house.channels.values() if one.dialled]
    known: dict[str, Any] = {"dialled": dialled[0]} if dialled else {}
    return laboratory.Setting(
        source=source,
        places=house.places,
        movement=ground.movement,
        country=ground.country,
        language=ground.language,
        languages=_languages(house),
        timezone=settings.movement.timezone,
        screen=settings.ussd.limit,
        first_screen=settings.ussd.first_limit,
        networks=settings.ussd.networks,
        fallbacks=settings.flows.fallbacks,
        environment=ground.environment,
        resume_ms=int(settings.ussd.resume_hours * _HOUR_MS),
        **known,
    )
