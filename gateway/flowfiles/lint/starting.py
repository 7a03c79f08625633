"""What begins flows and can be meant otherwise: words that are answers, languages that are none."""

from collections.abc import Iterator
from typing import Final

from gateway.core.flow.release import Release
from gateway.core.text.keywords import WAYS
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place, Subject
from gateway.flowfiles.starts import Claim

ANSWER: Final = Rule(
    "answer-word",
    ERROR,
    "A keyword, or a whole message, that is an answer to questions",
    "Who answers a question with it would begin the flow instead",
    "Use another word",
)
LANGUAGE: Final = Rule(
    "unknown-language",
    WARNING,
    "A language that the movement does not offer, and of which there are no texts and no words",
    "Nobody speaks it with the gateway, so it is a slip of the pen most of the time",
    "Write its code, or begin it with `gateway flows messages update --language CODE`",
)

RULES: Final = (ANSWER, LANGUAGE)


def answer_words(subject: Subject) -> Iterator[Finding]:
    """Find words that begin a flow and answer questions."""
    for file in subject.files:
        for claim in file.starts.claims:
            meant = _meant(subject.release, claim) if claim.kind in {"word", "whole"} else None
            if meant is not None:
                what = f"{claim.what} is what people answer for {meant}"
                yield ANSWER.at(Place(file.path, claim.line), what)


def _meant(release: Release, claim: Claim) -> str | None:
    """Return what a word means as an answer, None for nothing."""
    for meaning in ("yes", "no", *WAYS):
        if release.words.mean(meaning, claim.value):
            return meaning
    if claim.value.isdecimal():
        return claim.value
    return release.vocabulary.numbers.get(claim.value)


def languages(subject: Subject) -> Iterator[Finding]:
    """Find languages of flows, and of what begins them, that nothing else here is in."""
    known = {*subject.deployment.languages, *subject.catalogues, *subject.spoken}
    for file in subject.files:
        used = {(file.flow.language, file.line)} if not file.flow.runs else set()
        used |= {
            (claim.language, claim.line)
            for claim in file.starts.claims
            if claim.language != file.flow.language
        }
        for language, line in sorted(used):
            if language not in known:
                yield LANGUAGE.at(Place(file.path, line), f"{language} is no language here")


CHECKS: Final = (answer_words, languages)
