"""Files of people that cannot go on: given up in words, and the others go on."""

from itertools import count

from sqlalchemy import text
from structlog.testing import capture_logs

from gateway.core.staff.roles import Role
from gateway.service.imports import SLICE
from gateway.service.surviving import Loop
from gateway.store import imports as imported
from tests.office import Office
from tests.patience import until
from tests.web.files import checked, finish, send, worker, written

_NUMBERS = count(6_700_000)


def local() -> str:
    return f"097{next(_NUMBERS):07}"


def test_a_file_that_breaks_is_given_up_in_words_and_the_next_goes_on(office: Office):
    organiser = office.hire(Role.ORGANISER)
    lines = "\n".join(local() for _ in range(SLICE + 1))
    address = send(organiser, f"Phone\n{lines}\n")
    checked(organiser, address, number="0")
    number = address.rpartition("/")[2]
    with office.database.write() as tx:
        spoilt = 'UPDATE import_chunks SET rows_sealed = phones WHERE "import" = :it AND number = 1'
        tx.connection.execute(text(spoilt), {"it": int(number)})
        begun = "UPDATE imports SET status = 'running' WHERE id = :it"
        tx.connection.execute(text(begun), {"it": int(number)})
    other = send(organiser, f"Phone\n{local()}\n")
    imports = worker(office)
    loop = Loop("imports", imports.turn, imports.broken, look_s=1)

    def given_up() -> bool:
        [row] = office.rows("imports", f"id = {number}")
        return not loop.once() and row["status"] == imported.CANCELLED

    with capture_logs() as told:
        until(given_up)  # by this worker or by the gateway's own, whichever comes first
    assert {line["event"] for line in told if line["log_level"] == "error"} == {"imports_broke"}
    assert "2609" not in str(told)
    page = organiser.page(address)
    assert "given up because of a fault in the program" in page.text
    assert f"{SLICE} written" in page.text
    chunks = office.rows("import_chunks", f'"import" = {number}')
    assert all(chunk["rows_sealed"] is None and chunk["phones"] is None for chunk in chunks)
    assert "import_ended" in office.acts()
    checked(organiser, other, number="0")
    assert "1 written" in written(organiser, other).text


def test_a_file_goes_no_further_when_whoever_sent_it_may_no_more(office: Office):
    organiser = office.hire(Role.ORGANISER)
    address = send(organiser, f"Phone\n{local()}\n")
    checked(organiser, address, number="0")
    before = len(office.rows("participants"))
    number, admin = organiser.viewer.id, office.hire(Role.ADMIN)
    row = office.rows("imports", f"id = {address.rpartition('/')[2]}")[0]
    with office.database.write() as tx:
        imported.change(tx, row["id"], status="running")
    admin.done(f"/staff/{number}/ungrant", {"role": "organiser", "place": ""})
    finish(organiser)
    assert len(office.rows("participants")) == before
    admin.done(f"/staff/{number}/grant", {"role": "organiser", "place": ""})
    assert "might no longer write people down" in organiser.page(address).text
