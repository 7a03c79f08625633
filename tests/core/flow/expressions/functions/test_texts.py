"""Functions of texts and words, as organisers call them."""

import pytest

from tests.core.flow.expressions.functions.running import evaluated, result, shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param("text(null)", "", id="null is the empty text"),
        pytest.param("text(array(1, true))", "[1, true]", id="an array as text"),
        pytest.param('code("💧")', "128167", id="a code beyond 16 bits"),
        pytest.param("code(7)", "55", id="the code of a digit"),
        pytest.param("char(128167)", "💧", id="a character beyond 16 bits"),
        pytest.param("char(1114112)", "\ufffd", id="a number beyond all characters"),
        pytest.param("char(-1)", "\ufffd", id="a number below all characters"),
        pytest.param("char(55296)", "\ufffd", id="half a character"),
        pytest.param('trim("\u00a0 Chipata \u2003")', "Chipata", id="spaces of other kinds"),
        pytest.param('trim("xyzChipatazyx", "zyx")', "Chipata", id="any of the characters"),
        pytest.param('trim(" a ", "")', " a ", id="no characters to trim"),
        pytest.param('trim(" a ", null)', "a", id="null is no characters but spaces"),
        pytest.param('trim_left(" a ", null)', "a ", id="null is spaces on the left"),
        pytest.param('trim_right(" a ", null)', " a", id="null is spaces on the right"),
        pytest.param('trim_left("00970", 0)', "970", id="a number as a character"),
        pytest.param('upper("straße")', "STRAßE", id="a sharp s has no capital of one letter"),
        pytest.param('upper("ŵéçi")', "ŴÉÇI", id="letters with marks"),
        pytest.param('upper("ᾳ")', "ᾼ", id="a capital by its title form"),
        pytest.param('lower("İSTANBUL")', "istanbul", id="a dot that is dropped"),
        pytest.param('lower("ΟΔΟΣ")', "οδοσ", id="each letter by itself"),
        pytest.param('title("o\'grady mc-donald_x")', "O'Grady Mc-Donald_x", id="what ends a word"),
        pytest.param('title("éLAN école")', "Élan École", id="words of other letters"),
        pytest.param('title("💧water")', "💧water", id="a symbol begins no word"),
        pytest.param('clean("a\u200db\u0007c\u00add")', "abcd", id="what cannot be seen"),
        pytest.param('clean("ሰላም ዓለም")', "ሰላም ዓለም", id="other scripts are seen"),
        pytest.param('clean("a\U0001fae8\U0001fadc")', "a🫨🫜", id="newer emoji are seen"),
        pytest.param('text_slice("ሰላም", 1, 2)', "ላ", id="a slice counts letters"),
        pytest.param('text_slice("abc", 2, 1)', "", id="a slice from behind its end"),
        pytest.param('text_slice("abc", -2)', "bc", id="a slice from the end"),
        pytest.param('text_slice("abc", 1.9)', "bc", id="a fraction of a position is cut"),
        pytest.param('text_slice("abc", "b")', "ERROR", id="a position that is no number"),
        pytest.param('text_compare("a", "B")', "1", id="small letters come after capitals"),
        pytest.param('text_length("ሰላም 💧")', "5", id="characters are counted"),
        pytest.param("text_length(null)", "0", id="nothing has no length"),
        pytest.param('repeat("ab", 0)', "", id="not once"),
        pytest.param('text_length(repeat("ab", 5000))', "10000", id="as much as is allowed"),
        pytest.param('repeat("ab", 5001)', "ERROR", id="more than is allowed"),
        pytest.param('repeat("", 2000000000)', "", id="nothing very often"),
        pytest.param('repeat("a", 2000000000)', "ERROR", id="something very often"),
        pytest.param('replace("aaa", "a", "b", 2)', "bba", id="the first two"),
        pytest.param('replace("aaa", "a", "b", 0)', "aaa", id="none of them"),
        pytest.param('replace("aaa", "aa", "")', "a", id="by nothing"),
        pytest.param('replace("ab", "", "-")', "-a-b-", id="between all letters"),
        pytest.param('url_encode("a b+c/ሰ~")', "a%20b%2Bc%2F%E1%88%B0~", id="a web address"),
        pytest.param('html_decode("&lt;b&gt;&#39;&nbsp;&eacute;")', "<b>' é", id="entities"),
        pytest.param('regex_match("ABC 12", "[a-z]+")', "ABC", id="capitals are alike"),
        pytest.param(
            r'regex_match("one\ntwo 2", "^two (\\d)$", 1)', "2", id="every line begins and ends"
        ),
        pytest.param('regex_match("abc", "(x)?abc", 1)', "", id="a group that took no part"),
        pytest.param('regex_match("abc", "(a)", -1)', "ERROR", id="no group below zero"),
        pytest.param('regex_match("abc", "(a)", 2)', "ERROR", id="no such group"),
        pytest.param('regex_match("abc", "(?<a")', "ERROR", id="no regular expression"),
        pytest.param(
            'regex_match(repeat("a", 5000), "(a+)+$|(a|a)*b")', "a" * 5000, id="no backtracking"
        ),
        pytest.param('regex_match("a", "(((a{99}){99}){99}){99}")', "ERROR", id="too large"),
        pytest.param('read_chars("+123")', "1 2 3", id="without the plus sign"),
        pytest.param('read_chars("123456789")', "1 2 3 , 4 5 , 6 7 8 9", id="nine characters"),
        pytest.param('read_chars("1234567")', "1 , 2 , 3 , 4 , 5 , 6 , 7", id="a prime number"),
        pytest.param('read_chars("")', "", id="nothing to read"),
    ],
)
def test_a_function_of_texts(expression: str, text: str):
    assert shown(f"@({expression})") == text


def test_a_regular_expression_that_does_not_match_gives_null():
    assert evaluated('regex_match("abc", "[0-9]")') is None


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param('split("a, b;c")', "[a, b, c]", id="words"),
        pytest.param('split("a, b;c", " ")', "[a,, b;c]", id="at spaces only"),
        pytest.param('split("--a--b--", "-")', "[a, b]", id="nothing empty"),
        pytest.param('split("", ",")', "[]", id="nothing at all"),
        pytest.param('split("abc", null)', "[abc]", id="null is no delimiter"),
        pytest.param('word("it\'s a dry_well", 2)', "dry_well", id="signs within words"),
        pytest.param('word("Ɓùlà náŋ", -1)', "náŋ", id="letters with marks"),
        pytest.param('word("বাংলা ভাষা", 1)', "ভাষা", id="marks that are characters"),
        pytest.param('word("a b", 2)', "ERROR", id="behind the last word"),
        pytest.param('word("a b", -3)', "ERROR", id="before the first word"),
        pytest.param('word("", 0)', "ERROR", id="no words"),
        pytest.param('remove_first_word("  JOIN:  yes, me")', "yes, me", id="signs go too"),
        pytest.param('remove_first_word("💧 dry")', "dry", id="a symbol is a word"),
        pytest.param('remove_first_word("...")', "", id="signs alone are no word"),
        pytest.param('word_slice("a b c", 1, -1)', "b c", id="up to the end"),
        pytest.param('word_slice("a b c", 1, 99)', "b c", id="beyond the end"),
        pytest.param('word_slice("a b c", 2, 2)', "ERROR", id="an end that is no later"),
        pytest.param('word_slice("a b c", 1, 1)', "ERROR", id="an end at the first word"),
        pytest.param('word_slice("a b c", 0, 1)', "a", id="the first word alone"),
        pytest.param('word_slice("a b c", -1)', "ERROR", id="a start below zero"),
        pytest.param('word_count("a-b c")', "3", id="a dash parts words"),
        pytest.param('word_count("a-b c", " ")', "2", id="at spaces only"),
        pytest.param('field("a||b", 1, "|")', "", id="an empty field"),
        pytest.param('field("Amina , Chipata ", 1, ",")', "Chipata", id="a field between spaces"),
        pytest.param('field("a::b::c", 2, "::")', "c", id="a long delimiter"),
        pytest.param('field("  a  b", 0, " ")', "a", id="several spaces are one"),
        pytest.param('field("abc", 1, "")', "b", id="no delimiter: characters"),
        pytest.param('field("a,b", -1, ",")', "ERROR", id="a field below zero"),
    ],
)
def test_a_function_of_words(expression: str, text: str):
    assert shown(f"@({expression})") == text


def test_a_text_is_split_into_no_more_than_an_array_may_have():
    assert result('count(split(repeat("a ", 5000), " "))') == 5000
    assert result("split(text, ' ')".replace("'", '"'), {"text": "a " * 10_001}) == "ERROR"
