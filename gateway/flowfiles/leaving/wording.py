"""Texts and values as RapidPro writes them: the names in them are those that it knows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Part, Template
from gateway.core.flow.graph import Text
from gateway.core.flow.names import ROOTS
from gateway.core.flow.saved import holds, shown
from gateway.core.text.quoting import quote, unquote
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.meanings import ANY, GROUPS, NUMBER, Found, Lost, Meanings
from gateway.flowfiles.leaving.naming import Ids, three_letters
from gateway.flowfiles.leaving.notes import Notes

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|[^\W\d]\w*(?:\.\w+)*|\d+(?:\.\d+)?|\s+|[\s\S]')
_NAME: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_NOTHING: Final = "null"


@dataclass(frozen=True, slots=True)
class Words:
    """A text as RapidPro has it, with its translations by codes of three letters."""

    text: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def within(self, language: str) -> str:
        """Return the text in a language."""
        return self.translations.get(language, self.text)


def together(parts: Iterable[Words], between: str = "") -> Words:
    """Return texts as one, in each language that any of them has."""
    several = list(parts)
    codes = dict.fromkeys(code for one in several for code in one.translations)
    return Words(
        between.join(one.text for one in several),
        {code: between.join(one.within(code) for one in several) for code in codes},
    )


class Wording:
    """Writes the texts and values of one flow."""

    def __init__(self, flow: str, language: str, meanings: Meanings, notes: Notes) -> None:
        """`flow` is its name, `language` its own."""
        self.flow = flow
        self.language = language
        self.meanings = meanings
        self.notes = notes
        self.roots = ROOTS.keys() | {
            path.partition(".")[0] for one in meanings.saved.values() for path in one.kinds
        }

    # Texts

    def words(self, text: Text) -> Words:
        """Return a text of this flow."""
        return self._words(self.template(text.original), text.translations)

    def said(self, text: Text, language: str) -> Words:
        """Return a text of the system's, which is written in a language of its own."""
        own = text.translations.get(self.language, text.original)
        others = dict(text.translations)
        if language != self.language:
            others.setdefault(language, text.original)
        return self._words(self.template(own), others)

    def _words(self, own: str, translations: Mapping[str, Template]) -> Words:
        found: dict[str, str] = {}
        for code, template in translations.items():
            if code == self.language:
                continue
            known = three_letters(code)
            if known is None:
                self.notes.tell(limits.LANGUAGE_CODE, f"the language {code} is unknown there")
            else:
                found[known] = self.template(template)
        return Words(own, found)

    def each(self, text: Text, made: Callable[[Template], str]) -> Words:
        """Return what is made of a text of this flow in every language."""
        known = self.words(text).translations
        by_code = {
            three: made(template)
            for code, template in text.translations.items()
            if (three := three_letters(code)) is not None and three in known
        }
        return Words(made(text.original), by_code)

    def plain(self, text: Text) -> Words | None:
        """Return a text as people read it, None where a value is filled in in any language."""
        if any(one.plain is None for one in (text.original, *text.translations.values())):
            return None
        return self.each(text, lambda template: template.plain or "")

    def template(self, template: Template, *, back: bool = False) -> str:
        """Return a text or a value as it is written there."""
        return "".join(
            part.replace("@", "@@") if isinstance(part, str) else self._filled(part, back=back)
            for part in template.parts
        )

    def value(self, given: Template | Text | Json, *, back: bool = False) -> str:
        """Return a value, as the text that it is kept as there.

        What fails in it is left out, as it is here: there, nothing would be kept at all.
        """
        if isinstance(given, Template):
            parts = [
                part.replace("@", "@@") if isinstance(part, str) else self._sure(part, back=back)
                for part in given.parts
            ]
            return "".join(parts).strip()
        if isinstance(given, Text):
            return self.template(given.original)
        return shown(given).replace("@", "@@")

    def _sure(self, part: Part, *, back: bool) -> str:
        """Return a value that is filled in, or nothing where it cannot be worked out."""
        told = self._told(part, back=back)
        return f"@({told})" if told.startswith("default(") else self._filled(part, back=back)

    def _filled(self, part: Part, *, back: bool) -> str:
        if part.source.startswith("@("):
            return f"@({self._rewritten(part.source[2:-1], back=back)})"
        found = self._found(tuple(part.source[1:].lower().split(".")), back=back)
        if found.known:
            return shown(found.constant).replace("@", "@@")
        if _NAME.fullmatch(found.expression):
            return f"@{found.expression}"
        return f"@({found.expression})"

    # Expressions

    def coded(self, code: str) -> str:
        """Return the expression for the three letters of a language, given one for its two."""
        made = code
        for one in sorted(self.meanings.languages):
            known = three_letters(one)
            if known is not None and known != one:
                made = f'if({code} = "{one}", "{known}", {made})'
        return made

    def expression(self, template: Template, *, back: bool = False) -> str:
        """Return a value as an expression, to stand within another one."""
        if template.single is not None:
            return self._inner(template.single, back=back)
        return self.text(template, back=back)

    def text(self, template: Template, *, back: bool = False) -> str:
        """Return a text as an expression; what fails in it is left out, as it is in a text."""
        parts = [
            quote(part) if isinstance(part, str) else self._told(part, back=back)
            for part in template.parts
            if part
        ]
        return " & ".join(parts) or '""'

    def spoken(self, text: Text) -> str:
        """Return a text as an expression, in the language of the person."""
        made = self.text(text.original)
        for code, template in text.translations.items():
            known = three_letters(code)
            if known is not None and code != self.language:
                made = f'if(contact.language = "{known}", {self.text(template)}, {made})'
        return made

    def truth(self, template: Template) -> str:
        """Return the expression that holds where a value counts as true here."""
        single = template.single
        if single is None or single.source.startswith("@("):
            return f"default({self.expression(template)}, false)"
        found = self._found(tuple(single.source[1:].lower().split(".")))
        inner = self._written(found)
        if found.known or not found.kinds & {NUMBER, ANY}:
            return inner
        return f'and({inner}, {inner} != "0")'

    def certain(self, template: Template) -> bool | None:
        """Return whether a value counts as true where that is known already."""
        single = template.single
        if single is None or single.source.startswith("@("):
            return None
        found = self._found(tuple(single.source[1:].lower().split(".")))
        return holds(found.constant) if found.known else None

    def _inner(self, part: Part, *, back: bool) -> str:
        if part.source.startswith("@("):
            return f"({self._rewritten(part.source[2:-1], back=back)})"
        return self._written(self._found(tuple(part.source[1:].lower().split(".")), back=back))

    def _told(self, part: Part, *, back: bool) -> str:
        inner = self._inner(part, back=back)
        return f'default({inner}, "")' if part.source.startswith("@(") else inner

    def _rewritten(self, source: str, *, back: bool) -> str:
        tokens = _TOKEN.findall(source)
        made: list[str] = []
        for index, token in enumerate(tokens):
            made.append(self._token(token, tokens[:index], tokens[index + 1 :], back=back))
        return "".join(made)

    def _token(self, token: str, before: Sequence[str], after: Sequence[str], *, back: bool) -> str:
        if token[0] == '"':
            told = [one for one in before if not one.isspace()][-4:]
            if [one.lower() for one in told] == ["has_group", "(", GROUPS, ","]:
                return quote(self.meanings.group(unquote(token)))
            return token
        if not _NAME.fullmatch(token) or (before and before[-1] == "."):
            return token
        parts = tuple(token.lower().split("."))
        calls = next((one for one in after if not one.isspace()), "") == "("
        if calls or parts[0] not in self.roots:
            return token
        return self._written(self._found(parts, back=back))

    def _found(self, parts: tuple[str, ...], *, back: bool = False) -> Found:
        """Return what a name stands for; for one that stands for nothing, nothing, and note it."""
        if parts[0] in {"channel", "session"}:
            self.notes.tell(limits.SMS_ONLY, f"@{'.'.join(parts)} is asked for")
        if parts[:2] == ("movement", "languages"):
            self.notes.tell(limits.NOW, f"@{'.'.join(parts)} is asked for")
        try:
            return self.meanings.find(self.flow, parts, back=back)
        except Lost as lost:
            self.notes.tell(lost.limit, f"{lost.what} is not there")
            return Found("", known=True)

    @staticmethod
    def _written(found: Found) -> str:
        """Return what a name stands for, within an expression."""
        if found.known:
            if found.constant is None:
                return _NOTHING
            constant = found.constant
            return "true" if constant is True else quote(shown(constant))
        return f"default({found.expression}, {_NOTHING})" if found.missing else found.expression


class Localization:
    """The translations of a flow, by language and by the id of what they are of."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, dict[str, list[str]]]] = {}

    def add(self, uuid: str, key: str, several: Sequence[Words]) -> None:
        """Keep the translations of the texts under a key."""
        codes = dict.fromkeys(code for one in several for code in one.translations)
        for code in codes:
            texts = [one.within(code) for one in several]
            self.found.setdefault(code, {}).setdefault(uuid, {})[key] = texts


@dataclass(frozen=True, slots=True)
class Around:
    """What the parts of one flow are written with."""

    ids: Ids
    wording: Wording
    notes: Notes
    localization: Localization
