"""A phone that several people share stands for one member, and the pages say so."""

from gateway.core.staff.roles import Role
from tests.office import Office, Page
from tests.web.files import checked, send

SHARED = 6_800_001


def test_nobody_else_is_written_down_with_a_member_s_phone(office: Office):
    office.somebody(SHARED, name="Amina", place="ZM-03-05")
    organiser = office.hire(Role.ORGANISER)
    before = len(office.rows("participants"))
    assert "one member's only" in organiser.page("/people/new").text
    form = {"number": f"097{SHARED:07}", "name": "Bupe", "place": "ZM-03-05"}
    refused = organiser.post("/people/new", form)
    assert refused.status_code == 400
    assert "it speaks for that member alone" in Page(refused.text).text
    address = send(organiser, f"Phone,Name\n097{SHARED:07},Bupe\n")
    page = checked(organiser, address, number="0", name="1")
    assert "the others can be counted in a hall" in page.text
    assert "Write 1 person down" not in page.text
    assert len(office.rows("participants")) == before
