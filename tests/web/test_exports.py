"""Exports on the pages: what is prepared, for whom, and who gets to see it."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import openpyxl
import orjson
import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.store import export_jobs
from tests.office import Field, Member, Office, opened, without
from tests.population import Somebody

PLACE, OTHER = "ZM-01-07", "ZM-01-01"  # Mongu and Kalabo, both of Western
FAR = "ZM-09-06"


@pytest.fixture(scope="module")
def crowd(office: Office) -> list[Somebody]:
    """Twelve people in Mongu, eleven in Kalabo, thirteen far away, two of an unusual language."""
    places = [PLACE] * 12 + [OTHER] * 11 + [FAR] * 13
    people = [
        office.somebody(2000 + number, place=place, name="=HYPERLINK(1)")
        for number, place in enumerate(places)
    ]
    people += [office.somebody(3000 + n, place=PLACE, language="@sum") for n in range(2)]
    return people


def prepared(member: Member, form: Mapping[str, Field]) -> str:
    """Ask for an export, wait until it is there, and return its address."""
    answer = member.post("/exports/new", form)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    finished(member, path)
    return str(path)


def finished(member: Member, path: str) -> None:
    """Wait until nothing more becomes of an export."""
    for _ in range(600):
        if member.get(f"{path}/live").headers.get("X-Over"):
            return
        time.sleep(0.05)
    raise AssertionError("the export was never prepared")


def content(member: Member, path: str) -> bytes:
    answer = member.get(f"{path}/file")
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    return answer.content


def number_of(path: str) -> int:
    return int(path.rpartition("/")[2])


@pytest.mark.usefixtures("crowd")
class TestCounts:
    """What everybody who may export gets."""

    def test_counts_are_prepared_shown_and_fetched(self, office: Office):
        member = office.hire(Role.ORGANISER)
        path = prepared(member, {"kind": "signups", "by": ["place"], "level": "province"})
        page = member.page(path)
        assert "Western 25" in page.text.replace("ZM-01 ", "")
        lines = content(member, path).decode().splitlines()
        assert lines[0] == "place,place_code,participants,suppressed"
        assert "Western,ZM-01,25," in lines
        assert office.acts()[-1] == "exported"

    def test_small_counts_are_held_back(self, office: Office):
        member = office.hire(Role.COORDINATOR)
        path = prepared(member, {"kind": "signups", "by": ["language"]})
        assert "held back" in member.page(path).text
        assert "'@sum,,yes" in content(member, path).decode()

    def test_showing_small_counts_takes_rows_and_a_reason(self, office: Office):
        organiser, coordinator = office.hire(Role.ORGANISER), office.hire(Role.COORDINATOR)
        form: dict[str, Field] = {"kind": "signups", "by": ["language"], "exact": "1"}
        assert organiser.post("/exports/new", {**form, "reason": "to see"}).status_code == 404
        refused = coordinator.post("/exports/new", form)
        assert refused.status_code == 400
        assert "Please say why" in refused.text
        path = prepared(coordinator, {**form, "reason": "a letter <b>to</b> the council"})
        assert "'@sum,2" in content(coordinator, path).decode()
        assert "<b>to</b>" not in coordinator.page(path).html

    def test_only_one_s_own_places_are_counted(self, office: Office):
        member = office.hire(Grant(Role.COORDINATOR, "ZM-01"))
        path = prepared(member, {"kind": "signups", "by": ["place"], "format": "jsonl"})
        rows = [orjson.loads(line) for line in content(member, path).splitlines()]
        assert {row["place_code"] for row in rows} == {PLACE, OTHER}
        assert "Western" in member.page(path).text

    @pytest.mark.parametrize(
        "form",
        [
            pytest.param({"kind": "signups", "by": ["category"]}, id="what people do not have"),
            pytest.param({"kind": "reports", "by": ["gender"]}, id="what reports do not have"),
            pytest.param({"kind": "signups", "by": ["place", "place"]}, id="the same twice"),
            pytest.param({"kind": "signups", "format": "exe"}, id="a format that there is not"),
            pytest.param({"kind": "signups", "level": "street"}, id="a level that there is not"),
            pytest.param({"kind": "secrets"}, id="a kind that there is not"),
            pytest.param({"kind": "results"}, id="answers of no flow"),
        ],
    )
    def test_what_cannot_be_counted_is_refused_in_words(self, office: Office, form):
        answer = office.hire(Role.ORGANISER).post("/exports/new", form)
        assert answer.status_code == 400
        assert "cannot be counted so" in answer.text

    def test_answers_of_a_flow_that_saved_none_fail_in_words(self, office: Office):
        member = office.hire(Role.ORGANISER)
        path = prepared(member, {"kind": "results:<script>"})
        page = member.page(path)
        assert "saved no answers" in page.text
        assert "<script>" not in page.html.replace("<script src", "")
        assert member.get(f"{path}/file").status_code == 404

    def test_a_data_package_says_what_it_holds(self, office: Office):
        member = office.hire(Role.ORGANISER)
        path = prepared(member, {"kind": "signups", "by": ["place"], "format": "package"})
        with zipfile.ZipFile(io.BytesIO(content(member, path))) as package:
            about = orjson.loads(package.read("datapackage.json"))
            data = package.read("data.csv")
        resource = about["resources"][0]
        fields = resource["schema"]["fields"]
        assert resource["bytes"] == len(data)
        assert [one["name"] for one in fields] == data.decode().splitlines()[0].split(",")
        assert fields[2] == {
            "name": "participants",
            "type": "integer",
            "description": "Number of people. Empty: held back, see suppressed.",
            "unit": "people",
            "hxl": "#population+joined+num",
        }
        assert "fewer than 10" in about["suppression"]

    def test_tags_stand_under_the_names_of_the_columns(self, office: Office):
        member = office.hire(Role.ORGANISER)
        form: dict[str, Field] = {"kind": "signups", "by": "place", "tags": "1", "format": "xlsx"}
        book = openpyxl.load_workbook(io.BytesIO(content(member, prepared(member, form))))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        assert rows[1] == ("#loc+name", "#loc+code", "#population+joined+num", "#meta+suppressed")


@pytest.mark.usefixtures("crowd")
class TestRows:
    """One line a person, without names and numbers."""

    def test_rows_name_nobody_and_cannot_be_joined(self, office: Office, crowd):
        member = office.hire(Role.COORDINATOR)
        form = {"form": "rows_", "rows_kind": "people", "rows_format": "jsonl"}
        found = []
        for _ in range(2):
            text = content(member, prepared(member, form)).decode()
            assert "26097" not in text
            assert "HYPERLINK" not in text
            assert crowd[0].id.hex() not in text
            found.append({orjson.loads(line)["person"] for line in text.splitlines()})
        assert len(found[0]) == len(office.rows("participants")) >= len(crowd)
        assert not found[0] & found[1]

    def test_rows_of_a_province_are_of_that_province(self, office: Office):
        member = office.hire(Grant(Role.COORDINATOR, "ZM-09"))
        form = {"form": "rows_", "rows_kind": "people", "rows_format": "jsonl"}
        rows = [orjson.loads(row) for row in content(member, prepared(member, form)).splitlines()]
        assert {row["place_code"] for row in rows} == {FAR}
        assert len(rows) == 13

    def test_formulas_of_participants_are_defused(self, office: Office):
        member = office.hire(Role.COORDINATOR)
        form = {"form": "rows_", "rows_kind": "people", "rows_format": "csv"}
        text = content(member, prepared(member, form)).decode()
        assert ",'@sum," in text
        assert ",@sum" not in text

    def test_whoever_may_not_have_rows_is_not_offered_them(self, office: Office):
        organiser = office.hire(Role.ORGANISER)
        page = organiser.page("/exports").text
        assert "One line a person" not in page
        assert "Phone numbers" not in page
        form = {"form": "rows_", "rows_kind": "people"}
        assert organiser.post("/exports/new", form).status_code == 404


@pytest.mark.usefixtures("crowd")
class TestNumbers:
    """Numbers leave with a reason and a second person's word."""

    FORM: Mapping[str, str] = {
        "form": "numbers_",
        "numbers_reason": "calling <i>stewards</i>",
        "numbers_format": "csv",
    }

    def ask(self, member: Member) -> str:
        answer = member.post("/exports/new", self.FORM)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def test_a_second_person_lets_them_out(self, office: Office):
        asking = office.hire(Grant(Role.COORDINATOR, "ZM-09"), name="Mwila Tembo")
        path = self.ask(asking)
        assert "13 numbers" in asking.page(path).text
        assert asking.get(f"{path}/file").status_code == 404
        second = office.hire(Role.APPROVER)
        page = second.page("/releases")
        assert "Mwila Tembo" in page.text
        assert "calling <i>stewards</i>" in page.text
        assert "<i>" not in page.html
        assert "26097" not in page.html
        second.done(f"/releases/{number_of(path)}/release")
        finished(asking, path)
        text = content(asking, path).decode()
        assert text.count("'+26097") == 13
        assert "HYPERLINK" not in text
        about = office.rows("audit", f"subject = 'export:{number_of(path)}'")
        about.sort(key=lambda row: row["seq"])
        assert [row["act"] for row in about] == ["export_asked", "numbers_released", "exported"]
        assert second.get(path).status_code == 403

    def test_nobody_releases_what_he_or_she_asked_for(self, office: Office):
        both = office.hire(Role.COORDINATOR, Role.APPROVER)
        path = self.ask(both)
        assert "Nobody asks" in both.page("/releases").text
        assert both.post(f"/releases/{number_of(path)}/release").status_code == 404
        assert "waits for a second person" in both.page(path).text
        both.done(f"{path}/delete")

    def test_what_is_refused_stays(self, office: Office):
        asking = office.hire(Role.COORDINATOR)
        path = self.ask(asking)
        second = office.hire(Role.APPROVER)
        second.done(f"/releases/{number_of(path)}/refuse")
        assert "refused" in asking.page(path).text
        assert asking.get(f"{path}/file").status_code == 404
        assert second.post(f"/releases/{number_of(path)}/release").status_code == 404

    def test_the_second_person_must_answer_for_every_place(self, office: Office):
        path = self.ask(office.hire(Grant(Role.COORDINATOR, "ZM-01")))
        for place in ("ZM-09", PLACE):
            second = office.hire(Grant(Role.APPROVER, place))
            assert "Nobody asks" in second.page("/releases").text
            assert second.post(f"/releases/{number_of(path)}/release").status_code == 404
        office.hire(Grant(Role.APPROVER, "ZM-01")).done(f"/releases/{number_of(path)}/release")

    def test_whoever_said_stop_is_in_no_list_of_numbers(self, office: Office):
        leaving = office.somebody(4001, place="ZM-02", name="Gone")
        office.somebody(4002, place="ZM-02", name="Here")
        office.population.leave(leaving)
        asking = office.hire(Grant(Role.COORDINATOR, "ZM-02"))
        path = self.ask(asking)
        office.hire(Role.APPROVER).done(f"/releases/{number_of(path)}/release")
        finished(asking, path)
        text = content(asking, path).decode()
        assert "+260970004002" in text
        assert "+260970004001" not in text

    def test_without_a_reason_nothing_is_asked(self, office: Office):
        answer = office.hire(Role.COORDINATOR).post(
            "/exports/new", {**self.FORM, "numbers_reason": " "}
        )
        assert answer.status_code == 400
        assert "Please say why" in answer.text


@pytest.mark.usefixtures("crowd")
class TestDoors:
    """Whose an export is, and for how long."""

    def test_somebody_else_s_export_is_not_there(self, office: Office):
        path = prepared(office.hire(Role.COORDINATOR), {"kind": "signups"})
        other = office.hire(Role.COORDINATOR)
        for address in (path, f"{path}/live", f"{path}/file", "/exports/999999/file"):
            assert other.get(address).status_code == 404
        assert other.post(f"{path}/delete").status_code == 404
        assert "Nothing yet" in other.page("/exports").text

    @pytest.mark.parametrize("role", without(Permission.EXPORT))
    def test_roles_without_exports_have_no_page_of_them(self, office: Office, role: Role):
        member = office.hire(role)
        assert member.get("/exports").status_code == 403
        assert member.post("/exports/new", {"kind": "signups"}).status_code == 403

    def test_whoever_lost_a_role_loses_the_file(self, office: Office):
        member = office.hire(Role.COORDINATOR, Role.ORGANISER)
        form = {"form": "rows_", "rows_kind": "people"}
        path = prepared(member, form)
        admin = office.hire(Role.ADMIN)
        admin.done(f"/staff/{member.viewer.id}/ungrant", {"role": "coordinator", "place": ""})
        assert member.get(f"{path}/file").status_code == 404

    def test_what_lies_on_the_disk_is_sealed_and_the_owner_s(self, office: Office):
        member = office.hire(Role.COORDINATOR)
        path = prepared(member, {"form": "rows_", "rows_kind": "people"})
        row = office.rows("exports", f"id = {number_of(path)}")[0]
        folder = office.serving.station.store.settings.exports.folder
        file = folder / row["file"]
        assert b"ZM-01" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
        assert folder.stat().st_mode & 0o077 == 0
        member.done(f"{path}/delete")
        assert not file.exists()
        assert member.get(f"{path}/file").status_code == 404
        assert "deleted" in member.page(path).text

    def test_a_page_of_a_long_list_leads_to_the_next(self, office: Office):
        member = office.hire(Role.ORGANISER)
        with office.database.write() as tx:
            for _ in range(25):
                export_jobs.add(
                    tx,
                    staff=member.viewer.id,
                    kind="signups",
                    asked='{"kind": "signups", "by": []}',
                    status="gone",
                )
        page = member.page("/exports")
        following = member.page(page.links["Next page"])
        assert following.text.count("counts of sign-ups deleted") == 0
        assert following.html.count('href="/exports/') == 5
        assert member.get("/exports?before=x").status_code == 404


class TestRegularly:
    """Counts that are written into a folder for other programs."""

    @pytest.fixture
    def offering(self, tmp_path: Path) -> Iterator[Office]:
        folder = str(tmp_path / "written")
        with opened(tmp_path / "office", EXPORTS_WRITTEN_FOLDER=folder) as office:
            yield office

    def test_what_ended_says_why_to_its_owner_and_to_who_could_have_the_same(
        self, offering: Office, tmp_path: Path
    ):
        owner = offering.hire(Role.ORGANISER, Role.COORDINATOR, name="Mutale <b>Zulu</b>")
        other = offering.hire(Role.COORDINATOR)
        page = owner.done("/exports/new", {"kind": "signups", "by": "place", "every": "day"})
        assert "The counts are written from now on." in page.text
        assert "Written regularly" not in other.page("/exports").text
        admin = offering.hire(Role.ADMIN)
        for role in ("organiser", "coordinator"):
            admin.done(f"/staff/{owner.viewer.id}/ungrant", {"role": role, "place": ""})
        with offering.database.write() as tx:
            tx.connection.exec_driver_sql("UPDATE export_schedules SET due_at = 0")
        patiently(lambda: offering.rows("export_schedules", "ended_at IS NOT NULL"))
        assert "no longer has the role" in other.page("/exports").text
        assert "Mutale <b>Zulu</b>" in other.page("/exports").text
        assert "<b>Zulu" not in other.page("/exports").html
        assert "Take off the list" not in other.page("/exports").text
        assert owner.get("/exports").status_code == 403
        admin.done(f"/staff/{owner.viewer.id}/grant", {"role": "organiser", "place": ""})
        assert "no longer has the role" in owner.page("/exports").text
        number = offering.rows("export_schedules")[0]["id"]
        assert other.post(f"/exports/schedules/{number}/end").status_code == 404
        owner.done(f"/exports/schedules/{number}/end")
        assert "Written regularly" not in owner.page("/exports").text
        assert "export_ended" in offering.acts()

    def test_a_folder_that_cannot_be_written_is_said_on_the_page(
        self, offering: Office, tmp_path: Path
    ):
        (tmp_path / "written").write_text("in the way")
        owner = offering.hire(Role.ORGANISER)
        owner.done("/exports/new", {"kind": "signups", "every": "week"})
        patiently(lambda: offering.rows("export_schedules", "error IS NOT NULL"))
        assert "tried again every ten minutes" in owner.page("/exports").text


def patiently(look: Callable[[], object]) -> None:
    """Wait until there is something."""
    for _ in range(600):
        if look():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")
