"""How a browser's long name is shortened."""

import pytest

from gateway.core.staff.agents import short_agent

_MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("header", "short"),
    [
        (
            f"{_MOZILLA} (Android 12; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox, Android",
        ),
        (
            f"{_MOZILLA} (Linux; Android 10) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            f"{_MOZILLA} (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            f"{_MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0",
            "Edge, Windows",
        ),
        ("Opera/9.80 (Android; Opera Mini/36.2) Presto/2.12.423", "Opera, Android"),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_two_words(header: str, short: str):
    assert short_agent(header) == short
