"""Expressions of the first editor and what they are called since version 13. The rows are ours."""

import pytest

from gateway.flowfiles.rapidpro.migrations.legacy.expressions import (
    ADDRESS,
    MESSAGE,
    OWN_SOURCE,
    PLAIN,
    RAW_DATES,
    SAVED,
    Translator,
    Use,
)
from gateway.flowfiles.rapidpro.migrations.legacy.habits import Habits
from gateway.flowfiles.rapidpro.migrations.surroundings import Note


def translate(text: str, use: Use = PLAIN, habits: Habits | None = None) -> tuple[str, list[Note]]:
    notes: list[Note] = []
    made = Translator(habits or Habits(), notes.append).template(text, "/here", use)
    return made, notes


VARIABLES = [
    ("@contact", "@contact"),
    ("@Contact.Name", "@contact.name"),
    ("@contact.uuid", "@contact.uuid"),
    ("@contact.village", "@fields.village"),
    ("@contact.groups", '@(join(contact.groups, ","))'),
    ("@contact.tel", "@(format_urn(urns.tel))"),
    ("@contact.tel_e164", '@(default(urn_parts(urns.tel).path, ""))'),
    ("@contact.whatsapp", '@(default(urn_parts(urns.whatsapp).path, ""))'),
    ("@contact.whatsapp.display", "@(format_urn(urns.whatsapp))"),
    ("@contact.tel.path", "@(urn_parts(urns.tel).path)"),
    ("@contact.tel.scheme", "@(urn_parts(urns.tel).scheme)"),
    ("@contact.mailto.urn", "@urns.mailto"),
    ("@flow", "@results"),
    ("@flow.crop", "@results.crop"),
    ("@flow.crop.value", "@results.crop.value"),
    ("@flow.crop.category", "@results.crop.category_localized"),
    ("@flow.crop.text", "@results.crop.input"),
    ("@flow.crop.time", "@results.crop.created_on"),
    ("@flow.2nd_crop", '@(results["2nd_crop"])'),
    ("@flow.2.category", '@(results["2"].category_localized)'),
    ("@flow.contact.village", "@fields.village"),
    ("@step.contact.name", "@contact.name"),
    ("@child.crop", "@child.results.crop"),
    ("@child.crop.text", "@child.results.crop.input"),
    ("@child.contact.village", "@child.fields.village"),
    ("@parent", "@parent.results"),
    ("@parent.crop.category", "@parent.results.crop.category_localized"),
    ("@parent.contact.tel", "@(format_urn(parent.urns.tel))"),
    ("@extra.flow.crop.value", "@parent.results.crop.value"),
    ("@extra", "@legacy_extra"),
    ("@extra.price.maize", "@legacy_extra.price.maize"),
    ("@extra.rows.0.name", '@(legacy_extra.rows["0"].name)'),
    ("@step", "@input"),
    ("@step.value", "@input"),
    ("@step.text", "@input.text"),
    ("@step.time", "@input.created_on"),
    ("@step.attachments.3", "@(attachment_parts(input.attachments[3]).url)"),
    (
        "@step.attachments",
        '@(foreach(foreach(input.attachments, attachment_parts), extract, "url"))',
    ),
    ("@channel", "@contact.channel.address"),
    ("@channel.tel_e164", "@contact.channel.address"),
    ("@channel.name", "@contact.channel.name"),
    ("@date", "@(now())"),
    ("@date.now", "@(now())"),
    ("@date.today", "@(format_date(today()))"),
    ("@date.tomorrow", '@(format_date(datetime_add(now(), 1, "D")))'),
    ("@date.yesterday", '@(format_date(datetime_add(now(), -1, "D")))'),
]


@pytest.mark.parametrize(("old", "new"), VARIABLES, ids=str)
def test_a_variable_has_its_new_name(old: str, new: str) -> None:
    assert translate(f"Hello {old}, and {old}!") == (f"Hello {new}, and {new}!", [])


FUNCTIONS = [
    ("UPPER(contact)", "upper(contact)"),
    ("Proper( contact.first_name )", "title(contact.first_name)"),
    ("LEN(step)", "text_length(input)"),
    ("LEFT(step, 3)", "text_slice(input, 0, 3)"),
    ("RIGHT(step, 3)", "text_slice(input, -3)"),
    ("RIGHT(step, flow.n + 1)", "text_slice(input, -legacy_add(results.n, 1))"),
    ("REPT(step, 2)", "repeat(input, 2)"),
    ('SUBSTITUTE(step, "a", "b")', 'replace(input, "a", "b")'),
    ("UNICHAR(65)", "char(65)"),
    ("UNICODE(step)", "code(input)"),
    ('CONCATENATE("Dear ", contact, "!")', '"Dear " & contact & "!"'),
    ("FIXED(flow.price)", "format_number(results.price, 2)"),
    ("FIXED(flow.price, 0)", "format_number(results.price, 0)"),
    ("FIXED(flow.price, 1, TRUE)", "format_number(results.price, 1, false)"),
    ("FIXED(flow.price, 1, flow.x)", "format_number(results.price, 1, if(results.x, false, true))"),
    ("FIRST_WORD(step)", "word(input, 0)"),
    ("REMOVE_FIRST_WORD(step)", "remove_first_word(input)"),
    ("WORD(step, 2)", "word(input, 1)"),
    ("WORD(step, -1)", "word(input, -1)"),
    ("WORD(step, flow.n)", "word(input, results.n - 1)"),
    ("WORD(step, 1, TRUE)", 'word(input, 0, " \\t")'),
    ("WORD(step, 1, FALSE)", "word(input, 0, NULL)"),
    ("WORD_COUNT(step, TRUE())", 'word_count(input, " \\t")'),
    ("WORD_SLICE(step, 2)", "word_slice(input, 1)"),
    ("WORD_SLICE(step, 2, 4)", "word_slice(input, 1, 3)"),
    ("WORD_SLICE(step, 2, 0)", "word_slice(input, 1)"),
    ("WORD_SLICE(step, 2, 0, TRUE)", 'word_slice(input, 1, -1, " \\t")'),
    ("WORD_SLICE(step, 2, -1)", "word_slice(input, 1, word_count(input) - 1)"),
    ('FIELD(step, 2, ",")', 'field(input, 1, ",")'),
    ("FIELD(step, 2)", 'field(input, 1, " ")'),
    ("READ_DIGITS(step)", "read_chars(input)"),
    ('REGEX_GROUP(step, "(a)", 1)', 'regex_match(input, "(a)", 1)'),
    ("FORMAT_DATE(step)", "format_datetime(input)"),
    ("FORMAT_LOCATION(flow.place)", "format_location(results.place)"),
    ('DATEVALUE("1-2-2020")', 'date("1-2-2020")'),
    ("DATE(2020, 2, 1)", "date_from_parts(2020, 2, 1)"),
    ("EDATE(date.now, 2)", 'datetime_add(now(), 2, "M")'),
    ('DATEDIF(contact.born, date.now, "m")', 'datetime_diff(fields.born, now(), "M")'),
    (
        "DATEDIF(contact.born, date.now, flow.u)",
        "datetime_diff(fields.born, now(), upper(results.u))",
    ),
    ("DAYS(date.now, contact.born)", 'datetime_diff(fields.born, now(), "D")'),
    ("YEAR(contact.born)", 'number(format_date(fields.born, "YYYY"))'),
    ("MONTH(contact.born)", 'number(format_date(fields.born, "M"))'),
    ("DAY(contact.born)", 'number(format_date(fields.born, "D"))'),
    ("HOUR(date.now)", 'number(format_datetime(now(), "tt"))'),
    ("MINUTE(date.now)", 'number(format_datetime(now(), "m"))'),
    ("SECOND(date.now)", 'number(format_datetime(now(), "s"))'),
    ("WEEKDAY(contact.born)", "weekday(fields.born) + 1"),
    ("TIME(6, 30, 0)", "time_from_parts(6, 30, 0)"),
    ('TIMEVALUE("6:30")', 'time("6:30")'),
    ("INT(flow.n)", "round_down(results.n)"),
    ("TRUNC(flow.n, 1)", "round_down(results.n, 1)"),
    ("ROUNDUP(flow.n, 1)", "round_up(results.n, 1)"),
    ("AVERAGE(1, 2)", "mean(1, 2)"),
    ("RANDBETWEEN(1, 6)", "rand_between(1, 6)"),
    ("POWER(2, 3)", "2 ^ 3"),
    ("POWER(1 + 1, 3)", "(1 + 1) ^ 3"),
    ("EXP(2)", "2.718281828459045 ^ 2"),
    ("SUM(1, flow.n)", "1 + results.n"),
    ("SUM(1, 2) * 3", "(1 + 2) * 3"),
    ("AND(TRUE, false)", "and(true, false)"),
    ("IF(flow.n > 3, 1)", "if(results.n > 3, 1, false)"),
    ("IF(flow.n > 3)", "if(results.n > 3, 0, false)"),
    ("LATER_INVENTION(1)", "later_invention(1)"),
]


@pytest.mark.parametrize(("old", "new"), FUNCTIONS, ids=str)
def test_a_function_is_said_in_the_new_language(old: str, new: str) -> None:
    assert translate(f"@({old})") == (f"@({new})", [])


OPERATORS = [
    ("1 + 2", "1 + 2"),
    ("1+2*3^4", "1 + 2 * 3 ^ 4"),
    ("(1 + 2) * 3", "(1 + 2) * 3"),
    ("-flow.n", "-results.n"),
    ("-(1 + 2)", "-(1 + 2)"),
    ("flow.a <> 1", "results.a != 1"),
    ("flow.a = 1", "results.a = 1"),
    ("flow.a>=1", "results.a >= 1"),
    ('"a" & "b"', '"a" & "b"'),
    ('"she said ""no"""', '"she said \\"no\\""'),
    ('"c:\\tmp"', '"c:\\\\tmp"'),
    ('"c:\\"', '"c:" & char(92)'),
    ('"two\nlines"', '"two\\nlines"'),
    ("contact.age + 1", "legacy_add(fields.age, 1)"),
    ("contact.age - 1", "legacy_add(fields.age, -1)"),
    ("contact.age - flow.a - 1", "legacy_add(legacy_add(fields.age, -results.a), -1)"),
    ("LEN(step) + 1", "text_length(input) + 1"),
    ("YEAR(NOW()) - 18", 'number(format_date(now(), "YYYY")) - 18'),
    ("date.now + 2", 'datetime_add(now(), 2, "D")'),
    ("date.now - 2", 'datetime_add(now(), -2, "D")'),
    ("date.today + 2", 'format_date(datetime_add(today(), 2, "D"))'),
    ("date.today + 2 - 1", 'format_date(datetime_add(datetime_add(today(), 2, "D"), -1, "D"))'),
    ("TODAY() + 2", 'format_date(datetime_add(today(), 2, "D"))'),
    (
        "date.now + TIME(1, 30, 0)",
        (
            'datetime_add(now(), format_time(time_from_parts(1, 30, 0), "tt") * 60'
            ' + format_time(time_from_parts(1, 30, 0), "m"), "m")'
        ),
    ),
    (
        'date.now - TIMEVALUE("1:30")',
        (
            'datetime_add(now(), -(format_time(time("1:30"), "tt") * 60'
            ' + format_time(time("1:30"), "m")), "m")'
        ),
    ),
    ("TODAY() + TIME(1, 30, 0)", "replace_time(today(), time_from_parts(1, 30, 0))"),
    ("contact.born + TIME(1, 0, 0)", "replace_time(fields.born, time_from_parts(1, 0, 0))"),
]


@pytest.mark.parametrize(("old", "new"), OPERATORS, ids=str)
def test_an_operator_means_what_it_meant(old: str, new: str) -> None:
    assert translate(f"@({old})") == (f"@({new})", [])


USES = [
    ("a date test takes the date itself", "@(date.today + 1)", RAW_DATES,
     '@(datetime_add(today(), 1, "D"))'),
    ("an operand that fails is its own source", "@extra.ok", OWN_SOURCE,
     '@(if(is_error(legacy_extra.ok), "@extra.ok", legacy_extra.ok))'),
    ("so is one in parentheses", '@(flow.a & "x")', OWN_SOURCE,
     '@(if(is_error(results.a & "x"), "@(flow.a & \\"x\\")", results.a & "x"))'),
    ("a value in an address is encoded", "http://x/?n=@contact.name", ADDRESS,
     "http://x/?n=@(url_encode(contact.name))"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "use", "new"), [row[1:] for row in USES], ids=[r[0] for r in USES])
def test_what_a_text_is_for_changes_how_it_is_said(old: str, use: Use, new: str) -> None:
    assert translate(old, use) == (new, [])


LEFT_ALONE = [
    ("nothing but words", "Reply YES or NO"),
    ("an address of electronic mail", "write to info@example.org"),
    ("an at sign with nothing after it", "5 @ 3, and @"),
    ("a doubled at sign", "tweet @@contact"),
    ("an unknown variable", "@nobody.knows"),
    ("a parenthesis that does not close", 'so @(UPPER(contact & "x'),
]


@pytest.mark.parametrize("text", [r[1] for r in LEFT_ALONE], ids=[r[0] for r in LEFT_ALONE])
def test_what_is_no_expression_stays(text: str) -> None:
    assert translate(text) == (text, [])


def test_a_path_ends_before_a_full_stop_of_the_sentence() -> None:
    assert translate("I am @contact.name. And you...?")[0] == "I am @contact.name. And you...?"


def test_words_that_mean_something_only_now_are_kept_from_it() -> None:
    assert translate("mail me@results.example or @urns")[0] == "mail me@@results.example or @@urns"


def test_the_empty_text_that_pleased_an_editor_is_gone() -> None:
    assert translate('a@("")b') == ("ab", [])


UNREADABLE = [
    ("@(1 +)", "does not follow the grammar"),
    ("@(contact ? 1)", "does not follow the grammar"),
    ("@(LEFT(contact))", "left needs 2 arguments and has 1"),
    ('@(DATEDIF(flow.a, flow.b, "yd"))', "has no counterpart"),
    ("@contact.a.b.c", "no variable contact.a.b.c"),
    ("@(1" + "+1" * 200 + ")", "nests more than 90 levels"),
    ("@(" + "(" * 200 + "1" + ")" * 200 + ")", "nests more than 90 levels"),
]


@pytest.mark.parametrize(("text", "why"), UNREADABLE, ids=[why for _, why in UNREADABLE])
def test_what_cannot_be_read_stays_and_is_noted_with_its_place(text: str, why: str) -> None:
    made, notes = translate(f"x {text} @contact.name")
    assert made == f"x {text} @contact.name"
    assert [note.pointer for note in notes] == ["/here"]
    assert why in notes[0].text


OLD = Habits(
    contact_in_extra=True,
    saves_own_categories=True,
    shows_moments=True,
    shown_fields={"born": "format_datetime", "home": "format_location"},
    dates={"visit"},
    places={"state"},
    passive={"split"},
    webhooks={"lookup"},
)
HABITS = [
    ("@extra.contact.name", PLAIN, "@parent.contact.name"),
    ("@flow.lookup", PLAIN, "@legacy_extra.lookup"),
    ("@(flow.lookup.value)", PLAIN, "@legacy_extra.lookup"),
    ("@flow.lookup.category", PLAIN, "@results.lookup.category_localized"),
    ("@flow.crop.category", SAVED, "@results.crop.category"),
    ("@flow.crop.category", MESSAGE, "@results.crop.category_localized"),
    ("@flow.split.text", MESSAGE, "@input"),
    ("@flow.split.text", PLAIN, "@results.split.input"),
    ("@date", MESSAGE, "@(format_datetime(now()))"),
    ("@date.now", SAVED, "@(now())"),
    ("@flow.crop.time", MESSAGE, "@(format_datetime(results.crop.created_on))"),
    ("@contact.born", MESSAGE, "@(format_datetime(fields.born))"),
    ("@contact.home", MESSAGE, "@(format_location(fields.home))"),
    ("@contact.home", PLAIN, "@fields.home"),
    ("@flow.visit", MESSAGE, "@(format_date(results.visit))"),
    ("@flow.visit.value", SAVED, "@(format_date(results.visit.value))"),
    ("@flow.visit", PLAIN, "@results.visit"),
    ("@(YEAR(flow.visit))", MESSAGE, '@(number(format_date(results.visit, "YYYY")))'),
    ("@flow.state", SAVED, "@(format_location(results.state))"),
]


@pytest.mark.parametrize(("old", "use", "new"), HABITS, ids=[f"{r[0]} {r[1]}" for r in HABITS])
def test_old_versions_are_read_as_they_were_meant(old: str, use: Use, new: str) -> None:
    assert translate(old, use, OLD) == (new, [])


FILTERED = [
    ("Hi @contact.name|upper_case!", "Hi @(upper(contact.name))!"),
    ("@contact.name|first_word|title_case", "@(title(word(contact.name, 0)))"),
    ("@date.today|time_delta:'3'", '@(format_date(datetime_add(today(), 3, "D")))'),
    ('@date.now|time_delta:"-3"', '@(datetime_add(now(), -3, "D"))'),
    ("@contact.name|unheard_of", "@contact.name"),
    ("=UPPER(contact.name) now", "@(upper(contact.name)) now"),
    ("=(1 + 2)", "@(1 + 2)"),
    ("=contact.age.", "@fields.age."),
    ('=UPPER("@contact.name|lower_case")', "@(upper(lower(contact.name)))"),
    ("a=b and 1 = 1", "a=b and 1 = 1"),
    ("=SUM(1, 2", "=SUM(1, 2"),
    ("info@contact.example|x", "info@fields.example|x"),
]


@pytest.mark.parametrize(("old", "new"), FILTERED, ids=[row[0] for row in FILTERED])
def test_filters_and_equals_signs_were_expressions_before_version_8(old: str, new: str) -> None:
    assert translate(old, habits=Habits(filters=True)) == (new, [])


def test_a_whole_text_becomes_one_expression() -> None:
    notes: list[Note] = []
    translator = Translator(Habits(), notes.append)
    assert translator.expression("@flow.answer", "") == "results.answer"
    assert translator.expression('a "b" @flow.c', "") == '"a \\"b\\" " & results.c'
    assert translator.expression("", "") == '""'
    assert notes == []
