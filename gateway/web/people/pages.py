"""The list of people and the page of one: masked, and changed by whoever may write people down."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.service.enrol import LONGEST_NAME
from gateway.service.groups import GroupError
from gateway.service.people import NobodyThere, People, Person
from gateway.store.directory import NOWHERE, Narrowed
from gateway.web.house import House
from gateway.web.people.words import GENDER_NAMES, MEDIA, STATUSES, place_name, told
from gateway.web.visits import NotHere, StaffRoutes, Visit

ALL: Final = "all"
_MEMBER: Final = "member"
_UNSAID: Final = "-"  # the filter for those who did not say where they live
_LONGEST_REASON: Final = 300
_LEAST_REASON: Final = 5


def add(routes: StaffRoutes, house: House, people: People) -> None:
    """Add the pages."""

    @routes.get("/people", needs=Permission.PEOPLE)
    def listed(visit: Visit) -> Response:
        return _list(visit, house, people)

    @routes.post("/people/find", needs=Permission.PEOPLE)
    def find(visit: Visit) -> Response:
        found = people.find(visit.viewer, visit.form.text("who"))
        if len(found) == 1:
            return visit.go(f"/people/{found[0].number}")
        if found:
            return visit.render("people/found", found=found, place_of=_place_of(visit))
        sentence = visit.gettext(
            "Nobody of your places has this number. Write a whole phone number, or a member's"
            " number."
        )
        return _list(visit, house, people, {"who": sentence})

    @routes.get("/people/{number:int}", needs=Permission.PEOPLE)
    def one(visit: Visit) -> Response:
        return _page(visit, house, people)

    @routes.post("/people/{number:int}/unmask", needs=Permission.UNMASK)
    def unmask(visit: Visit) -> Response:
        number, reason = visit.number("number"), visit.form.text("reason")
        if not _LEAST_REASON <= len(reason) <= _LONGEST_REASON:
            sentence = visit.gettext("Say why, in a few words. It is written down with your name.")
            return _page(visit, house, people, {"reason": sentence})
        try:
            opened = people.unmask(visit.viewer, number, reason)
        except NobodyThere:
            raise NotHere from None
        return _page(visit, house, people, opened=opened)

    @routes.post("/people/{number:int}/groups", needs=Permission.ENROL)
    def regroup(visit: Visit) -> Response:
        number, group = visit.number("number"), visit.form.text("group")[:LONGEST_NAME]
        into = visit.form.text("way") != "out"
        try:
            changed = people.group(visit.viewer, number, group, into=into)
        except NobodyThere:
            raise NotHere from None
        except GroupError:
            sentence = visit.gettext(
                "A group's name has up to 40 letters, digits, spaces and hyphens."
            )
            return _page(visit, house, people, {"group": sentence})
        return visit.go(f"/people/{number}", _done(visit, changed=changed))

    @routes.post("/people/{number:int}/mend", needs=Permission.ENROL)
    def mend(visit: Visit) -> Response:
        number, place = visit.number("number"), visit.form.text("place") or None
        language = visit.form.text("language")
        if place is not None:
            visit.must(Permission.ENROL, place)
        if (place and house.places.get(place) is None) or (
            language and language not in house.ground.languages
        ):
            raise NotHere
        try:
            changed = people.mend(visit.viewer, number, place=place, language=language)
        except NobodyThere:
            raise NotHere from None
        return visit.go(f"/people/{number}", _done(visit, changed=changed))

    @routes.post("/people/{number:int}/left", needs=Permission.ENROL)
    def left(visit: Visit) -> Response:
        number = visit.number("number")
        try:
            changed = people.leave(
                visit.viewer, number, silence=visit.form.text("silence") == "yes"
            )
        except NobodyThere:
            raise NotHere from None
        return visit.go(f"/people/{number}", _done(visit, changed=changed))


def place_options(visit: Visit, permission: Permission, first: str) -> list[tuple[str, str]]:
    """Return the places where the visitor may do something, under the words of none of them."""
    places, scope = visit.stand.places, visit.scope(permission)
    found = [("", first)]
    for place in places:
        if place.level == "country" or (scope is not None and place.code not in scope):
            continue
        above = places.get(place.parent or "")
        inner = above is not None and above.level != "country"
        found.append((place.code, f"{above.name}: {place.name}" if inner and above else place.name))
    return [found[0], *sorted(found[1:], key=lambda one: one[1])]


def language_options(visit: Visit, house: House, first: str) -> list[tuple[str, str]]:
    """Return the languages of the movement, under the words of none of them."""
    name = visit.writing.language_name
    return [("", first), *((code, name(code)) for code in house.ground.languages)]


def _list(
    visit: Visit, house: House, people: People, errors: Mapping[str, str] | None = None
) -> Response:
    query = {} if errors else visit.query
    chosen = {name: query.get(name, "") for name in ("place", "group", "language", "status")}
    before = query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 18):
        raise NotHere
    narrowed = Narrowed(
        places=_places(visit, chosen["place"]),
        group=chosen["group"][:LONGEST_NAME],
        language=chosen["language"][:LONGEST_NAME],
        status={"": _MEMBER, "left": "left", ALL: ""}.get(chosen["status"], _MEMBER),
    )
    found, more = people.page(narrowed, int(before) if before else None)
    kept = {name: value for name, value in chosen.items() if value}
    everywhere = visit.scope(Permission.PEOPLE) is None
    places = place_options(visit, Permission.PEOPLE, visit.gettext("everywhere"))
    if everywhere:
        places.insert(1, (_UNSAID, visit.gettext("did not say")))
    return visit.render(
        "people/list",
        status=400 if errors else 200,
        errors=errors or {},
        who=visit.form.text("who"),
        found=found,
        chosen=chosen,
        narrowed=bool(kept),
        places=places,
        groups=[("", visit.gettext("all groups")), *((one, one) for one in people.group_names())],
        spoken=language_options(visit, house, visit.gettext("all languages")),
        states=[
            ("", visit.gettext("members")),
            ("left", visit.gettext("those who left")),
            (ALL, visit.gettext("both")),
        ],
        place_of=_place_of(visit),
        next=_address({**kept, "before": str(more)}) if more else "",
        first=_address(kept) if before else "",
    )


def _page(
    visit: Visit,
    house: House,
    people: People,
    errors: Mapping[str, str] | None = None,
    opened: tuple[str, str] | None = None,
) -> Response:
    person = _looked(visit, people)
    row = person.row
    allowed = visit.may(Permission.ENROL, row.place)
    return visit.render(
        "people/one",
        status=400 if errors else 200,
        errors=errors or {},
        person=person,
        row=row,
        opened=opened,
        reason=visit.form.text("reason"),
        group=visit.form.text("group"),
        place=place_name(visit, row.place),
        state=STATUSES[row.status],
        gender=GENDER_NAMES.get(row.gender or "", row.gender or ""),
        medium=MEDIA.get(row.medium or ""),
        events=[(one.at, told(visit, one)) for one in person.events],
        allowed=allowed,
        unmasks=visit.may(Permission.UNMASK, row.place),
        places=place_options(visit, Permission.ENROL, visit.gettext("leave as it is")),
        spoken=language_options(visit, house, visit.gettext("leave as it is")),
        groups=people.group_names() if allowed else [],
        next=f"/people/{row.number}?before={person.more}" if person.more else "",
        first=f"/people/{row.number}" if visit.query.get("before") else "",
    )


def _looked(visit: Visit, people: People) -> Person:
    before = visit.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 20):
        raise NotHere
    try:
        return people.look(visit.viewer, visit.number("number"), int(before) if before else None)
    except NobodyThere:
        raise NotHere from None


def _places(visit: Visit, chosen: str) -> frozenset[str] | None:
    """Return the codes of the places that a list is of; None is everywhere. Raises `NotHere`."""
    places, scope = visit.stand.places, visit.scope(Permission.PEOPLE)
    if not chosen:
        return scope
    if chosen == _UNSAID:
        visit.must(Permission.PEOPLE)
        return frozenset((NOWHERE,))
    if places.get(chosen) is None:
        raise NotHere
    visit.must(Permission.PEOPLE, chosen)
    return frozenset(one.code for one in places if places.within(one.code, chosen))


def _place_of(visit: Visit) -> Any:
    return lambda code: place_name(visit, code)


def _address(query: Mapping[str, str]) -> str:
    return f"/people?{urlencode(query)}" if query else "/people"


def _done(visit: Visit, *, changed: bool) -> str:
    return visit.gettext("Done.") if changed else visit.gettext("That was so already.")
