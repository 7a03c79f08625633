"""Where nodes lead and what they are made of, for whoever looks at flows without walking them."""

from gateway.core.flow.parts import GAVE_UP, TIMED_OUT, reached, templates, texts, ways
from tests.stage import release, steps

FLOW = release(
    steps(
        "  which:\n"
        "    menu: Which?\n"
        "    options: {1: {label: One, then: bye}, 2: Two}\n"
        '    options_from: "@motions"\n'
        "    give_up: sorry\n"
        "    timeout: {after: 1 hour, then: late}\n"
        "  where: {ask: Where?, expect: place, skip: 0}\n"
        "  chance: {split: [bye, late]}\n"
        '  look: {when: "@channel", cases: {sms: bye}, else: late}\n'
        "  pause: {wait: 1 day, goto: look}\n"
        "  late: {say: Late., goto: pause}\n"
        "  sorry: {say: Sorry.}\n"
        "  bye: {say: Bye @participant.name., end: true}\n"
        "  lost: {say: Lost.}\n"
    )
).flows["one"]


def leads(name: str) -> list[tuple[str, str | None, str]]:
    return [(way.name, way.to, way.kind) for way in ways(FLOW.nodes[name])]


def test_a_menu_leads_through_its_options_its_list_and_what_comes_of_silence() -> None:
    assert leads("which") == [
        ("chosen", "where", "chosen"),
        ("1", "bye", "option"),
        ("2", "where", "option"),
        ("gave up", "sorry", GAVE_UP),
        ("timed out", "late", TIMED_OUT),
    ]


def test_an_open_question_leads_on_and_ends_where_nobody_answers() -> None:
    assert leads("where") == [
        ("skipped", "chance", "case"),
        ("answered", "chance", "case"),
        ("skipped", "chance", GAVE_UP),
    ]


def test_chance_conditions_and_time_lead_on() -> None:
    assert [to for _, to, _ in leads("chance")] == ["bye", "late"]
    assert leads("look")[-1][1:] == ("late", "default")
    assert leads("pause") == [("time passed", "look", TIMED_OUT)]
    assert leads("bye") == [("", None, "on")]


def test_what_is_reached_begins_with_the_first_or_with_a_given_node() -> None:
    assert reached(FLOW) == FLOW.nodes.keys() - {"lost"}
    assert reached(FLOW, "sorry") == {"sorry", "bye"}


def test_the_texts_of_a_node_are_found_wherever_they_stand() -> None:
    assert [one.original.source for one in texts(FLOW.nodes["which"])] == ["Which?", "One", "Two"]
    assert [one.source for one in templates(FLOW.nodes["bye"])] == ["Bye @participant.name."]
