"""Catalogues are read as gettext reads them and written in one form."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as some

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.po_files import Entry, PoFile, read_po_file, write_po_file

POEDIT = r"""# Swahili of the flows.
# Read by Amani.
msgid ""
msgstr ""
"Language: sw\n"
"X-Generator: Poedit 3.4\n"

# Is this polite?
#. Question.
#: flows/join.yaml:14 flows/other.yaml:3
#, fuzzy, no-wrap
#| msgctxt "join.name.ask"
#| msgid "Your "
#| "name"
msgctxt "join.name.ask"
msgid ""
"Your name, "
"\"please\"?\n"
"Or 0."
msgstr "Jina\tlako?\n0"

#, fuzzy
#~| msgid "Older"
#~ msgctxt "join.old.say"
#~ msgid "Old"
#~ msgstr ""
#~ "Zamani"
"""


def read(text: str) -> PoFile:
    return read_po_file("sw.po", text.encode())


def test_everything_that_a_translator_s_program_writes_is_read() -> None:
    file = read(POEDIT)
    assert file.comments == ("Swahili of the flows.", "Read by Amani.")
    assert file.headers == {"Language": "sw", "X-Generator": "Poedit 3.4"}
    assert file.entries == (
        Entry(
            context="join.name.ask",
            source='Your name, "please"?\nOr 0.',
            text="Jina\tlako?\n0",
            line=20,
            flags=("fuzzy", "no-wrap"),
            comments=("Is this polite?",),
            notes=("Question.",),
            references=("flows/join.yaml:14", "flows/other.yaml:3"),
            previous="Your name",
        ),
    )
    (old,) = file.obsolete
    assert (old.context, old.source, old.text) == ("join.old.say", "Old", "Zamani")
    assert old.fuzzy


def test_what_was_written_is_read_again_and_written_the_same() -> None:
    once = write_po_file(read(POEDIT))
    assert write_po_file(read_po_file("sw.po", once)) == once
    assert b"# Is this polite?\n#. Question.\n#: flows/join.yaml:14 flows/other.yaml:3\n" in once
    assert b'#| msgid "Your name"\n' in once
    assert b'#~ msgid "Old"\n#~ msgstr "Zamani"\n' in once


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(POEDIT.replace("\n", "\r\n").encode(), id="with the line ends of Windows"),
        pytest.param(b"\xef\xbb\xbf" + POEDIT.encode(), id="with a byte order mark"),
        pytest.param(POEDIT.replace("\n\n", "\n").encode(), id="without blank lines"),
    ],
)
def test_editors_may_write_it_their_way(content: bytes) -> None:
    file = read_po_file("sw.po", content)
    assert [replace(one, line=0) for one in file.entries] == [
        replace(one, line=0) for one in read(POEDIT).entries
    ]
    assert len(file.obsolete) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param('msgid "a"\nmsgstr broken', 2, "quotes", id="a string without quotes"),
        pytest.param('msgid "a"\nmsgstr "b', 2, "quotes", id="a string that does not end"),
        pytest.param('msgid "a"\nmsgstr "b" c', 2, "quotes", id="words behind a string"),
        pytest.param('"a"', 1, "quotes", id="a string of nothing"),
        pytest.param("hello", 1, "quotes and keywords", id="a line that is none"),
        pytest.param('msgid "a\\q"', 1, r"write \\", id="an escape that is none"),
        pytest.param('msgctxt "a"\nmsgid "a"\n\n# x', 4, "no msgstr", id="no translation"),
        pytest.param('msgctxt "a"\nmsgstr "a"\n', 3, "no msgid", id="no source"),
        pytest.param('msgid "a"\nmsgid_plural "b"', 2, "plural", id="plural forms"),
        pytest.param('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', 5, "twice", id="a double"),
    ],
)
def test_what_gettext_would_not_read_is_refused_with_its_line(
    text: str, line: int, says: str
) -> None:
    with pytest.raises(FlowFileError) as refused:
        read(text)
    assert str(refused.value).startswith(f"sw.po:{line}: ")
    assert says in str(refused.value).lower()


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(FlowFileError, match=r"sw\.po:2: .*it is not UTF-8\. Save"):
        read_po_file("sw.po", 'msgid "e"\nmsgstr "é"'.encode("latin-1"))


WORDS = some.text(alphabet='ab é"\\\n\t@ቋ', min_size=1, max_size=30)
ENTRIES = some.builds(
    Entry, context=WORDS, source=WORDS, text=some.just("") | WORDS, previous=some.none() | WORDS
)


@given(some.lists(ENTRIES, max_size=5, unique_by=lambda one: (one.context, one.source)))
def test_any_texts_survive_writing_and_reading(entries: list[Entry]) -> None:
    content = write_po_file(PoFile({"Language": "sw"}, tuple(entries)))
    again = read_po_file("sw.po", content).entries
    assert [replace(one, line=0) for one in again] == entries


@given(some.lists(ENTRIES, max_size=5, unique_by=lambda one: (one.context, one.source)))
def test_another_reader_of_catalogues_finds_the_same_texts(entries: list[Entry]) -> None:
    headers = {"Language": "sw", "Content-Type": "text/plain; charset=utf-8"}
    content = write_po_file(PoFile(headers, tuple(entries)))
    found = {
        (one.context, one.id): one.string
        for one in read_po(BytesIO(content), abort_invalid=True)
        if one.id
    }
    assert found == {(one.context, one.source): one.text for one in entries}


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's own tools are not installed")
def test_gettext_s_own_tools_read_what_we_write(tmp_path) -> None:
    path = tmp_path / "sw.po"
    headers = {"Language": "sw", "Content-Type": "text/plain; charset=UTF-8"}
    path.write_bytes(write_po_file(replace(read(POEDIT), headers=headers)))
    done = subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
