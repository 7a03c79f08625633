"""Files of flows that somebody sends: a single one, or an archive. Refuses what could do harm.

Nothing is written to a disk: names only say which file of a release is meant, and an archive is
unpacked in memory, each file and all of them up to a bound, whatever the archive says of itself.
"""

import os
import re
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from gateway.flowfiles.imported_files import FOLDER
from gateway.flowfiles.releases import TRANSLATIONS, Source
from gateway.flowfiles.transcripts import SUFFIX

LARGEST_UPLOAD: Final = 4 * 1024 * 1024
LARGEST: Final = 16 * 1024 * 1024
MOST: Final = 500
_KIB: Final = 1024

# Where the files of a release lie, and how large one may be.
_KINDS: Final[Mapping[str, tuple[str, int]]] = {
    ".yaml": ("", 256 * _KIB),
    ".po": (TRANSLATIONS, 1024 * _KIB),
    ".json": (FOLDER, 4096 * _KIB),
}
_STEM: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}")
_ZIP: Final = b"PK\x03\x04"


class UploadError(ValueError):
    """A file that is not taken. `sentence` says why; `values` belong into it."""

    def __init__(self, sentence: str, **values: str | int) -> None:
        """`sentence` may have places such as ``%(name)s``, which `values` fill."""
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The files that were sent, by their name in a release; what is no part of one is left out.

    `transcripts` are no part of a release, and are played on it.
    """

    files: Mapping[str, bytes]
    transcripts: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


def read_upload(name: str, content: bytes) -> Uploaded:
    """Return the files of an upload. Raises `UploadError`."""
    if not content:
        raise UploadError("The file is empty.")
    if len(content) > LARGEST_UPLOAD:
        raise UploadError("The file is larger than %(most)s MB.", most=LARGEST_UPLOAD // _KIB**2)
    if content.startswith(_ZIP) or name.lower().endswith(".zip"):
        return _archive(content)
    return Uploaded({_placed(PurePosixPath(name.replace("\\", "/")).name, content): content}, {})


def merged(before: Source, uploaded: Mapping[str, bytes]) -> Source:
    """Return the release that the files make in place of those of the same name."""
    return Source({**before.files, **uploaded})


def archive(source: Source, transcripts: Mapping[str, bytes]) -> bytes:
    """Return the files of a release as an archive, the same bytes for the same files."""
    written = BytesIO()
    with ZipFile(written, "w") as packed:
        for name, content in sorted({**source.files, **transcripts}.items()):
            packed.writestr(ZipInfo(f"flows/{name}"), content)
    return written.getvalue()


def _placed(name: str, content: bytes) -> str:
    """Return the name in a release of a file that was sent by itself."""
    suffix = PurePosixPath(name).suffix
    if suffix not in _KINDS or name.endswith(SUFFIX):
        raise UploadError(
            "Only flows (.yaml), translations (.po), imported flows (.json) and archives of these "
            "(.zip) are taken."
        )
    folder, most = _KINDS[suffix]
    if not _STEM.fullmatch(name.removesuffix(suffix)):
        raise UploadError("The name of the file has other signs than letters, digits, _ and -.")
    if len(content) > most:
        raise UploadError("%(name)s is larger than %(most)s KB.", name=name, most=most // _KIB)
    return f"{folder}/{name}" if folder else name


def _archive(content: bytes) -> Uploaded:
    try:
        with ZipFile(BytesIO(content)) as packed:
            return _unpacked(packed)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as trouble:
        raise UploadError("The archive is damaged, or is of a kind that is not read.") from trouble


def _unpacked(packed: ZipFile) -> Uploaded:
    entries = [one for one in packed.infolist() if not one.is_dir() and not _is_aside(one.filename)]
    if len(entries) > MOST:
        raise UploadError("The archive holds more than %(most)s files.", most=MOST)
    for entry in entries:
        _refuse_harm(entry)
    top = _top([PurePosixPath(entry.filename) for entry in entries])
    files: dict[str, bytes] = {}
    left_out = []
    room = LARGEST
    for entry in entries:
        name = str(PurePosixPath(entry.filename).relative_to(top))
        most = _most(name)
        if most is None:
            left_out.append(name)
            continue
        if name in files:
            raise UploadError("The archive holds %(name)s twice.", name=name)
        with packed.open(entry) as file:
            files[name] = file.read(min(most, room) + 1)
        if len(files[name]) > most:
            raise UploadError("%(name)s is larger than %(most)s KB.", name=name, most=most // _KIB)
        room -= len(files[name])
        if room < 0:
            raise UploadError(
                "The archive is larger than %(most)s MB when it is unpacked.",
                most=LARGEST // _KIB**2,
            )
    transcripts = {name: files.pop(name) for name in list(files) if name.endswith(SUFFIX)}
    if not files:
        raise UploadError("There are no flow files in the archive.")
    return Uploaded(files, transcripts, tuple(left_out))


def _is_aside(name: str) -> bool:
    """Whether a program that packs put this into the archive for itself."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"


def _refuse_harm(entry: ZipInfo) -> None:
    """Refuse names that lead elsewhere, links, and what needs a password."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    odd = not parts or "\\" in entry.orig_filename or ":" in name
    if odd or name.startswith("/") or os.pardir in parts:
        raise UploadError("The archive holds a file whose name leads out of it.")
    if not name.isprintable():
        raise UploadError("The archive holds a file whose name cannot be printed.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UploadError("The archive holds a link to another file.")
    if entry.flag_bits & 1:
        raise UploadError("The archive needs a password.")


def _top(paths: list[PurePosixPath]) -> PurePosixPath:
    """Return the folder that all the files lie in, if it is none of a release's own."""
    tops = {path.parts[0] if len(path.parts) > 1 else "" for path in paths}
    top = tops.pop() if len(tops) == 1 else ""
    return PurePosixPath("" if top in {TRANSLATIONS, FOLDER} else top)


def _most(name: str) -> int | None:
    """Return how large a file of a release, or a transcript, may be; None for anything else."""
    path = PurePosixPath(name)
    if path.suffix not in _KINDS:
        return None
    folder, most = _KINDS[path.suffix]
    return most if path.parent == PurePosixPath(folder) and _STEM.fullmatch(path.stem) else None
