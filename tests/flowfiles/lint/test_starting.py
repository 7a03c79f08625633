"""Words that begin flows and are answers, and languages that there are not."""

import pytest

from gateway.flowfiles.lint.subject import Deployment
from tests.flowfiles.lint.looking import files, look


@pytest.mark.parametrize(
    ("start", "meant"),
    [
        ("keywords: [uno, 'yes']", "yes"),
        ("keywords: {en: [uno], ny: [ayi]}", "no"),
        ("keywords: [uno, 12]", "12"),
        ("keywords: [uno, two]", "2"),
        ("keywords: [uno]\n  only: [go back]", "back"),
        ("keywords: [uno]\n  only: [main menu]", "home"),
    ],
)
def test_a_word_that_is_an_answer_begins_no_flow(start: str, meant: str):
    content = files("a: {say: Hi.}")
    text = content["one.yaml"].decode().replace("{keywords: [uno]}", f"\n  {start}")
    (found,) = look({**content, "one.yaml": text.encode()})
    assert (found.rule, found.level) == ("answer-word", "error")
    assert found.what.endswith(f"is what people answer for {meant}")


def test_a_language_that_there_is_not_is_found_where_it_is_written():
    content = files("a: {say: Hi.}")
    text = content["one.yaml"].replace(b"[uno]", b"{en: [uno], zz: [premier]}")
    (found,) = look({**content, "one.yaml": text})
    assert (found.rule, found.line) == ("unknown-language", 3)
    assert found.what == "zz is no language here"
    text = content["one.yaml"].replace(b"spec: 2", b"spec: 2\nlanguage: english")
    assert [one.rule for one in look({**content, "one.yaml": text})] == ["unknown-language"]


def test_a_language_that_is_offered_translated_or_has_words_is_one():
    content = files("a: {say: Hi.}")
    text = content["one.yaml"].replace(b"[uno]", b"{en: [uno], zz: [premier], sw: [kwanza]}")
    content = {**content, "one.yaml": text}
    catalogue = {"translations/zz.po": b'msgid ""\nmsgstr ""\n'}
    assert "unknown-language" not in [one.rule for one in look({**content, **catalogue})]
    offered = look(content, Deployment(languages=("en", "zz")))
    assert "unknown-language" not in [one.rule for one in offered]
