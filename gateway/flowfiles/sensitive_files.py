"""Reads the list of sensitive words (`sensitive.toml`). Looks for nothing itself."""

import tomllib
from pathlib import Path

from gateway.core.text.sensitive import Sensitive, sensitive


class SensitiveFileError(Exception):
    """A list of words cannot be used. One sentence: file, key, what is allowed."""


def read_sensitive(path: Path) -> Sensitive:
    """Read the words by language; a file that is not there has none. Raises `SensitiveFileError`.

    A language is the empty text for words that count in every one.
    """
    if not path.exists():
        return sensitive({})
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise SensitiveFileError(f"{path}: cannot be read as a list of words ({trouble}).") from (
            trouble
        )
    words = content.get("words", {})
    if set(content) - {"words"} or not isinstance(words, dict):
        raise SensitiveFileError(f"{path}: there must be one table, written [words], and no other.")
    for language, listed in words.items():
        if not isinstance(listed, list) or not all(map(_is_word, listed)):
            raise SensitiveFileError(
                f"{path}: 'words.{language}' must be a list of words, such as"
                ' ["strike", "protest*"].'
            )
    return sensitive(words)


def _is_word(written: object) -> bool:
    return isinstance(written, str) and written.removesuffix("*").isalnum()
