"""Puts into a made-up movement what `gateway demo-data` leaves out, so that every page is there.

An audit with an entry for every ten people and conversations that wait for somebody; a file that
was sent, an export and a hall, so that each page of one is there.
"""

import re
import time
from collections.abc import Mapping

import httpx
from sqlalchemy import func, select

from gateway.bootstrap import Identity, Store
from gateway.core.staff.acts import Act
from gateway.store import handovers, tables
from gateway.store.handovers import HANDED_OVER, NewHandover
from gateway.web.visits import TOKEN_FIELD

_ENTRIES = 10  # people for each entry of the audit
_HANDOVERS = 500  # people for each conversation that waits
_BATCH = 1_000
_PATIENCE_S = 60
_ACTS = (Act.PERSON_SEEN, Act.PEOPLE_SEARCHED, Act.REPORT_SEEN, Act.PERSON_SEEN)
_TOKEN = re.compile(rf'name="{TOKEN_FIELD}" value="([^"]+)"')
_OWN = {"sec-fetch-site": "same-origin"}


def furnish(store: Store, identity: Identity, staff: int, people: int) -> None:
    """Write entries of the audit and conversations; what is there from a run before stays."""
    with store.database.read() as view:
        there = int(view.execute(select(func.max(tables.audit.c.seq))).scalar() or 0)
        waiting = view.execute(select(func.count()).select_from(tables.handovers)).scalar()
    wanted = people // _ENTRIES
    for begin in range(there, wanted, _BATCH):
        with store.database.write() as tx:
            for number in range(begin, min(begin + _BATCH, wanted)):
                who = staff if number % 3 else None
                identity.audit.record(tx, who, _ACTS[number % len(_ACTS)], f"person:{number + 1}")
    if waiting:
        return
    participants, channels = tables.participants, tables.channels
    some = select(participants.c.id, participants.c.phone).where(
        participants.c.number % _HANDOVERS == 1
    )
    with store.database.write() as tx:
        channel = int(tx.connection.execute(select(func.min(channels.c.id))).scalar_one())
        rows = [
            NewHandover(
                tx.head.take_id(), bytes(phone), bytes(one), channel, HANDED_OVER, "help", "", None
            )
            for one, phone in tx.connection.execute(some).all()
        ]
        handovers.add(tx, rows)


def ask_for(client: httpx.Client) -> list[str]:
    """Send a file of people, ask for an export and count a hall; return where each is."""
    numbers = {"file": ("people.csv", b"number\n+260970000001\n", "text/csv")}
    sent = post(client, "/people/import", "/people/import", {"kind": "people"}, numbers)
    export = post(client, "/exports", "/exports/new", {"kind": "signups", "by": "place"})
    end = time.monotonic() + _PATIENCE_S
    while client.get(f"{export}/file").status_code != httpx.codes.OK and time.monotonic() < end:
        time.sleep(0.5)
    assemblies = re.findall(r'"(/assemblies/\d+)"', client.get("/assemblies").text)
    halls = [f"{one}/halls" for one in assemblies]
    counted = [one for one in halls if _count(client, one)]
    return [sent, f"{sent}/live", f"{sent}/problems.csv", export, f"{export}/live",
            f"{export}/file", *(f"{one}/1" for one in counted[:1])]  # fmt: skip


def post(
    client: httpx.Client,
    page: str,
    path: str,
    form: Mapping[str, str],
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
) -> str:
    """Post a form as its page does, and return where that leads."""
    token = _TOKEN.search(client.get(page).text)
    given = {**form, TOKEN_FIELD: token.group(1) if token else ""}
    answer = client.post(path, data=given, files=files, headers=_OWN)
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        raise SystemExit(f"{path} answered {answer.status_code}.")
    return str(answer.headers.get("location", path))


def _count(client: httpx.Client, path: str) -> bool:
    """Count a hall where that can be done; whether there is one then."""
    page = client.get(path)
    token = _TOKEN.search(page.text)
    figures = dict.fromkeys(re.findall(r'name="([^"]+)"[^>]*type="number"', page.text), "3")
    figures |= dict.fromkeys(re.findall(r'type="number"[^>]*name="([^"]+)"', page.text), "3")
    form = {**figures, "name": "Community hall", TOKEN_FIELD: token.group(1) if token else ""}
    answer = client.post(path, data=form, headers=_OWN)
    return answer.status_code == httpx.codes.SEE_OTHER
