"""Who is at the keyboard, for the journal. Proves nothing: it is the name of the login."""

import getpass


def login_name() -> str:
    """Return the name of the login, or ``unknown`` where the system has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
