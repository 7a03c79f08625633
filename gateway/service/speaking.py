"""What is said to a caller: the system's own words, and texts on their way out as SMS.

Automatic answers are bounded here, so that two machines never write to each other for ever.
"""

from dataclasses import dataclass

from gateway.core.delivery.purpose import Purpose
from gateway.core.fast_init import fast_init
from gateway.core.flow.events import Json
from gateway.core.text import messages, plain
from gateway.service import actions, parking
from gateway.service.ground import Line
from gateway.service.world import Caller, World
from gateway.store.outbox import TEXT, Queued


@fast_init
@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn shows: texts, numbered options, and whether an answer is waited for.

    `ways` are the names of the lines that lead back and to the first menu. `counted` says that a
    vote was counted, which is told however often it happens. `asks` says that a server is being
    asked, and that the last text says so.
    """

    texts: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    waits: bool = False
    ways: tuple[str, ...] = ()
    counted: bool = False
    asks: bool = False

    @property
    def text(self) -> str:
        """All that is said, each text on lines of its own."""
        return "\n".join([text for text in self.texts if text])


def say(world: World, caller: Caller, name: str, **more: Json) -> str:
    """Return one of the system's texts in the caller's language."""
    language = actions.language_of(world, caller)
    return world.current.text(name, language, **more, movement=world.movement)


def said(world: World, caller: Caller, name: str, **more: Json) -> Shown:
    """Return one of the system's texts as all that is shown."""
    return Shown((say(world, caller, name, **more),))


def answer(
    world: World, caller: Caller, line: Line, shown: Shown, link: str | None = None, *,
    purpose: Purpose = Purpose.ANSWER,
) -> None:  # fmt: skip
    """Answer by SMS, in as few messages as may be, unless the caller was answered too often.

    `link` is that of an on-demand request, of which one message is the answer.
    """
    texts = [plain.normal(text) for text in shown.texts]
    options = [(key, plain.normal(label)) for key, label in shown.options]
    parts = messages.join(texts, options)
    if not parts or not parking.may_answer(world, caller, line, parts, again=shown.counted):
        return
    for part in parts:
        post(world, caller, line, part, purpose, link)
        link = None


def tell(world: World, caller: Caller, line: Line, text: str, purpose: Purpose) -> None:
    """Send a text of a flow by SMS, in as few messages as may be."""
    for part in messages.join([plain.normal(text)]):
        post(world, caller, line, part, purpose)


def post(
    world: World, caller: Caller, line: Line, text: str, purpose: Purpose, link: str | None = None
) -> None:
    """Put an SMS to the caller into the outbox, if any channel can send one."""
    if line.answers_by is not None and text:
        sealed = caller.sealer.seal(TEXT, plain.normal(text).encode())
        world.leaving.append(
            Queued(
                caller.phone,
                line.answers_by,
                purpose,
                sealed,
                valid_until=world.now + world.ground.limits.answer_valid_ms,
                link_id=link,
            )
        )
