"""How alike two words must be to count as one, as the environment says.

Upper and lower case never matter. ``confusables`` takes letters for one another that look the same
in Latin, Greek and Cyrillic; ``arabic_variants`` takes the forms of a letter for one another that
keyboards for Arabic, Persian, Pashto, Urdu and Kurdish write, and the two rows of its digits.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from gateway.core.flow.expressions.environment import Environment

# Letters of other scripts that look like a Latin one, by the Latin one, in lower case.
_LOOK_ALIKES: Final = {
    "a": "аαɑ",
    "b": "Ьв",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡ",
    "h": "һн",
    "i": "іιıӏ",
    "j": "јϳ",
    "k": "кκ",
    "m": "м",
    "n": "пη",
    "o": "оοσօ",
    "p": "рρ",
    "q": "ԛ",
    "r": "гᴦ",
    "s": "ѕ",
    "t": "тτ",
    "u": "υս",
    "v": "νѵ",
    "w": "ԝω",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
}
_LATIN: Final = str.maketrans(
    {letter: latin for latin, letters in _LOOK_ALIKES.items() for letter in letters}
)
# One and zero look like letters too.
_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "|": "l", "i": "l"})

# Forms of Arabic letters, by the letter they are all taken for.
_ARABIC_FORMS: Final = {
    "ا": "أإآٱ",
    "ت": "ټ",
    "د": "ډ",
    "ر": "ړ",
    "ږ": "ژ",
    "ش": "ښ",
    "ي": "یىېےۍئ",
    "ك": "کڪګ",
    "ه": "ہھۀەة",
    "و": "ۆۇ",
    "ن": "ںڼ",
    # The tatweel only stretches a word.
    "": "ـ",
}
_ARABIC: Final = str.maketrans(
    {form: letter for letter, forms in _ARABIC_FORMS.items() for form in forms}
    | dict(zip("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", strict=True))
)


def collate(env: Environment, text: str) -> str:
    """Return a text for comparison with another."""
    return _COLLATIONS[env.collation](text.lower())


def _as_seen(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    seen = plain.translate(_LATIN).translate(_DIGITS).replace("rn", "m")
    return unicodedata.normalize("NFC", seen)


def _arabic(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_ARABIC)


_COLLATIONS: Final[Mapping[str, Callable[[str], str]]] = {
    "default": str,
    "confusables": _as_seen,
    "arabic_variants": _arabic,
}
