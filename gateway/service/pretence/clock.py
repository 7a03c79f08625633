"""A clock whose hand is moved: it shows the time at which something is said to have happened."""


class Hand:
    """Milliseconds since 1970, from one moved forward to the next."""

    def __init__(self, at: int) -> None:
        """Begin at a time."""
        self._at = at

    def __call__(self) -> int:
        """Return the time that is shown."""
        return self._at

    def move(self, at: int) -> None:
        """Show another time; one that is past already changes nothing."""
        self._at = max(self._at, at)
