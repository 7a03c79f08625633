"""The tests of the field's routers: whether an answer holds a number, a date, a place, a word.

Each may be called in an expression too. One that holds gives an object with what matched, which is
true where truth is asked for; one that does not gives false; one that is called wrongly, an error.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.flow.expressions.answer_tests import (
    dates,
    numbers,
    phones,
    places,
    results,
    words,
)
from gateway.core.flow.expressions.signature import (
    ANYTHING,
    ARRAY,
    DATETIME,
    NUMBER,
    OBJECT,
    TEXT,
    Described,
    takes,
)
from gateway.core.flow.expressions.values import Function

DESCRIBED: Final[Sequence[Described]] = (
    takes("has_error", words.has_error, ANYTHING),
    takes("has_text", words.has_text, TEXT),
    takes("has_only_text", words.has_only_text, TEXT, TEXT),
    takes("has_beginning", words.has_beginning, TEXT, TEXT),
    takes("has_any_word", words.has_any_word, TEXT, TEXT),
    takes("has_all_words", words.has_all_words, TEXT, TEXT),
    takes("has_phrase", words.has_phrase, TEXT, TEXT),
    takes("has_only_phrase", words.has_only_phrase, TEXT, TEXT),
    takes("has_pattern", words.has_pattern, TEXT, TEXT),
    takes("has_email", words.has_email, TEXT),
    takes("has_number", numbers.has_number, TEXT),
    takes("has_number_between", numbers.has_number_between, TEXT, NUMBER, NUMBER),
    takes("has_number_lt", numbers.has_number_lt, TEXT, NUMBER),
    takes("has_number_lte", numbers.has_number_lte, TEXT, NUMBER),
    takes("has_number_eq", numbers.has_number_eq, TEXT, NUMBER),
    takes("has_number_gte", numbers.has_number_gte, TEXT, NUMBER),
    takes("has_number_gt", numbers.has_number_gt, TEXT, NUMBER),
    takes("has_date", dates.has_date, TEXT),
    takes("has_date_lt", dates.has_date_lt, TEXT, DATETIME),
    takes("has_date_eq", dates.has_date_eq, TEXT, DATETIME),
    takes("has_date_gt", dates.has_date_gt, TEXT, DATETIME),
    takes("has_time", dates.has_time, TEXT),
    takes("has_phone", phones.has_phone, TEXT, TEXT, optional=1),
    takes("has_state", places.has_state, TEXT),
    takes("has_district", places.has_district, TEXT, TEXT, optional=1),
    takes("has_ward", places.has_ward, TEXT, TEXT, TEXT, optional=2),
    takes("has_group", results.has_group, ARRAY, TEXT, TEXT, optional=1),
    takes("has_category", results.has_category, OBJECT, TEXT, more=TEXT),
    takes("has_intent", results.has_intent, OBJECT, TEXT, NUMBER),
    takes("has_top_intent", results.has_top_intent, OBJECT, TEXT, NUMBER),
)

# Every test by its name.
ANSWER_TESTS: Final[Mapping[str, Function]] = {test.name: test.function for test in DESCRIBED}
