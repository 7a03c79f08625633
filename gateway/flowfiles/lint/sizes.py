"""Texts that are too long, in every language and on every network, and letters that make them so.

Values are filled in as long examples of what people may read there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.text import gsm7, screens
from gateway.core.text.messages import MOST_SEGMENTS, join
from gateway.core.text.plain import ucs2_culprits, visible
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Place, Subject
from gateway.flowfiles.messages.languages import GSM7, alphabet_of
from gateway.flowfiles.messages.placeholders import pieces
from gateway.flowfiles.messages.room import Read, shown
from gateway.flowfiles.messages.script import LINE, OPTION, RETRY, SMS, Message

LONG_SCREEN: Final = Rule(
    "long-screen",
    WARNING,
    "A text that takes several screens with its options: more than one, or than two in an alphabet "
    "outside GSM-7, and one more for what is said again before it",
    "People lose their way between pages, and the session's time runs out",
    "Say it shorter, or in two steps",
    "hello: {say: " + "Bring your friends and a bottle of water. " * 5 + "}",
)
OPTIONS: Final = Rule(
    "long-options",
    WARNING,
    "Options that alone exceed a screen",
    "Nobody sees all of them at once",
    "Make the labels shorter, or two menus of one",
    "which: {menu: Which?, options: {"
    + ", ".join(f"{number}: A rather long name of a thing {number}" for number in range(1, 6))
    + "}}",
)
NO_ROOM: Final = Rule(
    "no-room",
    ERROR,
    "A screen so small that nothing fits beside its lines for going on and back",
    "The text cannot be shown at all on that network",
    "Make the texts more and back of system.yaml shorter, or correct the limit in the settings",
)
LONG_SMS: Final = Rule(
    "long-sms",
    WARNING,
    "A text that takes several SMS: more than two, or than four in an alphabet outside GSM-7; "
    "more than one where it is sent to be kept",
    "Each one is paid for, and networks drop what has many parts",
    "Say it shorter",
    "hello: {text: " + "Bring your friends and a bottle of water. " * 5 + "}",
)
ALPHABET: Final = Rule(
    "alphabet",
    ERROR,
    "A letter or sign outside GSM-7, in a language that is written in it",
    "One such letter cuts an SMS from 160 characters to 70, and a screen as well",
    "Write it without",
    "hello: {say: Welcome – come in.}",
)

RULES: Final = (LONG_SCREEN, OPTIONS, NO_ROOM, LONG_SMS, ALPHABET)

# How many screens and SMS a text may take, in GSM-7 and outside.
_SCREENS: Final[Mapping[bool, int]] = {True: 1, False: 2}
_SEGMENTS: Final[Mapping[bool, int]] = {True: 2, False: 4}


@dataclass(frozen=True, slots=True)
class _Screen:
    """What a screen holds on some networks, and the lines that its pages close with."""

    networks: str
    limit: int
    first: int
    more: str
    back: str

    def pages(self, text: str, options: list[tuple[str, str]], *, opening: bool) -> int:
        """Return how many pages a text takes. Raises ValueError where nothing fits."""
        made = screens.pages(
            text,
            options,
            limit=self.limit,
            first_limit=self.first if opening else self.limit,
            more=self.more,
            back=self.back,
        )
        return len(made)


def reading(subject: Subject, language: str) -> Read:
    """Return what people who speak a language read of a text."""

    def read(message: Message) -> str:
        catalogue = subject.catalogues.get(language)
        if catalogue is None or message.language == language:
            return message.source
        for code in (language, *catalogue.fallbacks):
            other = subject.catalogues.get(code)
            found = None if other is None else other.find(message.context, message.source)
            if found is not None:
                return found.text
            if code == message.language:
                break
        return message.source

    return read


def sizes(subject: Subject) -> Iterator[Finding]:
    """Find what is too long in some language, on screens and as SMS."""
    for language in subject.release.languages:
        read = reading(subject, language)
        kinds = _kinds(subject, language)
        for message in subject.script.messages:
            if message.kind not in {OPTION, LINE}:
                yield from _sized(subject, message, language, read, kinds)


def _sized(
    subject: Subject, message: Message, language: str, read: Read, kinds: list[_Screen]
) -> Iterator[Finding]:
    text, options = shown(subject.script, message, read)
    whole = "\n".join([text, *(f"{number} {label}" for number, label in options)])
    plain = gsm7.is_gsm7(whole)
    place = _place(subject, message, language)
    if message.kind != SMS:
        yield from _on_screens(message, language, text, options, place, kinds, plain=plain)
    segments = sum(gsm7.segments(one).count for one in join([text], options))
    allowed = 1 if message.kind == SMS and plain else _SEGMENTS[plain]
    if segments > allowed:
        what = f"{message.context} takes {segments} SMS"
        if segments > MOST_SEGMENTS:
            what = f"{what}, more than networks put together"
        yield LONG_SMS.at(place, what, language=language)


def _on_screens(
    message: Message,
    language: str,
    text: str,
    options: list[tuple[str, str]],
    place: Place,
    kinds: list[_Screen],
    *,
    plain: bool,
) -> Iterator[Finding]:
    """Find what a text takes on the screens of each kind, the worst of them told."""
    worst: tuple[int, _Screen] | None = None
    for kind in kinds:
        limit = kind.first if message.opening else kind.limit
        listed = [f"{number} {label}" for number, label in options]
        if listed and not screens.fits("\n".join(listed), limit) and plain:
            what = f"the options of {message.context} exceed a screen of {limit} {kind.networks}"
            yield OPTIONS.at(place, what, language=language)
            return
        try:
            taken = kind.pages(text, options, opening=message.opening)
        except ValueError:
            what = f"{message.context} has no room on a screen of {limit} {kind.networks}"
            yield NO_ROOM.at(place, what, language=language)
            return
        if worst is None or taken > worst[0]:
            worst = taken, kind
    if worst is not None and worst[0] > _SCREENS[plain] + (message.kind == RETRY):
        taken, kind = worst
        what = f"{message.context} takes {taken} screens {kind.networks}"
        yield LONG_SCREEN.at(place, what, language=language)


def _kinds(subject: Subject, language: str) -> list[_Screen]:
    """Return the kinds of screens that there are, with the words on them in a language."""
    by_limit: dict[int, list[str]] = {subject.deployment.screen: []}
    for network, limit in subject.deployment.networks.items():
        by_limit.setdefault(limit, []).append(network)
    more, back = (subject.release.text(name, language) for name in ("more", "back"))
    return [
        _Screen(
            f"on network {', '.join(names)}" if names else "everywhere",
            limit,
            min(limit, subject.deployment.first_screen),
            more,
            back,
        )
        for limit, names in by_limit.items()
    ]


def _place(subject: Subject, message: Message, language: str) -> Place:
    """Return where people's words in a language are written."""
    catalogue = subject.catalogues.get(language)
    found = None if catalogue is None else catalogue.find(message.context, message.source)
    if catalogue is None or found is None or message.language == language:
        return Place(message.path, message.line)
    return Place(catalogue.path, found.line)


def alphabet(subject: Subject) -> Iterator[Finding]:
    """Find what is outside GSM-7 in texts as they are written; catalogues are checked elsewhere."""
    for message in subject.script.messages:
        if alphabet_of(message.language) != GSM7:
            continue
        words = "".join(part for part, holds in pieces(message.source) if not holds)
        culprits = {one.character: one for one in ucs2_culprits(words)}
        if not culprits:
            continue
        mends = [
            f"{visible(one.suggestion)} for {visible(one.character)}"
            for one in culprits.values()
            if one.suggestion is not None
        ]
        named = " ".join(visible(one) for one in culprits)
        yield ALPHABET.at(
            Place(message.path, message.line),
            f"{message.context}: {named} is not in GSM-7",
            mend=f"Write {', '.join(mends)}" if mends else "",
            language=message.language,
        )


CHECKS: Final = (sizes, alphabet)
