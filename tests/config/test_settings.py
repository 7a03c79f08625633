"""Settings: where a value comes from, and what is said about one that cannot be used."""

import re
import tomllib
from pathlib import Path

import pytest

from gateway.config import ConfigError, Settings, load_settings
from gateway.config.settings import sections, variables

SHIPPED = Path("config/gateway.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, content: str) -> None:
    (folder / "gateway.toml").write_text(content, encoding="utf-8")


def refusal(folder: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as trouble:
        load_settings(environment or {}, folder)
    return str(trouble.value).replace(str(folder), "FOLDER")


def test_the_shipped_file_lists_exactly_the_settings_with_their_defaults():
    written = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert written == Settings().model_dump(mode="json")
    assert [(table, list(keys)) for table, keys in written.items()] == [
        (table, list(section.model_fields)) for table, section in sections().items()
    ]


def test_the_comment_above_each_setting_is_its_meaning():
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    table, comment, seen = "", [], 0
    for line in lines:
        if line.startswith("# "):
            comment.append(line.removeprefix("# "))
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            table = heading[1]
            assert " ".join(comment) == sections()[table].__doc__
        elif line:
            key = line.partition(" = ")[0]
            assert " ".join(comment) == sections()[table].model_fields[key].description
            seen += 1
        comment = []
    assert seen == sum(len(section.model_fields) for section in sections().values())


def test_a_folder_without_a_file_means_the_defaults(folder: Path):
    assert load_settings({}, folder).model_dump() == Settings().model_dump()


def test_a_value_comes_from_the_environment_before_the_file_before_the_default(folder: Path):
    write(folder, "[serve]\nport = 81\nhost = '10.0.0.1'\n")
    settings = load_settings({"GATEWAY_SERVE_PORT": "82"}, folder)
    assert (settings.serve.port, settings.serve.host) == (82, "10.0.0.1")
    assert settings.serve.max_body_bytes == 65536
    sources = {row.name: row.source for row in settings.describe()}
    assert sources["serve.port"] == "GATEWAY_SERVE_PORT"
    assert sources["serve.host"] == str(folder / "gateway.toml")
    assert sources["serve.max_body_bytes"] == "default"


def test_the_names_promised_to_the_outside_are_variables():
    names = {"GATEWAY_CONFIG_DIR", "GATEWAY_DATABASE_URL", "GATEWAY_KEY_FILE"}
    assert names <= set(variables())


def test_the_folder_of_settings_is_found_through_its_variable(folder: Path):
    write(folder, "[serve]\nport = 81\n")
    settings = load_settings({"GATEWAY_CONFIG_DIR": str(folder)})
    assert settings.serve.port == 81
    assert settings.config_directory == folder


def test_lists_and_tables_can_be_written_in_a_variable(folder: Path):
    environment = {
        "GATEWAY_MOVEMENT_LANGUAGES": "en, sw",
        "GATEWAY_USSD_NETWORKS": "64501=182,64502=120",
        "GATEWAY_FLOWS_FALLBACKS": "bem=ny, toi=bem+ny",
        "GATEWAY_DEMO_ENABLED": "true",
    }
    settings = load_settings(environment, folder)
    assert settings.movement.languages == ("en", "sw")
    assert settings.ussd.networks == {"64501": 182, "64502": 120}
    assert settings.flows.fallbacks == {"bem": ("ny",), "toi": ("bem", "ny")}
    values = {row.name: row.value for row in settings.describe()}
    assert values["flows.fallbacks"] == "bem=ny,toi=bem+ny"
    assert settings.demo.enabled is True


REFUSED = [
    pytest.param(
        "[serve]\nport = 70000",
        {},
        "FOLDER/gateway.toml: [serve] port is 70000; it must be a whole number from 1 to 65535.",
        id="a number out of range",
    ),
    pytest.param(
        "[serve]\nport = true",
        {},
        "FOLDER/gateway.toml: [serve] port is 'True'; it must be a whole number from 1 to 65535.",
        id="a yes where a number belongs",
    ),
    pytest.param(
        "",
        {"GATEWAY_SERVE_PORT": "eighty"},
        "GATEWAY_SERVE_PORT is 'eighty'; it must be a whole number from 1 to 65535.",
        id="a word where a number belongs, in a variable",
    ),
    pytest.param(
        "[serve]\nprot = 1",
        {},
        "FOLDER/gateway.toml: [serve] prot is not a setting. Did you mean 'port'?",
        id="a misspelt key",
    ),
    pytest.param(
        "[srve]\nport = 1",
        {},
        "FOLDER/gateway.toml: [srve] is not a table of settings. Did you mean 'serve'?",
        id="a misspelt table",
    ),
    pytest.param(
        "serve = 1", {}, "FOLDER/gateway.toml: 'serve' must be a table, written [serve].",
        id="a value where a table belongs",
    ),
    pytest.param(
        "",
        {"GATEWAY_DATABSE_URL": "postgresql://localhost/x"},
        "GATEWAY_DATABSE_URL is not a setting. Did you mean GATEWAY_DATABASE_URL?",
        id="a misspelt variable",
    ),
    pytest.param(
        "",
        {"GATEWAY_DATABASE_URL": "mysql://root:hunter2hunter2@host/x"},
        "GATEWAY_DATABASE_URL must be an address that begins with sqlite:/// or postgresql://.",
        id="a database of another kind, without repeating its password",
    ),
    pytest.param(
        "[movement]\nlanguage = 'fr'",
        {},
        "FOLDER/gateway.toml: [movement] language is 'fr'; it must be one of: en, ny, bem.",
        id="a default language that is not offered",
    ),
    pytest.param(
        "[movement]\nlanguages = ['en', 'English']",
        {},
        "FOLDER/gateway.toml: [movement] languages is ['en', 'English']; it must be language codes"
        " of two or three letters, such as en (in the environment: en,ny,bem).",
        id="a language by its name",
    ),
    pytest.param(
        "[movement]\ntimezone = 'Lusaka'",
        {},
        "FOLDER/gateway.toml: [movement] timezone is 'Lusaka'; it must be a name from the time zone"
        " database, such as Africa/Lusaka.",
        id="a time zone that is not one",
    ),
    pytest.param(
        "[ussd]\nlimit = 100",
        {},
        "FOLDER/gateway.toml: [ussd] first_limit is 140; it must be at most `limit`, 100.",
        id="a first screen larger than a screen",
    ),
    pytest.param(
        "[ussd]\nlimit = 100",
        {"GATEWAY_USSD_FIRST_LIMIT": "120"},
        "FOLDER/gateway.toml: [ussd] (with GATEWAY_USSD_FIRST_LIMIT) first_limit is 120; it must be"
        " at most `limit`, 100.",
        id="a file and a variable that contradict each other",
    ),
    pytest.param(
        "[ussd.networks]\n64501 = 20",
        {},
        "FOLDER/gateway.toml: [ussd] networks is {'64501': 20}; it must be network codes with whole"
        " numbers from 60 to 182 (in the environment: 64501=182,64502=140).",
        id="a screen too small to hold anything",
    ),
    pytest.param(
        "[flows]\nfallbacks = {bem = ['bem']}",
        {},
        "FOLDER/gateway.toml: [flows] fallbacks is {'bem': ['bem']}; it must be language codes of"
        " two or three letters, each with a list of others (in the environment:"
        " bem=ny,toi=bem+ny).",
        id="a language that serves for itself",
    ),
    pytest.param(
        "[delivery]\nbackoff_seconds = 60\nbackoff_max_seconds = 30",
        {},
        "FOLDER/gateway.toml: [delivery] backoff_max_seconds is 30; it must be at least"
        " `backoff_seconds`, 60.",
        id="waits that shrink",
    ),
    pytest.param(
        "[delivery]\npoll_seconds = nan",
        {},
        "FOLDER/gateway.toml: [delivery] poll_seconds is nan; it must be a number from 0.01 to 60.",
        id="not a number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "environment", "sentence"), REFUSED)
def test_a_bad_value_is_refused_with_its_place_and_what_is_allowed(
    folder: Path, content: str, environment: dict[str, str], sentence: str
):
    write(folder, content)
    assert refusal(folder, environment) == sentence


def test_a_file_that_is_not_toml_is_refused_with_its_line(folder: Path):
    write(folder, "[serve]\nport 8000\n")
    sentence = refusal(folder)
    assert sentence.startswith("FOLDER/gateway.toml: cannot be read")
    assert "line 2" in sentence


def test_a_folder_that_is_not_there_is_refused_with_the_variable_to_set(folder: Path):
    with pytest.raises(ConfigError, match=r"no such folder .*GATEWAY_CONFIG_DIR"):
        load_settings({}, folder / "absent")


def test_a_stranger_among_the_variables_is_left_alone(folder: Path):
    strangers = {"GATEWAY_DEMO_SECRET": "s" * 20, "GATEWAY_ZAMBIA_API_KEY": "k", "PORT": "x"}
    settings = load_settings(strangers, folder)
    assert settings.model_dump() == Settings().model_dump()
    assert settings.variable("GATEWAY_ZAMBIA_API_KEY") == "k"
    assert settings.variable("GATEWAY_ABSENT") is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:s3cr3t@host/db", "postgresql://ann:***@host/db"),
        ("postgresql://ann:s3@cr3t/@host/db", "postgresql://ann:***@host/db"),
        ("postgresql://host/db?user=a&password=s3cr3t&x=1", "postgresql://host/db?user=a&password=***&x=1"),
        ("postgresql://ann@host/db", "postgresql://ann@host/db"),
        ("sqlite:////data/gateway.db", "sqlite:////data/gateway.db"),
    ],
)  # fmt: skip
def test_a_database_password_is_never_shown(folder: Path, url: str, shown: str):
    settings = load_settings({"GATEWAY_DATABASE_URL": url}, folder)
    rows = {row.name: row.value for row in settings.describe()}
    assert rows["database.url"] == shown
    assert settings.database.url == url


def test_every_setting_is_described_once_as_it_is_written(folder: Path):
    rows = load_settings({}, folder).describe()
    assert [row.name for row in rows] == [
        f"{table}.{key}" for table, section in sections().items() for key in section.model_fields
    ]
    values = {row.name: row.value for row in rows}
    assert values["movement.languages"] == "en,ny,bem"
    assert values["demo.enabled"] == "false"
    assert values["ussd.networks"] == ""


def test_every_setting_says_what_it_means_and_what_is_allowed():
    for section in sections().values():
        for field in section.model_fields.values():
            assert field.description
            assert field.description.endswith(".")
            assert isinstance(field.json_schema_extra, dict)
            assert field.json_schema_extra["allowed"]


def test_settings_cannot_be_changed_once_read():
    with pytest.raises(ValueError, match="frozen"):
        Settings().serve.port = 1  # type: ignore[misc]


def test_a_folder_that_lacks_places_prices_and_flows_uses_those_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"GATEWAY_CONFIG_DIR": str(tmp_path)})
    assert settings.places_path.read_text().startswith("code,")
    assert "currency" in settings.prices_path.read_text()
    assert (settings.flows_path / "join.yaml").is_file()


def test_a_place_file_of_one_s_own_wins_over_the_one_shipped(tmp_path):
    own = tmp_path / "places" / "zm.csv"
    own.parent.mkdir()
    own.write_text("code,name,level,parent,aliases\n")
    assert load_settings({"GATEWAY_CONFIG_DIR": str(tmp_path)}).places_path == own
