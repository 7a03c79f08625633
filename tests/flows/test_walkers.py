"""Invented people go through flows: to sensible ends, the same ones for the same seed."""

import json
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from gateway.cli import app
from gateway.flowfiles.releases import Source, compile_release, read_release
from gateway.service.walkers.people import Manners
from gateway.service.walkers.setting import Setting
from gateway.service.walkers.tally import Tally, simulate
from tests.flows.grown import FLOWS as NAMES
from tests.flows.grown import GROWN
from tests.stage import COUNTRY, FLOWS, ZAMBIA, release, steps

SYSTEM = (FLOWS / "system.yaml").read_bytes()
PRICE = 450
SENSIBLE = Manners(0.0, 0.0)
SHIPPED = read_release(FLOWS)


def walked(
    text: str, channel: Literal["sms", "ussd"] = "sms", manners: Manners = SENSIBLE
) -> Tally:
    setting = Setting(release(steps(text)), COUNTRY, channel)
    return simulate(setting, "one", ["en"], 200, 1, PRICE, manners)


@pytest.mark.parametrize(
    "question",
    [
        "{ask: How old?, expect: 'number(18, 30)', give_up: bad}",
        "{ask: Where?, expect: place(district), give_up: bad}",
        "{ask: Shall we?, expect: yes_no, give_up: bad}",
        "{ask: When?, expect: date, give_up: bad}",
        "{ask: Which phone?, expect: phone, give_up: bad}",
        "{ask: Your name?, expect: text(20), give_up: bad}",
        "{ask: Your address?, expect: has_email, give_up: bad}",
        "{menu: Which?, options: {1: Wells, 2: Roads}, give_up: bad}",
    ],
)
def test_sensible_people_answer_each_kind_of_question(question: str) -> None:
    rest = "  good: {say: Good., end: true}\n  bad: {goto: bad}\n"
    found = walked(f"  a: {question}\n{rest}")
    assert found.ends == (("completed", 200),)
    assert found.turns == 200


def test_people_leave_at_the_step_where_they_are() -> None:
    text = "  a: {ask: Your name?, save: participant.name}\n  b: {say: Bye.}\n"
    found = walked(text, manners=Manners(0.0, 1.0))
    assert (found.ends, found.dropped) == ((("dropped", 200),), (("one.a", 200),))


def test_segments_of_sms_are_paid_and_screens_of_ussd_are_counted() -> None:
    text = f"  a: {{say: {'x' * 200}}}\n"
    sms, ussd = walked(text), walked(text, "ussd")
    assert (sms.messages, sms.segments, sms.thousandths) == (200, 400, 400 * 450)
    assert (ussd.screens, ussd.segments, ussd.thousandths) == (400, 0, 0)


def test_circles_without_end_end() -> None:
    found = walked("  a: {ask: Again?, save: answer.x}\n  b: {goto: a}\n")
    assert found.ends == (("endless", 200),)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    def of(seed: int) -> Tally:
        return simulate(
            Setting(SHIPPED, ZAMBIA), "join", SHIPPED.languages, 100, seed, PRICE, Manners()
        )

    assert of(1) == of(1)
    assert of(1) != of(2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GROWN, some.sampled_from(["sms", "ussd"]))
def test_any_flow_that_loads_can_be_walked(
    files: dict[str, bytes], channel: Literal["sms", "ussd"]
) -> None:
    setting = Setting(compile_release(Source({**files, "system.yaml": SYSTEM})), COUNTRY, channel)
    for name in NAMES:
        found = simulate(setting, name, ["en"], 3, 1, PRICE, Manners())
        assert sum(count for _, count in found.ends) == 3


def test_the_command_prints_one_object_for_a_flow() -> None:
    done = CliRunner().invoke(
        app, ["flows", "simulate", "join", str(FLOWS), "--participants", "20", "--json"]
    )
    assert (done.exit_code, json.loads(done.stdout)["participants"]) == (0, 20)


def test_a_flow_that_is_not_there_is_refused_with_those_that_are() -> None:
    done = CliRunner().invoke(app, ["flows", "simulate", "jion", str(FLOWS)])
    assert done.exit_code == 2
    assert "There is no flow jion. There are: call" in done.stderr
