import pytest

from gateway.simulator.sessions import Sessions, fits_a_screen

PHONE, CODE = "+260970000001", "*384*99#"


def dialled(code: str) -> str | None:
    session = Sessions(seconds=180).dial("s1", PHONE, code, CODE, 0.0)
    return None if session is None else session.text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("*384*99#", ""),
        ("*384*99*2#", "2"),
        ("*384*99*2*1#", "2*1"),
        ("*384*99*2*1", "2*1"),
        ("*384*990#", None),
        ("*384#", None),
        ("", None),
    ],
)
def test_what_is_dialled_beyond_the_code_counts_as_typed(code, text):
    assert dialled(code) == text


def test_the_text_is_everything_typed_joined_and_never_escaped():
    session = Sessions(seconds=180).dial("s1", PHONE, CODE, CODE, 0.0)
    assert session is not None
    texts = []
    for typed in ("1", "a*b", ""):
        session.inputs.append(typed)
        texts.append(session.text)
    assert texts == ["1", "1*a*b", "1*a*b*"]


def test_a_session_that_lasted_too_long_is_closed_once():
    sessions = Sessions(seconds=180)
    sessions.dial("old", PHONE, CODE, CODE, 0.0)
    sessions.dial("new", PHONE, CODE, CODE, 100.0)
    assert [session.id for session in sessions.expire(200.0)] == ["old"]
    assert list(sessions.expire(200.0)) == []
    assert sessions.find("new") is not None


def test_the_oldest_session_gives_way_when_there_are_too_many():
    sessions = Sessions(seconds=180, most=2)
    for name in ("a", "b", "c"):
        sessions.dial(name, PHONE, CODE, CODE, 0.0)
    assert [sessions.find(name) is not None for name in ("a", "b", "c")] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 182, True), ("a" * 183, False), ("{" * 92, False), ("ŵ" * 80, True), ("ŵ" * 81, False)],
)
def test_a_screen_is_as_long_as_a_network_carries(text, fits):
    assert fits_a_screen(text) is fits
