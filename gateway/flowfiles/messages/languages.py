"""What gettext's headers say of a language: its name, its plural forms, its alphabet."""

from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.plurals import PLURALS, get_plural
from babel.plural import to_gettext

# The header that says in which alphabet a catalogue's texts travel.
ALPHABET: Final = "X-Alphabet"
GSM7: Final = "GSM-7"
UCS2: Final = "UCS-2"

# The header that says how far a translation can be trusted.
REVIEW: Final = "X-Review"
DRAFT: Final = "draft, not reviewed by speakers"

# The header of catalogues that no person reads, and the languages that stand for none.
FEIGNED: Final = "X-Pseudo"
PSEUDO: Final = "qps"


def name_of(language: str) -> str:
    """Return a language's English name, or its code where it is not known."""
    if language == PSEUDO:
        return "Pseudo-locale"
    return str(Locale("en").languages.get(language, language))


def alphabet_of(language: str) -> str:
    """Return the alphabet that a language's usual script needs in an SMS."""
    likely = get_global("likely_subtags").get(language, "")
    return GSM7 if not likely or "_Latn" in likely else UCS2


def headers(language: str, review: str = DRAFT) -> dict[str, str]:
    """Return the headers of a new catalogue. They hold no time, so that they stay as they are."""
    return {
        "Project-Id-Version": "Mashinani flows",
        "Language": language,
        "Language-Team": name_of(language),
        "Plural-Forms": _plural_forms(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        ALPHABET: alphabet_of(language),
        REVIEW: review,
    }


def _plural_forms(language: str) -> str:
    """Return the rule for plurals, which editors ask for though texts of flows have none."""
    if language in PLURALS:
        return get_plural(language).plural_forms
    try:
        return to_gettext(Locale.parse(language).plural_form)
    except (UnknownLocaleError, ValueError):
        return get_plural("en").plural_forms
