from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.movement import ballots
from gateway.core.movement.ballots import Motion, MotionOption
from gateway.core.movement.places import Place, Places

PLACES = Places(
    [
        Place("ZM", "Zambia", "country", None),
        Place("ZM-01", "Western", "province", "ZM"),
        Place("ZM-01-07", "Mongu", "district", "ZM-01"),
        Place("ZM-09", "Lusaka", "province", "ZM"),
    ]
)
OPENS, CLOSES = 1_000, 2_000
MOTION = Motion(
    number=12,
    assembly=3,
    place=None,
    question={"en": "Shall we march?", "ny": "Kodi tiguba?"},
    options=(
        MotionOption(1, {"en": "Yes", "ny": "Inde"}),
        MotionOption(2, {"en": "No", "ny": "Ayi"}),
        MotionOption(3, {"en": "Not sure", "ny": "Sindidziwa"}),
    ),
    opens_at=OPENS,
    closes_at=CLOSES,
    closed_at=None,
)
EARLY = replace(MOTION, closed_at=1_500)
WESTERN = replace(MOTION, place="ZM-01")


def judge(motion=MOTION, option="1", *, member=True, place=None, now=OPENS, voted=False):
    return ballots.judge(
        motion, option, member=member, place=place, places=PLACES, now=now, voted=voted
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, ("recorded", 1), id="a member's vote counts from the opening moment on"),
        pytest.param({"now": CLOSES - 1}, ("recorded", 1), id="the last moment still counts"),
        pytest.param({"now": CLOSES}, ("late", None), id="the closing moment is too late"),
        pytest.param({"now": OPENS - 1}, ("no_motion", None), id="before the opening is none"),
        pytest.param({"motion": None}, ("no_motion", None), id="an unknown number is no motion"),
        pytest.param({"voted": True}, ("changed", 1), id="a second vote changes the first"),
        pytest.param({"member": False}, ("not_member", None), id="only members vote"),
        pytest.param(
            {"member": False, "now": CLOSES},
            ("not_member", None),
            id="who is no member is told that first, open or closed",
        ),
        pytest.param({"option": "4"}, ("invalid", None), id="a number that is no option"),
        pytest.param({"option": "0"}, ("invalid", None), id="zero is no option"),
        pytest.param({"option": ""}, ("invalid", None), id="an empty answer"),
        pytest.param({"option": "12"}, ("invalid", None), id="the motion's number is no option"),
        pytest.param(
            {"option": "9", "now": CLOSES}, ("late", None), id="late is said before invalid"
        ),
        pytest.param({"motion": EARLY, "now": 1_499}, ("recorded", 1), id="counts until then"),
        pytest.param({"motion": EARLY, "now": 1_500}, ("late", None), id="closed early is closed"),
        pytest.param(
            {"motion": replace(MOTION, closed_at=CLOSES + 5), "now": CLOSES},
            ("late", None),
            id="closing after the end reopens nothing",
        ),
        pytest.param(
            {"motion": WESTERN, "place": "ZM-01-07"}, ("recorded", 1), id="a district of the place"
        ),
        pytest.param({"motion": WESTERN, "place": "ZM-01"}, ("recorded", 1), id="the place itself"),
        pytest.param({"motion": WESTERN, "place": "ZM-09"}, ("not_here", None), id="another place"),
        pytest.param({"motion": WESTERN, "place": "ZM"}, ("not_here", None), id="a wider place"),
        pytest.param({"motion": WESTERN, "place": None}, ("no_place", None), id="no place known"),
        pytest.param({"motion": WESTERN, "place": "XX"}, ("not_here", None), id="a place unknown"),
    ],
)
def test_a_vote_is_judged(given, expected):
    assert judge(**given) == expected


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        pytest.param("2", 2, id="a number"),
        pytest.param(" 2. ", 2, id="a number with a full stop and spaces"),
        pytest.param("٢", 2, id="a digit of another script"),
        pytest.param("NO", 2, id="a label in capitals"),
        pytest.param("ayi!", 2, id="a label in another language, with a mark"),
        pytest.param("not  sure", 3, id="a label of two words with two spaces"),
        pytest.param("not", None, id="half a label"),
        pytest.param("yess", None, id="a slip of the thumb is not guessed"),
        pytest.param("yes no", None, id="two labels"),
        pytest.param("1 2", None, id="two numbers"),
        pytest.param("1" * 5000, None, id="a number of five thousand digits"),
        pytest.param("-1", 1, id="a dash before the number"),
    ],
)
def test_an_answer_names_an_option_or_none(answer, number):
    assert ballots.read_option(MOTION, answer) == number


def test_a_label_that_two_options_share_names_neither():
    shared = replace(
        MOTION,
        options=(MotionOption(1, {"en": "Go", "fr": "Non"}), MotionOption(2, {"en": "Non"})),
    )
    assert ballots.read_option(shared, "non") is None
    assert ballots.read_option(shared, "go") == 1


@given(st.text())
def test_no_answer_whatever_it_holds_raises_or_names_an_option_that_is_not_there(answer):
    outcome, number = judge(option=answer)
    assert (outcome, number in {1, 2, 3}) in {("recorded", True), ("invalid", False)}


@given(
    st.booleans(), st.sampled_from([None, "ZM", "ZM-01", "ZM-01-07", "XX"]), st.integers(0, 3_000)
)
def test_every_outcome_is_one_that_is_documented(member, place, now):
    outcome, number = judge(WESTERN, member=member, place=place, now=now)
    assert outcome in ballots.OUTCOMES
    assert (number is not None) == (outcome in {"recorded", "changed"})


def test_the_tally_shows_every_option_and_counts_each_voter_once():
    counted = ballots.tally(MOTION, {3: 4, 1: 2}, eligible=10)
    assert [(one.option.number, one.votes) for one in counted.counts] == [(1, 2), (2, 0), (3, 4)]
    assert (counted.turnout, counted.eligible) == (6, 10)


def test_only_open_motions_of_the_own_place_are_offered():
    closed = replace(MOTION, number=1, closes_at=OPENS)
    elsewhere = replace(MOTION, number=2, place="ZM-09")
    motions = [closed, elsewhere, MOTION, WESTERN]
    assert ballots.open_for(motions, "ZM-01-07", PLACES, OPENS) == (MOTION, WESTERN)
    assert ballots.open_for(motions, None, PLACES, OPENS) == (MOTION,)


def test_a_text_is_shown_in_the_language_asked_for_or_in_the_first_there_is():
    assert ballots.in_language(MOTION.question, "ny") == "Kodi tiguba?"
    assert ballots.in_language(MOTION.question, "bem") == "Shall we march?"
    assert ballots.in_language({}, "en") == ""


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        pytest.param(("ny", "en"), "Inde", id="in the person's language where there is one"),
        pytest.param(("fr", "en"), "Yes", id="else in the movement's"),
        pytest.param(("fr", "sw"), "Eya", id="else in any, rather than in none"),
    ],
)
def test_a_label_is_shown(languages, expected):
    label = {"bem": "Eya", "en": "Yes", "ny": "Inde"}
    assert ballots.in_language(label, *languages) == expected
