"""What is answered where there is no page: to a person a page, to a program JSON."""

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from gateway.web.pages import Pages

_PROGRAMS: Final = "/api/"
_NOT_FOUND: Final = 404
NOTHING: Final = "There is nothing at this address."
_SENTENCES: Final = {
    _NOT_FOUND: NOTHING,
    405: "This address does not take that.",
}


def nothing_here(path: str, status: int = _NOT_FOUND) -> Response:
    """Return the plain answer for an address that there is not, or that does not take this."""
    sentence = _SENTENCES.get(status, "That is not possible.")
    if path.startswith(_PROGRAMS):
        return JSONResponse({"error": {"status": status, "message": sentence}}, status)
    return PlainTextResponse(sentence, status)


def add(app: FastAPI, pages: Pages, language: Callable[[Request], str]) -> None:
    """Have an application answer so what none of its routes does."""

    def lost(request: Request, trouble: Exception) -> Response:
        if not isinstance(trouble, HTTPException):
            raise trouble
        path, status = request.scope["path"], trouble.status_code
        asks_for_a_page = "text/html" in request.headers.get("accept", "")
        if status == _NOT_FOUND and asks_for_a_page and not path.startswith(_PROGRAMS):
            return pages.render("signin/lost", status=status, language=language(request))
        answer = nothing_here(path, status)
        answer.headers.update(trouble.headers or {})
        return answer

    app.add_exception_handler(HTTPException, lost)
