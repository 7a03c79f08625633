"""The settings of how staff sign in. Reads no file and no environment, as `sections` does."""

from gateway.config.sections import Section, setting, whole


class StaffSettings(Section):
    """How those who run the movement sign in."""

    session_hours: int = whole(
        12, 1, 168, "How long somebody stays signed in at most, in use or not."
    )
    idle_minutes: int = whole(
        30, 5, 1440, "How long somebody stays signed in without opening a page."
    )
    link_minutes: int = whole(
        60, 5, 10_080, "How long a one-time link to sign in or to set a new password serves."
    )
    totp_required: bool = setting(
        default=True,
        meaning="Ask everybody to set up an app that makes codes before anything else.",
        allowed="true or false",
    )
    checks_at_once: int = whole(
        2,
        1,
        16,
        "How many passwords one process checks at the same time; each check takes 64 MiB.",
    )
