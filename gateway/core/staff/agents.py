"""A browser's long name in two words, so that people know their own sessions again."""

from typing import Final

# The first that is found: browsers name those that they descend from too.
_BROWSERS: Final = (
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("UCBrowser", "UC Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("KAIOS", "KaiOS"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def short_agent(header: str) -> str:
    """Return such as ``Firefox, Android`` for a User-Agent header; ``Unknown browser`` for none."""
    browser = _first(header, _BROWSERS)
    system = _first(header, _SYSTEMS)
    return ", ".join(part for part in (browser or "Unknown browser", system) if part)


def _first(header: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in header), "")
