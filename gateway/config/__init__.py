"""The one reader of settings: the environment, `gateway.toml` and `channels.toml`."""

from gateway.config.channels import ChannelSettings, load_channels
from gateway.config.errors import ConfigError
from gateway.config.settings import SettingRow, Settings, load_settings

__all__ = [
    "ChannelSettings",
    "ConfigError",
    "SettingRow",
    "Settings",
    "load_channels",
    "load_settings",
]
