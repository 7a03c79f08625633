"""Templates and static files, and the headers that keep a page to itself. Knows no page."""

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from gateway.web.languages import SOURCE, Writing, unmarked, writing

# Nothing is fetched from elsewhere, nothing inline runs, nobody may frame a page or post to others.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_YEAR: Final = "public, max-age=31536000, immutable"


class Pages:
    """Renders pages. Made once; holds the templates and the static files in memory."""

    def __init__(self, *, movement: str, zone: tzinfo = UTC) -> None:
        """`movement` is the name on every page; moments are written in `zone`."""
        self._movement = movement
        self._zone = zone
        self._static = {
            entry.name: entry.read_bytes() for entry in (files("gateway.web") / "static").iterdir()
        }
        # Over a slow line the style sheet is most of what a first visit waits for. Pages themselves
        # hold secrets beside what others write, so they are never packed (BREACH).
        self._packed = {name: gzip.compress(file, mtime=0) for name, file in self._static.items()}
        self._templates = cache(self._environment)

    def render(
        self, name: str, *, status: int = 200, language: str = SOURCE, **values: object
    ) -> Response:
        """Return a page made from the template of this name, in a language of the pages."""
        return HTMLResponse(
            self.text(name, language=language, **values), status, headers=dict(HEADERS)
        )

    def text(self, name: str, *, language: str = SOURCE, **values: object) -> str:
        """Return what a template says; for a part of a page that is asked for anew."""
        template = self._templates(language).get_template(f"{name}.html")
        return template.render(**values)

    def writing(self, language: str) -> Writing:
        """Return how a language of the pages writes."""
        return writing(language, self._zone)

    def router(self) -> APIRouter:
        """Return the route of the static files."""
        routes = APIRouter()

        @routes.get("/static/{name}", summary="Style and script of the pages")
        def static(name: str, request: Request) -> Response:
            content = self._static.get(name)
            if content is None:
                return PlainTextResponse("Not found", 404)
            # An address with the fingerprint of the content never means anything else.
            current = request.query_params.get("v") == _fingerprint(content)
            headers = {**HEADERS, "Cache-Control": _YEAR if current else "no-cache"}
            headers["Vary"] = "Accept-Encoding"
            if _unpacks(request.headers.get("accept-encoding", "")):
                content = self._packed[name]
                headers["Content-Encoding"] = "gzip"
            kind = _KINDS[name.rpartition(".")[2]]
            return Response(content, media_type=kind, headers=headers)

        return routes

    def _environment(self, language: str) -> Environment:
        """Return the templates of one language; compiled when they are first used."""
        made = Environment(
            loader=PackageLoader("gateway.web"),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        how = self.writing(language)
        made.globals.update(movement=self._movement, static=self._address, writing=how)
        for name in ("number", "compact", "percent", "money", "day", "month", "clock", "moment"):
            made.filters[name] = getattr(how, name)
        made.filters.update(when=_when, unmarked=unmarked)
        for name in ("iso", "ago", "span", "language_name"):
            made.filters[name] = getattr(how, name)
        install = made.install_gettext_callables  # type: ignore[attr-defined]
        install(how.texts.gettext, how.texts.ngettext, newstyle=True)
        return made

    def _address(self, name: str) -> str:
        return f"/static/{name}?v={_fingerprint(self._static[name])}"


def _unpacks(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3)."""
    asked = [part.replace(" ", "").lower().partition(";") for part in accepted.split(",")]
    return any(name == "gzip" and weight not in ("q=0", "q=0.0") for name, _, weight in asked)


@pass_context
def _when(context: Context, ms: int) -> str:
    """Write a moment as it is said at the time of the page, such as ``today, 18:00``."""
    how: Writing = context["writing"]
    return how.when(ms, context["now"])


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
