"""Turns of conversations: where they lead, what is saved, and how they end."""

from collections.abc import Mapping

import pytest

from gateway.core.flow.engine import step
from gateway.core.flow.events import Ended, Failed, Json, Performed, Prompted, Said, Saved, Texted
from gateway.core.flow.graph import Call, Category, Router, Wait
from gateway.core.flow.turn import Outcome, Reply, Start
from gateway.core.flow.walking import FRAME_LIMIT, IMPORTED_FRAME_LIMIT, NODE_LIMIT
from tests.graphs import asks, flow, node, release_of
from tests.stage import Phone, release, steps

TWO_QUESTIONS = steps("""
  name:
    ask: What is your name?
    save: participant.name
    retry: A shorter one, please.
    expect: text(10)
  thanks:
    say: Thank you @participant.name.
""")


def test_steps_run_from_top_to_bottom_and_end() -> None:
    phone = Phone(release(TWO_QUESTIONS))
    assert phone.start() == "What is your name?"
    assert phone.reply("Amina") == "Thank you Amina."
    assert phone.events == (Saved("participant.name", "Amina"), Said("Thank you Amina."), Ended())
    assert phone.over


def test_a_reply_that_is_not_understood_is_asked_again_with_the_reason_first() -> None:
    phone = Phone(release(TWO_QUESTIONS))
    phone.start()
    assert phone.reply("a" * 11) == "A shorter one, please.\nWhat is your name?"
    assert phone.state is not None
    assert phone.state.attempts == 1


def test_after_three_attempts_a_question_without_a_way_out_ends_the_conversation() -> None:
    phone = Phone(release(TWO_QUESTIONS))
    phone.start()
    phone.reply("")
    phone.reply("")
    assert phone.reply("") == "Sorry, we did not understand. Send HELP to see what you can do."
    assert phone.over


def test_giving_up_leads_where_the_step_says() -> None:
    text = """
  age:
    ask: Your age?
    expect: number
    attempts: 1
    give_up: never_mind
  thanks:
    say: Thanks.
    end: true
  never_mind:
    say: Never mind.
"""
    phone = Phone(release(steps(text)))
    phone.start()
    assert phone.reply("old") == "Never mind."


def test_attempts_begin_anew_with_every_question() -> None:
    text = """
  age:
    ask: Your age?
    expect: number
  size:
    ask: Your size?
    expect: number
"""
    phone = Phone(release(steps(text)))
    phone.start()
    phone.reply("old")
    phone.reply("old")
    assert phone.reply("30") == "Your size?"
    assert phone.reply("big") == "Sorry, we did not understand.\nYour size?"


def test_a_skipped_question_saves_nothing_and_goes_on() -> None:
    text = """
  name:
    ask: Name? 0 to skip
    skip: 0
    save: participant.name
  next:
    say: Hello @participant.name!
"""
    phone = Phone(release(steps(text)))
    phone.start()
    assert phone.reply("0.") == "Hello !"
    assert phone.events_of(Saved) == []


def test_a_question_that_can_be_skipped_is_skipped_after_the_last_attempt() -> None:
    text = """
  age: {ask: "Age? 0 to skip", expect: number, skip: 0, attempts: 2}
  next: {say: Next.}
"""
    phone = Phone(release(steps(text)))
    phone.start()
    phone.reply("x")
    assert phone.reply("x") == "Next."


ACTING = steps("""
  vote:
    do: cast_vote
    with: {motion: "@motion.number", option: "no @answer.x"}
    on: {late: late, changed: end}
    say: "Counted: @outcome @motion.code."
    end: true
  late:
    say: Too late.
""")


def outcome(category: str, calls: list[object], **values: Json) -> Phone:
    """Return a phone whose service gives every action this outcome and notes the call."""

    def perform(action: str, arguments: Mapping[str, Json], known: Mapping[str, Json]) -> Outcome:
        calls.append((action, dict(arguments), dict(known)))
        return Outcome(category, {name.replace("__", "."): one for name, one in values.items()})

    return Phone(release(ACTING), roots={"motion": {"number": 7}}, perform=perform)


def test_an_action_gets_its_arguments_with_their_kinds() -> None:
    calls: list[object] = []
    phone = outcome("recorded", calls, motion__code="K7")
    assert phone.start() == "Counted: recorded K7."
    assert calls == [("cast_vote", {"motion": 7, "option": "no "}, {})]
    assert phone.events[0] == Performed("cast_vote", "recorded")


def test_an_outcome_leads_where_the_step_says_and_skips_the_rest_of_it() -> None:
    assert outcome("late", []).start() == "Too late."
    assert outcome("changed", []).start() == ""


def test_an_outcome_that_nothing_foresaw_goes_on_in_the_step() -> None:
    assert outcome("eclipse", []).start() == "Counted: eclipse ."


CALLING = {
    "flow": steps("""
  first: {say: Before.}
  inner:
    call: two
    when: "@answer.x"
    then: yes_x
  no_x: {say: No x., end: true}
  yes_x: {say: "After @answer.x."}
"""),
    "two": """
flow: two
steps:
  x: {ask: "x?", save: answer.x, skip: 0}
  over: {say: Got it., end: true}
  never: {say: Never.}
""",
}


def test_a_called_flow_comes_back_and_its_values_are_known() -> None:
    phone = Phone(release(CALLING["flow"], two=CALLING["two"]))
    assert phone.start() == "Before.\nx?"
    assert phone.state is not None
    assert [frame.flow for frame in phone.state.frames] == ["one", "two"]
    assert phone.reply("7") == "Got it.\nAfter 7."
    assert phone.over


def test_what_a_called_flow_came_to_is_kept_of_it() -> None:
    outer = """
  ask:
    call: {flow: two, save: {answer.age: "@child.results.age"}}
  told:
    say: "@answer.age, @child.status, @child.results.age.category"
"""
    inner = "flow: two\nsteps: {ask: {ask: 'Age?', expect: number, result: age}}"
    phone = Phone(release(steps(outer), two=inner))
    phone.start()
    assert phone.reply("34") == "34, completed, answered"


def test_a_step_that_calls_looks_at_its_condition_afterwards() -> None:
    phone = Phone(release(CALLING["flow"], two=CALLING["two"]))
    phone.start()
    assert phone.reply("0") == "Got it.\nNo x."


def test_conditions_choose_by_value() -> None:
    text = """
  by:
    when: "@channel"
    cases: {USSD: screen, voice: end}
    else: letter
  screen: {say: Screen., end: true}
  letter: {say: Letter.}
"""
    assert Phone(release(steps(text)), channel="ussd").start() == "Screen."
    assert Phone(release(steps(text)), channel="sms").start() == "Letter."


def test_a_text_beside_the_screen_is_sent_from_ussd_only() -> None:
    text = "\n  a: {say: Done., text: 'Keep this.'}\n"
    ussd, sms = Phone(release(steps(text)), channel="ussd"), Phone(release(steps(text)))
    ussd.start()
    sms.start()
    assert ussd.events_of(Texted) == [Texted("Keep this.")]
    assert sms.events_of(Texted) == []


def test_values_are_set_with_their_kinds() -> None:
    text = """
  a:
    set: {answer.n: 3, answer.place: "@participant.place", answer.t: "p @answer.n", answer.f: true}
    say: "@answer.place.code @answer.t @answer.f"
"""
    place: Json = {"code": "ZZ-01", "name": "North"}
    phone = Phone(release(steps(text)), roots={"participant": {"place": place}})
    assert phone.start() == "ZZ-01 p 3 true"
    assert phone.events[:2] == (Saved("answer.n", 3), Saved("answer.place", place))


LANGUAGES = steps("""
  which: {menu: "Language?", options: {1: {label: English, save: en}, 2: {label: Nyanja, save: ny}},
          save: participant.language}
  told: {ask: "Told?"}
  end_of_it: {say: Bye.}
""")
NYANJA = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "one.told.ask"
msgid "Told?"
msgstr "Mwauzidwa?"
"""


def test_a_chosen_language_counts_from_the_next_text_and_in_the_next_turn() -> None:
    phone = Phone(release(LANGUAGES, po={"ny": NYANJA}))
    phone.start()
    assert phone.reply("2") == "Mwauzidwa?"
    assert phone.said_in == "ny"
    assert phone.resume() == "Mwauzidwa?"
    assert phone.reply("yes") == "Bye."
    assert phone.said_in == "ny"


def test_a_flow_starts_in_the_language_of_its_keyword() -> None:
    phone = Phone(release(LANGUAGES, po={"ny": NYANJA}))
    phone.start(language="ny")
    assert phone.events[0] == Saved("participant.language", "ny")
    assert phone.said_in == "ny"


def test_a_language_that_the_release_does_not_have_changes_nothing() -> None:
    phone = Phone(release(LANGUAGES, po={"ny": NYANJA}))
    phone.start(language="xx")
    assert phone.said_in == "en"


def test_a_flow_that_runs_in_circles_is_stopped_with_where_it_did() -> None:
    phone = Phone(release(steps("\n  a: {say: x}\n  b: {goto: a}\n")))
    phone.start()
    failed = phone.events[-1]
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("flow one, step ")
    assert phone.over


def test_a_turn_may_pass_a_hundred_steps_and_no_more() -> None:
    for count in (NODE_LIMIT, NODE_LIMIT + 1):
        phone = Phone(
            release(steps("".join(f"\n  s{one}: {{set: {{answer.x: 1}}}}" for one in range(count))))
        )
        phone.start()
        assert isinstance(phone.events[-1], Failed) == (count > NODE_LIMIT)
    assert Failed("flow one, step s100: 101 steps without a question") in phone.events


def test_so_many_flows_may_be_inside_each_other_and_no_more() -> None:
    for count in (FRAME_LIMIT, FRAME_LIMIT + 1):
        chain = [
            flow(f"f{one}", node("call", call=Call(f"f{one + 1}"))) for one in range(count - 1)
        ]
        phone = Phone(release_of(*chain, flow(f"f{count - 1}", node("ask", router=asks("Deep?")))))
        phone.start("f0")
        assert phone.over == (count > FRAME_LIMIT)


def test_imported_flows_may_be_as_deep_as_one_turn_takes_them_and_never_deeper() -> None:
    hears = Router((), Category("said", "call"), Wait(None))
    own = flow("one", node("hear", router=hears), node("call", call=Call("one")), runs=True)
    phone = Phone(release_of(own))
    phone.start()
    for _ in range(IMPORTED_FRAME_LIMIT - 1):
        phone.reply("deeper")
    assert phone.state is not None
    assert len(phone.state.frames) == IMPORTED_FRAME_LIMIT
    phone.reply("deeper")
    assert phone.over
    assert phone.events[-1] == Failed("flow one, step call: 101 flows inside each other")


def test_flows_that_call_each_other_for_ever_are_stopped() -> None:
    phone = Phone(release(steps("\n  a: {call: two}\n"), two="flow: two\nsteps:\n  b: {call: one}"))
    phone.start()
    failed = phone.events[-1]
    assert isinstance(failed, Failed)
    assert f"{FRAME_LIMIT} flows inside each other" in failed.reason


def test_a_circle_with_a_question_in_it_goes_on_as_long_as_the_person_does() -> None:
    phone = Phone(release(steps("\n  a: {ask: 'More?', goto: a}\n")))
    phone.start()
    for _ in range(300):
        assert phone.reply("yes") == "More?"


def test_a_turn_leaves_the_state_it_came_from_as_it_was() -> None:
    own = release(TWO_QUESTIONS)
    phone = Phone(own)
    phone.start()
    before = phone.state
    assert before is not None
    kept = before.to_json()
    assert step(own, before, Reply("Amina"), phone.context()).state is None
    assert before.to_json() == kept


def test_a_state_of_another_release_is_refused() -> None:
    phone = Phone(release(TWO_QUESTIONS))
    phone.start()
    with pytest.raises(ValueError, match="on this release"):
        step(release(LANGUAGES), phone.state, Reply("1"), phone.context())


def test_a_flow_that_is_not_there_is_refused() -> None:
    own = release(TWO_QUESTIONS)
    with pytest.raises(ValueError, match="no flow named nine"):
        step(own, None, Start("nine"), Phone(own).context())


def test_an_empty_text_is_not_said() -> None:
    phone = Phone(release(steps("\n  a: {say: '@participant.name'}\n  b: {ask: 'B?'}\n")))
    phone.start()
    assert phone.events == (Prompted("B?"),)
