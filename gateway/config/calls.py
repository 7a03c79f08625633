"""The settings of calls to action. Reads no file and no environment, as `sections` does."""

from pathlib import Path

from gateway.config.sections import Section, setting, whole


class CallsSettings(Section):
    """How calls to action are sent."""

    two_people: bool = setting(
        default=True,
        meaning="A call leaves only after somebody approved it who had no part in writing it; false"
        " where one person runs the movement.",
        allowed="true or false",
    )
    per_week: int = whole(
        3, 0, 100, "How many calls a member gets within seven days at most; 0 for any number."
    )
    sensitive: Path = setting(
        Path("sensitive.toml"),
        "Words that writers of calls are warned of; relative to the folder of this file.",
        "the path of a TOML file",
    )
