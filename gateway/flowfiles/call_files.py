"""Reads the file of a call to action. Queues nothing, and names what is wrong by its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.core.movement.audience import (
    FIELDS,
    SINCE,
    Audience,
    AudienceError,
    read_audience,
)
from gateway.core.movement.moments import WRITTEN, read_moment
from gateway.core.movement.wording import WordingError, read_wording
from gateway.flowfiles.assembly_files import Setting
from gateway.flowfiles.sections import Section, read_file

LONGEST_TITLE = 80

_KEYS = ("title", "channel", "valid_until", "not_before", "audience", "texts")


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call that has no number yet. `channel` is None where the file leaves it open."""

    title: str
    channel: str | None
    texts: Mapping[str, str]
    audience: Audience
    not_before: int | None
    valid_until: int


def read_call(path: Path, setting: Setting) -> CallPlan:
    """Read the file of a call. Raises `FlowFileError` naming the file, the line and what to do."""
    section = read_file(path, "a call's file")
    section.only(_KEYS)
    for key in ("title", "valid_until", "texts"):
        section.needs(key)
    title = section.text("title") or ""
    if len(title) > LONGEST_TITLE:
        raise section.error(
            "title", f"the title has {len(title)} characters", f"Use {LONGEST_TITLE} at most"
        )
    valid_until = _moment(section, "valid_until", setting)
    if valid_until <= setting.now:
        raise section.error("valid_until", "valid_until is over", f"Write one such as {WRITTEN}")
    return CallPlan(
        title=title,
        channel=section.text("channel"),
        texts=_texts(section.section("texts"), setting),
        audience=_audience(section, setting),
        not_before=_moment(section, "not_before", setting) if "not_before" in section else None,
        valid_until=valid_until,
    )


def _moment(section: Section, key: str, setting: Setting) -> int:
    written = section.text(key) or ""
    moment = read_moment(written, now=setting.now, zone=setting.zone)
    if moment is None:
        raise section.error(key, f"{key} '{written}' is no time", f"Write one such as {WRITTEN}")
    return moment


def _texts(section: Section, setting: Setting) -> Mapping[str, str]:
    texts = {language: section.text(language) or "" for language in section}
    try:
        read_wording(texts, setting.languages[0], setting.languages)
    except WordingError as trouble:
        raise section.error(trouble.language, trouble.what, trouble.mend) from trouble
    return texts


def _audience(section: Section, setting: Setting) -> Audience:
    if "audience" not in section:
        return Audience()
    chosen = section.section("audience")
    chosen.only((*FIELDS, SINCE))
    wanted = {}
    for name in chosen:
        if name == SINCE:
            continue
        wanted[name] = chosen.words(name)
        try:
            read_audience({name: wanted[name]}, setting.places, setting.languages)
        except AudienceError as trouble:
            raise chosen.error(name, trouble.what, trouble.mend) from trouble
    since = _moment(chosen, SINCE, setting) if SINCE in chosen else None
    return read_audience(wanted, setting.places, setting.languages, since)
