"""Words of a text, and regular expressions that come from flows.

Both are matched by RE2, in time that grows with the text alone: a pattern from a flow cannot make
it try for ever.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import re2

from gateway.core.flow.expressions.values import Evaluation

# A word is letters, marks, digits, apostrophes and underscores; any other symbol, such as an emoji,
# is a word of its own.
_WORD: Final = re2.compile(r"[\pL\pN\pM_']+|\pS")
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9_']+|[$+<=>^`|~]")

# What a pattern may take in memory once compiled, and what it costs to try, even where it is not
# valid or too large: an expression may make those.
_MOST_MEMORY: Final = 1 << 20
_PATTERN_COST: Final = 400
# To make a pattern takes as long as to search a text of so many characters. Both take a time that
# grows with the pattern's own size, and cost a step for so much work, as a power of two.
_MAKING: Final = 32
_WORK_SHIFT: Final = 11


def find_words(text: str) -> Sequence[str]:
    """Return the words of a text, as they are typed."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return _WORD.findall(writable(text))  # type: ignore[no-any-return] # re2 ships no types


def after_first_word(text: str) -> str:
    """Return a text from its second word on; nothing if there is none."""
    text = writable(text)
    found = (_ASCII_WORD if text.isascii() else _WORD).finditer(text)
    next(found, None)
    second = next(found, None)
    return "" if second is None else text[second.start() :]


def split_at(text: str, delimiters: str) -> Sequence[str]:
    """Return what stands between the delimiters, each a single character; nothing empty."""
    first = delimiters[0]
    if len(delimiters) > 1:
        text = text.translate(dict.fromkeys(map(ord, delimiters), first))
    return [part for part in text.split(first) if part]


def writable(text: str) -> str:
    """Return a text without halves of characters, which no encoding can write."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def compile_pattern(evaluation: Evaluation, pattern: str, length: int) -> Any:
    """Return a pattern that a text of this length may be searched for, None if it is not valid.

    Capital and small letters are alike, and ``^`` and ``$`` match at every line.
    """
    evaluation.spend(_PATTERN_COST)
    compiled = _compiled(writable(pattern))
    if compiled is not None:
        evaluation.spend(compiled.programsize * (length + _MAKING) >> _WORK_SHIFT)
    return compiled


def compile_written(pattern: str) -> Any:
    """Return a pattern that stands in a file, None if it is not valid."""
    return _compiled(writable(pattern))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile("(?im)" + pattern, options)
    except re2.error:
        return None
