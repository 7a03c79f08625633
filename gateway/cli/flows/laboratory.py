"""A laboratory of flows as the settings would have them run, for the commands that try flows."""

from gateway.bootstrap import expressions_environment
from gateway.cli.flows.folder import Folder
from gateway.flowfiles.place_files import read_places
from gateway.service.flowlab.laboratory import Setting
from gateway.service.ground import Guards

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 86_400_000


def laboratory_setting(folder: Folder) -> Setting:
    """Return what a laboratory needs to run a folder's flows like the real gateway."""
    settings = folder.settings
    places = read_places(settings.places_path)
    return Setting(
        source=folder.source,
        places=places,
        movement=settings.movement.name,
        country=settings.movement.country,
        language=settings.movement.language,
        languages=settings.movement.languages,
        timezone=settings.movement.timezone,
        screen=settings.ussd.limit,
        first_screen=settings.ussd.first_limit,
        networks=settings.ussd.networks,
        fallbacks=settings.flows.fallbacks,
        environment=expressions_environment(settings.movement, places),
        resume_ms=int(settings.ussd.resume_hours * _HOUR_MS),
        answer_valid_ms=int(settings.delivery.answer_valid_hours * _HOUR_MS),
        reply_ms=settings.conversations.broadcast_reply_days * _DAY_MS,
        ring_ms=settings.conversations.missed_call_minutes * _MINUTE_MS,
        guards=Guards(
            same_text=settings.conversations.same_text,
            same_text_s=settings.conversations.same_text_minutes * 60,
            answers_per_hour=settings.conversations.answers_per_hour,
        ),
    )
