"""Reads price files (`prices.toml`). Computes nothing."""

import re
import tomllib
from pathlib import Path

from gateway.core.delivery.price import PriceTable

_CURRENCY = re.compile(r"[A-Z]{3}")
_PREFIX = re.compile(r"\+[0-9]{1,15}")
_KEYS = {"currency", "default", "prefixes", "networks"}


class PriceFileError(Exception):
    """A price file cannot be used. One sentence: file, key, what is allowed."""


def read_prices(path: Path) -> PriceTable:
    """Read a price table. Raises `PriceFileError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise PriceFileError(f"{path}: cannot be read as a price file ({trouble}).") from trouble
    for key in content:
        if key not in _KEYS:
            raise PriceFileError(f"{path}: '{key}' is not known here; there are {_known()}.")
    currency = content.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise PriceFileError(f"{path}: 'currency' must be three capital letters, such as ZMW.")
    prefixes = content.get("prefixes", {})
    if not isinstance(prefixes, dict):
        raise PriceFileError(f"{path}: 'prefixes' must be a table, written [prefixes].")
    names = content.get("networks", {})
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise PriceFileError(f"{path}: 'networks' must be a table of names, written [networks].")
    for prefix in (*prefixes, *names):
        if not _PREFIX.fullmatch(prefix):
            raise PriceFileError(f"{path}: prefix '{prefix}' must be + and digits, such as +26097.")
    return PriceTable(
        currency,
        _price(path, "default", content.get("default")),
        {prefix: _price(path, f"prefixes.{prefix}", price) for prefix, price in prefixes.items()},
        names,
    )


def _price(path: Path, key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PriceFileError(
            f"{path}: '{key}' must be a whole number of thousandths, 0 or more, such as 450."
        )
    return value


def _known() -> str:
    return ", ".join(sorted(_KEYS))
