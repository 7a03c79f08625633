"""The pages of the channels, the audit, the staff and the help."""

from zoneinfo import ZoneInfo

import pytest

from gateway.core.delivery.status import Status
from gateway.core.movement.moments import month_of
from gateway.core.staff.roles import PERMISSIONS, Grant, Permission, Role
from gateway.store import channels, spending
from gateway.store.spending import Spent
from gateway.web.help import TOPICS
from tests.office import Office
from tests.serving import SECRET


def test_a_channel_is_paused_with_a_reason_and_resumed(office: Office):
    admin = office.hire(Role.ADMIN)
    page = admin.done("/channels/demo/pause", {"why": "no credit <b>left</b>"})
    assert "paused" in page.text
    assert "no credit <b>left</b>" in page.text
    assert "<b>left" not in page.html
    assert office.rows("channels", "name = 'demo'")[0]["paused_by"] == "operator"
    page = admin.done("/channels/demo/resume")
    assert "sends" in page.text
    assert office.acts()[-2:] == ["channel_paused", "channel_resumed"]


def test_the_secret_addresses_are_shown_on_demand_and_that_is_written_down(office: Office):
    admin = office.hire(Role.ADMIN)
    assert SECRET not in admin.page("/channels/demo").html
    shown = admin.post("/channels/demo/addresses")
    assert f"/callbacks/demo/{SECRET}/sms" in shown.text
    assert office.acts()[-1] == "callbacks_seen"
    organiser = office.hire(Role.ORGANISER)
    assert "addresses" not in organiser.page("/channels/demo").text
    assert organiser.post("/channels/demo/addresses").status_code == 403
    local = office.hire(Grant(Role.ADMIN, "ZM-03"))
    refused = local.post("/channels/demo/addresses")
    assert refused.status_code == 404, "who has these can write as anybody, anywhere"
    assert SECRET not in refused.text


def test_the_last_day_is_counted_by_what_became_of_it(office: Office):
    one = office.somebody(1001)
    office.population.message(one, "Hello", status=int(Status.FAILED), error="invalid_number")
    office.population.message(one, "Hello", status=int(Status.DELIVERED))
    admin = office.hire(Role.ADMIN)
    office.serving.app.state.desk.board.count_now()
    text = admin.page("/channels/demo").text
    assert "failed 1" in text
    assert "delivered 1" in text
    assert "invalid_number 1" in text
    assert "invalid_number (1)" in admin.page("/channels").text


def test_a_channel_shows_what_it_cost_this_month_and_the_one_before(office: Office):
    at = office.database.clock()
    now = month_of(at, ZoneInfo("Africa/Lusaka"))
    with office.database.write() as tx:
        channel = {row.name: row.id for row in channels.read_all(tx.connection)}["demo"]
        spending.add(
            tx,
            channel,
            [
                Spent(now, "ZMW", 1_200_000, 2_400_000, 1_080_000_500, at),
                Spent(now, "USD", 3, 3, 75, at),
                Spent(now, "", 1, 2_000, 0, at),
                Spent(now - 1, "ZMW", 7, 9, 4_050, at),
                Spent(now - 2, "ZMW", 555, 555, 555, at),
            ],
        )
    organiser = office.hire(Role.ORGANISER)
    text = organiser.page("/channels/demo").text.replace("\N{NO-BREAK SPACE}", " ")
    money = "USD 0.08 ZMW 1,080,000.50 2,000 segments without a price"
    assert f"so far {money} messages: 1,200,004, segments: 2,402,003" in text
    assert "ZMW 4.05 messages: 7, segments: 9" in text
    assert "555" not in text
    assert "Counting began" in text
    listed = organiser.page("/channels").text.replace("\N{NO-BREAK SPACE}", " ")
    assert money in listed
    assert "4.05" not in listed
    assert "price list can be read" not in text + listed


def test_without_a_price_list_the_pages_of_the_channels_say_so(office: Office):
    own = office.serving.station.store.settings.config_directory / "prices.toml"
    own.write_text("currency = nothing")
    admin = office.hire(Role.ADMIN)
    try:
        pages = [admin.page(path).text for path in ("/channels", "/channels/demo")]
    finally:
        own.unlink()
    assert all("No price list can be read now" in text for text in pages)
    assert "One segment costs" not in pages[1]


@pytest.mark.parametrize(
    "role", [role for role in Role if Permission.CHANNELS not in PERMISSIONS[role]]
)
def test_who_may_not_see_the_channels_sees_no_cost(office: Office, role):
    member = office.hire(role)
    assert member.get("/channels").status_code == 403
    assert member.get("/channels/demo").status_code == 403


@pytest.mark.parametrize("name", ["nothing", "%2e%2e", "%00", "demo'--"])
def test_a_channel_that_there_is_not_is_not_there(office: Office, name):
    assert office.hire(Role.ADMIN).get(f"/channels/{name}").status_code == 404


def test_an_admin_of_one_place_switches_no_channel(office: Office):
    admin = office.hire(Grant(Role.ADMIN, "ZM-03"))
    assert admin.post("/channels/demo/pause", {"why": ""}).status_code == 404
    assert admin.get("/staff").status_code == 404
    assert admin.get("/audit").status_code == 404


def test_the_audit_shows_who_did_what_and_that_it_holds(office: Office):
    admin = office.hire(Role.ADMIN, name="Chanda Mwale")
    admin.done("/channels/demo/pause", {"why": "test"})
    admin.done("/channels/demo/resume")
    reader = office.hire(Role.SCRUTINEER)
    page = reader.page("/audit?act=channel_paused")
    assert "Chanda Mwale paused a channel channel:demo" in page.text
    assert "resumed a channel channel:demo" not in page.text
    checked = reader.post("/audit/verify")
    assert "The chain holds" in checked.text
    assert reader.get("/audit?act=nonsense").status_code == 404
    assert reader.get("/audit?before=x").status_code == 404


def test_a_long_audit_is_read_page_by_page(office: Office):
    member = office.hire(Role.ADMIN)
    for _ in range(30):
        member.post("/channels/demo/pause", {"why": ""})
        member.post("/channels/demo/resume")
    page = member.page("/audit")
    seen = page.text.count("channel:demo")
    following = member.page(page.links["Next page"])
    assert 0 < seen <= 50
    assert following.text.count("channel:demo") > 0
    assert "To the beginning" in following.links


def test_somebody_is_invited_given_a_role_and_let_in_no_more(office: Office):
    admin = office.hire(Role.ADMIN)
    form = {"username": "mutale", "name": "Mutale Zulu", "role": "organiser", "place": "ZM-03"}
    answer = admin.post("/staff/new", form)
    assert answer.status_code == 200
    link = answer.text.split(f"{office.serving.url}/signin/link/")[1].split("<")[0]
    key = office.identity.sign_in.sign_in_by_link(link, address="127.0.0.1", agent="test") or ""
    viewer = office.identity.sign_in.viewer(key)
    assert viewer is not None
    assert viewer.grants == (Grant(Role.ORGANISER, "ZM-03"),)
    page = admin.done(f"/staff/{viewer.id}/grant", {"role": "caseworker", "place": ""})
    assert "caseworker the whole movement" in page.text
    admin.done(f"/staff/{viewer.id}/ungrant", {"role": "organiser", "place": "ZM-03"})
    now = office.identity.sign_in.viewer(key)
    assert now is not None
    assert now.grants == (Grant(Role.CASEWORKER),)
    admin.done(f"/staff/{viewer.id}/disable")
    assert office.identity.sign_in.viewer(key) is None
    assert "disabled" in admin.page("/staff").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"username": "x", "name": "Y"}, "cannot be a user name", id="a bad user name"),
        pytest.param({"username": "good.one", "name": ""}, "A name has", id="no name"),
        pytest.param(
            {"username": "good.two", "name": "Y", "role": "organiser", "place": "ZM-99"},
            "not a place",
            id="a place that there is not",
        ),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(
    office: Office, form, said
):
    answer = office.hire(Role.ADMIN).post("/staff/new", form)
    assert answer.status_code == 400
    assert said in answer.text.replace("&#39;", "'")
    assert f'value="{form["username"]}"' in answer.text


def test_nobody_makes_a_role_up(office: Office):
    admin = office.hire(Role.ADMIN)
    answer = admin.post(f"/staff/{admin.viewer.id}/grant", {"role": "emperor", "place": ""})
    assert answer.status_code == 404
    assert admin.get("/staff/999999").status_code == 404


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", ["en", "fr", "sw"])
def test_help_is_there_in_every_language(office: Office, topic, language):
    member = office.hire()
    answer = member.get(f"/help/{topic}", headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text


def test_help_on_nothing_is_not_there(office: Office):
    assert office.hire().get("/help/topics").status_code == 404
