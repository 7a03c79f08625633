"""What once said something else after it came back, each as small as it was found."""

from gateway.flowfiles.releases import Source
from tests.flowfiles.leaving.stage import folder, twins


def one(steps: str) -> Source:
    """Return a folder with one flow of some steps."""
    return folder(one=f"flow: one\nspec: 2\nlanguage: en\nsteps:\n{steps}")


def test_who_somebody_is_is_known_in_every_turn_after_that_in_which_it_was_said():
    pair = twins(
        one(
            "  a: {ask: Who?, expect: text, save: participant.name}\n"
            "  b: {ask: Where?, expect: text, save: participant.ward}\n"
            "  c: {ask: 'Hello @participant.name.', expect: text, save: answer.x}\n"
            "  d: {ask: 'Is @participant.ward far?', expect: text, save: answer.x}\n"
        )
    )
    pair.start("one")
    pair.reply("Amina")
    assert pair.reply("North") == ("Hello Amina.",) * 2
    assert pair.reply("yes") == ("Is North far?",) * 2


def test_no_line_is_empty_above_options_where_nothing_is_left_of_the_question():
    source = one(
        "  a:\n"
        "    menu: '@answer.more@(answer.none + 1)'\n"
        "    options:\n"
        "      1: {label: Maize, unless: '@answer.crop'}\n"
        "      2: {label: Beans, then: a}\n"
        "    save: answer.crop\n"
    )
    translated = 'msgctxt "one.a.option.2"\nmsgid "Beans"\nmsgstr "Nyemba"\n'
    source = Source({**source.files, "translations/ny.po": translated.encode()})
    pair = twins(source)
    assert pair.start("one") == ("1 Maize\n2 Beans",) * 2
    assert pair.reply("2") == ("2 Beans",) * 2
    spoken = twins(source, language="ny")
    assert spoken.start("one") == ("1 Maize\n2 Nyemba",) * 2


def test_what_fails_in_a_label_is_left_out_and_its_option_stays():
    pair = twins(
        one(
            "  a: {set: {answer.x: 5}}\n"
            "  b:\n"
            "    menu: Which?\n"
            "    options:\n"
            "      1: {label: 'Maize, @(answer.none + 1) bags', when: '@answer.x'}\n"
            "      2: Beans\n"
        )
    )
    assert pair.start("one") == ("Which?\n1 Maize,  bags\n2 Beans",) * 2


def test_a_label_in_which_values_are_filled_in_is_kept_as_it_was_read():
    source = one(
        "  a: {ask: How many?, expect: has_number, save: answer.n}\n"
        "  b:\n"
        "    menu: Which?\n"
        "    options:\n"
        "      1: {label: '@answer.n bags of @(answer.none + 1)maize and of beans', save: maize}\n"
        "      2: {label: 'Beans @@ home', save: beans}\n"
        "    save: answer.crop\n"
        "  c: {say: 'So: @answer.crop (@answer.crop.code).'}\n"
    )
    translated = (
        'msgctxt "one.b.option.1"\nmsgid "@answer.n bags of @(answer.none + 1)maize and of beans"\n'
        'msgstr "Matumba @answer.n a chimanga"\n\n'
        'msgctxt "one.b.option.2"\nmsgid "Beans @@ home"\nmsgstr "Nyemba @@ kunyumba"\n'
    )
    source = Source({**source.files, "translations/ny.po": translated.encode()})
    kept = {
        ("en", "1"): "5 bags of maize and of beans (maize)",
        ("en", "beans home"): "Beans @ home (beans)",
        ("ny", "matumba 5 a chimanga"): "Matumba 5 a chimanga (maize)",
        ("ny", "2"): "Nyemba @ kunyumba (beans)",
    }
    for (language, reply), label in kept.items():
        pair = twins(source, language=language)
        pair.start("one")
        pair.reply("5")
        assert pair.reply(reply) == (f"So: {label}.",) * 2


def test_a_label_of_which_nothing_is_left_is_no_answer():
    pair = twins(one("  a: {menu: Which?, options: {1: '@answer.x!', 2: Beans}, attempts: 2}\n"))
    pair.start("one")
    again = "Sorry, we did not understand.\nWhich?\n1 !\n2 Beans"
    assert pair.reply("?!") == (again, again)
