"""What flows cost: the main way, the median, and the dearest walk, some of it counted by hand."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from gateway.cli import app
from gateway.core.flow.release import Release
from gateway.core.text.messages import cost as sms
from gateway.flowfiles.releases import Source, compile_release, read_release
from gateway.service.walkers.cost import Asked, costs
from gateway.service.walkers.setting import Setting
from gateway.service.walkers.walk import main_walk
from gateway.service.walkers.worst import Search, Worst
from tests.flows.grown import FLOWS as NAMES
from tests.flows.grown import GROWN
from tests.stage import COUNTRY, FLOWS, ROOT, ZAMBIA, release, steps

SYSTEM = (FLOWS / "system.yaml").read_bytes()
SHIPPED = read_release(FLOWS)
FRENCH = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n'
EXAMPLES = read_release(ROOT / "docs" / "examples" / "flows")


def worst(
    flows: Release,
    channel: Literal["sms", "ussd"] = "sms",
    *,
    flow: str = "one",
    turns: int = 500,
    **more: object,
) -> Worst:
    setting = Setting(flows, COUNTRY, channel, **more)  # type: ignore[arg-type]
    search = Search(setting, flow, "en")
    assert search.whole
    return search.worst(lambda one: one.segments if channel == "sms" else one.screens, turns)


def test_the_worst_of_two_questions_is_what_is_counted_by_hand() -> None:
    """Each is asked three times at most.

    1. "How old?" 2. "A number, please. How old?" 3. the same again; then 30 makes 4. the question
    with 100 letters before it, 5. and 6. that question again, 7. the end with 200 letters: two.
    """
    flows = release(
        steps(f"""
  age: {{ask: How old?, expect: "number(1, 99)", retry: "A number, please."}}
  note: {{say: {"x" * 100}}}
  sure: {{menu: Sure?, options: {{1: "Yes", 2: {{label: "No", then: short}}}}}}
  long: {{say: {"y" * 200}, end: true}}
  short: {{say: Bye.}}
""")
    )
    found = worst(flows)
    assert (found.bill.segments, found.bill.messages, found.turns) == (8, 7, 6)
    assert [step for step, _ in found.path] == ["one.age"] * 3 + ["one.sure"] * 3
    assert [did for _, did in found.path][-1] == "1"
    assert not found.endless


@pytest.mark.parametrize(
    ("step", "segments"),
    [
        pytest.param("{say: Hello.}", 1, id="nothing is asked"),
        pytest.param("{ask: Name?}", 3, id="asked three times by default"),
        pytest.param("{ask: Name?, attempts: 1}", 2, id="asked once, then told that it is over"),
        pytest.param("{ask: Name?, attempts: 5}", 5, id="asked five times"),
        pytest.param(
            "{ask: Name?, give_up: end, attempts: 2}", 2, id="nothing is said where one gives up"
        ),
        pytest.param("{wait: 1 day}", 0, id="a pause costs nothing"),
        pytest.param("{schedule: {after: 1 day, text: Soon.}}", 1, id="a scheduled text is paid"),
    ],
)
def test_every_attempt_is_paid(step: str, segments: int) -> None:
    found = worst(release(steps(f"  a: {step}\n")))
    # Where attempts are used up, the last answer brings one message more: that it is over.
    more = 1 if "ask" in step and "give_up" not in step and "attempts: 1" not in step else 0
    assert found.bill.segments == segments + more


@pytest.mark.parametrize(
    ("expects", "letters"),
    [
        pytest.param("", 160, id="any words: as many as one SMS brings"),
        pytest.param(", expect: text(20)", 20, id="as many as the question takes"),
        pytest.param(", expect: text(600)", 160, id="no more than one SMS brings"),
    ],
)
def test_a_saved_text_is_as_long_as_may_be(expects: str, letters: int) -> None:
    flows = release(
        steps(f"  a: {{ask: What?{expects}, save: answer.x, attempts: 1}}\n"
              f"  b: {{say: '@answer.x{'.' * 141}'}}\n")
    )  # fmt: skip
    assert worst(flows).bill.segments == 1 + sms("x" * (letters + 141)).segments


def test_of_answers_that_lead_the_same_way_the_one_with_the_longest_words_is_taken() -> None:
    flows = release(
        steps(f"""
  a: {{menu: Which?, options: {{1: Short, 2: A rather long label, 3: Mid}}, save: answer.x}}
  b: {{say: "@answer.x.name{"." * 150}"}}
""")
    )
    found = worst(flows)
    assert found.path[-1] == ("one.a", "2")
    assert found.bill.segments == 3 + 2


def test_a_condition_on_an_earlier_answer_is_kept_to() -> None:
    """Long texts on both ways of one condition are never read in one walk."""
    flows = release(
        steps(f"""
  a: {{menu: Which?, options: {{1: One, 2: Two}}, save: answer.x, attempts: 1}}
  b: {{when: '@(answer.x.code = "1")', then: one, else: c}}
  one: {{say: {"x" * 300}}}
  c: {{ask: Well?, attempts: 1}}
  d: {{when: '@(answer.x.code = "2")', then: two, else: end}}
  two: {{say: {"y" * 500}}}
""")
    )
    # Which? (1), Well? (1), 500 letters (4); or Which?, 300 letters with Well? (2), and no more.
    assert worst(flows).bill.segments == 6


def test_a_number_that_a_later_condition_asks_for_is_answered() -> None:
    flows = release(
        steps(f"""
  a: {{ask: How many?, expect: number, save: answer.n, attempts: 1}}
  b: {{when: "@answer.n", cases: {{"has_number_eq(417)": rare}}, else: common}}
  common: {{say: Thanks., end: true}}
  rare: {{say: {"x" * 900}}}
""")
    )
    found = worst(flows)
    assert (found.path, found.bill.segments) == ((("one.a", "417"),), 1 + 6)


def test_all_that_may_become_of_actions_splits_and_servers_is_looked_at() -> None:
    flows = release(
        steps(f"""
  a: {{split: {{one: ask, two: ask, three: b}}}}
  ask: {{webhook: {{url: "https://x.example.org/", save: answer.w}}, on: {{failed: lost}}}}
  b: {{do: leave_group, with: {{group: G}}, on: {{unknown: odd}}}}
  c: {{say: Well., end: true}}
  lost: {{say: Lost., end: true}}
  odd: {{say: {"x" * 200}}}
""")
    )
    assert worst(flows).bill.segments == 2


def test_circles_go_on_for_as_many_turns_as_there_may_be() -> None:
    flows = release(steps("  a: {ask: Again?}\n  b: {goto: a}\n"))
    found = worst(flows)
    assert (found.endless, found.turns, found.bill.segments) == (True, 500, 501)
    found = worst(flows, turns=10)
    assert (found.endless, found.turns, found.bill.segments) == (True, 10, 11)


def test_an_ambiguous_place_is_asked_back() -> None:
    flows = release(steps("  a: {ask: Where?, expect: place(district), save: participant.place}\n"))
    found = worst(flows)
    assert len(found.path) > 3
    assert not found.endless


def test_screens_are_counted_with_the_limit_of_the_network() -> None:
    flows = release(steps(f"  a: {{say: {'word ' * 60}}}\n"))
    wide = worst(flows, "ussd", screen=182, first_screen=182).bill.screens
    narrow = worst(flows, "ussd", screen=100, first_screen=100).bill.screens
    assert (wide, narrow) == (2, 4)


def test_no_invented_person_ever_pays_more_than_the_worst() -> None:
    for channel in ("sms", "ussd"):
        setting = Setting(SHIPPED, ZAMBIA, channel)
        for flow in ("join", "report", "vote"):
            most = costs(setting, flow, "en", Asked(people=60))
            assert most.median.segments <= most.dearest.bill.segments
            assert most.median.screens <= most.longest.bill.screens
            assert most.main.segments <= most.dearest.bill.segments


def test_a_language_in_ucs_2_is_dearer_and_what_is_not_translated_is_told() -> None:
    setting = Setting(SHIPPED, ZAMBIA)
    english, amharic = (costs(setting, "vote", code, Asked(people=5)) for code in ("en", "am"))
    assert (english.alphabet, amharic.alphabet) == ("GSM-7", "UCS-2")
    assert amharic.dearest.bill.segments > english.dearest.bill.segments
    assert amharic.replaced == 0
    untranslated = Setting(
        release(steps("  a: {say: Hello.}\n"), po={"fr": FRENCH}),
        COUNTRY,
    )
    french = costs(untranslated, "one", "fr", Asked(people=5))
    assert (french.replaced, french.texts) == (1, 1)


def test_the_main_way_leads_to_the_end() -> None:
    setting = Setting(SHIPPED, ZAMBIA)
    done = main_walk(setting, "join", "en")
    assert (done.end, done.path[-1]) == ("completed", "join.thank_by_name")


@pytest.mark.parametrize("flow", sorted(EXAMPLES.flows))
def test_the_examples_have_a_worst_walk(flow: str) -> None:
    search = Search(Setting(EXAMPLES, ZAMBIA), flow, "en")
    found = search.worst(lambda one: one.segments, 40)
    assert search.whole
    assert found.bill.segments >= main_walk(Setting(EXAMPLES, ZAMBIA), flow, "en").bill.segments


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GROWN, some.sampled_from(["sms", "ussd"]))
def test_any_flow_that_loads_can_be_searched(
    files: Mapping[str, bytes], channel: Literal["sms", "ussd"]
) -> None:
    setting = Setting(compile_release(Source({**files, "system.yaml": SYSTEM})), COUNTRY, channel)
    for name in NAMES[:1]:
        search = Search(setting, name, "en", most=10)
        assert search.worst(lambda one: one.segments, 20).turns <= 20


def test_values_that_grow_in_a_circle_are_followed_for_a_while_only() -> None:
    circle = steps("""
  more: {ask: More?, save: answer.word}
  longer: {set: {answer.all: "@answer.all@answer.word"}}
  again: {goto: more}
""")
    search = Search(Setting(release(circle), COUNTRY), "one", "en")
    assert not search.whole
    assert search.worst(lambda one: one.segments, 20).turns == 20


# What is known, given by hand


def test_what_is_known_of_a_person_takes_the_place_of_what_is_invented() -> None:
    flows = release(steps(f"  a: {{say: '@participant.name{'.' * 150}'}}\n"))
    known = {"participant.name": "A" * 11}
    assert worst(flows, known=known).bill.segments == 2
    assert worst(flows, known={"participant.name": "A"}).bill.segments == 1


def test_servers_answer_what_they_are_told_to() -> None:
    flows = release(
        steps("""
  a: {webhook: {url: "https://x.example.org/", save: answer.w}}
  b: {when: "@answer.w.json.bag", then: rich, else: end}
  rich: {say: A price.}
""")
    )
    setting = Setting(flows, COUNTRY, body='{"bag": 320}')
    assert main_walk(setting, "one", "en").bill.segments == 1
    assert main_walk(Setting(flows, COUNTRY), "one", "en").bill.segments == 0


# The command


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["flows", "cost", *arguments], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_table_fits_80_columns_and_says_what_it_stands_on() -> None:
    shown = run("vote", str(FLOWS), "--people", "20")
    assert max(map(len, shown.splitlines())) <= 80
    assert "vote: segments by SMS" in shown
    assert "vote: screens by USSD" in shown
    assert "names of 40 letters" in shown
    assert "A segment costs ZMW 0.50, the default" in " ".join(shown.split())


def test_the_table_of_simulate_fits_80_columns() -> None:
    done = CliRunner().invoke(
        app, ["flows", "simulate", "--participants", "40"], env={"COLUMNS": "80"}
    )
    lines = done.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert lines[0].split() == [
        "flow",
        "turns",
        "SMS",
        "in",
        "SMS",
        "out",
        "segments",
        "cost",
        "seconds",
        "each",
    ]


def test_one_object_for_each_language_and_channel_with_the_price_of_the_number() -> None:
    lines = run("help", str(FLOWS), "--format", "json", "--people", "5", "--number", "+26097")
    found = [json.loads(line) for line in lines.splitlines()]
    assert {(one["channel"], one["language"]) for one in found} == {
        (channel, code) for channel in ("sms", "ussd") for code in SHIPPED.languages
    }
    by = {(one["channel"], one["language"]): one for one in found}
    assert by["sms", "en"]["worst"]["cost_thousandths"] == 450
    assert by["sms", "am"]["median"] == {"segments": 2, "screens": 0, "cost_thousandths": 900}
    assert by["ussd", "am"]["main"]["screens"] == 2


def test_csv_has_one_line_for_each_and_a_head() -> None:
    shown = run("help", str(FLOWS), "--format", "csv", "--channel", "sms", "--people", "5")
    rows = list(csv.DictReader(io.StringIO(shown)))
    assert [row["language"] for row in rows] == list(SHIPPED.languages)
    assert rows[0]["worst_segments"] == "1"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["vot", str(FLOWS)], "There is no flow vot. There are: call", id="flow"),
        pytest.param(
            ["vote", str(FLOWS), "--language", "de"], "There is no language de.", id="language"
        ),
        pytest.param(["vote", str(FLOWS), "--channel", "fax"], "fax", id="channel"),
        pytest.param(
            ["vote", str(FLOWS), "--network", "64599"], "no limit of its own", id="network"
        ),
        pytest.param(["vote", str(FLOWS), "--number", "097"], "write + and digits", id="number"),
        pytest.param(["vote", str(FLOWS), "--known", "name"], "write a name and", id="known"),
    ],
)
def test_what_is_not_there_is_refused_in_words(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["flows", "cost", *arguments])
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())


def test_the_network_s_own_limit_counts() -> None:
    def screens(**env: str) -> int:
        done = CliRunner().invoke(
            app, ["flows", "cost", "help", str(FLOWS), "--language", "en", "--channel", "ussd",
                  "--format", "json", "--people", "5", "--network", "64501"],
            env=env,
        )  # fmt: skip
        return int(json.loads(done.stdout)["worst"]["screens"])

    assert screens(GATEWAY_USSD_NETWORKS="64501=60,64502=160") == 3
    assert screens(GATEWAY_USSD_NETWORKS="64501=182") == 1
