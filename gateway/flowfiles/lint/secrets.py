"""Secrets and numbers of people in files that many read. Never repeats what it has found."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from gateway.core.text.phone import normalise
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place, Subject

SECRET: Final = Rule(
    "secret",
    ERROR,
    "A password, token or key",
    "Everybody who has the files has it, and so does every release that is kept",
    "Take it out, have it replaced where it came from, and let the server know you by its address",
    'hello: {say: "Look at https://example.org/?token=4f9a0c7e21d8"}',
)
NUMBER: Final = Rule(
    "phone-number",
    ERROR,
    "A phone number in full",
    "Everybody who has the files has it, and whoever is called by it cannot take it back",
    "Take it out; people can be told a short code, or the number from a setting of their place",
    "hello: {say: Call Amina on 0970 123 456.}",
)

RULES: Final = (SECRET, NUMBER)

_WORDS: Final = (
    r"(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|auth|bearer"
    r"|mot[ ]de[ ]passe|nenosiri|nywila)"
)
_KNOWN: Final = re.compile(
    r"(?ix)"
    r"-----BEGIN[ ].*PRIVATE[ ]KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{20,}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,}"
    r"|\b[sr]k_(?:live|test)_[0-9A-Za-z]{10,}"
    r"|\b(?:glpat-|npm_|atsk_|sk-|AIza|SG\.)(?=[\w.-]*\d)[\w.-]{16,}"
    r"|hooks\.slack\.com/services/\w"
    r"|\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"
    r"|://[^\s/:@]+:[^\s/@]+@"
    rf"|[?&](?:\w+[_-])?{_WORDS}=(?!@)[^\s&\"']{{4,}}"
    r"|[?&](?:key|sig|signature)=(?!@)(?=[^\s&]*\d)[^\s&\"']{8,}"
    rf"|\b(?:\w+[_-])?{_WORDS}['\"]?\s*[:=]\s*['\"]?(?!@)(?=[^\s'\"]*\d)[^\s'\",}}]{{6,}}"
    rf"|\b(?:x|client|access|auth)[_-]{_WORDS}['\"]?\s*:\s*['\"]?[0-9a-z+/_=.-]{{8,}}"
    rf"|\b{_WORDS}['\"]?\s*[:=]\s*['\"]?@\(\\?['\"]"
    rf"|\b{_WORDS}\s+(?:is|est|ni)\s*:?\s*['\"]?(?=[^\s'\"]*\d)[^\s'\",}}]{{6,}}"
    r"|\bPIN\s*(?:is|est|ni|[:=])\s*['\"]?\d{4,8}\b"
    r"|\bbearer\s+(?!@)(?=\S*\d)[0-9A-Za-z+/_=.-]{8,}"
    r"|\b(?:bearer|basic)\s+(?!@)[0-9A-Za-z+/_=.-]{12,}"
)
_LONG: Final = re.compile(r"(?<![\w./@-])[0-9A-Za-z+/_-]{24,}={0,2}(?![\w.])")
_HEX: Final = re.compile(r"[0-9a-f]{24,}|[0-9A-F]{24,}")
# A number that people can be called on; not a code to dial, a date, or digits within a word.
_DIGITS: Final = re.compile(
    r"(?:(?<![\w*.,/:-])|(?<=wa\.me/))\+?[0-9][0-9 \u00a0().\u2013-]{7,18}[0-9]"
    r"(?![\w#*]|[.:/-][0-9]|,[0-9]{3}(?![0-9]))"
)
# Digits to press one after the other, such as ``1 2 3``; numbers to call begin with 0 or a plus.
_PRESSED: Final = re.compile(r"[1-9](?:.*[^0-9])?(?<![0-9])[0-9](?![0-9]).*|[1-9] .*")
_BETWEEN: Final = re.compile("[\u00a0\u2013]")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")

# Random characters have about 4.5 bits each, words of a language 3.5 at most.
_RANDOM_BITS: Final = 4.0


def secrets(subject: Subject) -> Iterator[Finding]:
    """Find secrets and numbers in every line of the flow files and catalogues."""
    for name, content in sorted(subject.source.files.items()):
        header = name.endswith(".po")
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if header:
                # The head of a catalogue has times and addresses of translators.
                header = bool(line.strip())
                continue
            place = Place(f"{subject.folder}/{name}", number)
            if is_secret(line):
                yield SECRET.at(place, "this line holds what looks like a secret")
            elif is_number(line, subject.deployment.country):
                yield NUMBER.at(place, "this line holds a phone number")


def is_secret(line: str) -> bool:
    """Whether a line holds a password, a token or a key."""
    if _KNOWN.search(line):
        return True
    return any(_is_random(found[0]) for found in _LONG.finditer(line))


def _is_random(word: str) -> bool:
    """Whether characters were drawn rather than written: hexadecimal, or mixed beyond a word."""
    if _HEX.fullmatch(word):
        return len(set(word)) > 6
    kinds = sum(bool(re.search(kind, word)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    if kinds < 3 or "/" in word.strip("/"):
        return False
    counts = Counter(word)
    bits = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    return bits > _RANDOM_BITS


def is_number(line: str, country: str) -> bool:
    """Whether a line holds a phone number that somebody of the country could be called on."""
    return any(
        not _DATE.search(found[0])
        and not _PRESSED.fullmatch(found[0])
        and normalise(_BETWEEN.sub(" ", found[0]).strip(), country) is not None
        for found in _DIGITS.finditer(line)
    )


CHECKS: Final = (secrets,)
