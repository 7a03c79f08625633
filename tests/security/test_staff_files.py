"""Nothing by which staff sign in, and nothing that names them, lies readable in the database."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Grant, Permission, Role
from gateway.store.database import SQLITE, Database
from gateway.store.vault import Vault
from tests.conftest import Clock, PostgresServer
from tests.security.test_raw_files import _files_of
from tests.security.traces import find, word_traces
from tests.service.staffroom import HERE, StaffRoom, staffroom

PASSWORD = "reservoir kerosene lottery"
REASON = "Zebediah asked for it"
NAMES = ("quillonde", "Mwiindachota Zebediah")


def _played(room: StaffRoom) -> Mapping[str, str]:
    """Let somebody do all there is to do, and return every secret that there was."""
    name, called = NAMES
    roles = [Grant(Role.ADMIN), Grant(Role.COORDINATOR)]
    _, link = room.staff.invite(None, name, called, roles)
    key = room.sign_in.sign_in_by_link(link, **HERE)
    assert key is not None
    viewer = room.sign_in.viewer(key)
    assert viewer is not None
    room.account.set_password(viewer, "", PASSWORD)
    secret, recovery = room.set_totp(viewer)
    again = room.enter(name, room.code(secret), PASSWORD)
    offered = room.account.begin_totp(viewer, recovery[1])
    token = room.tokens.make(viewer, "Dashboard", [Permission.COUNTS], days=1)
    fresh = room.staff.link(viewer, viewer.id)
    with room.database.write() as tx:
        room.audit.record(tx, viewer, Act.NUMBER_UNMASKED, "participant:1", reason=REASON)
    return {
        "user name": name,
        "name": called,
        "password": PASSWORD,
        "link": link,
        "new link": fresh,
        "session": key,
        "other session": again,
        "secret of the app": secret,
        "secret that is offered": offered.secret,
        "recovery code": recovery[2],
        "recovery code without hyphen": recovery[2].replace("-", ""),
        "token": token,
        "reason": REASON,
        "address": HERE["address"],
        "form's token": room.sign_in.csrf_token(key),
    }


def test_no_file_of_the_database_holds_a_secret_or_a_name_of_staff(
    database: Database, vault: Vault, clock: Clock, places: Places, tmp_path: Path, request
):
    began = time.time()
    room = staffroom(database, vault, clock, places)
    secrets = _played(room)
    url = database.url.render_as_string(hide_password=False)
    if database.dialect == SQLITE:
        files = list(tmp_path.glob("gateway.db*"))
        assert any(file.name.endswith("-wal") for file in files)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        files = _files_of(server, url, began)
    wanted = {
        f"{name}, {form}": trace
        for name, text in secrets.items()
        for form, trace in word_traces(text).items()
    }
    assert find(files, wanted) == []
    session = hashlib.sha256(secrets["session"].encode()).digest()
    assert find(files, {"hash": session}), "the search looks where sessions are"
