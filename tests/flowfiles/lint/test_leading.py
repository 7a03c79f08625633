"""Where steps lead, what menus offer and what names give, in several flows and languages."""

from tests.flowfiles.lint.looking import codes, files, lines, look


def po(language: str, *entries: tuple[str, str, str]) -> dict[str, bytes]:
    """Return a catalogue of a language as a file: context, text, translation."""
    written = [
        f'msgctxt "{where}"\nmsgid "{text}"\nmsgstr "{other}"\n' for where, text, other in entries
    ]
    return {f"translations/{language}.po": "\n".join(written).encode()}


def test_options_that_read_the_same_in_a_translation_alone_are_found_in_its_catalogue():
    content = files("which: {menu: Which?, options: {1: Water, 2: Rain}}")
    content |= po(
        "fr", ("one.which.option.1", "Water", "Eau"), ("one.which.option.2", "Rain", "eau")
    )
    (found,) = [one for one in look(content) if one.rule == "same-label"]
    assert (found.path, found.language) == ("flows/translations/fr.po", "fr")
    assert found.what == "options 1 and 2 of step which read the same"


def test_options_that_read_the_same_in_the_flow_s_own_language_are_told_once():
    content = files("which: {menu: Which?, options: {1: Water, 2: water}}")
    content |= po("fr", ("one.which.menu", "Which?", "Quel?"))
    assert [one.language for one in look(content) if one.rule == "same-label"] == ["en"]


def test_options_of_which_one_is_always_shown_are_not_kept_apart_by_a_condition():
    alike = "which: {menu: Which?, options: {1: Go, 2: {label: Go, unless: '@participant.member'}}}"
    assert "same-label" in codes(alike)
    both = (
        "which: {menu: Which?, options: {0: No, 1: {label: Go, when: '@participant.member'}, "
        "2: {label: Go, when: '@participant.member'}}}"
    )
    assert "same-label" in codes(both)
    other = both.replace(
        "2: {label: Go, when: '@participant.member'", "2: {label: Go, unless: '@motions'"
    )
    assert "same-label" in codes(other)


def test_a_flow_that_a_timetable_begins_is_used():
    two = "flow: two\nstart: {every: {days: [mon], at: '08:00'}}\nsteps:\n  say: {say: Well.}\n"
    assert codes("hello: {say: Hello.}", two=two) == []


def test_a_flow_that_cannot_be_read_may_have_an_end_and_may_ask():
    broken = "flow: two\nsteps:\n  say: {sya: Well.}\n  more: {goto: say, say: Well.}\n"
    assert codes("a: {call: two}\nb: {say: Bye.}", two=broken) == ["mistake"]


def test_a_circle_that_nobody_comes_to_is_no_loop():
    assert codes("a: {say: Hi., end: true}\nb: {say: Lost., goto: b}") == ["unreachable"]


def test_a_loop_names_its_steps_in_their_order():
    steps = "z: {set: {answer.a: x}}\na: {when: '@answer.a', then: z, else: end}"
    (found,) = [one for one in look(files(steps)) if one.rule == "loop"]
    assert (found.line, found.what) == (5, "steps z > a lead round without a question")


def test_a_flow_that_calls_itself_is_told_by_its_name():
    (found,) = [
        one for one in look(files("a: {ask: Well?}\nb: {call: one}")) if one.rule == "call-circle"
    ]
    assert (found.line, found.what) == (6, "the flow one calls itself")


def test_an_unknown_name_is_told_once_in_a_line_and_without_a_guess_where_nothing_is_near():
    (found,) = look(files("a: {say: '@answer.qqqqqqqqqqqqqqqq @answer.qqqqqqqqqqqqqqqq'}"))
    assert found.what == "nothing gives @answer.qqqqqqqqqqqqqqqq"
    assert found.mend == "Save a value under that name first, or write the one that was meant"


def test_names_are_not_looked_for_where_a_step_cannot_be_read():
    found = look(files("a: {aks: Well?, save: answer.x}\nb: {say: '@answer.x'}"))
    assert lines(found) == ["one.yaml:5 mistake"]


def test_a_case_that_never_is_names_what_there_can_be():
    (found,) = look(files("a: {when: '@channel', cases: {email: end}}\nb: {say: Hi.}"))
    assert (found.what, found.mend) == ("@channel is never email", "Write one of sms, ussd")


def test_a_case_that_is_worked_out_is_left_alone():
    assert codes("a: {when: '@channel', cases: {'@participant.name': end}}\nb: {say: Hi.}") == []


def test_a_long_expression_is_shortened_in_its_finding():
    long = "upper() & " + " & ".join(['"words words words"'] * 6)
    (found,) = look(files(f"a: {{say: 'You @({long})'}}"))
    assert found.what.startswith('@(upper() & "words words words" & "words words words" & "...: ')


LANGUAGES = "w: {when: '@language', cases: {fr: end}}\nb: {say: Hi.}"


def test_a_case_of_a_language_is_one_of_those_that_there_are():
    assert codes(LANGUAGES) == ["case-never"]
    content = files(LANGUAGES) | po("fr", ("one.b.say", "Hi.", "Salut."))
    assert "case-never" not in [one.rule for one in look(content)]


def test_what_came_of_a_server_is_one_of_two_things():
    asks = 'a: {webhook: {url: "https://x.example/"}, when: "@outcome", cases: {%s: end}}'
    steps = f"{asks}\nb: {{say: Hi.}}"
    assert codes(steps % "failed") == []
    assert codes(steps % "filed") == ["case-never"]


def test_what_a_server_said_is_known_where_it_was_saved():
    steps = 'a: {webhook: {url: "https://x.example/", save: answer.p}}\nb: {say: "@answer.p.%s"}'
    for name in ("status", "body", "json.a.b"):
        assert codes(steps % name) == []
    assert codes(steps % "bdoy") == ["unknown-name"]
