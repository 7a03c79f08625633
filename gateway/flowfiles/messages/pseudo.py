"""A language that nobody speaks, for tests: what stays English on a screen was never extracted.

Its texts are 40 % longer than the source and readable with some good will; values keep their names.
In GSM-7 they have only its letters; in UCS-2 they have letters that cost a screen half its room.
"""

import math
import re
from dataclasses import replace
from typing import Final

from gateway.flowfiles.messages.languages import ALPHABET, FEIGNED, GSM7, REVIEW, UCS2, headers
from gateway.flowfiles.messages.placeholders import mapped, pieces
from gateway.flowfiles.messages.room import Limits, outside_gsm7
from gateway.flowfiles.messages.script import LINE, Message, Script
from gateway.flowfiles.messages.template import merge
from gateway.flowfiles.po_files import Entry, PoFile

LONGER: Final = 1.4

_ACCENTED: Final = str.maketrans("aeiounAEOUN", "àéìòùñÅÉÖÜÑ")
_VOWELS: Final = re.compile(r"[aeiou]")
_SHOUTED: Final = re.compile(r"\b[A-Z]{2,}\b")


def pseudo(script: Script, language: str, limits: Limits, *, ucs2: bool = False) -> PoFile:
    """Return a catalogue of feigned translations of every text."""
    feigned = {
        **headers(language),
        ALPHABET: UCS2 if ucs2 else GSM7,
        REVIEW: "written by `gateway flows messages pseudo`, for tests only",
        FEIGNED: "yes",
    }
    file = merge(script, language, PoFile(feigned, ()), limits)
    entries = [_feigned(script.by_context[one.context], one, ucs2=ucs2) for one in file.entries]
    return replace(file, entries=tuple(entries), comments=("Not a language: for tests only.",))


def feign(text: str, *, ucs2: bool = False) -> str:
    """Return a text in letters of another kind, longer, with its values and commands as they are.

    It stands in brackets, so that one which is cut off is seen.
    """
    return _disguised(_stretched(text), ucs2=ucs2)


def _feigned(message: Message, entry: Entry, *, ucs2: bool) -> Entry:
    if message.kind == LINE:  # its number comes first, and it takes room from every screen
        return replace(entry, text=_disguised(message.source, ucs2=ucs2))
    return replace(entry, text=feign(message.source, ucs2=ucs2))


def _disguised(text: str, *, ucs2: bool) -> str:
    return outside_gsm7(text) if ucs2 else mapped(text, words=_accented, value=lambda part: part)


def _stretched(text: str) -> str:
    """Return a text in brackets, its vowels doubled one by one until it is long enough."""
    length = sum(len(part) for part, holds in pieces(text) if not holds)
    missing = max(math.ceil(length * LONGER) - length - 2, 0)

    def double(words: str) -> str:
        nonlocal missing
        made = []
        for char in words:
            made.append(char)
            if missing and _VOWELS.match(char):
                made.append(char)
                missing -= 1
        return "".join(made)

    longer = mapped(text, words=double, value=lambda part: part)
    return f"({longer}{'-' * missing})"


def _accented(words: str) -> str:
    """Return words with accents, except those in capitals: they are what people send."""
    made, begin = "", 0
    for shouted in _SHOUTED.finditer(words):
        made += words[begin : shouted.start()].translate(_ACCENTED) + shouted[0]
        begin = shouted.end()
    return made + words[begin:].translate(_ACCENTED)
