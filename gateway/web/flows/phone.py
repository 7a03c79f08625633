"""A phone to try any version of the conversations on. Nobody is reached and nothing is kept."""

from typing import Final

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service.flowlab.benches import Benches, act
from gateway.service.flowlab.laboratory import Setting
from gateway.service.versions import Version, Versions
from gateway.web.flows.book import shown
from gateway.web.house import House
from gateway.web.visits import StaffRoutes, Visit

_PATH: Final = "/flows/-/phone"


def add(routes: StaffRoutes, house: House, versions: Versions, benches: Benches) -> None:
    """Add the phone. Each session of staff has one."""

    @routes.get(_PATH, needs=Permission.FLOWS)
    def phone(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = shown(visit, versions)
        with benches.used(visit.viewer.session) as bench:
            mine = bench if bench is not None and bench.version == version.hash else None
            current = versions.in_force()
            return visit.render(
                "flows/phone",
                version=version,
                in_force=current is not None and current.release == version.hash,
                bench=mine,
                asks=mine is not None and mine.asks,
                tongue=house.ground.language if mine is None else mine.language,
                tongues=[
                    (code, visit.writing.language_name(code)) for code in version.release.languages
                ],
                dialled=setting(house, version).dialled,
                short_code=setting(house, version).short_code,
            )

    @routes.post(_PATH + "/begin", needs=Permission.FLOWS)
    def begin(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = shown(visit, versions)
        language = visit.form.get("language")
        known = language if language in version.release.languages else ""
        benches.begin(
            visit.viewer.session,
            setting(house, version),
            version.hash,
            known,
            member=visit.form.get("member") == "yes",
        )
        return visit.go(f"{_PATH}?version={version.hash}")

    @routes.post(_PATH, needs=Permission.FLOWS)
    def do(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = shown(visit, versions)
        with benches.used(visit.viewer.session) as bench:
            lost = bench is None or bench.version != version.hash
            if bench is not None and not lost:
                act(bench, visit.form.get("act"), visit.form.text("text"))
        notice = visit.gettext("The phone was put away. Begin again.") if lost else ""
        return visit.go(f"{_PATH}?version={version.hash}", notice)


def setting(house: House, version: Version) -> Setting:
    """Return the gateway that a version is tried on: this one's settings, and no people."""
    ground = house.ground
    channels = list(house.channels.values())
    dialled = next((one.dialled for one in channels if one.dialled), "*384*20200#")
    number = next((one.short_code for one in channels if one.short_code), "20200")
    return Setting(
        source=version.source,
        places=house.places,
        movement=ground.movement,
        country=ground.country,
        language=ground.language,
        languages=ground.languages,
        timezone=ground.timezone.key,
        dialled=dialled,
        short_code=number,
        screen=ground.limits.screen,
        first_screen=ground.limits.first_screen,
        networks=ground.limits.networks,
        fallbacks=house.settings.flows.fallbacks,
        environment=ground.environment,
        resume_ms=ground.limits.resume_ms,
        answer_valid_ms=ground.limits.answer_valid_ms,
        reply_ms=ground.limits.reply_ms,
    )
