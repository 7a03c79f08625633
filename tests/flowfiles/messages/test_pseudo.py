"""The feigned language: longer, of another kind, and whole in its values and commands."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.core.text.gsm7 import is_gsm7
from gateway.flowfiles.messages.check import Checker
from gateway.flowfiles.messages.placeholders import pieces, placeholders
from gateway.flowfiles.messages.pseudo import feign, pseudo
from gateway.flowfiles.messages.room import outside_gsm7, size
from gateway.flowfiles.messages.script import Message, read_script
from gateway.flowfiles.po_files import write_po_file
from gateway.flowfiles.releases import Source, compile_release, read_source
from tests.flowfiles.messages.stage import LIMITS, po, script
from tests.stage import FLOWS, Phone


def words(text: str) -> str:
    return "".join(part for part, holds in pieces(text) if not holds)


@given(some.text(alphabet="aeixyZ. @", min_size=1, max_size=60))
def test_a_feigned_text_is_longer_and_has_the_same_values(text: str) -> None:
    for ucs2 in (False, True):
        made = feign(text, ucs2=ucs2)
        assert placeholders(made) == placeholders(text)
        longer = math.ceil(len(words(text)) * 1.4)
        assert len(words(made)) in {longer, len(words(text)) + 2}
        assert len(words(made)) >= longer


def test_a_feigned_text_can_still_be_read_and_sent() -> None:
    assert feign("Send STOP to @movement.name.") == "(Sééñd STOP tòò @movement.name.--)"


def test_gsm7_letters_stay_in_gsm7_and_others_leave_it() -> None:
    assert is_gsm7(feign("Which district do you live in?"))
    assert not is_gsm7(feign("Which district do you live in?", ucs2=True))


@pytest.mark.parametrize("ucs2", [False, True])
def test_every_text_is_feigned_and_nothing_but_its_length_is_wrong(ucs2: bool) -> None:
    file = pseudo(script(), "qps", LIMITS, ucs2=ucs2)
    assert all(one.text != one.source for one in file.entries if words(one.source).strip("98 "))
    findings = Checker(script(), "qps", "qps.po", file, LIMITS).findings()
    assert {one.rule for one in findings} <= {"screens", "segments"}


@pytest.mark.parametrize("ucs2", [False, True])
def test_the_shipped_flows_have_room_for_a_language_that_is_longer(ucs2: bool) -> None:
    """A text in it may take a screen or an SMS more, none takes more than twice the source's."""
    shipped = read_script(read_source(FLOWS))
    file = pseudo(shipped, "qps", LIMITS, ucs2=ucs2)
    assert {one.rule for one in Checker(shipped, "qps", "qps.po", file, LIMITS).findings()} <= {
        "screens",
        "segments",
    }
    texts = {one.context: one.text for one in file.entries}

    def feigned(message: Message) -> str:
        return texts[message.context]

    def plain(message: Message) -> str:
        return outside_gsm7(message.source) if ucs2 else message.source

    for message in shipped.messages:
        needed, allowed = (size(shipped, message, read, LIMITS) for read in (feigned, plain))
        if needed is not None and allowed is not None:
            assert needed.screens <= allowed.screens * 2
            assert needed.parts <= allowed.parts * 2


def test_the_shipped_flows_speak_it_and_english_on_a_screen_is_seen() -> None:
    own = read_source(FLOWS)
    content = write_po_file(pseudo(read_script(own), "qps", LIMITS))
    release = compile_release(Source({**own.files, "translations/qps.po": content}))
    shown = Phone(release, language="qps").start("home")
    assert shown.splitlines()[1] == "1 (Jòìñ)"
    assert po(content).headers["X-Pseudo"] == "yes"
