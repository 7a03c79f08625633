"""Channels: how `channels.toml` is read, and what is said about one that cannot be used."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.config import ChannelSettings, ConfigError, load_channels, load_settings
from gateway.config.channels import ChannelTable

SECRET = "a-secret-of-a-test"
ENVIRONMENT = {"KEY": "an-api-key", "SECRET": SECRET, "OTHER": "another-secret-of-a-test"}
TABLE = """
kind = "africastalking"
address = "20200"
username = "sandbox"
api_key_env = "KEY"
secret_env = "SECRET"
"""


def channels(
    folder: Path, content: str, environment: dict[str, str] | None = None
) -> tuple[ChannelSettings, ...]:
    (folder / "channels.toml").write_text(content, encoding="utf-8")
    return load_channels(load_settings(environment or ENVIRONMENT, folder))


def refusal(folder: Path, content: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as trouble:
        channels(folder, content, environment)
    return str(trouble.value).replace(str(folder), "FOLDER")


def test_the_shipped_file_is_one_channel_to_the_simulator():
    environment = {"GATEWAY_DEMO_API_KEY": "key", "GATEWAY_DEMO_SECRET": SECRET}
    (demo,) = load_channels(load_settings(environment, Path("config")))
    assert (demo.name, demo.kind, demo.base_url) == (
        "demo",
        "africastalking",
        "http://127.0.0.1:8001",
    )
    assert (demo.short_code, demo.dialled) == ("20200", "*384*20200#")
    assert (demo.rate_per_second, demo.recipients_per_request) == (20, 100)


def test_the_example_of_a_real_channel_in_the_shipped_file_can_be_used(tmp_path: Path):
    lines = Path("config/channels.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# [channels.zambia]")
    example = "\n".join(line.removeprefix("# ") for line in lines[start:])
    environment = {"GATEWAY_ZAMBIA_API_KEY": "key", "GATEWAY_ZAMBIA_SECRET": SECRET}
    (channel,) = channels(tmp_path, example, environment)
    assert channel.account.sender == "MOVEMENT"
    assert channel.allow_from == (ip_network("192.0.2.0/24"),)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"[channels.main]{TABLE}", id="as a table of channels"),
        pytest.param(f"[[channels]]\nname = 'main'{TABLE}", id="as a list of channels"),
        pytest.param(f"[main]{TABLE}", id="as a table of its own that says its kind"),
    ],
)
def test_a_channel_can_be_written_in_three_ways(tmp_path: Path, content: str):
    (channel,) = channels(tmp_path, content)
    assert channel.name == "main"
    assert channel.secret == SECRET
    assert channel.account.api_key == "an-api-key"


def test_a_folder_without_the_file_has_no_channels(tmp_path: Path):
    assert load_channels(load_settings({}, tmp_path)) == ()


def test_channels_keep_the_order_of_the_file(tmp_path: Path):
    other = TABLE.replace('"SECRET"', '"OTHER"')
    found = channels(tmp_path, f"[channels.zebra]{TABLE}[channels.ant]{other}")
    assert [channel.name for channel in found] == ["zebra", "ant"]


def test_a_channel_that_is_only_dialled_has_no_sender(tmp_path: Path):
    (channel,) = channels(tmp_path, f"[channels.main]{TABLE}".replace("20200", "*384*99#"))
    assert (channel.short_code, channel.dialled) == (None, "*384*99#")
    assert channel.account.sender is None


def test_a_secret_can_be_in_a_file_beside_the_settings(tmp_path: Path):
    (tmp_path / "main.secret").write_text(f"{SECRET}\n", encoding="utf-8")
    table = TABLE.replace('secret_env = "SECRET"', 'secret_file = "main.secret"')
    (channel,) = channels(tmp_path, f"[channels.main]{table}")
    assert channel.secret == SECRET


def test_secrets_are_in_no_repr(tmp_path: Path):
    (channel,) = channels(tmp_path, f"[channels.main]{TABLE}")
    shown = repr(channel) + repr(channel.account)
    assert SECRET not in shown
    assert "an-api-key" not in shown


def changed(old: str, new: str) -> str:
    assert old in TABLE
    return f"[channels.main]{TABLE.replace(old, new)}"


REFUSED = [
    pytest.param(
        changed('"africastalking"', '"carrier-pigeon"'),
        "FOLDER/channels.toml: [channels.main] kind is 'carrier-pigeon'; it must be one of:"
        " africastalking.",
        id="an aggregator that we do not know",
    ),
    pytest.param(
        changed('"20200"', '"call me"'),
        "FOLDER/channels.toml: [channels.main] address is 'call me'; it must be a short code"
        " such as 20200, a number such as +260970000000, or a code such as *384*99#.",
        id="an address that nobody can dial",
    ),
    pytest.param(
        changed('username = "sandbox"', ""),
        "FOLDER/channels.toml: [channels.main] username is missing; it must be a name, not empty.",
        id="a missing key",
    ),
    pytest.param(
        changed("secret_env", "secret"),
        "FOLDER/channels.toml: [channels.main] secret is not a setting. Did you mean 'secret_env'?",
        id="a secret written into the file, without repeating it",
    ),
    pytest.param(
        changed('secret_env = "SECRET"', ""),
        "FOLDER/channels.toml: [channels.main] needs either 'secret_env' or 'secret_file', exactly"
        " one of them.",
        id="no secret at all",
    ),
    pytest.param(
        changed('"SECRET"', '"ABSENT"'),
        "FOLDER/channels.toml: [channels.main] secret_env: the environment variable ABSENT is not"
        " set. Set it.",
        id="a secret that is not in the environment",
    ),
    pytest.param(
        changed('"KEY"', '"atsk_0a1b2c"'),
        "FOLDER/channels.toml: [channels.main] api_key_env must be the name of an environment"
        " variable.",
        id="an API key where its variable belongs, without repeating it",
    ),
    pytest.param(
        changed('"KEY"', '"ABSENT"'),
        "FOLDER/channels.toml: [channels.main] api_key_env: the environment variable ABSENT is not"
        " set. Set it.",
        id="an API key that is not in the environment",
    ),
    pytest.param(
        f"[channels.main]{TABLE}allow_from = ['10.0.0.1/8']",
        "FOLDER/channels.toml: [channels.main] allow_from is '10.0.0.1/8'; it must be a list of"
        ' networks such as ["196.0.2.0/24"], without bits set beyond the mask.',
        id="a network with bits beyond its mask",
    ),
    pytest.param(
        f"[channels.Main]{TABLE}",
        "FOLDER/channels.toml: [channels.Main] name is 'Main'; it must be 1 to 40 small letters,"
        " digits and hyphens, beginning with a letter.",
        id="a name that does not fit an address",
    ),
    pytest.param(
        f"[[channels]]{TABLE}",
        "FOLDER/channels.toml: channel 1: name is missing; it must be 1 to 40 small letters, digits"
        " and hyphens, beginning with a letter.",
        id="a channel of a list without a name",
    ),
    pytest.param(
        f"[channels.main]{TABLE}[main]{TABLE.replace('SECRET', 'OTHER')}",
        "FOLDER/channels.toml: [main] name 'main' is used twice; names must differ.",
        id="two channels of one name",
    ),
    pytest.param(
        f"[channels.one]{TABLE}[channels.two]{TABLE}",
        "FOLDER/channels.toml: [channels.two] has another channel's secret; each needs its own.",
        id="two channels with one secret",
    ),
    pytest.param(
        "colour = 'red'",
        "FOLDER/channels.toml: 'colour' is not a channel. Write a table [channels.NAME].",
        id="something that is no channel",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED)
def test_a_bad_channel_is_refused_with_its_place_and_what_is_allowed(
    tmp_path: Path, content: str, sentence: str
):
    assert refusal(tmp_path, content) == sentence


@pytest.mark.parametrize("secret", ["short", "with/a/slash/in/it", "with spaces in the middle"])
def test_a_secret_that_is_short_or_breaks_an_address_is_refused_unseen(tmp_path: Path, secret: str):
    sentence = refusal(tmp_path, f"[channels.main]{TABLE}", ENVIRONMENT | {"SECRET": secret})
    assert "at least 8 letters, digits" in sentence
    assert secret not in sentence


def test_a_secret_file_that_is_not_there_is_refused_with_its_path(tmp_path: Path):
    table = TABLE.replace('secret_env = "SECRET"', 'secret_file = "absent"')
    assert "FOLDER/absent cannot be read" in refusal(tmp_path, f"[channels.main]{table}")


def test_settings_are_read_without_any_secret_at_hand():
    assert load_settings({}, Path("config")).config_directory == Path("config")


def test_every_key_of_a_channel_says_what_it_means_and_what_is_allowed():
    for field in ChannelTable.model_fields.values():
        assert field.description
        assert field.description.endswith(".")
        assert isinstance(field.json_schema_extra, dict)
        assert field.json_schema_extra["allowed"]
