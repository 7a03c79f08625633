"""Words that draw attention are found as words, in their language, whatever their case."""

import pytest

from gateway.core.text.sensitive import sensitive

WATCHED = sensitive({"": ["pin"], "en": ["Police", "protest*"], "sw": ["polisi", "élan"]})


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "The POLICE came to the protesters", ("POLICE", "protesters")),
        ("en", "A policeman shopping", ()),
        ("en", "polisi", ()),
        ("sw", "Polisi, polisi! Police?", ("Polisi", "polisi")),
        ("sw", "E\u0301lan", ("Élan",)),
        ("ny", "Your PIN, please", ("PIN",)),
        ("en", "", ()),
    ],
    ids=[
        "any case",
        "whole words only",
        "another language",
        "each spelling once",
        "one letter or two",
        "in every language",
        "nothing",
    ],
)
def test_watched_words_are_found(language: str, text: str, found: tuple[str, ...]):
    assert WATCHED.found(language, text) == found
