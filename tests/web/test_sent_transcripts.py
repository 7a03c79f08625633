"""Transcripts that come along with a version are kept with it, played on it, and heard."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest

from gateway.core.staff.roles import Role
from gateway.flowfiles.releases import read_source
from tests.office import Member, Office, Page
from tests.serving import ROOT

FLOWS = ROOT / "flows"
STATUS = (FLOWS / "status.yaml").read_text(encoding="utf-8")
TOLD = (FLOWS / "status.test.yaml").read_text(encoding="utf-8")
HOSTILE = "<script>alert(1)</script>"


def packed(files: Mapping[str, str | bytes]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def send(member: Member, files: Mapping[str, str | bytes], **form: str) -> str:
    """Send an archive that is taken; return where the page of its version is."""
    file = ("flows.zip", packed(files), "application/zip")
    answer = member.post("/flows/-/upload", form, files={"file": file})
    assert answer.status_code == 303, Page(answer.text).text
    return answer.headers["location"]


def changed(number: int) -> str:
    """Return the flow with another text, so that its transcripts do not fit it."""
    words = "You are not a member yet."
    assert words in STATUS
    return STATUS.replace(words, f"You are no member yet, {number}.")


def test_transcripts_that_go_as_they_say_are_told_of_and_ask_for_nothing(office: Office):
    admin = office.hire(Role.ADMIN)
    flow = STATUS + "# another file\n"
    where = send(admin, {"flows/status.yaml": flow, "flows/status.test.yaml": TOLD})
    page = admin.page(where)
    assert "All went as they say." in page.text
    assert "although" not in page.fields
    before = office.serving.station.publisher.newest() or ""
    assert "It is in force." in admin.done(f"{where}/publish", {"instead_of": before}).text


def test_what_goes_otherwise_is_told_and_put_in_force_only_with_a_tick(office: Office):
    admin = office.hire(Role.ADMIN)
    publisher = office.serving.station.publisher
    before = publisher.newest() or ""
    where = send(admin, {"status.yaml": changed(1), "status.test.yaml": TOLD})
    page = admin.page(where)
    assert "The check found no mistake, but not all of its transcripts" in page.text
    assert "went otherwise." in page.text
    assert "status.test.yaml:" in page.text
    answer = admin.post(f"{where}/publish", {"instead_of": before})
    assert answer.status_code == 400
    assert "Not all of its transcripts went as they say." in Page(answer.text).text
    assert publisher.newest() == before
    form = {"instead_of": before, "although": "yes"}
    assert "It is in force." in admin.done(f"{where}/publish", form).text
    assert publisher.newest() == where.rpartition("/")[2]


def test_they_are_played_on_the_page_of_their_version_and_not_those_of_the_folder(office: Office):
    admin = office.hire(Role.ADMIN)
    mine = TOLD.replace("- test:", "- test: Mine,", 1)
    assert mine != TOLD
    where = send(admin, {"status.yaml": changed(2), "status.test.yaml": mine})
    version = where.rpartition("/")[2]
    page = admin.page(f"/flows/status/transcripts?version={version}")
    assert "Mine, " in page.text
    assert "Mine, " not in admin.page("/flows/join/transcripts").text
    assert "No transcript yet" in admin.page(f"/flows/join/transcripts?version={version}").text


def test_they_are_in_the_archive_of_the_version_and_come_back_with_it(office: Office):
    admin = office.hire(Role.ADMIN)
    files = dict(read_source(FLOWS).files)
    where = send(admin, {**files, "status.yaml": changed(3), "status.test.yaml": TOLD}, whole="yes")
    content = admin.get(f"{where}/files").content
    with ZipFile(BytesIO(content)) as archive:
        assert archive.read("flows/status.test.yaml").decode() == TOLD
    again = {"file": ("flows.zip", content, "application/zip")}
    answer = admin.post("/flows/-/upload", {"whole": "yes"}, files=again)
    assert answer.headers["location"] == where


def test_a_version_that_was_not_played_to_the_end_asks_for_the_tick(office: Office):
    admin = office.hire(Role.ADMIN)
    where = send(admin, {"status.yaml": changed(4), "status.test.yaml": TOLD})
    with office.database.write() as tx:  # as if the process had died before it played them
        unplayed = '{"played": 0, "left": 1, "wrong": []}'
        hashed = where.rpartition("/")[2]
        tx.connection.exec_driver_sql(
            f"UPDATE releases SET trial = '{unplayed}' WHERE hash = '{hashed}'"
        )
    assert "although" in admin.page(where).fields
    before = office.serving.station.publisher.newest() or ""
    assert admin.post(f"{where}/publish", {"instead_of": before}).status_code == 400


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("tests: [", id="no YAML"),
        pytest.param(f"- test: {HOSTILE}\n", id="a list where there is none"),
        pytest.param(TOLD.replace("- test:", f"- test: {HOSTILE}", 1), id="a script as a name"),
    ],
)
def test_transcripts_with_mistakes_or_hostile_names_are_told_of_as_words(office: Office, told: str):
    admin = office.hire(Role.ADMIN)
    where = send(admin, {"status.yaml": changed(5), "status.test.yaml": told})
    page = admin.page(where)
    assert "although" in page.fields
    assert "status.test.yaml:" in page.text
    assert HOSTILE not in page.html


def test_transcripts_without_flows_are_no_version(office: Office):
    admin = office.hire(Role.ADMIN)
    file = ("flows.zip", packed({"status.test.yaml": TOLD}), "application/zip")
    answer = admin.post("/flows/-/upload", {}, files={"file": file})
    assert answer.status_code == 400
    assert "There are no flow files in the archive." in Page(answer.text).text


def test_a_transcript_that_is_too_large_is_refused(office: Office):
    admin = office.hire(Role.ADMIN)
    large = {"status.yaml": STATUS, "status.test.yaml": "# " * 2**18}
    file = ("flows.zip", packed(large), "application/zip")
    answer = admin.post("/flows/-/upload", {}, files={"file": file})
    assert answer.status_code == 400
    assert "status.test.yaml is larger than" in Page(answer.text).text
