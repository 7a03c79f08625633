"""The template of all texts, and catalogues brought up to it. Translates nothing.

What a translator wrote is never lost: a translation whose source has changed is marked as fuzzy
and keeps the wording that it was made from, one whose text is gone stays as obsolete.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from gateway.flowfiles.messages.languages import headers, name_of
from gateway.flowfiles.messages.notes import notes
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import Message, Script
from gateway.flowfiles.po_files import FUZZY, Entry, PoFile

_HEAD: Final = (
    "The texts of the flows. Written by `gateway flows messages extract`; do not edit.",
    "docs/translating.md says how translations are made.",
)


def template(script: Script, limits: Limits) -> PoFile:
    """Return the template, with the line of each text. The same flows always give the same."""
    entries = [
        replace(entry, references=(f"{message.path}:{message.line}",))
        for message, entry in _entries(script, script.messages, limits)
    ]
    return PoFile(
        headers={
            "Project-Id-Version": "Mashinani flows",
            "Language": "",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
        },
        entries=tuple(entries),
        comments=_HEAD,
    )


def new_catalogue(language: str) -> PoFile:
    """Return a catalogue without texts, headed as a draft, for `merge` to fill."""
    return PoFile(
        headers=headers(language),
        entries=(),
        comments=(
            f"{name_of(language)} texts of the flows.",
            "DRAFT: every text is to be read by a speaker before people receive it.",
        ),
    )


def merge(script: Script, language: str, old: PoFile, limits: Limits) -> PoFile:
    """Return a catalogue brought up to the flows.

    References leave out the line, so that a line more in a flow does not change every catalogue.
    A new text that is translated elsewhere gets that translation, as fuzzy.
    """
    before = _Before(old)
    entries = tuple(
        before.carried(replace(entry, references=(message.path,)))
        for message, entry in _entries(script, script.to_translate(language), limits)
    )
    present = {(entry.context, entry.source) for entry in entries}
    gone = [one for one in old.entries if one.text and not before.used(one, present)]
    kept = [one for one in old.obsolete if (one.context, one.source) not in present]
    return PoFile(
        headers={**old.headers, **_missing_headers(language, old)},
        entries=entries,
        obsolete=tuple(_once([*(_obsolete(one) for one in gone), *kept])),
        comments=old.comments,
    )


def _entries(
    script: Script, messages: Iterable[Message], limits: Limits
) -> Iterable[tuple[Message, Entry]]:
    for message in messages:
        told = notes(script, message, limits)
        yield message, Entry(message.context, message.source, notes=told)


class _Before:
    """What a catalogue held, by context and by wording."""

    def __init__(self, old: PoFile) -> None:
        self._by_context = {one.context: one for one in (*old.obsolete, *old.entries)}
        self._exact = {(one.context, one.source): one for one in (*old.obsolete, *old.entries)}
        self._by_source = {
            one.source: one for one in (*old.obsolete, *old.entries) if one.text and not one.fuzzy
        }
        self._changed_from: set[tuple[str, str]] = set()

    def used(self, entry: Entry, present: AbstractSet[tuple[str, str]]) -> bool:
        """Whether the translation of an entry lives on in the catalogue that was made."""
        key = (entry.context, entry.source)
        return key in present or key in self._changed_from

    def carried(self, entry: Entry) -> Entry:
        """Return an entry of the template with the translation that there is for it."""
        exact = self._exact.get((entry.context, entry.source))
        if exact is not None:
            return replace(_with(entry, exact), flags=exact.flags, previous=exact.previous)
        changed = self._by_context.get(entry.context)
        if changed is not None and changed.text:
            return self._changed(entry, changed)
        same = self._by_source.get(entry.source)
        if same is not None:
            return replace(entry, text=same.text, flags=(FUZZY,))
        return entry

    def _changed(self, entry: Entry, old: Entry) -> Entry:
        """Return an entry whose source is not what was translated."""
        self._changed_from.add((old.context, old.source))
        was = old.previous if old.fuzzy and old.previous is not None else old.source
        if was == entry.source:  # the old wording is back
            flags = tuple(flag for flag in old.flags if flag != FUZZY)
            return replace(_with(entry, old), flags=flags)
        return replace(_with(entry, old), flags=_fuzzy(old.flags), previous=was)


def _with(entry: Entry, old: Entry) -> Entry:
    return replace(entry, text=old.text, comments=old.comments)


def _fuzzy(flags: tuple[str, ...]) -> tuple[str, ...]:
    return flags if FUZZY in flags else (FUZZY, *flags)


def _obsolete(entry: Entry) -> Entry:
    return replace(entry, notes=(), references=(), previous=None)


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries without those that an earlier one has the context and source of."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        found.setdefault((entry.context, entry.source), entry)
    return list(found.values())


def _missing_headers(language: str, old: PoFile) -> Mapping[str, str]:
    """Return headers that a catalogue lacks; who says nothing of a review has not had one."""
    return {name: value for name, value in headers(language).items() if name not in old.headers}
