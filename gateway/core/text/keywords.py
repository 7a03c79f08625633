"""Typed words made comparable, and which command they are. Refuses to guess: nothing is fuzzy.

A message is STOP when it is a stop word or phrase, alone or among words that only say please, now
or which messages. Anything more makes it a sentence: "stop the water cuts" is a report.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from anyascii import anyascii

# Joiners and marks that a handset or a copied message leaves in a text, which nobody typed.
_INVISIBLE: Final = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
_STRAIGHT: Final = str.maketrans("‘’‚‛′ʼ`´“”„‟″«»‐‑‒–—―−", "'" * 8 + '"' * 7 + "-" * 7)
# Unicode categories of emoji, their skin tones and what is assigned to nothing.
_PICTURES: Final = frozenset({"So", "Sk", "Cn", "Co", "Cs"})
_SURROUNDING: Final = " \"'.,;:!?()[]{}<>*_~¡¿…"

# Ethiopic numerals are not digits: 10, 20, ... 90, 100 and 10,000 have signs of their own. A run of
# them is read as one number as far as it is written like one; the bound keeps that number small.
_ETHIOPIC: Final = re.compile("[፩-፼]+")
_BELOW_100: Final = "(?:[፲-፺][፩-፱]?|[፩-፱])"
_BELOW_10000: Final = f"(?:{_BELOW_100}?፻{_BELOW_100}?|{_BELOW_100})"
_ETHIOPIC_NUMBER: Final = re.compile(f"(?:{_BELOW_10000}?፼){{1,4}}{_BELOW_10000}?|{_BELOW_10000}")

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FIRST: Final = re.compile(
    r"[\W_]*([^\W_](?:['’]?[^\W_]|[\u0300-\u036f])*)(?:[\s:,;.!\-–—]+(.*)|(.*))", re.DOTALL
)

# A motion has at most six digits and an option at most three, so a phone number is never a vote.
_BALLOT: Final = re.compile(
    r"(?:(?P<verb>[a-z]+)[ .:]*)?#?(?P<motion>[0-9]{1,6})"
    r"(?:(?: ?[-.,] ?| )(?P<option>[0-9]{1,3})|[ .,:-]+(?P<label>[a-z].*))"
)
BALLOT_VERBS: Final = frozenset({"vote", "v"})

STOP: Final = "stop"
OTHER_COMMANDS: Final = ("start", "help", "language")

# A plain wish is short. The bound also keeps the pattern's worst case small.
MOST_WORDS: Final = 16

_POLITE: Final = (
    "please|pls|plz|plse|kindly|thanks|thank you|thank you very much|many thanks|thx|ok|okay"
    "|chonde|zikomo|zikomo kwambiri"  # Nyanja
    "|napapata|napapateni|mukwai|natotela"  # Bemba
    "|tafadhali|naomba|asante|asante sana|asanteni"  # Swahili
    "|s'il vous plait|s'il te plait|svp|stp|merci|merci beaucoup"  # French
)
_BEFORE: Final = (
    "just|now|hi|hello|sir|madam|all|sms|i said|(?:can|could|will|would) you"
    "|i(?:'d| would) like(?: you)? to|i (?:want|need|wish)(?: you)? to|let me"
    "|bwana|ndikufuna|ndifuna|ndefwaya|nataka|je veux|je voudrais|merci de|veuillez"
)
_OF_ME: Final = "(?: to)? (?:me|us|my number|my phone|this number|this phone)"
_MESSAGES: Final = (
    "(?:(?:all|any|of|these|those|this|the|your|my|more|bulk) )*"
    "(?:sms|smses|text|texts|message|messages|msg|msgs|mesej|notifications|alerts|updates"
    "|broadcasts|spam|subscription|membership)"
)
_AFTER: Final = (
    f"now|right now|immediately|at once|today|it|all|all of it|completely|anymore|any more"
    f"|(?:from )?(?:texting|messaging|contacting|bothering|disturbing|spamming)(?:{_OF_ME})?"
    f"|(?:from )?(?:sending|send|receiving|getting)(?:{_OF_ME})?(?: {_MESSAGES})?(?:{_OF_ME})?"
    f"|{_MESSAGES}(?:{_OF_ME})?"
    f"|i (?:do not|don't|dont|no longer) want (?:{_MESSAGES}|them|this)"
    f"|(?:do not|don't|dont) (?:text|message|contact|disturb)(?:{_OF_ME})(?: again)?"
    f"|(?:do not|don't|dont) send(?:{_OF_ME})? {_MESSAGES}(?: again)?"
    "|tsopano|pano|onse|(?:kunditumizira )?(?:mauthenga|ma sms|ma mesegi|ma message)(?: onse)?"
    "|nomba|yonse|(?:ukuntumina )?(?:ama sms|amashiwi|ama mesegi|ama message)(?: yonse)?"
    "|sasa|zote|(?:kunitumia )?(?:ujumbe|jumbe|meseji|sms)(?: zote| huu| hizi)?"
    "|maintenant|tout|(?:de m'envoyer |d'envoyer )?(?:les|des|vos|ces|tous les|tous vos) "
    "(?:sms|messages|textos)"
)
_POLITE_EDGES: Final = re.compile(f"^(?:(?:{_POLITE}) )+|(?: (?:{_POLITE}))+$")


# What leads through a conversation: to the question before, and to the first menu.
WAYS: Final = ("back", "home")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of all languages by what they mean: "stop", "start", "yes", … (folded)."""

    # `ways` has the words of WAYS as they are written, in lower case: they are looked for often.
    meanings: Mapping[str, frozenset[str]]
    commands: Mapping[str, str]
    command_tokens: frozenset[str]
    ways: Mapping[str, str]
    stop_tokens: frozenset[str]
    stop_pattern: re.Pattern[str]

    @classmethod
    def of(cls, meanings: Mapping[str, Iterable[str]]) -> Self:
        """Index the words and phrases of every meaning, of all languages together.

        "stop", "start", "help" and "language" are commands; other meanings, such as "yes", are for
        answers. "filler" adds words of a language that may stand around a stop word. Raises
        ValueError when there is no word for stop: nobody could leave.
        """
        folded = {
            meaning: frozenset(filter(None, (" ".join(tokens(word)) for word in words)))
            for meaning, words in meanings.items()
        }
        if not folded.get(STOP):
            raise ValueError("There is no word for stop in any language, so nobody could leave.")
        stop = _alternatives(folded[STOP])
        commands = {word: command for command in OTHER_COMMANDS for word in folded.get(command, ())}
        filler = "|".join(filter(None, (_POLITE, _alternatives(folded.get("filler", ())))))
        number = "[0-9]+"
        return cls(
            meanings=folded,
            commands=commands,
            command_tokens=frozenset(token for word in commands for token in word.split()),
            ways={word.lower(): way for way in WAYS for word in meanings.get(way, ())},
            stop_tokens=frozenset(word.split()[0] for word in folded[STOP]),
            stop_pattern=re.compile(
                f"(?:(?:{filler}|{_BEFORE}|{number}) )*(?:{stop})"
                f"(?: (?:{stop}|{filler}|{_AFTER}|{number}))*"
            ),
        )

    def mean(self, meaning: str, text: str) -> bool:
        """Whether a text, folded, is one of the words of a meaning."""
        return " ".join(tokens(text)) in self.meanings.get(meaning, ())


def match_command(text: str, words: Words) -> str | None:
    """Return "stop", "start", "help" or "language" when the whole message is that, else None.

    Polite words around it are ignored. Stop wins over any other meaning of the same word.
    """
    if text.isdecimal() and text.isascii() and text not in words.stop_tokens:
        return words.commands.get(text)  # the reply to most questions on a screen
    typed = tokens(text)
    if not typed or len(typed) > MOST_WORDS:
        return None
    if _is_stop(typed, words):
        return STOP
    if words.command_tokens.isdisjoint(typed):
        return None  # as of most messages
    return words.commands.get(_POLITE_EDGES.sub("", " ".join(typed)).strip())


def clean(text: str) -> str:
    """Return a text as a person meant it: compatible characters unified, what surrounds it gone.

    Unicode NFKC; invisible marks removed; curly quotes and dashes straight; runs of white space,
    no-break spaces too, one space; quotes and punctuation around the whole text removed. Case and
    accents stay. For answers and names: a sentence loses its full stop.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE).translate(_STRAIGHT))
    return " ".join(text.split()).lstrip(_SURROUNDING).rstrip(_SURROUNDING + "-")


def fold(text: str) -> str:
    """Return a text for comparison: cleaned, lower case, in ASCII, digits of any script as 0-9.

    Ethiopic numerals become the number that they write. Pictures are dropped, not spelt. The fold
    of a folded text is itself.
    """
    text = clean(text)
    if text.isascii():
        return text.lower()
    text = _ETHIOPIC.sub(_ethiopic_numbers, text)
    spoken = "".join([char for char in text if unicodedata.category(char) not in _PICTURES])
    return clean(anyascii(spoken)).lower()


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text, folded; an apostrophe inside a word stays."""
    return _WORD.findall(fold(text))


def first_word(text: str) -> tuple[str, str]:
    """Return the folded first word and the rest as typed: "JOIN: Amina" is ("join", "Amina").

    A text without a word is ("", "").
    """
    found = _FIRST.match(text.translate(_INVISIBLE) if not text.isascii() else text)
    if found is None:
        return "", ""
    return fold(found[1]), (found[2] or found[3] or "").strip()


def ballot_answer(text: str, verbs: frozenset[str] = BALLOT_VERBS) -> tuple[int, str] | None:
    """Return the motion's number and the folded option of a vote in one message, or None.

    "12 1", "12-1", "12.1", "VOTE 12 1", "v12 1" and "12 yes" are votes. An option of several words
    needs a verb before it, since "12 people came" is no vote. One number alone is None: which
    motion it means is not said.
    """
    found = _BALLOT.fullmatch(fold(text))
    if found is None or (found["verb"] and found["verb"] not in verbs):
        return None
    if found["option"]:
        return int(found["motion"]), str(int(found["option"]))
    label = found["label"]
    return (int(found["motion"]), label) if found["verb"] or " " not in label else None


def _is_stop(typed: list[str], words: Words) -> bool:
    if words.stop_tokens.isdisjoint(typed):
        return max(map(len, typed)) == 1 and "".join(typed) in words.meanings[STOP]
    return words.stop_pattern.fullmatch(" ".join(typed)) is not None


def _ethiopic_numbers(run: re.Match[str]) -> str:
    """Return a run of Ethiopic numerals in digits, a space between those that make no number."""
    return " ".join(map(_ethiopic_number, _ETHIOPIC_NUMBER.findall(run[0])))


def _ethiopic_number(numeral: str) -> str:
    """Read one numeral: the signs of each part are added up, one of nothing is one of it."""
    first, *others = [_below_10000(part) for part in numeral.split("፼")]
    total = first or 1
    for part in others:
        total = 10_000 * total + part
    return str(total)


def _below_10000(part: str) -> int:
    hundreds, hundred, rest = part.partition("፻")
    return 100 * (_added(hundreds) or 1) + _added(rest) if hundred else _added(part)


def _added(signs: str) -> int:
    return sum(int(unicodedata.numeric(sign)) for sign in signs)


def _alternatives(phrases: Iterable[str]) -> str:
    """Return phrases as a pattern, the longest first."""
    return "|".join(map(re.escape, sorted(phrases, key=lambda phrase: (-len(phrase), phrase))))
