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
