"""Steps that act: actions and groups, servers, what is sent later, staff, calls of other flows."""

from collections.abc import Callable, Mapping

import pytest

from gateway.core.flow.events import (
    HandedOver,
    Json,
    Requested,
    Scheduled,
    Unscheduled,
)
from gateway.core.flow.turn import Outcome, Responded
from gateway.flowfiles.errors import FlowFileError
from tests.stage import NOW, Phone, release, steps

ENDS = "  yes: {say: 'Yes.', end: true}\n  no: {say: 'No.', end: true}\n"


class Doer:
    """Carries out actions with outcomes told before, and keeps what was asked for."""

    def __init__(self, **outcomes: str) -> None:
        self.outcomes = outcomes
        self.asked: list[tuple[str, dict[str, Json]]] = []

    def __call__(
        self, action: str, arguments: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        self.asked.append((action, dict(arguments)))
        return Outcome(self.outcomes.get(action, "done"))


# Groups


def test_a_group_is_joined_and_left_by_the_short_forms():
    doer = Doer()
    phone = Phone(
        release(
            steps("  a: {join_group: Marshals, leave_group: [New, '@answer.old'], say: Done.}")
        ),
        perform=doer,
        roots={"answer": {"old": "Trial"}},
    )
    assert phone.start() == "Done."
    assert doer.asked == [
        ("add_to_group", {"group": "Marshals"}),
        ("leave_group", {"group": "New"}),
        ("leave_group", {"group": "Trial"}),
    ]


@pytest.mark.parametrize(
    ("step", "outcome", "shown"),
    [
        ("{join_group: M, on: {not_member: no}, say: In.}", "not_member", "No."),
        ("{join_group: M, on: {not_member: no}, say: In.}", "added", "In."),
        ("{leave_group: M, on: {removed: yes}}", "removed", "Yes."),
    ],
)
def test_outcomes_of_a_group_lead_where_the_step_says(step: str, outcome: str, shown: str):
    doer = Doer(add_to_group=outcome, leave_group=outcome)
    phone = Phone(release(steps(f"  a: {step}\n  b: {{end: true}}\n{ENDS}")), perform=doer)
    assert phone.start() == shown


def test_what_follows_an_action_with_outcomes_happens_where_none_of_them_leads_away():
    doer = Doer(join="joined")
    step = "{do: join, on: {already: no}, join_group: M, set: {answer.x: 1}, say: 'Is @answer.x.'}"
    phone = Phone(release(steps(f"  a: {step}\n  b: {{end: true}}\n{ENDS}")), perform=doer)
    assert phone.start() == "Is 1."
    assert [name for name, _ in doer.asked] == ["join", "add_to_group"]


# Servers


def test_a_server_is_asked_and_its_answer_is_at_hand():
    flow = release(
        steps(
            "  what: {ask: 'Which crop?', save: answer.crop}\n"
            "  a:\n"
            "    webhook:\n"
            "      url: https://prices.example.org/v1/@(url_encode(answer.crop))?by=@channel\n"
            "      headers: {X-Key: abc, Accept: application/json}\n"
            "      seconds: 5\n"
            "      save: answer.price\n"
            "      waits: sms\n"
            "    on: {failed: no}\n"
            "    say: '@answer.price.json.kwacha kwacha (@webhook.status)'\n"
            "    end: true\n" + ENDS
        )
    )
    phone = Phone(flow)
    phone.start()
    phone.reply("sweet maize")
    (asked,) = phone.events_of(Requested)
    assert asked == Requested(
        1, "GET", "https://prices.example.org/v1/sweet%20maize?by=sms",
        (("X-Key", "abc"), ("Accept", "application/json")), "", 5, "sms",
    )  # fmt: skip
    assert phone.give(Responded(1, 200, '{"kwacha": 320}')) == "320 kwacha (200)"
    phone.start("one", "maize")
    assert phone.give(Responded(1, 500, "")) == "No."


def test_a_secret_is_asked_for_by_its_name_and_is_in_no_conversation():
    url = "https://x.example/y"
    flow = release(
        steps(
            f"  a: {{webhook: {{url: '{url}', headers: {{X-A: b, X-Key: {{secret: rota}}}}}},"
            " say: '@webhook.headers'}"
        )
    )
    phone = Phone(flow)
    phone.start()
    (asked,) = phone.events_of(Requested)
    assert isinstance(asked, Requested)
    assert (asked.headers, asked.secrets) == ((("X-A", "b"),), (("X-Key", "rota"),))


@pytest.mark.parametrize("header", ["{secret: Bearer abc}", "{secret: ''}", "{other: rota}", "{}"])
def test_what_is_no_name_of_a_secret_is_refused(header: str):
    with pytest.raises(FlowFileError):
        release(
            steps(f"  a: {{webhook: {{url: 'https://x.example/y', headers: {{X-Key: {header}}}}}}}")
        )


@pytest.mark.parametrize(
    ("body", "sent", "headers"),
    [
        pytest.param("'crop=@answer.crop'", 'crop=a"b\nc', (), id="a text stands as it is"),
        pytest.param(
            "{crop: '@answer.crop', who: 'By @answer.who!', count: 3, sure: true, gone: null,"
            " more: {list: [1, '@answer.age', '@(answer.age * 2)']}}",
            '{"count":3,"crop":"a\\"b\\nc","gone":null,"more":{"list":[1,34,68]},"sure":true,'
            '"who":"By Amina!"}',
            (("Content-Type", "application/json"),),
            id="values become JSON and keep their kinds",
        ),
    ],
)
def test_a_body_is_sent_as_a_text_or_as_json(
    body: str, sent: str, headers: tuple[tuple[str, str], ...]
):
    flow = release(steps(f"  a: {{webhook: {{url: 'https://x.example/y', body: {body}}}}}"))
    phone = Phone(flow, roots={"answer": {"crop": 'a"b\nc', "who": "Amina", "age": 34}})
    phone.start()
    (asked,) = phone.events_of(Requested)
    assert isinstance(asked, Requested)
    assert (asked.method, asked.body, asked.headers) == ("POST", sent, headers)


def test_a_header_for_the_kind_of_the_body_and_a_method_are_the_authors_own():
    flow = "  a: {webhook: {url: 'http://x.example', method: PUT, headers: {content-type: a/b},"
    phone = Phone(release(steps(flow + " body: {x: 1}}}")))
    phone.start()
    (asked,) = phone.events_of(Requested)
    assert isinstance(asked, Requested)
    assert (asked.method, asked.headers) == ("PUT", (("content-type", "a/b"),))


# Later, and by others


@pytest.mark.parametrize(
    ("schedule", "hours", "text", "flow", "name"),
    [
        ("{text: 'Dear @participant.name', after: 3 days}", 72, "Dear Amina", "", ""),
        ("{flow: one, after: 2 hours, name: reminder}", 2, "", "one", "reminder"),
        ("{text: x, at: '@answer.when', name: m}", 24, "x", "", "m"),
        ("{text: x, at: '@answer.when', after: 1 hour}", 25, "x", "", ""),
    ],
    ids=["a text", "a flow", "at a time", "after a time"],
)
def test_what_is_for_later_is_scheduled(schedule: str, hours: int, text: str, flow: str, name: str):
    phone = Phone(
        release(steps(f"  a: {{schedule: {schedule}}}")),
        roots={
            "participant": {"name": "Amina"},
            "answer": {"when": "2026-05-13T09:30:00+00:00"},
        },
    )
    phone.start()
    due = int(NOW.timestamp() + hours * 3600) * 1000
    assert phone.events_of(Scheduled) == [Scheduled(due, text, flow, name)]


def test_what_was_scheduled_is_taken_back_by_its_name():
    phone = Phone(release(steps("  a: {unschedule: meeting, say: You are off the list.}")))
    assert phone.start() == "You are off the list."
    assert phone.events_of(Unscheduled) == [Unscheduled("meeting")]


@pytest.mark.parametrize(
    ("step", "note", "topic"),
    [
        ("{hand_over: '@participant.name needs a lawyer.'}", "Amina needs a lawyer.", ""),
        ("{hand_over: {note: Help., topic: legal}}", "Help.", "legal"),
    ],
)
def test_staff_are_asked_to_go_on(step: str, note: str, topic: str):
    phone = Phone(release(steps(f"  a: {step}")), roots={"participant": {"name": "Amina"}})
    phone.start()
    assert phone.events_of(HandedOver) == [HandedOver(note, topic)]


# Other flows


RATE = "flow: rate\nsteps: {a: {ask: 'How was @argument.what?', save: answer.stars}}"


def test_a_call_gives_arguments_and_keeps_results():
    flow = release(
        steps(
            "  a:\n"
            "    call:\n"
            "      flow: rate\n"
            "      with: {what: 'the talk of @participant.name'}\n"
            "      save: {report.stars: '@(number(answer.stars) * 2)', report.about: talk}\n"
            "  b: {say: '@report.stars for the @report.about'}\n"
        ),
        rate=RATE,
    )
    phone = Phone(flow, roots={"participant": {"name": "Amina"}})
    assert phone.start() == "How was the talk of Amina?"
    assert phone.reply("4") == "8 for the talk"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        pytest.param("{do: join, webhook: {url: 'https://x.example/'}}", "both do and webhook",
                     id="two actions"),
        pytest.param("{join_group: a, leave_group: b, on: {added: a}}", "either group",
                     id="outcomes of one of two groups"),
        pytest.param("{join_group: a, on: {removed: a}}", "has no removed", id="an outcome"),
        pytest.param("{join_group: []}", "not a list of words", id="no group"),
        pytest.param("{join_group: '@moton'}", "name that nothing has. Use motion", id="a name"),
        pytest.param("{on: {added: a}, say: x}", "on without do or webhook", id="a lonely on"),
        pytest.param("{webhook: https://x.example}", "has nothing under it", id="an address alone"),
        pytest.param("{webhook: {method: GET}}", "has no url. Add url", id="no address"),
        pytest.param("{webhook: {url: prices}}", "does not begin with the address", id="no server"),
        pytest.param("{webhook: {url: 'https://@answer.x/y'}}", "the address of a server",
                     id="a host that people type"),
        pytest.param("{webhook: {url: 'https://x.example@answer.x'}}", "the address of a server",
                     id="a host that goes on"),
        pytest.param("{webhook: {url: 'ftp://x.example/'}}", "the address of a server", id="ftp"),
        pytest.param("{webhook: {url: 'https://x.example/a b'}}", "the address of a server",
                     id="a space in the address"),
        pytest.param("{webhook: {url: 'https://x.example/', method: GOT}}",
                     "method of webhook of step a cannot be GOT. Write GET", id="a method"),
        pytest.param("{webhook: {url: 'https://x.example/', waits: long}}", "cannot be long",
                     id="a way of waiting"),
        pytest.param("{webhook: {url: 'https://x.example/', seconds: 61}}",
                     "nobody waits 61 seconds. Write 60 at most", id="a minute"),
        pytest.param("{webhook: {url: 'https://x.example/', save: Answer}}", "saved under Answer",
                     id="a path"),
        pytest.param("{webhook: {url: 'https://x.example/', body: {x: '@moton'}}}",
                     "name that nothing has", id="a name in the body"),
        pytest.param("{webhook: {url: 'https://x.example/', body: {x: '@(1 +)'}}}",
                     "cannot be read", id="half an expression in the body"),
        pytest.param("{webhook: {url: 'https://x.example/'}, on: {timeout: a}}",
                     "has no timeout. Use one of answered, failed", id="an outcome of a server"),
        pytest.param("{schedule: {after: 1 day}}", "has no text and no flow", id="nothing to send"),
        pytest.param("{schedule: {text: x}}", "has no after and no at", id="no time"),
        pytest.param("{schedule: {text: x, flow: one, after: 1 day}}", "both text and flow",
                     id="two things"),
        pytest.param("{schedule: {flow: two, after: 1 day}}",
                     "there is no flow two to begin. Use one of one", id="a flow"),
        pytest.param("{schedule: {text: x, at: tomorrow}}", "is not one expression", id="a time"),
        pytest.param("{schedule: {text: x, after: tomorrow}}", "no length of time", id="a length"),
        pytest.param("{unschedule: [x]}", "is not a text", id="a list of names"),
        pytest.param("{hand_over: {topic: legal}}", "has no note", id="no words for staff"),
        pytest.param("{call: {with: {x: 1}}}", "has no flow. Add flow", id="a call of nothing"),
        pytest.param("{call: {flow: oen}}", "there is no flow oen to call. Write one", id="a slip"),
        pytest.param("{call: {flow: one, with: {X: 1}}}", "X cannot be an argument's name",
                     id="an argument's name"),
        pytest.param("{call: {flow: one, save: {motions: 1}}}", "saved under motions",
                     id="a result's path"),
        pytest.param("{call: {flow: one, wiht: {x: 1}}}", "has no wiht. Write with",
                     id="a key of a call"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_a_step_does_is_told(
    step: str, says: str, refused: Callable[[str, int, str], None]
):
    refused(f"flow: one\nsteps:\n  a: {step}\n", 3, says)


def test_a_mistake_deep_in_a_step_is_told_with_its_own_line(
    refused: Callable[[str, int, str], None],
):
    text = "flow: one\nsteps:\n  a:\n    webhook:\n      url: https://x.example/\n      body:\n"
    refused(text + "        list:\n          - x\n          - '@moton'\n", 9, "name that nothing")
    refused(text + "        x: 1\n      seconds: 99\n", 8, "nobody waits")
