"""Forms of pages: who may post one, and what it says. Holds no page and decides nothing."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

MAX_FORM_BYTES: Final = 65_536
MAX_UPLOAD_BYTES: Final = 16 * 1024 * 1024
_MAX_FIELDS: Final = 200
_SECONDS: Final = 60.0  # a form that takes longer is a line that hangs, or somebody who holds it up

_SAME: Final = "same-origin"
_FORM: Final = "application/x-www-form-urlencoded"
_FILES: Final = "multipart/form-data"


class Refused(Exception):
    """A form that is not taken. `status` is the HTTP status that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        """`sentence` is shown to whoever sent it."""
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form carried: the name that the browser gave it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says: its fields in order, and its files by the name of their field."""

    pairs: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a field as it was sent."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def text(self, name: str) -> str:
        """Return the last value of a field without white space around it."""
        return self.get(name).strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, such as of boxes that were ticked."""
        return tuple(value for key, value in self.pairs if key == name)

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _ in self.pairs)


async def read_form(request: Request, *, uploads: bool = False, silent: bool = False) -> Form:
    """Return what a form says that one of our own pages sent.

    Raises `Refused` with 403 for a form that another site made a browser send, 408 for one that
    does not come to an end, 413 for one that is larger than any of ours, 415 for something else
    than a form and 400 for what cannot be read. Files are taken only with `uploads`. With `silent`
    it is also taken from a client that does not say where it comes from, as programs and some
    phones' browsers do: for forms that carry a token, and for the sign-in, which acts for nobody.
    """
    if not _from_our_page(request, silent=silent):
        raise Refused(403, "This form was not sent from this site.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        async with asyncio.timeout(_SECONDS):
            if kind == _FILES and uploads:
                return await _with_files(request)
            if kind != _FORM:
                raise Refused(415, "Only forms are read here.")
            body = b"".join([part async for part in _bounded(request, MAX_FORM_BYTES)])
    except TimeoutError:
        raise Refused(408, "The form did not arrive in time. Please send it again.") from None
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as trouble:
        raise Refused(400, "The form is not text in UTF-8, or has too many fields.") from trouble
    return _sound(Form(tuple(pairs)))


async def _with_files(request: Request) -> Form:
    # No browser names one, and some make of bytes what is no text.
    if "charset" in request.headers["content-type"].lower():
        raise Refused(400, "The form is not text in UTF-8.")
    parser = MultiPartParser(
        Headers(raw=list(request.headers.raw)),
        _bounded(request, MAX_UPLOAD_BYTES),
        max_files=4,
        max_fields=_MAX_FIELDS,
        max_part_size=MAX_FORM_BYTES,
    )
    parser.spool_max_size = MAX_UPLOAD_BYTES  # what is personal is not put aside on a disk
    try:
        read = await parser.parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError) as trouble:
        raise Refused(400, "The form cannot be read. Please send it again.") from trouble
    pairs, files = [], {}
    try:
        for name, value in read.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or "", await value.read())
            else:
                pairs.append((name, value))
    finally:
        await read.close()
    return _sound(Form(tuple(pairs), files))


def _sound(form: Form) -> Form:
    """Return a form without the one character that no text has and no database takes."""
    if any("\0" in text for pair in form.pairs for text in pair):
        raise Refused(400, "The form holds a character that no text has.")
    return form


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refused(413, f"At most {most} bytes.")
        yield part


def _from_our_page(request: Request, *, silent: bool) -> bool:
    """Whether a browser says that the request comes from a page of this very host.

    Browsers say so in the first of these headers that they know; the oldest know the last.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == _SAME
    said = request.headers.get("origin", request.headers.get("referer"))
    if said is None:
        return silent
    try:
        return urlsplit(said).netloc == request.headers.get("host")
    except ValueError:
        return False
