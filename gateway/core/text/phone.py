"""Phone numbers in one form, E.164. Refuses short codes and sender names: none can be answered."""

import re
import unicodedata
from typing import Final

import phonenumbers

# Short codes of networks have three to six digits. The shortest subscriber numbers in the countries
# served have seven, so a shorter string is never parsed: a parser would put the country's code
# before it and make a stranger's number of it.
SHORTEST_NUMBER: Final = 7

_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}").fullmatch
_SEPARATORS: Final = " \t\r\n\u00a0\u2007\u202f-‐‑–./()\u200b\u200e\u202a\u202c\u2066\u2069\ufeff"


def normalise(raw: str, country: str) -> str | None:
    """Return a number as E.164 ("+" and 8 to 15 digits), or None for what is not a subscriber's.

    `country` is the ISO 3166-1 code whose national form is understood ("0970000001" in ZM). A
    number that is in E.164 already is returned unseen by the numbering plan: an aggregator wrote
    it, operators open ranges faster than the plan's metadata follows, and it is the path of every
    callback. The other forms are tried in the order in which they are sure: international with
    "+" or "00", national, international without "+" (which form-decoding turns into a space).
    """
    if _E164(raw):
        return raw
    typed = raw.strip(_SEPARATORS)
    digits = _digits(typed.removeprefix("+"))
    if digits is None or len(digits) < SHORTEST_NUMBER:
        return None
    if typed.startswith("+"):
        return _international(digits)
    if digits.startswith("00"):
        # Not left to the parser: where the country dials abroad otherwise, it keeps the zeros.
        return _international(digits[2:])
    national = _parsed(digits, country)
    if national is not None and phonenumbers.is_valid_number(national):
        return _formatted(national)
    abroad = _parsed(f"+{digits}", None)
    if abroad is not None and phonenumbers.is_valid_number(abroad):
        return _formatted(abroad)
    if national is not None and phonenumbers.is_possible_number(national):
        return _formatted(national)
    return None


def mask(e164: str) -> str:
    """Return a number for logs and pages: its first six characters, stars, its last two.

    At least five characters are always hidden, and a short code or a sender's name is hidden whole.
    """
    if not e164.startswith("+"):
        return "*****"
    shown = max(0, min(6, len(e164) - 7))
    return f"{e164[:shown]}*****{e164[-2:]}" if shown else "*****"


def _digits(typed: str) -> str | None:
    """Return the ASCII digits of a number, or None when it has more than digits and separators."""
    found = []
    for char in typed:
        if char.isdecimal():
            found.append(str(unicodedata.decimal(char)))
        elif char not in _SEPARATORS:
            return None
    return "".join(found)


def _international(digits: str) -> str | None:
    """Return digits that begin with a country's code as E.164, or None for too few or many."""
    number = _parsed(f"+{digits}", None)
    if number is not None and phonenumbers.is_valid_number(number):
        return _formatted(number)
    return f"+{digits}" if _E164(f"+{digits}") else None


def _parsed(digits: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None


def _formatted(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
