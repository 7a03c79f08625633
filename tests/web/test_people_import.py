"""Writing people down from a file: looked at first, taken up again, and no consent invented."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.service.imports import SLICE
from gateway.service.replay import replay
from tests.office import Member, Office, without
from tests.web.files import checked, finish, send, worker, written

CHIPATA, NORTHERN = "ZM-03-05", "ZM-05"
_NUMBERS = count(6_000_000)
PAPER = {"text": "May we send you calls?", "witness": "Mary Tembo", "reference": "folder 3"}


def local() -> str:
    return f"097{next(_NUMBERS):07}"


def participants(office: Office) -> int:
    return len(office.rows("participants"))


def newest(office: Office) -> Mapping[str, Any]:
    return max(office.rows("participants"), key=lambda row: int(row["number"]))


def problems(member: Member, address: str) -> list[str]:
    return member.get(f"{address}/problems.csv").text.splitlines()[1:]


def test_a_file_is_looked_at_first_and_written_when_somebody_says_so(office: Office):
    organiser = office.hire(Role.ORGANISER)
    before = participants(office)
    numbers = [local() for _ in range(3)]
    lines = [f"{number},Person {at},Chipata,ny,drivers" for at, number in enumerate(numbers)]
    address = send(organiser, "\n".join(["Phone,Name,District,Language,Group", *lines]))
    form = {"number": "0", "name": "1", "place": "2", "language": "3", "groups": "4"}
    page = checked(organiser, address, **form, group="Batch one")
    assert "3 without a problem" in page.text
    assert "Write 3 people down" in page.text
    assert participants(office) == before
    page = written(organiser, address)
    assert "3 written" in page.text
    assert participants(office) == before + 3
    row = newest(office)
    assert (row["channel"], row["medium"], row["consent"]) == ("staff", None, None)
    names = [each["group"] for each in office.rows("memberships")]
    assert names.count("batch one") >= 3
    assert office.acts()[-1] == "import_done"
    chunks = office.rows("import_chunks", f'"import" = {address.rpartition("/")[2]}')
    assert all(chunk["rows_sealed"] is None and chunk["phones"] is None for chunk in chunks)


def test_columns_are_guessed_by_their_headings_and_stay_to_be_chosen(office: Office):
    organiser = office.hire(Role.ORGANISER)
    address = send(organiser, f"Jina;Namba ya simu\nAsha;{local()}\n")
    page = organiser.page(address)
    assert '<option value="1" selected>Namba ya simu' in page.html
    assert "1 line below" in page.text
    refused = organiser.post(f"{address}/columns", {"column_name": "0"})
    assert refused.status_code == 400
    assert "Say which column" in refused.text
    assert organiser.post(f"{address}/columns", {"column_number": "9"}).status_code == 404


def test_what_is_wrong_is_said_line_by_line(office: Office):
    member, gone, stopped = (office.somebody(next(_NUMBERS)) for _ in range(3))
    organiser = office.hire(Role.ORGANISER)
    organiser.done(f"/people/{gone.number}/left")
    office.population.leave(stopped)
    fresh = local()
    content = "\n".join(
        [
            "phone,name,place,language,gender,groups",
            f"{fresh},A,,,,",
            f"+260 {fresh[1:]},B,,,,",
            "12,C,,,,",
            ",D,,,,",
            f"{member.e164},E,,,,",
            f"{gone.e164},F,,,,",
            f"{stopped.e164},G,,,,",
            f"{local()},H,Atlantis Ultima,,,",
            f"{local()},I,,xx,,",
            f"{local()},J,,,=1+1,",
            f"{local()},K,,,,<b>",
            "",
            f"=HYPERLINK({local()}),L,,,,",
        ]
    )
    before = participants(office)
    address = send(organiser, content)
    columns = {"number": "0", "place": "2", "language": "3", "gender": "4", "groups": "5"}
    page = checked(organiser, address, **columns)
    assert "1 without a problem" in page.text
    found = problems(organiser, address)
    for line, words in {
        3: "in line 2",
        4: "not a phone number",
        5: "number is missing",
        6: "already",
        7: "left before",
        8: "said STOP",
        9: "no such place",
        10: "not spoken",
        11: "female, male or other",
        12: "up to 40 letters",
        14: "not a phone number",
    }.items():
        assert any(row.startswith(f"{line},") and words in row for row in found), (line, found)
    assert len(found) == 11
    assert member.e164 not in "".join(found)
    written(organiser, address)
    assert participants(office) == before + 1


def test_no_consent_is_taken_that_no_paper_says(office: Office):
    organiser = office.hire(Role.ORGANISER)
    yes, no, unsaid, unclear = (local() for _ in range(4))
    content = f"phone,consent\n{yes},Yes\n{no},no\n{unsaid},\n{unclear},x\n"
    address = send(organiser, content)
    refused = organiser.post(f"{address}/columns", {"column_number": "0", "column_consent": "1"})
    assert refused.status_code == 400
    assert "A consent needs the words" in refused.text
    page = checked(organiser, address, number="0", consent="1", **PAPER)
    assert "neither yes nor no" in page.text
    written(organiser, address)
    vault = office.serving.station.ground.vault
    rows = {bytes(row["phone"]): row["consent"] for row in office.rows("participants")}
    assert rows[vault.phone_id(f"+260{yes[1:]}")] == "yes"
    assert rows[vault.phone_id(f"+260{no[1:]}")] == "no"
    assert rows[vault.phone_id(f"+260{unsaid[1:]}")] is None
    assert vault.phone_id(f"+260{unclear[1:]}") not in rows


def test_a_consent_column_that_nobody_chose_means_nothing(office: Office):
    organiser = office.hire(Role.ORGANISER)
    number = local()
    address = send(organiser, f"phone,consent\n{number},yes\n")
    checked(organiser, address, number="0")
    written(organiser, address)
    assert newest(office)["consent"] is None


def test_a_list_of_those_who_want_no_messages_is_kept_to(office: Office):
    one = office.somebody(next(_NUMBERS))
    stranger = local()
    organiser = office.hire(Role.ORGANISER)
    address = send(organiser, f"phone\n{one.e164}\n{stranger}\n", kind="stop")
    checked(organiser, address, number="0")
    assert "2 written" in written(organiser, address).text
    stopped = {bytes(row["id"]) for row in office.rows("phones", "opted_out_at IS NOT NULL")}
    vault = office.serving.station.ground.vault
    assert {one.phone, vault.phone_id(f"+260{stranger[1:]}")} <= stopped
    assert office.rows("participants", f"number = {one.number}")[0]["status"] == "left"
    again = organiser.post("/people/new", {"number": stranger})
    assert "said STOP" in again.text
    address = send(organiser, f"phone\n{stranger}\n", kind="stop")
    assert "wants no messages already" in checked(organiser, address, number="0").text


def test_whoever_has_a_place_writes_only_its_people_and_stops_only_them(office: Office):
    other = office.somebody(next(_NUMBERS), place=NORTHERN)
    organiser = office.hire(Grant(Role.ORGANISER, "ZM-03"))
    content = f"phone,place\n{local()},Chipata\n{local()},Kasama\n{local()},\n"
    address = send(organiser, content)
    page = checked(organiser, address, number="0", place="1")
    assert "1 without a problem" in page.text
    assert "not one of yours" in page.text
    assert "place is missing" in page.text
    address = send(organiser, f"phone\n{other.e164}\n", kind="stop")
    assert "not one of yours" in checked(organiser, address, number="0").text
    organiser.done(f"{address}/begin")
    finish(organiser)
    assert office.rows("participants", f"number = {other.number}")[0]["status"] == "member"


def test_a_file_is_there_for_whoever_sent_it_and_nobody_else(office: Office):
    organiser, other = office.hire(Role.ORGANISER), office.hire(Role.ORGANISER)
    address = send(organiser, f"phone\n{local()}\n", name="<i>secret</i>.csv")
    for path in ("", "/live", "/problems.csv"):
        assert other.get(address + path).status_code == 404
        assert organiser.get(address + path).status_code == 200
    for path in ("/columns", "/begin", "/cancel"):
        assert other.post(address + path).status_code == 404
    assert "secret" not in other.page("/people/import").text
    assert "<i>secret" not in organiser.page("/people/import").html


@pytest.mark.parametrize("role", without(Permission.ENROL))
def test_roles_that_write_nobody_down_send_no_file(office: Office, role):
    files = {"file": ("a.csv", b"phone\n0970000001\n", "text/csv")}
    member = office.hire(role)
    assert member.post("/people/import", {"kind": "people"}, files=files).status_code == 403
    assert member.get("/people/import").status_code == 403


def test_a_file_is_written_in_slices_and_taken_up_where_it_was_left(office: Office):
    organiser = office.hire(Role.ORGANISER)
    numbers = [local() for _ in range(2 * SLICE + 5)]
    before = participants(office)
    address = send(organiser, "\n".join(["phone", *numbers]))
    checked(organiser, address, number="0")
    organiser.done(f"{address}/begin")
    for _ in range(3):  # as many processes that died after a slice
        worker(office).turn()
    finish(organiser)
    assert participants(office) == before + len(numbers)
    assert f"{len(numbers)} written" in organiser.page(address).text
    assert replay(office.database).differences == ()


def test_what_was_given_up_is_forgotten_and_not_begun(office: Office):
    organiser = office.hire(Role.ORGANISER)
    before = participants(office)
    address = send(organiser, f"phone\n{local()}\n")
    checked(organiser, address, number="0")
    assert "was given up" in organiser.done(f"{address}/cancel").text
    assert "stands otherwise" in organiser.done(f"{address}/begin").text
    finish(organiser)
    assert participants(office) == before
    chunks = office.rows("import_chunks", f'"import" = {address.rpartition("/")[2]}')
    assert [chunk["rows_sealed"] for chunk in chunks] == [None]


def test_what_waits_is_sealed_in_the_database(office: Office):
    organiser = office.hire(Role.ORGANISER)
    address = send(organiser, f"phone,name\n{local()},Zyambo Unsealed\n", name="Zyambo.csv")
    identifier = address.rpartition("/")[2]
    stored = b"".join(
        bytes(row["rows_sealed"])
        for row in office.rows("import_chunks", f'"import" = {identifier}')
    )
    stored += bytes(office.rows("imports", f"id = {identifier}")[0]["choices_sealed"])
    assert b"Zyambo" not in stored


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"phone\n", "nothing below it", id="headings only"),
        pytest.param(b"\n\n", "is empty", id="empty lines"),
        pytest.param(b"PK\x03\x04broken", "cannot be read", id="a broken workbook"),
        pytest.param(b"\x00\x01\x02" * 99, "neither a CSV", id="no text"),
        pytest.param(b'"' + b"x" * 200_000, "neither a CSV", id="a field without an end"),
        pytest.param(b"phone" + b",x" * 60 + b"\n", "50 columns", id="too many columns"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(office: Office, content, said):
    organiser = office.hire(Role.ORGANISER)
    files = {"file": ("a.csv", content, "text/csv")}
    answer = organiser.post("/people/import", {"kind": "people"}, files=files)
    assert answer.status_code == 400
    assert said in answer.text


def test_no_file_and_no_kind_are_said(office: Office):
    organiser = office.hire(Role.ORGANISER)
    assert "Choose a file" in organiser.post("/people/import", {"kind": "people"}).text
    assert "Say what" in organiser.post("/people/import", {"kind": "x"}).text
