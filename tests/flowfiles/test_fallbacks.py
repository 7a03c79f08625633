"""Which language serves for a text that is not translated to the person's own."""

from collections.abc import Mapping, Sequence

import pytest

from gateway.core.flow.release import Release
from gateway.flowfiles.releases import Source, compile_release
from tests.stage import FLOWS, Phone, steps

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
SAYS = "  a: {say: Hello.}\n  b: {say: Bye.}\n"


def catalogue(hello: str, bye: str = "") -> bytes:
    """Return a catalogue of the two texts; an empty one is not translated."""
    return (
        f'{HEAD}\nmsgctxt "one.a.say"\nmsgid "Hello."\nmsgstr "{hello}"\n'
        f'\nmsgctxt "one.b.say"\nmsgid "Bye."\nmsgstr "{bye}"\n'
    ).encode()


def release(
    fallbacks: Mapping[str, Sequence[str]], *, written_in: str = "en", **catalogues: bytes
) -> Release:
    """Compile the flow that says hello and bye with catalogues and fallbacks."""
    files = {
        "one.yaml": steps(SAYS, f"language: {written_in}\n").encode(),
        "system.yaml": (FLOWS / "system.yaml").read_bytes(),
    }
    files |= {f"translations/{code}.po": content for code, content in catalogues.items()}
    return compile_release(Source(files), fallbacks=fallbacks)


@pytest.mark.parametrize(
    ("fallbacks", "shown"),
    [
        pytest.param({}, "Shani.\nBye.", id="without a fallback the original serves"),
        pytest.param({"bem": ["ny"]}, "Shani.\nPitani.", id="the neighbour serves what is missing"),
        pytest.param({"bem": ["sw", "ny"]}, "Shani.\nKwaheri.", id="the nearest one first"),
        pytest.param({"bem": ["fr", "ny"]}, "Shani.\nPitani.", id="one that lacks it is passed by"),
        pytest.param(
            {"bem": ["fr"], "fr": ["sw"]}, "Shani.\nKwaheri.", id="a neighbour's own neighbour"
        ),
        pytest.param(
            {"bem": ["en", "ny"]}, "Shani.\nBye.", id="the original where it is the nearest"
        ),
        pytest.param(
            {"bem": ["fr"], "fr": ["bem"]}, "Shani.\nBye.", id="a circle ends at the original"
        ),
    ],
)
def test_a_text_without_a_translation_is_said_in_the_nearest_language_that_has_it(
    fallbacks: Mapping[str, Sequence[str]], shown: str
) -> None:
    own = release(
        fallbacks,
        bem=catalogue("Shani."),
        fr=catalogue("Salut."),
        ny=catalogue("Moni.", "Pitani."),
        sw=catalogue("Habari.", "Kwaheri."),
    )
    assert Phone(own, language="bem").start() == shown


def test_a_language_without_a_catalogue_is_spoken_through_its_neighbour() -> None:
    own = release({"toi": ["ny"]}, ny=catalogue("Moni.", "Pitani."))
    assert "toi" in own.languages
    phone = Phone(own)
    assert phone.start(language="toi") == "Moni.\nPitani."
    assert phone.said_in == "toi"


def test_a_flow_s_own_language_is_never_replaced_by_a_translation() -> None:
    """A flow in Nyanja serves Bemba as it is written, though an English catalogue is there."""
    own = release({"bem": ["ny", "en"]}, written_in="ny", en=catalogue("Good day.", "Go well."))
    assert Phone(own, language="bem").start() == "Hello.\nBye."
    assert Phone(own, language="en").start() == "Good day.\nGo well."


def test_system_texts_have_the_same_fallbacks() -> None:
    bye = f'{HEAD}\nmsgctxt "system.more"\nmsgid "98 More"\nmsgstr "98 Zina"\n'
    own = release({"bem": ["ny"]}, ny=bye.encode())
    assert own.text("more", "bem") == "98 Zina"
