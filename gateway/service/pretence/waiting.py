"""What waits for staff on the last day of a made-up movement: people, and numbers asked for."""

from pathlib import Path
from typing import Final

from gateway.core.movement.moments import HOUR_MS
from gateway.core.staff.roles import Viewer
from gateway.service.asked import NUMBERS, Asked
from gateway.service.audit import Audit
from gateway.service.export import Source
from gateway.service.exporting import Exports
from gateway.service.pretence.chronicle import Chronicle, Turn
from gateway.service.pretence.crowd import Crowd
from gateway.store.handovers import HANDED_OVER, PARKED

_KEEP_DAYS: Final = 7
# Why, from where, what staff are told, and what was written last.
_TURNS: Final = (
    (HANDED_OVER, "join", "consent", "", "asked for somebody",
     ("I want to talk to a person", "My mother has no phone. Can I write for her?")),
    (HANDED_OVER, "report", "words", "", "asked for somebody",
     ("help", "It is about the headman and I do not want him to know")),
    (PARKED, "join", "name", "", "the same text was said too often",
     ("Thank you for contacting us. Our office is closed.",)),
)  # fmt: skip


def leave(chronicle: Chronicle, crowd: Crowd, at: int) -> None:
    """Let some conversations wait for staff."""
    for hours, (kind, flow, node, topic, note, words) in enumerate(_TURNS, start=1):
        who = crowd.somebody()
        if who is not None:
            turn = Turn(crowd.phone(who), crowd.member(who), kind, flow, node, topic, note, words)
            chronicle.hand_over(at - hours * HOUR_MS, turn)


def ask(source: Source, coordinator: Viewer) -> None:
    """Let a coordinator ask for numbers, which a second person lets out or not."""
    audit = Audit(source.database, source.vault)
    exports = Exports(source, audit, folder=Path(), keep_days=_KEEP_DAYS, offered=False)
    reason = "The radio station calls back those who asked a question on air."
    exports.ask(coordinator, Asked(NUMBERS), reason)
