"""Versions of the conversations: which were in force, new ones sent, checked and put in force."""

import time
from collections.abc import Mapping
from typing import Final

from fastapi.responses import Response

from gateway.core.staff.roles import Permission
from gateway.flowfiles.uploads import Uploaded, UploadError, archive, read_upload
from gateway.service.flowlab.trials import judge
from gateway.service.versions import Mistaken, Moved, Version, Versions
from gateway.web.flows.book import KINDS, file_of, shown
from gateway.web.flows.phone import setting
from gateway.web.forms import Upload
from gateway.web.house import House
from gateway.web.pages import HEADERS
from gateway.web.visits import NotHere, StaffRoutes, Visit

_PAGE: Final = 30
_WAITING: Final = 10
_MOST_TYPED: Final = 48_000  # a form takes 64 KB of a field
_MOST_WORDS: Final = 200
_PATH: Final = "/flows/-/versions"


def add(routes: StaffRoutes, house: House, versions: Versions) -> None:
    """Add the pages of the versions; only who may publish changes anything."""

    @routes.get(_PATH, needs=Permission.FLOWS)
    def history(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        before = visit.query.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) < 18):
            raise NotHere
        rows = versions.published(int(before) if before else None, _PAGE + 1)
        more = len(rows) > _PAGE
        return visit.render(
            "flows/versions",
            rows=rows[:_PAGE],
            current=versions.in_force(),
            waiting=[] if before else versions.unpublished(_WAITING),
            next=f"{_PATH}?before={rows[_PAGE - 1].number}" if more else "",
            first=_PATH if before else "",
        )

    @routes.get("/flows/-/upload", needs=Permission.PUBLISH)
    def ask(visit: Visit) -> Response:
        visit.must(Permission.PUBLISH)
        return _ask(visit)

    @routes.post("/flows/-/upload", needs=Permission.PUBLISH, uploads=True)
    def upload(visit: Visit) -> Response:
        visit.must(Permission.PUBLISH)
        sent = visit.form.files.get("file", Upload("", b""))
        if not sent.name:
            return _ask(visit, {"file": visit.gettext("Choose a file.")})
        try:
            found = read_upload(sent.name, sent.content)
        except UploadError as trouble:
            return _ask(visit, {"file": visit.gettext(trouble.sentence, **trouble.values)})
        base = None if visit.form.get("whole") == "yes" else versions.current()
        outcome = _take(visit, house, versions, found, base)
        if isinstance(outcome, Mistaken):
            return _ask(visit, mistaken=outcome)
        return _taken(visit, versions, outcome)

    @routes.get("/flows/{name}/edit", needs=Permission.PUBLISH)
    def edit(visit: Visit) -> Response:
        visit.must(Permission.PUBLISH)
        return _edit(visit, house, versions)

    @routes.post("/flows/{name}/edit", needs=Permission.PUBLISH, uploads=True)
    def edited(visit: Visit) -> Response:
        visit.must(Permission.PUBLISH)
        base = shown(visit, versions)
        name = _file(visit, house, base)
        text = visit.form.get("text").replace("\r\n", "\n")
        if not text.strip():
            return _edit(visit, house, versions, {"text": visit.gettext("There is no text.")})
        found = Uploaded({name: text.encode()}, {})
        outcome = _take(visit, house, versions, found, base)
        if isinstance(outcome, Mistaken):
            return _edit(visit, house, versions, mistaken=outcome)
        return _taken(visit, versions, outcome)

    @routes.get(_PATH + "/{hash}", needs=Permission.FLOWS)
    def one(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        return _page(visit, versions, _known(visit, versions))

    @routes.get(_PATH + "/{hash}/files", needs=Permission.FLOWS)
    def files(visit: Visit) -> Response:
        visit.must(Permission.FLOWS)
        version = _known(visit, versions)
        named = {"Content-Disposition": f'attachment; filename="flows-{version.short}.zip"'}
        kept = versions.transcripts(version)
        content = archive(version.source, {} if kept is None else kept[0])
        return Response(content, media_type="application/zip", headers={**HEADERS, **named})

    @routes.post(_PATH + "/{hash}/publish", needs=Permission.PUBLISH)
    def publish(visit: Visit) -> Response:
        visit.must(Permission.PUBLISH)
        return _publish(visit, house, versions, _known(visit, versions))


def _publish(visit: Visit, house: House, versions: Versions, version: Version) -> Response:
    kept = versions.transcripts(version)
    if kept is not None and not kept[1].good and visit.form.get("although") != "yes":
        sentence = visit.gettext(
            "Not all of its transcripts went as they say. Look at them, and tick the box if it "
            "is to come into force all the same."
        )
        return _page(visit, versions, version, errors={"although": sentence})
    try:
        outcome = versions.publish(
            visit.viewer,
            version,
            instead_of=visit.form.get("instead_of"),
            renumbered=visit.form.get("renumbered") == "yes",
        )
    except Moved:
        sentence = visit.gettext(
            "Something else came into force since you opened this page. Look again at what "
            "would change, then publish."
        )
        return _page(visit, versions, version, trouble=sentence)
    if outcome is not None:
        return _page(visit, versions, version, mistaken=outcome)
    seconds = visit.writing.number(house.settings.flows.poll_seconds)
    notice = visit.gettext(
        "It is in force. Everybody who begins a conversation gets it within %(seconds)s "
        "seconds; who is in one ends it as it was.",
        seconds=seconds,
    )
    return visit.go("/flows", notice)


def _take(
    visit: Visit, house: House, versions: Versions, sent: Uploaded, base: Version | None
) -> Version | Mistaken:
    """Keep a version, and play on it what came along with it."""
    outcome = versions.take(
        visit.viewer,
        sent.files,
        base=base,
        transcripts=sent.transcripts,
        renumbered=visit.form.get("renumbered") == "yes",
    )
    kept = None if isinstance(outcome, Mistaken) else versions.transcripts(outcome)
    if isinstance(outcome, Version) and kept is not None:
        versions.judged(outcome, judge(setting(house, outcome), kept[0], time.monotonic))
    return outcome


def _taken(visit: Visit, versions: Versions, version: Version) -> Response:
    """Lead to a version that was kept, and say whether anything is wrong with it."""
    kept = versions.transcripts(version)
    if kept is not None and not kept[1].good:
        notice = visit.gettext(
            "The check found no mistake, but not all of its transcripts went as they say. It "
            "changes nothing before it is published."
        )
    else:
        notice = visit.gettext(
            "Nothing is wrong with it. It changes nothing before it is published."
        )
    return visit.go(f"{_PATH}/{version.hash}", notice)


def _known(visit: Visit, versions: Versions) -> Version:
    version = versions.find(visit.parts["hash"])
    if version is None:
        raise NotHere
    return version


def _ask(
    visit: Visit, errors: Mapping[str, str] | None = None, mistaken: Mistaken | None = None
) -> Response:
    return visit.render(
        "flows/upload",
        status=400 if errors or mistaken else 200,
        errors=errors or {},
        mistakes=() if mistaken is None else mistaken.mistakes,
        whole=visit.form.get("whole"),
        renumbered=visit.form.get("renumbered"),
    )


def _file(visit: Visit, house: House, version: Version) -> str:
    """Return the file of the flow in the address. Raises `NotHere`."""
    flow = version.release.flows.get(visit.parts["name"])
    name = "" if flow is None else file_of(house, flow)
    if name not in version.source.files or not name.endswith(".yaml"):
        raise NotHere
    return name


def _edit(
    visit: Visit,
    house: House,
    versions: Versions,
    errors: Mapping[str, str] | None = None,
    mistaken: Mistaken | None = None,
) -> Response:
    version = shown(visit, versions)
    name = _file(visit, house, version)
    text = version.source.files[name].decode()
    return visit.render(
        "flows/edit",
        status=400 if errors or mistaken else 200,
        flow=version.release.flows[visit.parts["name"]],
        file=name,
        text=visit.form.get("text") if "text" in visit.form else text,
        fits=len(text.encode()) <= _MOST_TYPED,
        version=version,
        errors=errors or {},
        mistakes=() if mistaken is None else mistaken.mistakes,
        renumbered=visit.form.get("renumbered"),
    )


def _page(
    visit: Visit,
    versions: Versions,
    version: Version,
    *,
    trouble: str = "",
    mistaken: Mistaken | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    kept = versions.transcripts(version)
    current = versions.in_force()
    in_force = current is not None and current.release == version.hash
    return visit.render(
        "flows/version",
        status=409 if trouble else 400 if mistaken or errors else 200,
        verdict=None if kept is None else kept[1],
        errors=errors or {},
        version=version,
        in_force=in_force,
        current=current,
        changes=None if in_force else versions.changes(version),
        most=_MOST_WORDS,
        warnings=versions.warnings(version),
        kinds=KINDS,
        trouble=trouble,
        mistakes=() if mistaken is None else mistaken.mistakes,
        renumbered=visit.form.get("renumbered"),
    )
