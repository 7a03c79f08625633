"""A folder of flows as one release: its hash, its packing, its catalogues and its system texts."""

from pathlib import Path

import pytest

from gateway.core.flow.events import Json
from gateway.core.flow.names import MEANINGS, STAND_INS, SYSTEM_TEXTS
from gateway.core.text.keywords import match_command
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import (
    Source,
    compile_release,
    pack,
    read_release,
    read_source,
    unpack,
)
from tests.stage import FLOWS, Phone, release, steps

ASK = steps("\n  a: {ask: 'Name?', retry: Again., attempts: 9}\n")
SYSTEM = (FLOWS / "system.yaml").read_text()
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(context: str, source: str, text: str, *, flag: str = "") -> str:
    mark = f"#, {flag}\n" if flag else ""
    return f'{HEAD}{mark}msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{text}"\n'


def test_the_same_files_have_the_same_hash_and_any_change_another() -> None:
    files = {"a.yaml": b"one", "b.yaml": b"two"}
    assert Source(files).hash == Source(dict(reversed(files.items()))).hash
    assert Source({"a.yaml": b"onetwo", "b.yaml": b""}).hash != Source(files).hash
    assert Source({"a.yaml": b"one", "c.yaml": b"two"}).hash != Source(files).hash


def test_a_packed_release_comes_back_under_the_same_hash_and_talks_the_same() -> None:
    source = read_source(FLOWS)
    again = unpack(pack(source))
    assert again.hash == source.hash == read_release(FLOWS).hash
    roots: dict[str, Json] = {"movement": {"name": "Ours"}}
    first, second = (Phone(one, roots=roots) for one in (read_release(FLOWS), again))
    assert first.start("join") == second.start("join")


def test_packing_is_the_same_for_the_same_files() -> None:
    assert pack(read_source(FLOWS)) == pack(read_source(FLOWS))


def test_transcripts_of_tests_are_no_part_of_a_release(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ASK)
    (tmp_path / "one.test.yaml").write_text("anything")
    assert list(read_source(tmp_path).files) == ["one.yaml"]


def test_a_folder_without_flows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FlowFileError, match="no flow files here"):
        read_release(tmp_path)


def test_a_folder_without_a_system_file_is_refused() -> None:
    with pytest.raises(FlowFileError, match=r"flows/system\.yaml:1: .*Add the file"):
        compile_release(Source({"one.yaml": ASK.encode()}))


@pytest.mark.parametrize(
    ("po", "shown"),
    [
        pytest.param(entry("one.a.ask", "Name?", "Dzina?"), "Dzina?", id="a translation is used"),
        pytest.param(entry("one.a.ask", "Name?", ""), "Name?", id="an empty one is not"),
        pytest.param(
            entry("one.a.ask", "Name?", "Dzina?", flag="fuzzy"), "Name?", id="a fuzzy one is not"
        ),
        pytest.param(
            entry("one.a.ask", "Your name?", "Dzina?"), "Name?", id="one of another source is not"
        ),
        pytest.param(
            entry("two.a.ask", "Name?", "Dzina?"), "Name?", id="one of another place is not"
        ),
    ],
)
def test_translations_come_from_the_catalogue(po: str, shown: str) -> None:
    assert Phone(release(ASK, po={"ny": po}), language="ny").start() == shown


def test_the_retry_text_has_its_own_translation() -> None:
    po = entry("one.a.retry", "Again.", "Bwerezani.")
    phone = Phone(release(ASK, po={"ny": po}), language="ny")
    phone.start()
    assert phone.reply("").startswith("Bwerezani.")


@pytest.mark.parametrize(
    ("po", "says"),
    [
        pytest.param("msgid broken", "not a gettext catalogue", id="no catalogue"),
        pytest.param(entry("one.a.ask", "Name?", "@(1 +)"), "cannot be read", id="half of one"),
        pytest.param(entry("one.a.ask", "Name?", "@zzz"), "nothing has", id="an unknown name"),
        pytest.param(
            f'{HEAD}msgctxt "one.a.ask"\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
            "plural forms", id="plural forms",
        ),
    ],
)  # fmt: skip
def test_a_catalogue_that_cannot_be_used_is_refused_with_its_line(po: str, says: str) -> None:
    with pytest.raises(FlowFileError, match=rf"flows/translations/ny\.po:\d+: .*{says}"):
        release(ASK, po={"ny": po})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("  sorry:", "  sory:", "has no sory. Write sorry", id="a text misspelt"),
        pytest.param("  busy: Many", "  # Many", "has no busy", id="a text left out"),
        pytest.param("  stop:\n", "  halt:\n", "has no halt", id="a meaning misspelt"),
        pytest.param("lero: 0", "lero: x", "not a number of days", id="a day that is no number"),
        pytest.param("[January, ", "[", "11 months", id="a month left out"),
        pytest.param("numbers:\n", "numbrs:\n", "has no numbrs. Write numbers", id="a top key"),
        pytest.param("en: [stop, ", "en: stop # ", "not a list of words", id="no list"),
    ],
)
def test_a_mistake_in_the_system_file_is_told(old: str, new: str, says: str) -> None:
    assert old in SYSTEM
    files = {"one.yaml": ASK.encode(), "system.yaml": SYSTEM.replace(old, new, 1).encode()}
    with pytest.raises(FlowFileError, match=rf"flows/system\.yaml:\d+: .*{says}"):
        compile_release(Source(files))


def test_system_texts_are_filled_in_and_translated() -> None:
    own = read_release(FLOWS)
    english = own.text("stop_confirmed", "en", movement={"name": "Ours"})
    assert "Ours" in english
    assert own.text("stop_confirmed", "ny", movement={"name": "Ours"}) != english
    assert own.text("stop_confirmed", "xx", movement={"name": "Ours"}) == english
    with pytest.raises(KeyError):
        own.text("no_such_text", "en")


def test_every_system_text_and_meaning_is_there() -> None:
    own = read_release(FLOWS)
    assert set(own.texts) == set(SYSTEM_TEXTS)
    assert set(own.words.meanings) >= set(MEANINGS)


@pytest.mark.parametrize("name", STAND_INS)
def test_where_a_later_system_text_is_missing_another_stands_in_in_every_language(
    name: str,
) -> None:
    files = dict(read_source(FLOWS).files)
    lines = SYSTEM.splitlines()
    before = "\n".join(line for line in lines if not line.startswith(f"  {name}: "))
    assert before != "\n".join(lines)
    own = compile_release(Source({**files, "system.yaml": before.encode()}))
    assert set(own.texts) == set(SYSTEM_TEXTS)
    for language in own.languages:
        assert own.text(name, language) == own.text(STAND_INS[name], language)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("STOP", "stop"),
        ("siyani", "stop"),
        ("Lekeni.", "stop"),
        ("start", "start"),
        ("thandizo", "help"),
        ("ululimi", "language"),
    ],
)
def test_commands_are_known_in_every_language(typed: str, command: str) -> None:
    assert match_command(typed, read_release(FLOWS).words) == command
