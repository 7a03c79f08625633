"""The list of calls, one call on its way from draft to result, and what its people do with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from fastapi.responses import Response

from gateway.core.movement import calls as life
from gateway.core.movement.calls import UNSENT, Step
from gateway.core.staff.roles import Permission
from gateway.service import call_replies
from gateway.service.broadcast import BroadcastError
from gateway.service.census import Counts
from gateway.service.kept import Counted
from gateway.store.broadcasts import BroadcastRow
from gateway.web.calls import words, writing
from gateway.web.calls.sight import FILTERS, CallPages, read_number
from gateway.web.calls.writing import Entered, Written
from gateway.web.house import House
from gateway.web.people.words import GENDER_NAMES
from gateway.web.visits import StaffRoutes, Visit

_LONGEST_NOTE: Final = 500


def add(routes: StaffRoutes, house: House, counts: Counts) -> None:
    """Add the pages of calls."""
    pages = CallPages(house, counts)

    @routes.get("/calls", needs=Permission.CALLS)
    def all_of_them(visit: Visit) -> Response:
        return _list(visit, pages)

    @routes.get("/calls/new", needs=Permission.DRAFT)
    def new(visit: Visit) -> Response:
        return _form(visit, pages, _begun(visit, pages))

    @routes.post("/calls/new", needs=Permission.DRAFT)
    def create(visit: Visit) -> Response:
        written = writing.read(visit, house, visit.form)
        if written.plan is None or visit.form.get("do") == "count":
            return _again(visit, pages, written)
        number = house.calls.create(written.plan, written.channel, visit.viewer)
        return visit.go(f"/calls/{number}", visit.gettext("The draft is kept. Nothing leaves yet."))

    @routes.get("/calls/{number:int}", needs=Permission.CALLS)
    def one(visit: Visit) -> Response:
        return _page(visit, pages, pages.call(visit, Permission.CALLS))

    @routes.get("/calls/{number:int}/live", needs=Permission.CALLS)
    def live(visit: Visit) -> Response:
        call = pages.call(visit, Permission.CALLS)
        values = _counted(visit, pages, call)
        response = visit.part("calls/live", call=call, **values)
        if _is_final(call, values["seen"]):
            response.headers["X-Over"] = "1"
        return response

    @routes.get("/calls/{number:int}/replies", needs=Permission.PEOPLE)
    def replies(visit: Visit) -> Response:
        call = pages.call(visit, Permission.CALLS)
        before = read_number(visit.query.get("before", ""))
        scope = visit.scope(Permission.PEOPLE)
        page = call_replies.read(
            house.database, house.vault, call.number, visit.viewer, scope=scope, before=before
        )
        path = f"/calls/{call.number}/replies"
        return visit.render(
            "calls/replies",
            call=call,
            page=page,
            places=house.places,
            following="" if page.following is None else f"{path}?before={page.following}",
            first=path if before is not None else "",
        )

    @routes.get("/calls/{number:int}/edit", needs=Permission.DRAFT)
    def edit(visit: Visit) -> Response:
        call = pages.call(visit, Permission.DRAFT)
        if call.status != life.DRAFT:
            return visit.go(f"/calls/{call.number}")
        return _form(visit, pages, writing.of_call(call, house), call=call)

    @routes.post("/calls/{number:int}/edit", needs=Permission.DRAFT)
    def change(visit: Visit) -> Response:
        call = pages.call(visit, Permission.DRAFT)
        written = writing.read(visit, house, visit.form)
        plan = written.plan
        if plan is None or visit.form.get("do") == "count":
            return _again(visit, pages, written, call)
        return _step(
            visit,
            pages,
            Permission.DRAFT,
            lambda number: house.calls.change(number, plan, written.channel, visit.viewer),
            visit.gettext("The draft is kept. Nothing leaves yet."),
        )

    _add_steps(routes, pages)


def _add_steps(routes: StaffRoutes, pages: CallPages) -> None:
    """Add what the buttons of a call's page do."""
    calls = pages.house.calls

    def button(
        step: str, needs: Permission, act: Callable[[Visit, int], object], said: str
    ) -> None:
        @routes.post(f"/calls/{{number:int}}/{step}", needs=needs)
        def take(visit: Visit) -> Response:
            done = visit.gettext(said)
            return _step(visit, pages, needs, lambda number: act(visit, number), done)

    button(
        "submit",
        Permission.DRAFT,
        lambda visit, number: calls.submit(number, visit.viewer),
        words.SAID[Step.SUBMITTED],
    )
    button(
        "take-back",
        Permission.DRAFT,
        lambda visit, number: calls.take_back(number, visit.viewer),
        words.SAID[Step.TAKEN_BACK],
    )
    button(
        "approve",
        Permission.APPROVE,
        lambda visit, number: calls.approve(number, _version(visit), visit.viewer),
        words.SAID[Step.APPROVED],
    )
    button(
        "return",
        Permission.APPROVE,
        lambda visit, number: calls.give_back(
            number, visit.form.text("note")[:_LONGEST_NOTE], visit.viewer
        ),
        words.SAID[Step.RETURNED],
    )
    button(
        "send",
        Permission.DRAFT,
        lambda visit, number: calls.send(number, visit.viewer),
        words.SAID[Step.SENT],
    )
    button(
        "pause",
        Permission.STOP,
        lambda visit, number: calls.pause(number, visit.viewer),
        words.SAID[Step.PAUSED],
    )
    button(
        "resume",
        Permission.STOP,
        lambda visit, number: calls.resume(number, visit.viewer),
        words.SAID[Step.RESUMED],
    )
    button(
        "stop",
        Permission.STOP,
        lambda visit, number: calls.stop(number, visit.viewer),
        words.SAID[Step.STOPPED],
    )
    button(
        "test",
        Permission.DRAFT,
        lambda visit, number: pages.trials.send(
            number, visit.form.get("language"), visit.form.text("phone"), visit.viewer
        ),
        words.SAID[Step.TESTED],
    )


def _step(
    visit: Visit,
    pages: CallPages,
    permission: Permission,
    act: Callable[[int], object],
    said: str,
) -> Response:
    """Take a step with the call of the address; what cannot be done says why on its page."""
    call = pages.call(visit, permission)
    seen = pages.reaches(visit, call, Permission.CALLS)
    try:
        act(call.number)
    except BroadcastError as trouble:
        if not seen:
            return visit.go("/", words.refusal(visit, trouble))
        again = pages.house.calls.find(call.number)
        return _page(visit, pages, again, trouble=words.refusal(visit, trouble), status=409)
    return visit.go(f"/calls/{call.number}" if seen else "/", said)


def _version(visit: Visit) -> int:
    return read_number(visit.form.get("version")) or 0


def _begun(visit: Visit, pages: CallPages) -> Entered:
    """Return the form of a new call; one like another where the address names that."""
    other = read_number(visit.query.get("like", ""))
    if other is None:
        return writing.empty(visit, pages.house)
    like = replace(visit, parts={"number": str(other)})
    entered = writing.of_call(pages.call(like, Permission.CALLS), pages.house)
    fresh = writing.empty(visit, pages.house)
    return {**entered, "not_before": "", "valid_until": fresh["valid_until"]}


def _list(visit: Visit, pages: CallPages) -> Response:
    found, following = pages.listed(visit)
    show = visit.query.get("show", "")
    show = show if show in FILTERS else ""
    return visit.render(
        "calls/all",
        rows=[
            (
                call,
                words.state(call, visit.now),
                words.audience(visit, call.audience, pages.house.places),
            )
            for call in found
        ],
        show=show,
        following="" if following is None else f"/calls?show={show}&before={following}",
        first="/calls?show=" + show if visit.query.get("before") else "",
        may_write=visit.may(Permission.DRAFT) or bool(visit.viewer.within(Permission.DRAFT)),
    )


def _again(
    visit: Visit, pages: CallPages, written: Written, call: BroadcastRow | None = None
) -> Response:
    """Show the form as it was sent: with what is wrong, or with a count of who is meant."""
    if written.plan is None:
        return _form(visit, pages, written.entered, errors=written.errors, call=call, status=400)
    plan = written.plan
    trial = BroadcastRow(
        0 if call is None else call.number,
        plan.title,
        plan.texts,
        plan.audience,
        written.channel,
        life.DRAFT,
        plan.not_before,
        plan.valid_until,
        queued=0,
        created_at=visit.now,
        version=0,
    )
    key = (str(plan.audience.to_json()), tuple(plan.texts.items()), plan.not_before)
    return _form(
        visit, pages, written.entered, call=call, trial=trial, counted=pages.preview(trial, key)
    )


def _form(
    visit: Visit, pages: CallPages, entered: Entered, *, status: int = 200, **values: Any
) -> Response:
    house = pages.house
    trial = values.get("trial")
    scope = visit.scope(Permission.DRAFT)
    genders = pages.counts.look(scope).value.by(lambda one: one.gender)
    return visit.render(
        "calls/form",
        status=status,
        entered=entered,
        languages_of=[(one, visit.writing.language_name(one)) for one in house.ground.languages],
        default=house.ground.language,
        currency=pages.prices().currency,
        zone=house.ground.timezone.key,
        provinces=[
            (one.code, one.name)
            for one in writing.tops(house)
            if scope is None or one.code in scope
        ],
        genders=sorted((one, visit.gettext(GENDER_NAMES.get(one, one))) for one in genders if one),
        channels=[(name, name) for name in writing.sending(house)],
        reasons=words.REASONS,
        who="" if trial is None else words.audience(visit, trial.audience, house.places),
        texts=() if trial is None else pages.texts(visit, trial),
        **{"errors": {}, "call": None, "counted": None, **values},
    )


def _page(
    visit: Visit, pages: CallPages, call: BroadcastRow, *, trouble: str = "", status: int = 200
) -> Response:
    house = pages.house
    writers = {one.staff for one in house.calls.steps(call.number) if one.step in life.WRITING}
    rights = {
        permission.value: pages.reaches(visit, call, permission)
        for permission in (Permission.DRAFT, Permission.APPROVE, Permission.STOP)
    }
    return visit.render(
        "calls/one",
        status=status,
        call=call,
        trouble=trouble,
        rights=rights,
        own=visit.viewer.id in writers,
        two_people=house.calls.two_people,
        who=words.audience(visit, call.audience, house.places),
        channel=pages.channel_name(call.channel),
        texts=pages.texts(visit, call),
        steps=house.calls.steps(call.number),
        step_words=words.STEPS,
        **_counted(visit, pages, call),
    )


def _is_final(call: BroadcastRow, seen: Any) -> bool:
    """Whether a count never changes by itself: a call may be over before its count says so."""
    if seen is None or call.status in UNSENT:
        return seen is not None
    return call.status in life.OVER and seen.delivered + seen.lost == seen.all


def _counted(visit: Visit, pages: CallPages, call: BroadcastRow) -> dict[str, Any]:
    """Return what of a call's page is counted behind it, and kept fresh."""
    unsent = call.status in UNSENT
    counted: Counted[Any] | None = pages.preview(call) if unsent else pages.result(call)
    prices = pages.prices()
    return {
        "state": words.state(call, visit.now),
        "unsent": unsent,
        "over": call.status in life.OVER,
        "may_read": Permission.PEOPLE in visit.viewer.permissions,
        "seen": None if counted is None else counted.value,
        "at": 0 if counted is None else counted.at,
        "currency": prices.currency,
        "quiet": pages.house.ground.quiet is not None,
        "message_words": words.MESSAGES,
        "reasons": words.REASONS,
        "language_names": {
            one: visit.writing.language_name(one) for one in pages.house.ground.languages
        },
        "default": pages.house.ground.language,
    }
