"""Forms of pages: who may post one, and what it says. Holds no page and decides nothing."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

MAX_FORM_BYTES = 8192

_SAME = "same-origin"


class Refused(Exception):
    """A form that is not taken. `status` is the HTTP status that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        """`sentence` is shown to whoever sent it."""
        super().__init__(sentence)
        self.status = status


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form that one of our own pages sent, the last of each name.

    Raises `Refused` with 403 for a form that another site made a browser send, 413 for one that is
    larger than any of ours, 415 for something else than a form and 400 for bytes that are no text.
    """
    if not _from_our_page(request):
        raise Refused(403, "This form was not sent from this site.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "Only forms are read here.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_FORM_BYTES:
            raise Refused(413, f"At most {MAX_FORM_BYTES} bytes.")
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict"))
    except ValueError as trouble:
        raise Refused(400, "The form is not text in UTF-8.") from trouble


def _from_our_page(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of this very host.

    Every browser says so in at least one of two headers; a request without both is refused.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == _SAME
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
