"""What one turn takes: messages and their segments, screens and their pages. Sends nothing."""

from dataclasses import dataclass
from typing import Self

from gateway.core.flow.events import Failed, Prompted, Said, Scheduled, Texted
from gateway.core.flow.turn import Step
from gateway.core.text import messages, plain, screens
from gateway.service.walkers.setting import Setting


@dataclass(frozen=True, slots=True)
class Bill:
    """What is sent and shown. `characters` are those that somebody reads."""

    messages: int = 0
    segments: int = 0
    screens: int = 0
    characters: int = 0

    def __add__(self, other: Self) -> "Bill":
        """Return what two turns take."""
        return Bill(
            self.messages + other.messages,
            self.segments + other.segments,
            self.screens + other.screens,
            self.characters + other.characters,
        )


def bill(setting: Setting, turn: Step, *, opening: bool) -> Bill:
    """Return what a turn takes; `opening`: it is the first of a session.

    Texts share messages and screens as the gateway has them share. A text that is scheduled is an
    SMS of its own, and so is one that is sent beside a screen.
    """
    texts = [plain.normal(text) for text in _said(setting, turn) if text]
    prompts = [one for one in turn.events if isinstance(one, Prompted)]
    options = [(key, plain.normal(label)) for key, label in prompts[-1].options] if prompts else []
    beside = [one.text for one in turn.events if isinstance(one, Texted | Scheduled) and one.text]
    parts = [plain.normal(text) for text in beside]
    shown = 0
    if not texts and not options:
        pass
    elif setting.channel == "sms":
        parts += messages.join(texts, options)
    else:
        shown = _pages(setting, turn.language, "\n".join(texts), options, opening=opening)
    read = sum(map(len, texts)) + sum(len(key) + len(label) + 2 for key, label in options)
    return Bill(len(parts), sum(messages.cost(part).segments for part in parts), shown, read)


def _said(setting: Setting, turn: Step) -> list[str]:
    """Return what a turn says; one that runs in circles ends with an apology."""
    said = [
        one.worded if isinstance(one, Said) else one.text
        for one in turn.events
        if isinstance(one, Said | Prompted)
    ]
    if turn.events and isinstance(turn.events[-1], Failed):
        return [*dict.fromkeys(said), setting.release.text("sorry", turn.language)]
    return said


def _pages(
    setting: Setting, language: str, text: str, options: list[tuple[str, str]], *, opening: bool
) -> int:
    release, limit = setting.release, setting.screen
    made = screens.pages(
        text,
        options,
        limit=limit,
        first_limit=min(limit, setting.first_screen) if opening else limit,
        more=release.text("more", language),
        back=release.text("back", language),
    )
    return len(made)
