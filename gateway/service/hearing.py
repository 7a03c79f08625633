"""What an SMS may mean to a caller, before anything is decided: commands, keywords, answers."""

from dataclasses import dataclass

from gateway.channels.base import SmsReceived
from gateway.core.fast_init import fast_init
from gateway.core.flow.triggers import Trigger
from gateway.core.text import keywords
from gateway.service import turns
from gateway.service.asides import trigger_of
from gateway.service.ground import Line
from gateway.service.world import Caller, World


@fast_init
@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it is understood.

    `command` is help or language where the whole message is that. `trigger` is what a word of it
    begins, `answers` what stands behind that word. `waiting` is true while a conversation by SMS
    goes on. `answering` is true where `trigger` is not what was meant, because the message is an
    answer to the question that waits. `first` is true for the first contact ever.
    """

    text: str
    recipient: str
    command: str | None
    trigger: Trigger | None
    answers: str
    waiting: bool
    answering: bool
    first: bool


def hear(
    world: World,
    caller: Caller,
    line: Line,
    event: SmsReceived,
    command: str | None,
    *,
    first: bool,
) -> Heard:
    """Return what a message may mean to the caller. `first` says that it is the first contact."""
    triggers = world.current.triggers
    word, rest = keywords.first_word(event.text)
    trigger = triggers.of_words(event.text, word)
    if keywords.fold(event.text) in triggers.whole:
        rest = ""
    if trigger is None and command is not None:
        trigger = trigger_of(world, command, event.text)
    waiting = is_waiting(world, caller)
    return Heard(
        text=event.text,
        recipient=event.recipient,
        command=command,
        trigger=trigger,
        answers=rest,
        waiting=waiting,
        answering=waiting
        and trigger is not None
        and not caller.thread.parked
        and not _in_pause(world, caller)
        and turns.takes(world, caller, line, event.text, word=not rest.strip()),
        first=first,
    )


def _in_pause(world: World, caller: Caller) -> bool:
    """Whether the conversation waits for nothing but time."""
    state = caller.thread.state
    release = None if state is None else world.known(state.release)
    if state is None or release is None or state.at is not None:
        return False
    last = state.frames[-1]
    router = release.flows[last.flow].nodes[last.node].router
    return router is not None and router.wait is not None and router.wait.pause


def is_waiting(world: World, caller: Caller) -> bool:
    """Whether a conversation by SMS waits for this person, and not since long ago.

    One that ends by itself waits until then.
    """
    thread = caller.thread
    return (
        thread.state is not None
        and thread.channel == turns.SMS
        and thread.is_alive(world.now, world.ground.limits.resume_ms)
    )
