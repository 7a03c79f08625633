"""A small folder of flows for the tests of translations: a menu, a question, an SMS."""

from collections.abc import Mapping
from functools import cache

from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import Script, read_script
from gateway.flowfiles.po_files import Entry, PoFile, read_po_file
from gateway.flowfiles.releases import Source
from tests.stage import FLOWS

LIMITS = Limits()

WELLS = """\
flow: wells
language: en
start: {keywords: {en: [wells], ny: [zitsime]}, ussd: true}
steps:
  works:
    menu: Does the well of @participant.place.name work?
    options:
      1: {label: "Yes", then: thanks}
      2: {label: "No"}
  words:
    ask: What is broken? Reply 0 to skip.
    skip: 0
    retry: Say it in other words.
  thanks:
    say: Thank you. Send WELLS to tell us of another, STOP to leave.
    text: "Your code is @report.code."
"""


def source(flow: str = WELLS, **catalogues: str) -> Source:
    """Return a folder with one flow, the shipped system file, and catalogues."""
    files = {"wells.yaml": flow.encode(), "system.yaml": (FLOWS / "system.yaml").read_bytes()}
    files |= {f"translations/{code}.po": text.encode() for code, text in catalogues.items()}
    return Source(files)


@cache
def script(flow: str = WELLS) -> Script:
    """Return the texts of the small folder."""
    return read_script(source(flow))


def catalogue(texts: Mapping[str, str], language: str = "fr", flow: str = WELLS) -> PoFile:
    """Return a catalogue of all texts, by context; those not named here are left as they are."""
    entries = tuple(
        Entry(one.context, one.source, texts.get(one.context, one.source), line=number)
        for number, one in enumerate(script(flow).messages, start=1)
    )
    return PoFile({"Language": language}, entries)


def po(content: bytes) -> PoFile:
    """Read what was written."""
    return read_po_file("flows/translations/xx.po", content)
