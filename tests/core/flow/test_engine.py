"""Turns of conversations: where they lead, what is saved, and how they end."""

from collections.abc import Mapping

import pytest

from gateway.core.flow.engine import FRAME_LIMIT, step
from gateway.core.flow.events import Ended, Failed, Json, Performed, Prompted, Said, Saved, Texted
from gateway.core.flow.turn import Outcome, Reply, Start
from gateway.core.movement.places import Place, Places
from tests.stage import COUNTRY, Phone, release, steps

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


MENU = steps("""
  issue:
    menu: What about?
    options:
      1: Water
      2: {label: Health, save: health, then: clinic}
      4: {label: Secret, when: "@participant.member"}
      5: {label: Join, unless: "@participant.member"}
    save: report.category
  other:
    say: "@report.category.code: @report.category"
    end: true
  clinic:
    say: "Clinic: @report.category.code."
""")


def test_a_menu_saves_the_code_and_the_label_of_the_choice() -> None:
    phone = Phone(release(MENU))
    phone.start()
    assert phone.reply("water") == "1: Water"
    assert phone.events[0] == Saved(
        "report.category", {"code": "1", "name": "Water", "__default__": "Water"}
    )


def test_an_option_leads_where_it_says() -> None:
    phone = Phone(release(MENU))
    phone.start()
    assert phone.reply("2") == "Clinic: health."


def test_what_does_not_apply_is_hidden_and_cannot_be_chosen_while_numbers_stay() -> None:
    stranger, member = Phone(release(MENU)), Phone(release(MENU))
    member.roots = {"participant": {"member": True}}
    assert stranger.start() == "What about?\n1 Water\n2 Health\n5 Join"
    assert member.start() == "What about?\n1 Water\n2 Health\n4 Secret"
    assert stranger.reply("4").startswith("Sorry")
    assert member.reply("4") == "4: Secret"


DATA_MENU = steps("""
  which:
    menu: Which?
    options_from: "@motions"
    options: {0: {label: None of them, then: none}}
    exact: true
    save: answer.motion
  chosen: {say: "@answer.motion.code @answer.motion.name", end: true}
  none: {say: None.}
""")


def test_a_menu_from_data_shows_its_rows_before_the_options_of_the_file() -> None:
    motions: list[Json] = [{"number": 7, "label": "Water?"}, {"number": 12, "label": "Land?"}]
    phone = Phone(release(DATA_MENU), roots={"motions": motions})
    assert phone.start() == "Which?\n7 Water?\n12 Land?\n0 None of them"
    assert phone.reply("12") == "12 Land?"
    phone.start()
    assert phone.reply("0") == "None."


@pytest.mark.parametrize("motions", [None, "text", [], [1, "x"], {"number": 1}])
def test_a_menu_from_data_that_is_no_list_of_rows_shows_the_options_of_the_file(
    motions: Json,
) -> None:
    assert Phone(release(DATA_MENU), roots={"motions": motions}).start() == "Which?\n0 None of them"


def test_an_exact_menu_takes_no_slip() -> None:
    phone = Phone(release(DATA_MENU), roots={"motions": [{"number": 1, "label": "Water"}]})
    phone.start()
    assert phone.reply("l").startswith("Sorry")
    assert phone.reply("1") == "1 Water"


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


PLACE = steps("""
  where: {ask: "Where? 0 to skip", expect: place(district), skip: 0, save: participant.place}
  ok: {say: "In @participant.place."}
""")


def test_an_ambiguous_place_becomes_a_numbered_choice() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    shown = phone.reply("Mwerla")
    assert shown.splitlines()[0] == "Which one?"
    assert set(shown.splitlines()[1:]) >= {"0 None of these"}
    assert phone.state is not None
    assert len(phone.state.candidates) == 2
    first = shown.splitlines()[1].removeprefix("1 ")
    assert phone.reply("1.") == f"In {first}."


def test_a_candidate_may_be_chosen_by_its_name() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    phone.reply("Mwerla")
    assert phone.reply("mwela") == "In Mwela."


def test_candidates_of_one_name_are_told_apart_by_what_holds_them() -> None:
    twins = Places(
        [
            *COUNTRY,
            Place("ZZ-02", "South", "province", "ZZ"),
            Place("ZZ-02-01", "Katunda", "district", "ZZ-02"),
        ]
    )
    phone = Phone(release(PLACE), places=twins)
    phone.start()
    assert phone.reply("Katunda").splitlines()[1:] == [
        "1 Katunda, North",
        "2 Katunda, South",
        "0 None of these",
    ]
    phone.reply("2")
    saved = phone.events[0]
    assert isinstance(saved, Saved)
    assert isinstance(saved.value, dict)
    assert saved.value["code"] == "ZZ-02-01"


def test_none_of_the_candidates_asks_the_question_again() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    phone.reply("Mwerla")
    assert phone.reply("0") == "Where? 0 to skip"
    assert phone.reply("0") == "In ."


def test_another_name_instead_of_a_number_is_read_as_a_name() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    phone.reply("Mwerla")
    assert phone.reply("Katunda") == "In Katunda."


def test_somebody_to_whom_no_candidate_is_right_is_let_go() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    for _ in range(2):
        phone.reply("Mwerla")
        assert phone.reply("0") == "Where? 0 to skip"
    phone.reply("Mwerla")
    assert phone.reply("0") == "In ."


def test_somebody_who_types_one_ambiguous_name_after_the_other_is_let_go() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    for _ in range(3):
        assert phone.reply("Mwerla").startswith("Which one?")
    assert phone.reply("Mwerla") == "In ."


def test_resuming_shows_the_question_again_and_counts_no_attempt() -> None:
    phone = Phone(release(PLACE))
    phone.start()
    assert phone.resume() == "Where? 0 to skip"
    phone.reply("Mwerla")
    before = phone.kept
    assert phone.resume().startswith("Which one?")
    assert phone.kept == before


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


DEEP = steps("""
  a: {menu: "A?", options: {1: One, 2: Two}, save: answer.a}
  b: {say: "Chose @answer.a."}
  c: {ask: "C?", expect: number, save: answer.c}
  d: {ask: "D?"}
  e: {say: Done.}
""")


def test_answers_that_came_along_are_walked_and_only_the_last_screen_is_shown() -> None:
    phone = Phone(release(DEEP))
    assert phone.start("one", "2") == "Chose Two.\nC?"
    assert phone.start("one", "2", "5") == "D?"
    assert [event for event in phone.events if isinstance(event, Saved)] == [
        Saved("answer.a", {"code": "2", "name": "Two", "__default__": "Two"}),
        Saved("answer.c", 5),
    ]


def test_answers_after_one_that_was_not_understood_are_dropped() -> None:
    phone = Phone(release(DEEP))
    assert phone.start("one", "2", "x", "5").startswith("Sorry, we did not understand.\nC?")


def test_answers_after_the_end_are_dropped() -> None:
    phone = Phone(release(DEEP))
    assert phone.start("one", "2", "5", "x", "more", "and more") == "Done."
    assert phone.over


CONSENT = steps("""
  name: {ask: "Name?"}
  consent:
    menu: May we, @movement.name?
    options: {1: "Yes", 2: {label: "No", then: end}}
  kept:
    do: join
    with: {consent: "yes", consent_text: "@prompt"}
""")


def test_the_text_that_was_agreed_to_reaches_the_action_as_it_was_shown() -> None:
    texts: list[Json] = []

    def perform(_a: str, arguments: Mapping[str, Json], _v: Mapping[str, Json]) -> Outcome:
        texts.append(arguments["consent_text"])
        return Outcome("joined")

    phone = Phone(release(CONSENT), roots={"movement": {"name": "Ours"}}, perform=perform)
    phone.start()
    phone.reply("Amina")
    phone.reply("what?")
    phone.roots = {"movement": {"name": "Renamed meanwhile"}}
    phone.reply("1")
    assert texts == ["May we, Ours?\n1 Yes\n2 No"]


def test_a_prompt_that_no_action_wants_is_not_kept() -> None:
    phone = Phone(release(CONSENT))
    phone.start()
    assert phone.state is not None
    assert "prompt" not in phone.state.values


def test_a_flow_that_runs_in_circles_is_stopped_with_where_it_did() -> None:
    phone = Phone(release(steps("\n  a: {say: x}\n  b: {goto: a}\n")))
    phone.start()
    failed = phone.events[-1]
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("flow one, step ")
    assert phone.over


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
    own = release(DEEP)
    phone = Phone(own)
    phone.start("one", "2")
    before = phone.state
    assert before is not None
    kept = before.to_json()
    step(own, before, Reply("5"), phone.context())
    assert before.to_json() == kept


def test_a_state_of_another_release_is_refused() -> None:
    phone = Phone(release(DEEP))
    phone.start()
    with pytest.raises(ValueError, match="on this release"):
        step(release(CONSENT), phone.state, Reply("1"), phone.context())


def test_a_flow_that_is_not_there_is_refused() -> None:
    own = release(DEEP)
    with pytest.raises(ValueError, match="no flow named nine"):
        step(own, None, Start("nine"), Phone(own).context())


def test_an_empty_text_is_not_said() -> None:
    phone = Phone(release(steps("\n  a: {say: '@participant.name'}\n  b: {ask: 'B?'}\n")))
    phone.start()
    assert phone.events == (Prompted("B?"),)
