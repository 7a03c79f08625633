"""What a check of flow files has found: where, what, why it matters, and the mend."""

from dataclasses import asdict, dataclass
from typing import Final, Literal

ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `what`, `why` and `mend` are sentences without their full stop.

    `rule` is the short name of the check. `language` is empty where it is no matter of one.
    """

    level: Literal["error", "warning"]
    rule: str
    path: str
    line: int
    what: str
    why: str
    mend: str
    language: str = ""

    @property
    def text(self) -> str:
        """The finding on one line, as editors and people read it."""
        rule = f"{self.rule}: {self.language}" if self.language else self.rule
        return f"{self.path}:{self.line}: {self.level}: {self._sentences} [{rule}]"

    @property
    def github(self) -> str:
        """The finding as a command of GitHub's, which shows it beside the line."""
        place = f"file={_property(self.path)},line={self.line},title={_property(self.rule)}"
        language = f" [{self.language}]" if self.language else ""
        return f"::{self.level} {place}::{_data(self._sentences)}{language}"

    @property
    def json(self) -> dict[str, str | int]:
        """The finding as programs read it."""
        return asdict(self)

    @property
    def _sentences(self) -> str:
        return f"{self.what}. {self.why}. {self.mend}."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
