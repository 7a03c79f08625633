"""The settings of what staff export on the pages. Reads no file and no environment."""

from pathlib import Path

from gateway.config.sections import Section, setting, whole


class ExportsSettings(Section):
    """What staff take out of the pages, and how long it is kept."""

    folder: Path = setting(
        Path("var/exports"),
        "Where prepared files are kept, each sealed under a key of its own.",
        "a folder; it is made where it is missing",
    )
    keep_days: int = whole(7, 1, 90, "How long a prepared file is kept before it is deleted.")
    written_folder: str = setting(
        "",
        "Where counts are written by the day or the week, for other programs to fetch; empty: no"
        " such thing is offered.",
        "a folder, or nothing",
    )
