import pytest

from gateway.core.flow.events import Json
from gateway.core.movement.wording import Wording, WordingError, read_wording

LANGUAGES = ("en", "ny", "bem")
ROOTS: dict[str, Json] = {
    "participant": {"name": "Amina", "number": 7, "place": "Chipata"},
    "movement": {"name": "Mashinani"},
}


def read(**texts: str) -> Wording:
    return read_wording(texts, "en", LANGUAGES)


def test_a_person_reads_the_text_of_his_or_her_language():
    assert read(en="Come", ny="Bwerani").render("ny", ROOTS) == "Bwerani"


@pytest.mark.parametrize("language", ["bem", None, "xx"])
def test_who_speaks_a_language_without_a_text_reads_the_default(language: str | None):
    wording = read(en="Come", ny="Bwerani")
    assert wording.language(language) == "en"
    assert wording.render(language, ROOTS) == "Come"


def test_a_text_is_filled_in_for_the_person():
    text = "@participant.name (@participant.number, @participant.place): @movement.name calls"
    assert read(en=text).render("en", ROOTS) == "Amina (7, Chipata): Mashinani calls"


def test_signs_that_would_make_an_sms_dearer_are_replaced():
    assert read(en="It’s time – come").render("en", ROOTS) == "It's time - come"


def test_letters_of_a_language_stay_though_they_make_an_sms_dearer():
    assert read(en="Come", ny="Ŵanthu onse").render("ny", ROOTS) == "Ŵanthu onse"


def test_only_a_text_that_names_something_is_personal():
    assert read(en="Come, @participant.name").personal
    assert not read(en="Come").personal


def test_segments_are_told_with_nothing_filled_in():
    assert read(en="x" * 160 + "@participant.name").segments("en").count == 1
    assert read(en="x" * 161).segments("en").count == 2


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"ny": "Bwerani"}, r"There is no text in 'en'.*Write one\."),
        ({"en": "Come", "fr": "Venez"}, r"'fr' is in a language that is not one of en, ny, bem"),
        ({"en": "  "}, r"'en' is empty"),
        ({"en": "Hi @participant.nmae"}, r"names @participant\.nmae.*Write @participant\.name\."),
        ({"en": "Mail info@example.org"}, r"names @example\.org.*or @@ for the sign"),
        ({"en": "@(upper(x))"}, r"cannot be used"),
        ({"en": "x" * (6 * 153 + 1)}, r"takes 7 messages of 153 characters\. .*6 are the most"),
    ],
    ids=["no default", "unknown language", "empty", "misspelt", "mail", "expression", "too long"],
)
def test_a_text_that_would_go_wrong_a_million_times_is_refused(
    texts: dict[str, str], sentence: str
):
    with pytest.raises(WordingError, match=sentence):
        read_wording(texts, "en", LANGUAGES)
