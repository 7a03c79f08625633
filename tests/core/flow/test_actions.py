"""What actions of a node tell the caller: what is due later, who is to help, what was split."""

from datetime import datetime, timedelta

import pytest

from gateway.core.flow.events import (
    HandedOver,
    ResultSaved,
    Said,
    Saved,
    Scheduled,
    Texted,
    Told,
)
from gateway.core.flow.graph import (
    Assign,
    Call,
    Category,
    HandOver,
    Router,
    Say,
    Schedule,
    SendSms,
    Tell,
)
from tests.graphs import flow, node, release_of, template, text
from tests.stage import NOW, Phone


def due(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        pytest.param((3600, None), NOW + timedelta(hours=1), id="after so many seconds"),
        pytest.param(
            (None, "2026-06-01"), NOW.replace(month=6, day=1, hour=9, minute=0), id="a day"
        ),
        pytest.param(
            (None, '@(datetime_add(now(), 2, "D"))'), NOW + timedelta(days=2), id="a moment"
        ),
        pytest.param((60, "@(today())"), None, id="a time that is over"),
        pytest.param((None, "some day"), None, id="no time"),
        pytest.param((86_400, "9999-12-31"), None, id="a time beyond the calendar"),
        pytest.param((None, None), NOW, id="now"),
        pytest.param((None, "@(now())"), NOW, id="the very moment"),
    ],
)
def test_a_text_is_due_when_the_step_says(
    when: tuple[int | None, str | None], moment: datetime | None
) -> None:
    after, at = when
    action = Schedule(after, None if at is None else template(at), text=text("Come, @channel"))
    phone = Phone(release_of(flow("one", node("act", action))))
    phone.start()
    expected = [] if moment is None else [Scheduled(due(moment), "Come, sms")]
    assert phone.events_of(Scheduled) == expected


def test_an_empty_text_is_neither_sent_nor_due() -> None:
    empty = text("@answer.nothing")
    actions = (SendSms(empty), Schedule(60, None, text=empty), Schedule(60, None, flow="one"))
    phone = Phone(release_of(flow("one", node("act", *actions))), channel="ussd")
    phone.start()
    assert phone.events_of(Texted) == []
    assert phone.events_of(Scheduled) == [Scheduled(due(NOW) + 60_000, flow="one")]


def test_the_staff_are_asked_with_words_and_the_flow_goes_on() -> None:
    own = release_of(
        flow("one", node("act", HandOver(text("Call @channel"), "Safety"), Say(text("Soon."))))
    )
    phone = Phone(own)
    assert phone.start() == "Soon."
    assert phone.events_of(HandedOver) == [HandedOver("Call sms", "Safety")]


def test_what_is_the_caller_s_business_is_told_with_its_values_filled_in() -> None:
    tell = Tell("labels", (("labels", (template("@channel"), template("b"))), ("new", True)))
    phone = Phone(release_of(flow("one", node("act", tell))))
    phone.start()
    assert phone.events_of(Told) == [Told("labels", {"labels": ["sms", "b"], "new": True})]


@pytest.mark.parametrize(("chance", "said"), [(0.0, "a"), (0.34, "b"), (0.99, "c")])
def test_a_random_split_is_even(chance: float, said: str) -> None:
    ways = tuple(Category(name.upper(), name) for name in "abc")
    split = Router((), None, result="Group", chance=ways)
    own = release_of(
        flow("one", node("split", router=split), *(node(name, Say(text(name))) for name in "abc"))
    )
    phone = Phone(own, chance=chance)
    assert phone.start() == said
    (result,) = phone.events_of(ResultSaved)
    assert isinstance(result, ResultSaved)
    assert result.category == said.upper()


def test_a_flow_is_called_with_arguments_and_gives_results_back() -> None:
    inner = flow("inner", node("sum", Assign("answer.sum", template("@(argument.a + 1)"))))
    call = Call(
        "inner",
        arguments=(("a", template("@answer.start")),),
        results=(("answer.total", template("@answer.sum")),),
    )
    outer = flow(
        "one",
        node("set", Assign("answer.start", 41), call=call, to="tell"),
        node("tell", Say(text("@answer.total"))),
    )
    phone = Phone(release_of(outer, inner))
    assert phone.start() == "42"
    assert Saved("answer.total", 42) in phone.events


def test_a_call_that_is_the_last_ends_those_that_called() -> None:
    inner = flow("inner", node("say", Say(text("in @parent.flow"))), runs=True)
    outer = flow(
        "one",
        node("go", call=Call("inner", last=True), to="never"),
        node("never", Say(text("never"))),
        runs=True,
    )
    phone = Phone(release_of(outer, inner))
    assert phone.start() == "in One"
    assert phone.over


def test_a_text_with_attachments_alone_is_a_text_too() -> None:
    say = Say(text(""), (text("image:https://a.test/x.jpg"), text("")), (text("Yes"),))
    phone = Phone(release_of(flow("one", node("act", say))))
    phone.start()
    assert phone.events_of(Said) == [Said("", ("image:https://a.test/x.jpg",), ("Yes",))]


def test_every_step_that_is_reached_and_every_way_that_is_taken_is_told() -> None:
    seen: list[tuple[str, str, str]] = []
    split = Router((), None, chance=(Category("only", "end"),))
    own = release_of(flow("one", node("begin", router=split), node("end")))
    phone = Phone(own)
    phone.trace = lambda *step: seen.append(step)
    phone.start()
    assert seen == [("one", "begin", ""), ("one", "begin", "only"), ("one", "end", "")]
