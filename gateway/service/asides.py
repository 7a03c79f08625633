"""What comes between: help or a language within a question, a flow beside a screen that waits."""

from gateway.core.flow.triggers import Trigger
from gateway.core.flow.turn import Aside, Start
from gateway.core.text import keywords
from gateway.service import passing, timers, turns, webhooks
from gateway.service.ground import Line
from gateway.service.speaking import Shown
from gateway.service.world import Caller, Via, World


def trigger_of(world: World, command: str, text: str) -> Trigger | None:
    """Return what a message begins that as a whole means help or language, if anything."""
    words = world.current.triggers.words
    return words.get(keywords.first_word(text)[0]) or words.get(command)


def step_aside(
    world: World, caller: Caller, line: Line, channel: str, trigger: Trigger
) -> Shown | None:
    """Run the flow of a trigger in the middle of the question that waits, and put it again.

    None where nothing waits, or where the conversation's release does not have the flow. A question
    of that very flow is put again.
    """
    state = caller.thread.state
    release = None if state is None else world.known(state.release)
    if state is None or release is None or trigger.flow not in release.flows:
        return None
    given = Aside(trigger.flow, spoken(world, trigger, caller))
    return turns.go_on(world, caller, line, channel, release, given)


def begin(
    world: World, caller: Caller, line: Line, start: Start, *, via: Via | None = None
) -> Shown:
    """Start a flow. One that says its words and ends does not end a USSD session under way."""
    thread = caller.thread
    state, channel, fence = thread.state, thread.channel, thread.fence
    asked, held = thread.asked, thread.held
    alive = passing.alive(world, caller)
    shown = turns.begin(world, caller, line, turns.SMS, start, via=via)
    if not shown.waits and channel == turns.USSD:
        thread.state, thread.channel = state, channel
        if alive is not None:
            passing.come_back(world, alive)
        timers.spare(world, caller, fence)
        webhooks.spare(world, caller, asked, held)
    return shown


def spoken(world: World, trigger: Trigger, caller: Caller) -> str | None:
    """Return the language that a keyword asks for, or None to go on as before.

    Texts in every language name the keywords that the flows were written with, so those say nothing
    about the language of a person whose language is known; nor do words of a language that the
    movement does not offer.
    """
    if trigger.language not in world.ground.languages:
        return None
    written = trigger.language == world.current.flows[trigger.flow].language
    return None if written and caller.language is not None else trigger.language
