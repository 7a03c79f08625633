"""A folder of tables as it lies on the disk: rows, and the contexts that rows name."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

# A row or a context as it is read from JSON; each table says which keys its rows have.
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Folder:
    """A folder with tables. A table or a context that is not there is empty."""

    path: Path

    def rows(self, table: str) -> Sequence[Row]:
        """Return the rows of a table."""
        rows: Sequence[Row] = self._read(f"{table}.json", [])
        return rows

    def has(self, table: str) -> bool:
        """Whether there is a table of this name: a file, or a folder with a file for each row."""
        return (self.path / f"{table}.json").is_file() or (self.path / table).is_dir()

    @cached_property
    def context(self) -> Row:
        """What `context.json` says."""
        context: Row = self._read("context.json", {})
        return context

    def _read(self, name: str, absent: object) -> Any:
        file = self.path / name
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else absent
