"""Steps whose effect is not on this screen: what is sent later, what staff are told."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from gateway.core.flow.graph import Action, HandOver, Schedule, Text, Unschedule
from gateway.flowfiles.durations import read_duration
from gateway.flowfiles.language import step_parts as parts
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Texts

# (section, key, what the flow is for) -> the name of the flow under the key, noted down
Refer: TypeAlias = Callable[[Section, str, str], str]


def read_later(step: Section, name: str, texts: Texts, refer: Refer) -> Iterator[Action]:
    """Compile what a step schedules, takes back and hands over."""
    if "schedule" in step:
        yield _schedule(step.section("schedule"), name, texts, refer)
    if "unschedule" in step:
        yield Unschedule(step.text("unschedule") or "")
    if "hand_over" in step:
        yield _hand_over(step, texts)


def _schedule(section: Section, name: str, texts: Texts, refer: Refer) -> Schedule:
    """Compile a text or a flow for later."""
    check(section, parts.SCHEDULE)
    return Schedule(
        after=read_duration(section, "after") if "after" in section else None,
        at=texts.one(section, "at") if "at" in section else None,
        text=texts.text(section, "text", f"{name}.schedule") if "text" in section else None,
        flow=refer(section, "flow", "to begin") if "flow" in section else None,
        name=section.text("name"),
    )


def _hand_over(step: Section, texts: Texts) -> HandOver:
    """Compile the words for staff, who read them as they stand."""
    if not step.is_section("hand_over"):
        return HandOver(Text(texts.template(step, "hand_over"), {}))
    section = step.section("hand_over")
    check(section, parts.HAND_OVER)
    return HandOver(Text(texts.template(section, "note"), {}), section.text("topic", "") or "")
