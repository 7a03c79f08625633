"""The pages of the conversations: what is in force, other versions, and hostile files."""

import stat
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from gateway.core.staff.roles import Grant, Permission, Role
from gateway.flowfiles.releases import read_source
from tests.office import Office, Page, without
from tests.serving import ROOT

JOIN = (ROOT / "flows" / "join.yaml").read_text(encoding="utf-8")
UPLOAD = "/flows/-/upload"
HOSTILE = "<script>alert(1)</script>"


def _packed(files: dict[str, bytes | str]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return written.getvalue()


def _sent(member, name: str, content: bytes | str, **form: str):
    body = content.encode() if isinstance(content, str) else content
    return member.post(UPLOAD, form, files={"file": (name, body, "application/octet-stream")})


def _version(office: Office, member, before: str, after: str) -> Page:
    """Send join.yaml with something replaced; return the page of the version that it makes."""
    assert before in JOIN
    answer = _sent(member, "join.yaml", JOIN.replace(before, after))
    assert answer.status_code == 303, Page(answer.text).text
    return Page(member.get(answer.headers["location"]).text)


def test_the_conversations_in_force_are_listed_with_what_begins_them(office: Office):
    page = office.hire(Role.ORGANISER).page("/flows")
    assert page.title == "Conversations"
    assert page.links["Join the movement"] == "/flows/join"
    assert "SMS join" in page.text
    assert "any other dialled code" in page.text
    assert "Send a new version" not in page.text


def test_a_conversation_is_shown_as_a_picture_a_table_and_its_texts(office: Office):
    page = office.hire(Role.ADMIN).page("/flows/join?texts=fr")
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="group"' in page.html
    assert "<style" not in page.html
    assert "style=" not in page.html
    assert "Which district do you live in?" in page.text
    assert "Dans quel district" in page.text
    assert "Leads to" in page.text


@pytest.mark.parametrize("language", ["en", "fr", "sw", "am", "xx", "../etc"])
def test_texts_are_there_in_every_language_and_the_own_one_serves_for_others(
    office: Office, language
):
    page = office.hire(Role.ADMIN).page(f"/flows/join?texts={language}")
    assert "What it says" in page.text
    if language == "am":
        assert "UCS-2" in page.text


def test_what_is_sent_shows_what_it_changes_and_changes_nothing_before_it_is_published(
    office: Office,
):
    admin = office.hire(Role.ADMIN)
    before = office.serving.station.publisher.newest()
    page = _version(office, admin, "What is your name?", "Who are you?")
    assert "Welcome to @movement.name. Who are you?" in page.text
    assert "What is your name?" in page.text
    assert "not in force" in page.text
    assert office.serving.station.publisher.newest() == before
    assert office.acts()[-1] == "flows_uploaded"
    digest = page.fields["instead_of"]
    assert digest == before


def test_a_version_is_published_and_the_one_before_comes_back(office: Office):
    admin = office.hire(Role.ADMIN)
    publisher = office.serving.station.publisher
    before = publisher.newest()
    page = _version(office, admin, "That is too long for a name.", "Shorter, please.")
    path = next(one for one in page.actions if one.endswith("/publish"))
    page = admin.done(path, {"instead_of": before or ""})
    assert "It is in force." in page.text
    assert publisher.newest() == path.split("/")[-2]
    assert office.acts()[-1] == "flows_published"
    release = publisher.current()
    assert release is not None
    assert "Shorter, please." in admin.page("/flows/join").text
    history = admin.page("/flows/-/versions")
    assert "these pages" in history.text
    back = admin.page(f"/flows/-/versions/{before}")
    assert "Shorter, please." in back.text
    admin.done(f"/flows/-/versions/{before}/publish", {"instead_of": publisher.newest() or ""})
    assert publisher.newest() == before
    assert "Shorter, please." not in admin.page("/flows/join").text
    rows = office.rows("publications")
    assert [row["release"] for row in rows][-1] == before
    # The folder of this process still counts as taken, so that a restart undoes nothing.
    assert publisher.is_taken(publisher.read())


def test_who_looked_at_something_older_publishes_nothing(office: Office):
    admin = office.hire(Role.ADMIN)
    before = office.serving.station.publisher.newest()
    page = _version(office, admin, "Reply 0 to skip.", "Or reply 0 to skip.")
    path = next(one for one in page.actions if one.endswith("/publish"))
    answer = admin.post(path, {"instead_of": "0" * 64})
    assert answer.status_code == 409
    assert "Something else came into force" in answer.text
    assert office.serving.station.publisher.newest() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(JOIN.replace("expect: text(60)", "expct: text(60)"), "join.yaml:1", id="key"),
        pytest.param(JOIN.replace("then: already", "then: nowhere"), "join.yaml:", id="a dead end"),
        pytest.param("a: &a [*a]\n", "join.yaml:1", id="a bomb of aliases"),
        pytest.param("[" * 5000, "join.yaml:1", id="brackets without end"),
        pytest.param(b"flow: \xff\xfe", "join.yaml:1", id="not UTF-8"),
        pytest.param("flow: join\n" + f"{HOSTILE}: 1\n", "join.yaml:", id="a script as a key"),
        pytest.param(
            JOIN.replace('1: {label: "Yes"', '3: {label: "Yes"'), "renumbered", id="menu numbers"
        ),
    ],
)
def test_what_has_a_mistake_is_told_with_its_line_and_changes_nothing(
    office: Office, content, said
):
    admin = office.hire(Role.ADMIN)
    stored = len(office.rows("releases"))
    answer = _sent(admin, "join.yaml", content)
    page = Page(answer.text)
    assert answer.status_code == 400
    assert "Nothing has changed" in page.text
    assert said in page.text
    assert HOSTILE not in answer.text
    assert len(office.rows("releases")) == stored


def _link() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as packed:
        info = ZipInfo("join.yaml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    return written.getvalue()


def _damaged() -> bytes:
    good = bytearray(_packed({"join.yaml": JOIN}))
    good[60:80] = b"\0" * 20
    return bytes(good)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("x.zip", _packed({"../join.yaml": JOIN}), "leads out", id="up"),
        pytest.param("x.zip", _packed({"/etc/join.yaml": JOIN}), "leads out", id="the root"),
        pytest.param("x.zip", _packed({"C:\\join.yaml": JOIN}), "leads out", id="a drive"),
        pytest.param("x.zip", _packed({"a\x1b[2J.yaml": JOIN}), "printed", id="control signs"),
        pytest.param("x.zip", _link(), "a link", id="a link"),
        pytest.param("x.zip", _packed({"join.yaml": b" " * 2**26}), "larger", id="a bomb"),
        pytest.param(
            "x.zip",
            _packed({f"imported/{n}.json": b" " * 2**22 for n in range(6)}),
            "when it is unpacked",
            id="many large ones",
        ),
        pytest.param(
            "x.zip", _packed({f"{n}.yaml": "" for n in range(501)}), "more than 500", id="many"
        ),
        pytest.param("x.zip", _packed({"README.md": "Hello"}), "no flow files", id="no flows"),
        pytest.param("x.zip", _damaged(), "damaged", id="damaged"),
        pytest.param("x.zip", b"PK\x03\x04", "damaged", id="a head alone"),
        pytest.param("x.zip", b"Rar!", "damaged", id="no archive"),
        pytest.param("join.yaml", b"# " * 2**18, "larger than", id="a huge file"),
        pytest.param("join.yaml", b"", "empty", id="nothing"),
        pytest.param("passwd", b"x", "Only flows", id="another kind"),
        pytest.param("..yaml", b"x", "signs", id="a name of dots"),
        pytest.param("x" * 200 + ".yaml", b"x", "signs", id="a long name"),
        pytest.param(f"{HOSTILE}.yaml", b"x", "signs", id="a script as a name"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(office: Office, name, content, said):
    admin = office.hire(Role.ADMIN)
    stored = len(office.rows("releases"))
    answer = _sent(admin, name, content)
    assert answer.status_code == 400
    assert said in Page(answer.text).text
    assert HOSTILE not in answer.text
    assert len(office.rows("releases")) == stored


def test_what_is_too_large_for_a_form_is_refused_before_it_is_read(office: Office):
    assert _sent(office.hire(Role.ADMIN), "x.zip", b"PK\x03\x04" + b"x" * 2**24).status_code == 413


def test_no_file_is_asked_for_again(office: Office):
    answer = office.hire(Role.ADMIN).post(UPLOAD, {"whole": "yes"})
    assert answer.status_code == 400
    assert "Choose a file." in answer.text


def test_a_whole_archive_takes_away_what_is_not_in_it(office: Office):
    files = dict(read_source(ROOT / "flows").files)
    files = {name: one for name, one in files.items() if not name.startswith("home")}
    packed = _packed({f"flows/{name}": one for name, one in files.items()} | {"flows/x.txt": ""})
    admin = office.hire(Role.ADMIN)
    answer = _sent(admin, "flows.zip", packed, whole="yes")
    assert answer.status_code == 303, Page(answer.text).text
    assert "taken away home" in admin.page(answer.headers["location"]).text
    answer = _sent(admin, "flows.zip", packed)
    version = answer.headers["location"].rpartition("/")[2]
    assert version == office.serving.station.publisher.newest()


def test_an_edit_with_a_mistake_keeps_what_was_typed(office: Office):
    admin = office.hire(Role.ADMIN)
    typed = JOIN.replace("then: already", "then: nowhere") + f"# {HOSTILE}\n"
    answer = admin.post("/flows/join/edit", {"text": typed}, files={"none": ("", b"", "")})
    assert answer.status_code == 400
    assert "join.yaml:" in answer.text
    assert "then: nowhere" in answer.text
    assert HOSTILE not in answer.text


def test_an_edit_without_a_mistake_becomes_a_version(office: Office):
    admin = office.hire(Role.ADMIN)
    assert "ask: Welcome to @movement.name." in admin.page("/flows/join/edit").text
    typed = JOIN.replace("You are already a member.", "You are with us.").replace("\n", "\r\n")
    page = admin.done("/flows/join/edit", {"text": typed}, files={"none": ("", b"", "")})
    assert "You are with us." in page.text
    assert page.text.count("Changed steps already") == 1


def test_the_files_of_a_version_are_taken_and_sent_back_as_they_are(office: Office):
    admin = office.hire(Role.ADMIN)
    newest = office.serving.station.publisher.newest()
    answer = admin.get(f"/flows/-/versions/{newest}/files")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    sent = _sent(admin, "flows.zip", answer.content, whole="yes")
    assert sent.headers["location"] == f"/flows/-/versions/{newest}"


@pytest.mark.parametrize(
    "path",
    ["/flows/nothing", "/flows/join?version=x", "/flows/-/versions/x", "/flows/nothing/edit"],
)
def test_what_there_is_not_is_not_there(office: Office, path):
    assert office.hire(Role.ADMIN).get(path).status_code == 404


@pytest.mark.parametrize("role", without(Permission.PUBLISH))
def test_who_may_not_publish_sends_nothing(office: Office, role):
    member = office.hire(role)
    newest = office.serving.station.publisher.newest()
    assert _sent(member, "join.yaml", JOIN).status_code == 403
    assert member.get(UPLOAD).status_code == 403
    assert member.get("/flows/join/edit").status_code == 403
    assert member.post(f"/flows/-/versions/{newest}/publish", {}).status_code == 403


def test_an_admin_of_one_place_sees_and_sends_nothing(office: Office):
    member = office.hire(Grant(Role.ADMIN, "ZM-03"))
    assert member.get("/flows").status_code == 404
    assert _sent(member, "join.yaml", JOIN).status_code == 404
    newest = office.serving.station.publisher.newest()
    answer = member.post(f"/flows/-/versions/{newest}/publish", {"instead_of": newest or ""})
    assert answer.status_code == 404


def test_every_flow_has_a_page(office: Office):
    admin = office.hire(Role.ADMIN)
    release = office.serving.station.publisher.current()
    assert release is not None
    for name, flow in release.flows.items():
        page = admin.page(f"/flows/{name}")
        assert page.title == flow.title
        assert "not translated" not in page.text


PHONE = "/flows/-/phone"


def test_a_version_that_is_not_in_force_is_tried_on_a_phone_and_nobody_is_reached(office: Office):
    organiser = office.hire(Role.ORGANISER)
    page = _version(office, office.hire(Role.ADMIN), "What is your name?", "Who goes there?")
    version = next(one for one in page.actions if one.endswith("/publish")).split("/")[-2]
    where = f"?version={version}"
    before = {table: len(office.rows(table)) for table in ("messages", "phones", "inbox")}
    page = organiser.done(f"{PHONE}/begin{where}", {"language": "en"})
    assert "No call is under way." in page.text
    page = organiser.done(PHONE + where, {"act": "send", "text": "JOIN"})
    assert "Welcome to Mashinani. Who goes there?" in page.text
    page = organiser.done(PHONE + where, {"act": "send", "text": HOSTILE})
    assert "Which district do you live in?" in page.text
    assert HOSTILE not in page.html
    page = organiser.done(PHONE + where, {"act": "dial", "text": ""})
    assert "Hang up" in page.text
    page = organiser.done(PHONE + where, {"act": "type", "text": "1"})
    page = organiser.done(PHONE + where, {"act": "drop"})
    assert "No call is under way." in page.text
    assert {table: len(office.rows(table)) for table in before} == before


def test_somebody_else_has_another_phone(office: Office):
    one, other = office.hire(Role.ORGANISER), office.hire(Role.ORGANISER)
    newest = office.serving.station.publisher.newest()
    where = f"?version={newest}"
    one.done(f"{PHONE}/begin{where}", {"language": "sw", "member": "yes"})
    assert "Karibu Mashinani." in one.done(PHONE + where, {"act": "send", "text": "MENU"}).text
    assert "No call is under way." not in other.page(PHONE + where).text
    page = other.done(PHONE + where, {"act": "send", "text": "JOIN"})
    assert "The phone was put away." in page.text


@pytest.mark.parametrize("act", ["type", "drop", "ring", "hour", "day", "server", "nonsense"])
def test_what_a_phone_cannot_do_now_does_nothing(office: Office, act):
    member = office.hire(Role.ORGANISER)
    where = f"?version={office.serving.station.publisher.newest()}"
    member.done(f"{PHONE}/begin{where}", {"language": "xx"})
    member.done(PHONE + where, {"act": act, "text": "x" * 2000})


def test_transcripts_are_played_on_the_version_in_force(office: Office):
    member = office.hire(Role.ORGANISER)
    assert "Play them" in member.page("/flows/status/transcripts").text
    answer = member.post("/flows/status/transcripts")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert "0 went otherwise" in page.text


def test_a_transcript_that_a_version_does_not_fit_says_where(office: Office):
    admin = office.hire(Role.ADMIN)
    status = (ROOT / "flows" / "status.yaml").read_text(encoding="utf-8")
    changed = status.replace("You are not a member yet.", "You are no member yet.")
    assert changed != status
    sent = _sent(admin, "status.yaml", changed)
    version = sent.headers["location"].rpartition("/")[2]
    page = Page(admin.post(f"/flows/status/transcripts?version={version}").text)
    assert "the screen is another" in page.text or "the SMS is another" in page.text
    assert "status.test.yaml:" in page.text
