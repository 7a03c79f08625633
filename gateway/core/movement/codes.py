"""Codes that people read aloud and type on a keypad. Chance is an argument."""

from collections.abc import Callable

# No vowels, so that no code is a word; nothing that is read or heard as something else.
ALPHABET = "23456789CFHJKMPRTWX"
CASE_CODE_LENGTH = 7
_HEAD = 3


def case_code(chance: Callable[[int], int]) -> str:
    """Return a random case code. `chance(n)` gives a whole number below n.

    19^7 is 890 million; the database refuses a code that is taken and the case draws another.
    """
    return "".join(ALPHABET[chance(len(ALPHABET))] for _ in range(CASE_CODE_LENGTH))


def read(text: str) -> str | None:
    """Return the case code that somebody typed, with or without its hyphen; None if it is none."""
    code = "".join(char for char in text.upper() if char not in " -#")
    if len(code) != CASE_CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code


def written(code: str) -> str:
    """Return a code as it is shown, in two parts: ``7K4-2C9X``."""
    return f"{code[:_HEAD]}-{code[_HEAD:]}"
