"""What texts promise and cannot keep, and what is not said: a whole language, one system text."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.core.flow.names import STAND_INS
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.sizes import reading
from gateway.flowfiles.lint.subject import Place, Subject
from gateway.flowfiles.messages.script import Message
from gateway.flowfiles.system_file import NAME as SYSTEM_NAME

SECRECY: Final = Rule(
    "secrecy",
    ERROR,
    "A text that promises secrecy or anonymity",
    "The phone company sees every SMS and every key that is pressed, and a number is not nobody",
    "Say what is done with the answer, and leave the promise out",
    "hello: {say: Your vote is secret.}",
)
SILENT: Final = Rule(
    "offered-language",
    WARNING,
    "A language that the movement offers and in which there are no texts",
    "Who chooses it reads the flow's own language",
    "Begin it with `gateway flows messages update --language CODE`, or offer it no more",
)
STAND_IN: Final = Rule(
    "stand-in",
    WARNING,
    "A text that `system.yaml` lacks and for which another one stands in",
    "What is said instead fits less: who replies to a call reads that nothing was understood",
    "Add the text below `texts`, then run `gateway flows messages update`",
)

RULES: Final = (SECRECY, SILENT, STAND_IN)

# Promises of secrecy by language. Words that only warn, such as "keep this code secret", are none.
_CLAIMS: Final = {
    "en": r"\b(?:votes?|ballots?|answers?|reports?|names?|numbers?|reply|replies|identity|data)\s+"
    r"(?:is|are|stays?|remains?|will\s+(?:be|stay|remain))\s+(?:kept\s+)?"
    r"(?:fully\s+|completely\s+)?(?:secret|anonymous|confidential|hidden|(?:safe\s+and\s+)?private)"
    r"|\b(?:this|it)\s+is\s+(?:secret|confidential)\b"
    r"|\bwe\s+(?:will\s+)?keep\s+(?:your|the|every|all)\s+\w+\s+(?:secret|anonymous|confidential|private)"
    r"|(?<!no )(?<!not a )\bsecret\s+(?:ballot|vote|voting)\b"
    r"|(?<!not )(?<!never )\banonymous(?:ly)?\b"
    r"|\b(?:nobody|no[\s-]one)\s+(?:else\s+)?(?:can|will|could)\s+(?:ever\s+)?(?:see|know)"
    r"|\b(?:nobody|no[\s-]one)\s+(?:else\s+)?(?:sees|knows)\s+(?:your|how\s+you|what\s+you|who\s+you)"
    r"|\b(?:votes?|answers?|names?|numbers?)\s+(?:cannot|can't|can\s+not|can\s+never)\s+be\s+"
    r"(?:seen|read|traced|known)|\bstays?\s+between\s+us\b"
    r"|\bin\s+(?:full\s+)?confidence\b|(?<!not )\bconfidential(?:ly)?\b",
    "fr": r"\b(?:votes?|réponses?|noms?|numéros?|rapports?|messages?)\s+"
    r"(?:est|sont|reste(?:nt|ra)?|sera|seront)\s+"
    r"(?:secrets?|secrètes?|privée?s?|anonymes?|confidentiel(?:le)?s?)"
    r"|\b(?:scrutin|votes?)\s+secrets?\b|(?<!pas )\banonym(?:e|es|ement)\b|(?<!pas )\bconfidenti"
    r"|\bgard(?:e|ons)\s+(?:votre|le|vos|les)\s+\w+\s+(?:secrets?|anonymes?|privée?s?)"
    r"|\bpersonne\s+ne\s+(?:verra|saura|(?:peut|pourra)\s+(?:voir|savoir))",
    "sw": r"\b(?:kura|jibu|majibu|jina|namba|taarifa)\b[^.]*(?<!si )\b(?:ya|ni|za|la)\s+siri\b"
    r"|\bkwa\s+siri\b|\bhakuna\s+(?:mtu\s+)?atakaye(?:ona|jua)",
    "ny": r"\bmwachinsinsi\b|\b(?:ndi|cha|ya|za)\s+chinsinsi\b|(?<!si )\b(?:ya|za|cha)chinsinsi\b",
    "bem": r"\b(?:mu|ya|lya|fya)\s*nkama\b",
    "am": "ሚስጥራዊ|ምስጢራዊ|በሚስጥር|በምስጢር|ስምዎ(?:ን)? አይታወቅም",
}
_PATTERNS: Final = {
    language: re.compile(pattern, re.IGNORECASE) for language, pattern in _CLAIMS.items()
}


def claims_secrecy(text: str, language: str) -> bool:
    """Whether a text promises secrecy, in its language or in English."""
    patterns = [_PATTERNS[code] for code in {language, "en"} if code in _PATTERNS]
    words = " ".join(text.split())
    return any(pattern.search(words) for pattern in patterns)


def secrecy(subject: Subject) -> Iterator[Finding]:
    """Find promises of secrecy in texts and in their translations."""
    for message in subject.script.messages:
        if claims_secrecy(message.source, message.language):
            yield _promise(message, Place(message.path, message.line), message.language)
    for language, catalogue in subject.catalogues.items():
        read = reading(subject, language)
        for message in subject.script.to_translate(language):
            found = catalogue.find(message.context, message.source)
            if found is not None and claims_secrecy(read(message), language):
                yield _promise(message, Place(catalogue.path, found.line), language)


def _promise(message: Message, place: Place, language: str) -> Finding:
    return SECRECY.at(place, f"{message.context} promises secrecy", language=language)


def languages(subject: Subject) -> Iterator[Finding]:
    """Find languages that are offered and not spoken."""
    for code in subject.deployment.languages:
        if code not in subject.release.languages:
            place = Place(subject.folder, 1)
            yield SILENT.at(place, f"there are no texts in {code}", language=code)


def stand_ins(subject: Subject) -> Iterator[Finding]:
    """Find texts of the system that another one stands in for, told where that one is written."""
    places = {one.context: Place(one.path, one.line) for one in subject.script.messages}
    for name, other in STAND_INS.items():
        if f"{SYSTEM_NAME}.{name}" not in places:
            what = f"there is no {name}, so {other} is said"
            yield STAND_IN.at(places[f"{SYSTEM_NAME}.{other}"], what)


CHECKS: Final = (secrecy, languages, stand_ins)
