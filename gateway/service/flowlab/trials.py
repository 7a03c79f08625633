"""The transcripts of one conversation, played on a version of it, within a bounded time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.transcripts import Transcript, read_transcripts, transcript_files
from gateway.service.flowlab.coverage import Covered, Trace
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.service.flowlab.playing import Failure, play

_SECONDS: Final = 20.0
_PLAYING = Lock()  # each takes a processor for a while


@dataclass(frozen=True, slots=True)
class Trial:
    """How the transcripts went. `left` were not played, because the time was over."""

    played: tuple[tuple[Transcript, Failure | None], ...]
    left: int
    covered: Covered | None

    @property
    def failed(self) -> int:
        """How many went otherwise than they say."""
        return sum(failure is not None for _, failure in self.played)


def transcripts_of(directory: Path, flow: str) -> tuple[list[Transcript], str]:
    """Return the transcripts of a conversation beside its file, and what is wrong with them."""
    for path in transcript_files(directory):
        if path.name == f"{flow}.test.yaml":
            try:
                return list(read_transcripts(path.name, path.read_bytes())), ""
            except FlowFileError as mistake:
                return [], str(mistake)
    return [], ""


def play_all(
    setting: Setting, flow: str, transcripts: list[Transcript], clock: Callable[[], float]
) -> Trial | None:
    """Play transcripts one after the other; None where others are being played already.

    `clock` gives seconds and never goes back.
    """
    if not _PLAYING.acquire(blocking=False):
        return None
    try:
        end = clock() + _SECONDS
        played: list[tuple[Transcript, Failure | None]] = []
        trace = Trace()
        with Laboratory(setting, trace) as lab:
            for one in transcripts:
                if clock() > end:
                    break
                played.append((one, play(lab, one)))
            covered = trace.covered(lab.ground.releases.current)
            own = next((one for one in covered if one.flow == flow), None)
        return Trial(tuple(played), len(transcripts) - len(played), own)
    finally:
        _PLAYING.release()
