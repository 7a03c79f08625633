"""Every rule finds its example, is described, and is found where it says."""

import ast
import inspect

import pytest

from gateway.core.flow.names import SYSTEM_TEXTS
from gateway.flowfiles.lint.checks import RULES, TOPICS
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.messages import check as catalogues
from tests.flowfiles.lint.looking import codes, files, lines, look

WITH_EXAMPLE = [rule for rule in RULES.values() if rule.example]


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.code)
def test_a_rule_finds_its_own_example(rule):
    found = look(files(rule.example))
    assert rule.code in [one.rule for one in found]
    for one in found:
        assert one.path == "flows/one.yaml"
        assert one.level == RULES[one.rule].level


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_is_told_in_sentences_without_a_full_stop(rule):
    for sentence in (rule.finds, rule.why, rule.mend):
        assert sentence[0].isupper() or sentence.startswith("`")
        assert not sentence.endswith(".")


def test_no_two_rules_have_one_code():
    every = [rule.code for rules in TOPICS.values() for rule in rules]
    assert len(every) == len(set(every)) == len(RULES)


def test_a_flow_in_order_has_no_findings():
    assert look(files("hello: {ask: What is your name?, save: participant.name}\n"
                      "bye: {say: Thank you @participant.name.}")) == []  # fmt: skip


SEVERAL = """\
hello: {sya: Hello.}
name: {ask: What is your name?, expcet: text}
bye: {say: "Bye @(upper("}
"""


def test_all_mistakes_of_a_file_are_found_not_only_the_first():
    found = look(files(SEVERAL))
    assert lines(found) == ["one.yaml:5 mistake", "one.yaml:6 mistake", "one.yaml:7 mistake"]
    assert found[0].mend == "Write say"


def test_mistakes_of_several_files_are_found_together():
    two = "flow: two\nstart: {keywords: [uno, dos, stop]}\nsteps:\n  hello: {call: three}\n"
    found = look(files("hello: {sya: Hello.}", two=two, four="flow: four\nsteps: 7\n"))
    assert lines(found) == [
        "four.yaml:2 mistake",
        "one.yaml:5 mistake",
        "two.yaml:2 conflict",
        "two.yaml:2 conflict",
        "two.yaml:4 conflict",
    ]


def test_what_is_no_yaml_is_found_and_the_other_files_are_looked_at():
    found = look(files("hello: {say: Hello., goto: hello}", two="flow: [two\n"))
    assert {one.rule for one in found} == {"no-end", "loop", "mistake"}


def test_a_flow_with_a_mistake_is_still_there_to_be_called():
    two = "flow: two\nsteps:\n  hello: {sya: Hello.}\n"
    found = look(files("hello: {call: two}", two=two))
    assert lines(found) == ["two.yaml:3 mistake"]


def test_a_step_that_is_put_aside_has_no_text_to_translate():
    content = files("hello: {sya: Hello.}\nbye: {say: Bye.}")
    content["translations/fr.po"] = b'msgid ""\nmsgstr ""\n'
    gaps = [one.what for one in look(content) if one.rule == "missing"]
    texts = len(SYSTEM_TEXTS)
    assert gaps == [f"{texts + 1} of {texts + 1} texts are not translated"]


def test_a_system_file_with_mistakes_is_told_of_and_the_flows_are_looked_at():
    content = files("hello: {say: Hello., goto: hello}")
    content["system.yaml"] = content["system.yaml"].replace(b"  busy: ", b"  bsuy: ")
    found = look(content)
    assert ("system.yaml", "mistake") in [
        (one.path.removeprefix("flows/"), one.rule) for one in found
    ]


def test_a_folder_without_a_system_file_is_told_of():
    content = files("hello: {say: Hello.}")
    del content["system.yaml"]
    assert lines(look(content)) == ["system.yaml:1 mistake"]


def test_a_broken_translation_is_a_finding_of_its_catalogue_and_stops_nothing():
    content = files("hello: {say: Hello.}\nbye: {say: Bye.}")
    content["translations/fr.po"] = (
        b'msgctxt "one.hello.say"\nmsgid "Hello."\nmsgstr "Bonjour @(upper("\n'
    )
    assert "translations/fr.po:3 placeholder" in lines(look(content))
    content["translations/fr.po"] = b'msgid ""\nmsgstr[0]\n'
    assert "translations/fr.po:2 unreadable" in lines(look(content))


def test_many_gaps_in_a_language_are_counted_and_few_are_listed():
    content = files("hello: {say: Hello.}")
    content["translations/fr.po"] = b'msgid ""\nmsgstr ""\n'
    (gaps,) = [one for one in look(content) if one.rule == "missing"]
    assert gaps.language == "fr"
    assert "texts are not translated" in gaps.what


def test_every_rule_of_the_catalogues_check_is_described():
    told = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(catalogues)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    known = {rule.code for rule in TOPICS["Translations"]} | {"alphabet"}
    assert known - {"unreadable"} <= told
    used = {
        ast.literal_eval(node.args[at])
        for node in ast.walk(ast.parse(inspect.getsource(catalogues)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for at in ({"_wrong": [1], "_find": [2]}.get(node.func.attr, []))
        if isinstance(node.args[at], ast.Constant)
    }
    assert used <= known
    assert used


LEADING = {
    "a step after the end that nothing names": (
        "hello: {say: Hello., end: true}\nlost: {say: Lost.}", ["unreachable"]),
    "a step that is led to by an option": (
        ("which: {menu: Which?, options: {1: {label: A, then: last}, 2: B}}\n"
        "first: {end: true, say: Hi.}\n"
        "last: {say: Bye.}"), []),
    "a question that leads back to itself": (
        "name: {ask: Your name?, goto: name}", ["no-end"]),
    "a menu of which one option ends": (
        "which: {menu: Which?, options: {1: {label: A, then: which}, 2: {label: B, then: end}}}",
        []),
    "a menu of which every option leads back": (
        "which: {menu: Which?, options: {1: {label: A, then: which}, 2: {label: B, then: which}}}",
        ["no-end"]),
    "giving up is a way out where it is meant": (
        "name: {ask: Your name?, goto: name, give_up: end}", []),
    "a reminder that comes round without end": (
        "wait: {wait: 1 week}\nsay: {say: Come!, goto: wait}", ["no-end"]),
    "steps that lead round without a question": (
        'a: {set: {answer.a: "1"}}\nb: {when: "@answer.a", then: a, else: end}', ["loop"]),
    "steps that lead round with a question": (
        'a: {ask: How many?, save: answer.a}\nb: {when: "@answer.a", then: a, else: end}', []),
    "a flow that calls itself": ("again: {ask: Well?}\nmore: {call: one}",
    ["call-circle", "no-end"]),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), LEADING.values(), ids=LEADING)
def test_where_steps_lead(steps, expected):
    assert sorted(codes(steps)) == sorted(expected)


def test_flows_that_call_each_other_round_are_found_once():
    two = "flow: two\nsteps:\n  ask: {ask: Well?}\n  back: {call: one}\n"
    found = look(
        files(
            "ask: {ask: Well?}\nthere: {when: '@answer.x', then: end}\nmore: {call: two}\n"
            "set: {set: {answer.x: y}}",
            two=two,
        )
    )
    assert [one.rule for one in found].count("call-circle") == 1
    (circle,) = [one for one in found if one.rule == "call-circle"]
    assert circle.what == "the flows one, two call each other round"


def test_a_loop_through_a_flow_that_asks_nothing_is_found_and_through_one_that_asks_is_not():
    asks = "flow: two\nsteps:\n  ask: {ask: Well?, save: answer.a}\n"
    silent = "flow: two\nsteps:\n  say: {say: Well., }\n  b: {set: {answer.a: z}}\n"
    steps = "there: {call: two}\nround: {when: '@answer.a', then: there, else: end}"
    assert codes(steps, two=asks) == []
    assert codes(steps, two=silent) == ["loop"]


def test_a_flow_that_nothing_begins_is_found_and_one_that_is_scheduled_is_not():
    two = "flow: two\nsteps:\n  say: {say: Well.}\n"
    assert codes("hello: {say: Hello.}", two=two) == ["unused-flow"]
    assert codes("hello: {schedule: {flow: two, after: 1 day}, say: Hello.}", two=two) == []


def test_a_flow_that_is_begun_only_from_where_nobody_comes_is_found():
    two = "flow: two\nsteps:\n  a: {when: '@participant.member', then: end}\n  b: {call: two}\n"
    assert "unused-flow" in codes("a: {say: Hi.}", two=two)
    assert "unused-flow" in codes("a: {say: Hi., end: true}\nb: {call: two}", two=two)
    assert "unused-flow" not in codes("a: {call: two}", two=two)


def test_a_flow_whose_claim_another_has_is_not_called_unused_as_well():
    two = "flow: two\nstart: {keywords: [uno]}\nsteps:\n  a: {say: Hi.}\n"
    assert codes("a: {say: Hi.}", two=two) == ["conflict"]


MENUS = {
    "labels that read the same": (
        'which: {menu: Which?, options: {1: Water, 2: "water!"}}', ["same-label"]),
    "labels that read the same and are never shown together": (
        ('which: {menu: Which?, options: {1: {label: Go, when: "@participant.member"}, '
        '2: {label: Go, unless: "@participant.member"}}}'), []),
    "options that depend on the movement's languages": (
        'which: {menu: Which?, options: {1: {label: English, when: "@movement.languages.en"}}}',
        []),
    "options that depend on a language that is not offered": (
        'which: {menu: Which?, options: {1: {label: French, when: "@movement.languages.fr"}}}',
        ["empty-menu"]),
    "options out of a list alone": (
        'which: {menu: Which?, options_from: "@motions"}', ["empty-menu"]),
    "options out of a list with a way out": (
        'which: {menu: Which?, options_from: "@motions", options: {0: Not now}}', []),
    "options out of a list where giving up leads on": (
        'which: {menu: Which?, options_from: "@motions", give_up: bye}\nbye: {say: Bye.}', []),
    "an option under a key of pages": (
        "which: {menu: Which?, options: {1: Aye, 99: Nay}}", ["paging-key"]),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), MENUS.values(), ids=MENUS)
def test_menus(steps, expected):
    assert codes(steps) == expected


WORDS = {
    "a slip in a name": ("a: {say: Hello @participant.nmae.}", ["unknown-name"]),
    "a name that a question saves": (
        "a: {ask: Well?, save: answer.well}\nb: {say: You said @answer.well.}", []),
    "a part of a choice that it does not have": (
        "a: {menu: Well?, options: {1: A}, save: answer.a}\nb: {say: '@answer.a.label'}",
        ["unknown-name"]),
    "the parts of a choice": (
        ("a: {menu: Well?, options: {1: A}, save: answer.a}\n"
        "b: {say: '@answer.a.code @answer.a.name'}"), []),
    "the parts of a place": (
        "a: {ask: Where?, expect: place, save: answer.a}\nb: {say: '@answer.a.level @answer.a'}",
        []),
    "what an action gives": (
        "a: {do: join}\nb: {say: You are @participant.number.}", []),
    "what a server answers": (
        ('a: {webhook: {url: "https://example.org/a"}}\n'
        'b: {say: "@webhook.json.a.b @webhook.status"}'), []),
    "a server's answer where none is asked": ("b: {say: '@webhook.json.a'}", ["unknown-name"]),
    "a motion that nobody chose": ("b: {say: '@motion.question'}", ["unknown-name"]),
    "a motion that was chosen": (
        "a: {do: choose_motion, with: {number: 1}}\nb: {say: '@motion.question'}", []),
    "a flow that was called where none is": ("b: {say: '@child.status'}", ["unknown-name"]),
    "what a server does not answer": (
        'a: {webhook: {url: "https://example.org/a"}}\nb: {say: "@webhook.text"}',
        ["unknown-name"]),
    "a result by its name": (
        "a: {ask: How old?, expect: number, result: Your Age}\nb: {say: '@results.your_age.value'}",
        []),
    "a result that there is not": (
        "a: {ask: How old?, expect: number, result: Age}\nb: {say: '@results.aeg'}",
        ["unknown-name"]),
    "what a result has": (
        ("a: {ask: How old?, expect: number, result: Age}\n"
        "b: {say: '@results.age @results.age.category @results.age.input @results.age.extra.x'}"),
        []),
    "what a result has not": (
        "a: {ask: How old?, expect: number, result: Age}\nb: {say: '@results.age.categry'}",
        ["unknown-name"]),
    "an argument that nobody gives": ("a: {say: '@argument.what'}", ["unknown-name"]),
    "a thing of a list": (
        ("a: {menu: Which?, options_from: {list: '@motions', label: '@item.label'}, "
        "options: {0: No}}"), []),
    "a comparison that never holds": (
        "a: {when: '@(channel = \"email\")', then: end}\nb: {say: Hi.}", ["always-same"]),
    "an expression that fails": ("a: {say: 'You are @(1 / 0).'}", ["impossible"]),
    "a test that fails": (
        ("a: {ask: Well?, save: answer.a}\n"
        "b: {when: '@answer.a', cases: {'has_number_gt(\"x\")': end}}\nc: {say: Hi.}"),
        ["impossible"]),
    "a case of a code that there is not": (
        ("a: {menu: W?, options: {1: {label: Red, save: red}}, save: answer.a}\n"
        "b: {when: '@answer.a', cases: {rde: end}}\nc: {say: Hi.}"), ["case-never"]),
    "a case of a label": (
        ("a: {menu: W?, options: {1: {label: Red, save: r}}, save: answer.a}\n"
        "b: {when: '@answer.a', cases: {Red: end}}\nc: {say: Hi.}"), []),
    "a case of no channel": (
        "a: {when: '@channel', cases: {email: end}}\nb: {say: Hi.}", ["case-never"]),
    "a case of no outcome": (
        "a: {do: join, when: '@outcome', cases: {joind: end}}\nb: {say: Hi.}", ["case-never"]),
    "a case of an outcome": (
        "a: {do: join, when: '@outcome', cases: {joined: end}}\nb: {say: Hi.}", []),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), WORDS.values(), ids=WORDS)
def test_names_and_expressions(steps, expected):
    assert codes(steps) == expected


def test_an_unknown_name_is_mended_by_the_one_that_was_meant():
    (found,) = look(files("a: {say: Hello @participant.nmae.}"))
    assert found.text == (
        "flows/one.yaml:5: error: nothing gives @participant.nmae. Where it stands people read "
        "nothing, and a condition on it never holds. Write @participant.name. [unknown-name]"
    )


def test_an_unknown_name_in_a_translation_is_found_in_the_catalogue():
    content = files("a: {say: Hello @participant.name.}")
    content["translations/fr.po"] = (
        b'msgctxt "one.a.say"\nmsgid "Hello @participant.name."\n'
        b'msgstr "Bonjour @participant.nom."\n'
    )
    assert "translations/fr.po:3 unknown-name" in lines(look(content))


def test_what_another_flow_saves_is_known_where_one_calls_the_other_and_nowhere_else():
    two = "flow: two\nstart: {keywords: [dos]}\nsteps:\n  a: {ask: Well?, save: answer.well}\n"
    assert codes("a: {call: two}\nb: {say: '@answer.well'}", two=two) == []
    assert codes("b: {say: '@answer.well'}", two=two) == ["unknown-name"]


def test_results_of_a_flow_that_was_called_are_known_by_their_names():
    two = "flow: two\nsteps:\n  a: {ask: Well?, result: Well}\n"
    well = "a: {call: two}\nb: {say: '@child.results.well.value @child.results.well @child.status'}"
    assert codes(well, two=two) == []
    assert codes("a: {call: two}\nb: {say: '@child.results.wel'}", two=two) == ["unknown-name"]


def test_what_any_flow_saves_of_the_person_is_known_to_all():
    two = "flow: two\nstart: {keywords: [dos]}\nsteps:\n  a: {ask: Well?, save: participant.well}\n"
    assert codes("b: {say: '@participant.well'}", two=two) == []
    assert codes("b: {say: '@participant.groups.0.name @participant.wlel'}", two=two) == [
        "unknown-name"
    ]


def test_a_server_that_is_not_allowed_is_found():
    steps = files('a: {webhook: {url: "https://prices.example.org/maize"}, say: Hi.}')
    assert look(steps) == []
    (found,) = look(steps, Deployment(hosts=("other.example.org",)))
    assert (found.rule, found.line) == ("webhook-host", 5)
    assert found.mend == (
        "Ask one of other.example.org, or allow prices.example.org in the settings"
    )
    assert look(steps, Deployment(hosts=("prices.example.org",))) == []


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://prices.example.org:443/x", "prices.example.org"),
        ("https://prices.example.org:8443/x", "prices.example.org:8443"),
        ("http://192.168.1.20:8080/@answer", "192.168.1.20:8080"),
    ],
)
def test_a_server_is_allowed_with_its_port(url: str, allowed: str):
    steps = files(f'a: {{webhook: {{url: "{url}"}}, say: Hi.}}')
    rules = {one.rule for one in look(steps, Deployment(hosts=(allowed,)))}
    assert "webhook-host" not in rules
    rules = {one.rule for one in look(steps, Deployment(hosts=(f"{allowed}1",)))}
    assert "webhook-host" in rules


def test_a_secret_that_the_settings_do_not_have_is_found():
    steps = files(
        'a: {webhook: {url: "https://x.example.org/", headers: {X-Key: {secret: rota}}}, say: Hi.}'
    )
    assert look(steps) == []
    (found,) = look(steps, Deployment(secrets=("prices",)))
    assert (found.rule, found.line) == ("webhook-secret", 5)
    assert look(steps, Deployment(secrets=("rota",))) == []


def test_a_language_that_is_offered_and_has_no_texts_is_found():
    found = look(files("a: {say: Hi.}"), Deployment(languages=("en", "fr")))
    assert [(one.rule, one.language) for one in found] == [("offered-language", "fr")]


def test_a_system_text_that_another_stands_in_for_is_found():
    content = files("a: {say: Hi.}")
    kept = [line for line in content["system.yaml"].splitlines() if b"reply_kept:" not in line]
    (found,) = look({**content, "system.yaml": b"\n".join(kept)})
    assert (found.rule, found.level, found.path) == ("stand-in", "warning", "flows/system.yaml")
    assert kept[found.line - 1].startswith(b"  unknown_message: ")
