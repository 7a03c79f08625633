"""Questions: menus, places that may be several, answers that come along, consent as shown."""

from collections.abc import Mapping

import pytest

from gateway.core.flow.events import Json, Saved
from gateway.core.flow.turn import Outcome
from gateway.core.movement.places import Place, Places
from tests.stage import COUNTRY, Phone, release, steps

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


def test_a_list_of_words_is_numbered_and_a_choice_of_it_is_known_by_its_word() -> None:
    phone = Phone(
        release(
            steps(
                "  a: {menu: 'Which?', options_from: '@motions', save: answer.town}\n"
                "  b: {say: '@answer.town.code of @answer.town'}\n"
            )
        ),
        roots={"motions": ["Mwera", 7, None, " ", {"label": "Katunda"}]},
    )
    assert phone.start() == "Which?\n1 Mwera\n2 7\n5 Katunda"
    assert phone.reply("mwera") == "Mwera of Mwera"
    phone.start()
    assert phone.reply("5") == "5 of Katunda"


def test_a_list_is_cut_where_nobody_reads_on() -> None:
    phone = Phone(release(DATA_MENU), roots={"motions": [f"x{number}" for number in range(500)]})
    assert len(phone.start().splitlines()) == 102


CONFIRMED = steps(
    "  a: {menu: 'What?', options: {1: Water, 2: Health, 3: Land}, confirm: true, save: answer.x}\n"
    "  b: {say: 'So: @answer.x'}\n"
)
DOUBT = "Did you mean Health?\n1 Yes\n2 No"


@pytest.mark.parametrize("yes", ["1", "yes", "Inde", "one", "YES."])
def test_a_menu_that_confirms_asks_back_before_it_takes_a_slip(yes: str) -> None:
    phone = Phone(release(CONFIRMED))
    phone.start()
    assert phone.reply("helth") == DOUBT
    assert phone.reply(yes) == "So: Health"


@pytest.mark.parametrize("sure", ["2", "health", "2 Health", "two"])
def test_a_menu_that_confirms_takes_what_is_no_slip_at_once(sure: str) -> None:
    phone = Phone(release(CONFIRMED))
    phone.start()
    assert phone.reply(sure) == "So: Health"


@pytest.mark.parametrize("no", ["2", "no", "iyayi"])
def test_a_slip_that_was_not_meant_puts_the_menu_again(no: str) -> None:
    phone = Phone(release(CONFIRMED))
    phone.start()
    phone.reply("helth")
    assert phone.reply(no) == "What?\n1 Water\n2 Health\n3 Land"
    assert phone.reply("3") == "So: Land"


def test_another_answer_than_yes_or_no_is_an_answer_to_the_menu() -> None:
    phone = Phone(release(CONFIRMED))
    phone.start()
    phone.reply("helth")
    assert phone.reply("3") == "So: Land"


def test_slips_without_end_are_given_up_like_any_other_reply() -> None:
    phone = Phone(release(CONFIRMED))
    phone.start()
    assert [phone.reply("helth").splitlines()[0] for _ in range(3)] == [
        "Did you mean Health?", "Did you mean Health?", "Did you mean Health?",
    ]  # fmt: skip
    assert phone.reply("helth").startswith("Sorry")
    assert phone.over


def test_a_person_who_dials_again_is_asked_back_again() -> None:
    phone = Phone(release(CONFIRMED), channel="ussd")
    phone.start()
    phone.reply("helth")
    assert phone.resume() == DOUBT


def test_answers_that_came_ahead_wait_until_a_slip_was_confirmed() -> None:
    phone = Phone(
        release(
            steps(
                "  a: {menu: 'What?', options: {1: Water, 2: Health}, confirm: true}\n"
                "  b: {ask: 'Who?', save: answer.who}\n"
                "  c: {say: 'Thank you @answer.who.'}\n"
            )
        )
    )
    assert phone.start("one", "helth", "Amina") == DOUBT
    assert phone.reply("yes") == "Thank you Amina."


def test_a_choice_is_known_to_a_condition_by_its_code_in_every_language() -> None:
    phone = Phone(
        release(
            steps(
                "  a: {menu: 'What?', options: {1: {label: Water, save: water}}, save: answer.x}\n"
                "  b: {when: '@answer.x', cases: {water: c}}\n"
                "  d: {say: Not found.}\n"
                "  c: {say: Found., end: true}\n"
            )
        )
    )
    phone.start()
    assert phone.reply("1") == "Found."


@pytest.mark.parametrize("motions", [None, "text", [], [None, " "], {"number": 1}])
def test_a_menu_from_data_that_is_no_list_of_rows_shows_the_options_of_the_file(
    motions: Json,
) -> None:
    assert Phone(release(DATA_MENU), roots={"motions": motions}).start() == "Which?\n0 None of them"


def test_an_exact_menu_takes_no_slip() -> None:
    phone = Phone(release(DATA_MENU), roots={"motions": [{"number": 1, "label": "Water"}]})
    phone.start()
    assert phone.reply("l").startswith("Sorry")
    assert phone.reply("1") == "1 Water"


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
