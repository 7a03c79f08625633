"""All catalogues of a folder at once: brought up to its flows, and checked. Writes no file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.messages.check import Checker
from gateway.flowfiles.messages.languages import FEIGNED
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import Script
from gateway.flowfiles.messages.template import merge, new_catalogue, template
from gateway.flowfiles.po_files import PoFile, read_po_file, write_po_file
from gateway.flowfiles.releases import TRANSLATIONS, Source

TEMPLATE: Final = f"{TRANSLATIONS}/messages.pot"


@dataclass(frozen=True, slots=True)
class Updated:
    """A catalogue as it should be, and how much of it waits for a translator."""

    name: str
    language: str
    content: bytes
    changed: bool
    texts: int
    missing: int
    fuzzy: int


def catalogue_name(language: str) -> str:
    """Return the name of a language's catalogue in its folder."""
    return f"{TRANSLATIONS}/{language}.po"


def extracted(script: Script, limits: Limits) -> bytes:
    """Return the content of the template."""
    return write_po_file(template(script, limits))


def updated(
    script: Script, source: Source, folder: str, limits: Limits, new: Collection[str] = ()
) -> list[Updated]:
    """Return every catalogue brought up to the flows, with new ones; feigned ones are left alone.

    Raises `FlowFileError` for a catalogue that cannot be read: what it holds might be lost.
    """
    languages = sorted({*_languages(source), *new})
    found = []
    for language in languages:
        name = catalogue_name(language)
        before = source.files.get(name)
        old = _read(folder, name, before) if before is not None else new_catalogue(language)
        if FEIGNED in old.headers:
            continue
        file = merge(script, language, old, limits)
        content = write_po_file(file)
        found.append(
            Updated(
                name=name,
                language=language,
                content=content,
                changed=content != before,
                texts=len(file.entries),
                missing=sum(not one.text.strip() for one in file.entries),
                fuzzy=sum(one.fuzzy for one in file.entries),
            )
        )
    return found


def checked(
    script: Script,
    source: Source,
    folder: str,
    limits: Limits,
    languages: Collection[str] = (),
    *,
    incomplete: bool = False,
) -> list[Finding]:
    """Return what is wrong with the catalogues of some languages, or of all but feigned ones."""
    found: list[Finding] = []
    for language in languages or _languages(source):
        name = catalogue_name(language)
        try:
            file = _read(folder, name, source.files[name])
        except FlowFileError as fault:
            found.append(_unreadable(fault, language))
            continue
        if FEIGNED not in file.headers or language in languages:
            path = f"{folder}/{name}"
            checker = Checker(script, language, path, file, limits, incomplete=incomplete)
            found += checker.findings()
    return found


def unknown_fallbacks(
    fallbacks: Mapping[str, Sequence[str]], script: Script, source: Source
) -> list[str]:
    """Return the languages that are to serve for others but have no text at all."""
    spoken = {*_languages(source), *(one.language for one in script.messages)}
    wanted = {one for others in fallbacks.values() for one in others}
    return sorted(wanted - spoken - fallbacks.keys())


def machine_object(content: bytes, path: str) -> bytes:
    """Return a catalogue in gettext's binary form, without what is fuzzy or not translated."""
    file = read_po_file(path, content)
    catalog = Catalog(locale=None, charset="utf-8")
    catalog.mime_headers = list(file.headers.items())
    for entry in file.entries:
        if entry.text.strip() and not entry.fuzzy:
            catalog.add(entry.source, entry.text, context=entry.context)
    made = BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def _unreadable(fault: FlowFileError, language: str) -> Finding:
    why = "Nothing of it is used"
    return Finding(
        ERROR, "unreadable", fault.path, fault.line, fault.what, why, fault.mend, language
    )


def _languages(source: Source) -> list[str]:
    return sorted(PurePath(name).stem for name in source.files if name.endswith(".po"))


def _read(folder: str, name: str, content: bytes) -> PoFile:
    return read_po_file(f"{folder}/{name}", content)
