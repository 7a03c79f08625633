"""The transcripts of one conversation, played on a version of it, within a bounded time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Self

import orjson

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.transcripts import SUFFIX, Transcript, read_transcripts, transcript_files
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """How all that came along with a version went. `left` were not played: the time was over."""

    played: int
    left: int
    wrong: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether everything was played and went as it says."""
        return not self.left and not self.wrong

    def to_json(self) -> str:
        """Return it as JSON."""
        return orjson.dumps(
            {"played": self.played, "left": self.left, "wrong": self.wrong}
        ).decode()

    @classmethod
    def from_json(cls, stored: str) -> Self:
        """Return what `to_json` wrote."""
        found = orjson.loads(stored)
        return cls(found["played"], found["left"], tuple(found["wrong"]))


def judge(
    setting: Setting, transcripts: Mapping[str, bytes], clock: Callable[[], float]
) -> Verdict:
    """Play all transcripts of a version, as many as the time allows; wait for others first.

    `clock` gives seconds and never goes back.
    """
    known: list[Transcript] = []
    wrong: list[str] = []
    for name, content in sorted(transcripts.items()):
        try:
            known += read_transcripts(name, content)
        except FlowFileError as mistake:
            wrong.append(str(mistake))
    played = 0
    with _PLAYING, Laboratory(setting) as lab:
        end = clock() + _SECONDS
        for one in known:
            if clock() > end:
                break
            failure = play(lab, one)
            played += 1
            if failure is not None:
                wrong.append(f"{failure.path}:{failure.line}: {failure.test}: {failure.what}")
    return Verdict(played, len(known) - played, tuple(wrong))


def transcripts_of(
    directory: Path, flow: str, sent: Mapping[str, bytes] | None = None
) -> tuple[list[Transcript], str]:
    """Return the transcripts of a conversation, and what is wrong with them.

    `sent` are those that came along with its version; None: those beside the files of the folder.
    """
    name = f"{flow}{SUFFIX}"
    if sent is None:
        paths = transcript_files(directory)
        sent = {path.name: path.read_bytes() for path in paths if path.name == name}
    try:
        return (list(read_transcripts(name, sent[name])) if name in sent else []), ""
    except FlowFileError as mistake:
        return [], str(mistake)


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
