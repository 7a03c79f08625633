"""The API by which programs read: JSON, one token each, nothing that changes anything.

Whatever goes wrong is answered as JSON with a sentence. A token sees what its maker may see now, in
the token's places, and no more than its scopes. Nobody's name, number or words are here.
"""

import hashlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib.metadata import version
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gateway.core.movement import codes
from gateway.core.movement.ballots import Motion, Tally
from gateway.core.movement.disclosure import LEAST, TooFineError
from gateway.core.movement.moments import iso
from gateway.core.staff.roles import Permission, Viewer
from gateway.service.cases import Cases, Listed
from gateway.service.readings import Readings
from gateway.service.signups import DIMENSIONS, OF_REPORTS, PARTICIPANTS, REPORTS, Question
from gateway.store.broadcasts import BroadcastRow
from gateway.store.cases import Filter
from gateway.web.house import House
from gateway.web.turnstile import A_MINUTE, Turnstile
from gateway.web.visits import address

ROOT: Final = "/api/v1"
_LEVELS: Final = ("province", "district")
_PAGE: Final = 100
_MOST: Final = 500

Json = dict[str, Any]

_By = Annotated[str, Query(description="What to count by, separated by commas.", max_length=100)]
_Level = Annotated[str | None, Query(description="Count places as their province or district.")]
_Left = Annotated[bool, Query(description="Count those who left as well.")]
_After = Annotated[
    int | None, Query(description="`next_after` of the page before.", ge=0, le=2**62)
]
_Number = Annotated[int, Path(ge=1, le=2**53)]
_NO: Final = False
_Limit = Annotated[int, Query(description="How many at most.", ge=1, le=_MOST)]


class ApiError(Exception):
    """What a program asked cannot be answered: a status, a sentence, and headers."""

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Take all three."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})


class _Route(APIRoute):
    """Answers every error as JSON of one shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ApiError as trouble:
                return _refusal(trouble)
            except RequestValidationError as trouble:
                first = trouble.errors()[0]
                name = ".".join(str(part) for part in first["loc"][1:])
                return _refusal(ApiError(400, f"{name}: {first['msg']}."))

        return answer


_BEARER = HTTPBearer(auto_error=False, description="A token of `gateway staff tokens make`.")


def router(house: House, cases: Cases, *, per_minute: int = A_MINUTE) -> APIRouter:
    """Return the routes of the API, with their documentation at ``openapi.json``."""
    readings = Readings(house.database, house.vault, house.places, cases)
    turnstile = Turnstile(house.database.clock, per_minute)
    routes = APIRouter(prefix=ROOT, route_class=_Route, responses=_ERRORS)
    zone, places = house.ground.timezone, house.places

    def caller(
        request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Viewer:
        secret = "" if bearer is None else bearer.credentials
        viewer = house.tokens.token_viewer(secret) if secret else None
        key = secret if viewer is not None else address(request)
        wait = turnstile.wait_ms(hashlib.sha256(key.encode()).digest())
        if wait:
            seconds = str(-(-wait // 1000))
            raise ApiError(429, "That is too often. Wait a little.", {"retry-after": seconds})
        if viewer is None:
            sentence = "Send a token that serves: Authorization: Bearer mg_..."
            raise ApiError(401, sentence, {"www-authenticate": "Bearer"})
        return viewer

    def needs(permission: Permission) -> Any:
        def check(viewer: Annotated[Viewer, Depends(caller)]) -> Viewer:
            if permission not in viewer.permissions:
                raise ApiError(403, f"This token may not read '{permission}'.")
            return viewer

        return Depends(check)

    @routes.get("/openapi.json", summary="This documentation", dependencies=[])
    def documentation() -> JSONResponse:
        return JSONResponse(
            get_openapi(
                title="Mashinani",
                version=version("mashinani-gateway"),
                summary="What programs may read of a movement",
                description=_ABOUT,
                routes=routes.routes,
            )
        )

    @routes.get("/signups", summary="How many joined, by what they are counted by")
    def signups(
        viewer: Annotated[Viewer, needs(Permission.COUNTS)],
        by: _By = "place",
        level: _Level = None,
        left: _Left = _NO,
    ) -> Json:
        scope = viewer.scope(Permission.COUNTS, places)
        names = _names(by, DIMENSIONS)
        question = Question(names, zone, _level(level), left, scope, LEAST, PARTICIPANTS)
        return _counts(readings, question)

    @routes.get("/reports/counts", summary="How many reports came, by what they are counted by")
    def counts(
        viewer: Annotated[Viewer, needs(Permission.CASES)],
        by: _By = "category,status",
        level: _Level = None,
    ) -> Json:
        scope = viewer.scope(Permission.CASES, places)
        names = _names(by, OF_REPORTS)
        question = Question(names, zone, _level(level), scope=scope, least=LEAST, of=REPORTS)
        return _counts(readings, question)

    @routes.get("/reports", summary="Reports without their words, the oldest first")
    def reports(
        viewer: Annotated[Viewer, needs(Permission.CASES)],
        after: _After = None,
        limit: _Limit = _PAGE,
        over: Annotated[bool, Query(description="Those that are over, not the open ones.")] = _NO,
        category: Annotated[str | None, Query(description="Only of this category.")] = None,
    ) -> Json:
        wanted = Filter(open=not over, category=category, danger=False)
        found = readings.reports(viewer, wanted, after, limit)
        more = found[-1].row.id if len(found) == limit else None
        return {"reports": [_report(one) for one in found], "next_after": more}

    @routes.get("/assemblies", summary="The assemblies, the latest first")
    def assemblies(viewer: Annotated[Viewer, needs(Permission.ASSEMBLIES)]) -> Json:
        found = readings.assemblies(viewer)
        return {
            "assemblies": [
                {
                    "number": one.number,
                    "title": one.title,
                    "place": one.place,
                    "opens_at": iso(one.opens_at),
                    "closes_at": iso(one.ends_at),
                    "motions": [motion.number for motion in motions],
                }
                for one, motions in found
            ]
        }

    @routes.get("/assemblies/{number}", summary="What came of an assembly")
    def result(viewer: Annotated[Viewer, needs(Permission.ASSEMBLIES)], number: _Number) -> Json:
        found = readings.result(viewer, number)
        if found is None:
            raise ApiError(404, "There is no such assembly.")
        return {
            "number": number,
            "title": found.assembly.title,
            "place": found.assembly.place,
            "closes_at": iso(found.assembly.ends_at),
            "counted_at": iso(found.at),
            "final": not found.provisional,
            "motions": [_tally(one, shown=not found.provisional) for one in found.tallies],
        }

    _add_doings(routes, house, readings, needs)
    return routes


def _add_doings(
    routes: APIRouter, house: House, readings: Readings, needs: Callable[[Permission], Any]
) -> None:
    """Add what the movement said to people, and what they answered."""

    @routes.get("/calls", summary="Calls to action, the newest first")
    def calls(
        viewer: Annotated[Viewer, needs(Permission.CALLS)],
        before: Annotated[
            int | None, Query(description="Only of lower numbers.", ge=1, le=2**53)
        ] = None,
        limit: _Limit = _PAGE,
    ) -> Json:
        return {"calls": [_call(one, house) for one in readings.calls(viewer, before, limit)]}

    @routes.get("/calls/{number}", summary="A call to action, and what became of its messages")
    def call(viewer: Annotated[Viewer, needs(Permission.CALLS)], number: _Number) -> Json:
        found = readings.call(viewer, number)
        if found is None:
            raise ApiError(404, "There is no such call.")
        one, messages = found
        return _call(one, house) | {"messages": {at.word: n for at, n in sorted(messages.items())}}

    @routes.get("/flows", summary="The conversations that saved results")
    def flows(viewer: Annotated[Viewer, needs(Permission.COUNTS)]) -> Json:
        _whole(viewer, Permission.COUNTS)
        return {"flows": list(readings.flows())}

    @routes.get("/flows/{flow}/results", summary="How often each answer was given")
    def answers(viewer: Annotated[Viewer, needs(Permission.COUNTS)], flow: str) -> Json:
        _whole(viewer, Permission.COUNTS)
        if flow not in readings.flows():
            raise ApiError(404, "This conversation has saved no result.")
        kept = readings.answers(flow)
        return {
            "flow": flow,
            "counted_at": iso(kept.at),
            "least": LEAST,
            "results": [
                {
                    "name": one.result,
                    "categories": [
                        {"category": name, "people": people}
                        for name, people in one.categories.items()
                    ],
                }
                for one in kept.value
            ],
        }


_ABOUT: Final = (
    "Everything here is read, nothing changes. A count of fewer than "
    f"{LEAST} people is held back as null, and with it what it could be worked out from. "
    "Errors are `{error: {status, message}}`. A token may ask "
    f"{A_MINUTE} times in a minute."
)
_ERROR: Final = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "error": {
                        "type": "object",
                        "properties": {
                            "status": {"type": "integer"},
                            "message": {"type": "string"},
                        },
                    }
                },
            }
        }
    }
}
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "It could not be read.", **_ERROR},
    401: {"description": "There is no token, or it serves no more.", **_ERROR},
    403: {"description": "The token may not read this.", **_ERROR},
    404: {"description": "There is nothing here.", **_ERROR},
    422: {"description": "Never sent: what cannot be read is a 400.", **_ERROR},
    429: {"description": "Too often.", **_ERROR},
}


def _refusal(trouble: ApiError) -> JSONResponse:
    body = {"error": {"status": trouble.status, "message": trouble.sentence}}
    return JSONResponse(body, trouble.status, headers=trouble.headers)


def _names(by: str, known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(one.strip() for one in by.split(",") if one.strip()))
    unknown = [one for one in names if one not in known]
    if unknown or not names:
        raise ApiError(400, f"by: give some of {', '.join(known)}, separated by commas.")
    return names


def _level(level: str | None) -> str | None:
    if level is not None and level not in _LEVELS:
        raise ApiError(400, f"level: give one of {', '.join(_LEVELS)}.")
    return level


def _whole(viewer: Viewer, permission: Permission) -> None:
    if viewer.within(permission) is not None:
        raise ApiError(
            403, "Answers are counted for the whole movement; this token is for a place."
        )


def _counts(readings: Readings, question: Question) -> Json:
    try:
        kept = readings.count(question)
    except TooFineError as trouble:
        raise ApiError(400, str(trouble)) from trouble
    table = kept.value
    width = len(table.columns) - 1  # the last says again that a count is held back
    return {
        "by": list(question.by),
        "counted_at": iso(kept.at),
        "least": question.least,
        "held_back": table.held_back,
        "total_shown": table.shown,
        "rows": [dict(zip(table.columns, row[:width], strict=False)) for row in table.rows],
    }


def _report(one: Listed) -> Json:
    row = one.row
    return {
        "code": codes.written(row.code),
        "category": row.category,
        "place": row.place,
        "state": row.status,
        "filed_at": iso(row.filed_at),
        "changed_at": None if row.changed_at is None else iso(row.changed_at),
        "verified": row.verified_at is not None,
        "published": row.published_at is not None,
    }


def _tally(tally: Tally, *, shown: bool) -> Json:
    """Return the count of a motion; while people vote only how many did."""
    motion: Motion = tally.motion
    counts = {one.option.number: one.votes for one in tally.counts}
    return {
        "number": motion.number,
        "question": dict(motion.question),
        "turnout": tally.turnout,
        "eligible": tally.eligible,
        "options": [
            {
                "number": one.number,
                "label": dict(one.label),
                "votes": counts.get(one.number, 0) if shown else None,
            }
            for one in motion.options
        ],
    }


def _call(one: BroadcastRow, house: House) -> Json:
    return {
        "number": one.number,
        "title": one.title,
        "audience": one.audience.in_words(house.places),
        "status": one.status,
        "queued": one.queued,
        "created_at": iso(one.created_at),
        "valid_until": iso(one.valid_until),
    }
