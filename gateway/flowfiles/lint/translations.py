"""What is wrong in catalogues, as `gateway flows messages compile` finds it; many gaps counted."""

from collections.abc import Iterator
from typing import Final

from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place, Subject
from gateway.flowfiles.messages.catalogues import catalogue_name, checked
from gateway.flowfiles.messages.room import Limits

MISSING: Final = Rule(
    "missing",
    WARNING,
    "A text without a translation",
    "People read it in the flow's own language",
    "Translate it; `gateway flows messages update` brings it into the catalogue",
)
FUZZY: Final = Rule(
    "fuzzy",
    WARNING,
    "A translation that is marked fuzzy",
    "People read the text in the flow's own language until somebody has looked at it",
    "Correct the translation and take the mark away",
)

RULES: Final = (
    MISSING,
    FUZZY,
    Rule(
        "unreadable",
        ERROR,
        "A catalogue that gettext would not read",
        "Nothing of it is used",
        "Mend the line",
    ),
    Rule(
        "placeholder",
        ERROR,
        "A value that a translation lost, made up or cannot have filled in",
        "It is filled in for each person, and here nobody would read it",
        "Put it where it belongs",
    ),
    Rule(
        "number",
        ERROR,
        "A number that a translation lost",
        "People press or count what they read here",
        "Write it as digits",
    ),
    Rule(
        "command",
        ERROR,
        "A word to send, such as STOP, that a translation lost",
        "People send what they read, and other words are not understood",
        "Write the word, or one of the language that does the same",
    ),
    Rule(
        "screens",
        ERROR,
        "A translation that takes more screens than its source would in the same alphabet",
        "People lose their way between pages",
        "Say it shorter",
    ),
    Rule(
        "segments",
        ERROR,
        "A translation that takes more SMS than its source would in the same alphabet",
        "Each one is paid for",
        "Say it shorter",
    ),
    Rule(
        "options",
        ERROR,
        "Two options of a menu that a catalogue gives the same words",
        "Nobody can choose between them",
        "Give them different words",
    ),
)

# More gaps of one kind in a language are counted instead of listed.
MOST_LISTED: Final = 10


def translations(subject: Subject) -> Iterator[Finding]:
    """Find what is wrong in the catalogues of all languages."""
    limits = Limits(subject.deployment.screen, subject.deployment.first_screen)
    found = checked(subject.script, subject.source, subject.folder, limits, incomplete=True)
    gaps: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if one.rule in {MISSING.code, FUZZY.code}:
            gaps.setdefault((one.language, one.rule), []).append(one)
        else:
            yield one
    for (language, code), several in gaps.items():
        if len(several) <= MOST_LISTED:
            yield from several
            continue
        texts = len(subject.script.to_translate(language))
        rule, how = (MISSING, "not translated") if code == MISSING.code else (FUZZY, "fuzzy")
        yield rule.at(
            Place(f"{subject.folder}/{catalogue_name(language)}", 1),
            f"{len(several)} of {texts} texts are {how}",
            mend="`gateway flows messages compile` lists them",
            language=language,
        )


CHECKS: Final = (translations,)
