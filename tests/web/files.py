"""What tests do with files of people: send one, have it looked at, have it written."""

from gateway.service.audit import Audit
from gateway.service.enrol import Enrolment
from gateway.service.imports import Imports
from tests.office import Member, Office, Page


def worker(office: Office) -> Imports:
    """Return what goes on with files in another process."""
    ground, database = office.serving.station.ground, office.database
    audit = Audit(database, ground.vault)
    return Imports(database, ground, audit, Enrolment(database, ground, audit))


def send(member: Member, content: str | bytes, *, kind: str = "people", name: str = "a.csv") -> str:
    """Send a file and return its address."""
    body = content.encode() if isinstance(content, str) else content
    files = {"file": (name, body, "text/csv")}
    answer = member.post("/people/import", {"kind": kind}, files=files)
    assert answer.status_code == 303, Page(answer.text).text
    return answer.headers["location"]


def checked(member: Member, address: str, **columns: str) -> Page:
    """Say what is in the columns, have every line looked at, and return the page."""
    form = {f"column_{name}": at for name, at in columns.items() if at.isdigit()}
    form |= {name: value for name, value in columns.items() if not value.isdigit()}
    member.done(f"{address}/columns", form)
    finish(member)
    return member.page(address)


def finish(member: Member) -> None:
    imports = worker(member.office)
    while imports.turn():
        pass


def written(member: Member, address: str) -> Page:
    member.done(f"{address}/begin")
    finish(member)
    return member.page(address)
