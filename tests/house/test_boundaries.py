"""What stays in its place: transactions, SQL, the web, the environment, and each aggregator."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Float, Integer, LargeBinary, SmallInteger, Text

from gateway.store.tables import metadata
from tests.house.sources import imports, modules, name, nodes, tree

SQL = re.compile(
    r"\s*(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA|CREATE (UNIQUE )?(TABLE|INDEX))\b"
)
OF_EVERY_CHANNEL = {"account", "base"}

# The two loops that must survive whatever happens: intake (with what takes a spoiled batch apart)
# and delivery. What happened is recorded there.
SURVIVORS = {
    "gateway/service/asker.py",  # takes answers of servers apart, as `receive` does a batch
    "gateway/service/due.py",  # takes a spoiled slice of timers apart, as `receive` does a batch
    "gateway/service/intake.py",
    "gateway/service/receive.py",
    "gateway/service/surviving.py",  # what every other loop runs in
}


def outside(*folders: str) -> list[Path]:
    """Return the package's modules that are in none of these folders or files."""
    return [path for path in modules("gateway/") if not name(path).startswith(folders)]


def test_transactions_begin_and_commit_in_one_module_only():
    places = [
        f"{name(path)}:{call.lineno}"
        for path in outside("gateway/store/database.py")
        for call in nodes(path, ast.Call)
        if _is_transactional(call)
    ]
    assert places == []


def test_the_one_module_that_commits_is_where_the_check_believes_it():
    (path,) = modules("gateway/store/database.py")
    assert any(_is_transactional(call) for call in nodes(path, ast.Call))


def test_sql_is_written_in_store_only():
    places = [
        f"{name(path)}:{node.lineno}: {node.value[:40]}"
        for path in outside("gateway/store/")
        for node in nodes(path, ast.Constant)
        if isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert places == []


def test_fastapi_is_imported_in_web_and_where_the_application_is_put_together_only():
    users = {
        name(path)
        for path in outside("gateway/web/", "gateway/asgi.py")
        for module in imports(path)
        if module.partition(".")[0] == "fastapi"
    }
    assert users == set()


def test_the_environment_is_read_by_the_settings_only():
    readers = [
        f"{name(path)}:{node.lineno}"
        for path in outside("gateway/config/settings.py")
        for node in nodes(path, ast.Attribute)
        if node.attr in {"environ", "getenv"}
    ]
    assert readers == []


def test_nothing_is_mocked_or_patched():
    users = {
        name(path)
        for path in modules()
        for module in imports(path)
        if module in {"mock", "unittest.mock", "pytest_mock"}
    }
    patches = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in nodes(path, ast.Attribute)
        if node.attr == "setattr" and ast.unparse(node.value) == "monkeypatch"
    ]
    assert (users, patches) == (set(), [])


def test_no_aggregator_knows_another():
    for path in modules("gateway/channels/"):
        if path.stem in OF_EVERY_CHANNEL | {"__init__", "registry"}:
            continue
        kind = path.stem.partition("_")[0]
        siblings = {
            module.split(".")[2]
            for module in imports(path)
            if module.startswith("gateway.channels.")
        }
        assert {name for name in siblings - OF_EVERY_CHANNEL if not name.startswith(kind)} == set()


def test_only_the_loops_that_must_survive_catch_everything():
    places = [
        f"{name(path)}:{handler.lineno}"
        for path in modules("gateway/")
        if name(path) not in SURVIVORS
        for handler in nodes(path, ast.ExceptHandler)
        if _catches_everything(handler) and not _raises_again(handler)
    ]
    assert places == []


def test_every_value_of_the_core_is_immutable():
    changeable = [
        f"{name(path)}:{node.lineno}: {node.name}"
        for path in modules("gateway/core/")
        for node in nodes(path, ast.ClassDef)
        for decorator in node.decorator_list
        if _is_dataclass(decorator) and "frozen=True" not in ast.unparse(decorator)
    ]
    assert changeable == []


def test_the_core_is_given_the_time_and_never_asks_for_it():
    askers = [
        f"{name(path)}:{node.lineno}"
        for path in modules("gateway/core/")
        for node in nodes(path, ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and ast.unparse(node.func.value) in {"datetime", "date", "datetime.datetime"}
    ]
    assert askers == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: str(table.name))
def test_times_money_and_counts_are_integers_in(table):
    allowed = (BigInteger, Integer, LargeBinary, SmallInteger, Text)
    for column in table.columns:
        assert isinstance(column.type, allowed), column
        assert not isinstance(column.type, Float), column


def test_the_checks_read_syntax_and_not_just_names():
    assert all(isinstance(tree(path), ast.Module) for path in modules("gateway/"))
    assert len(modules("gateway/")) > 20


def _is_transactional(call: ast.Call) -> bool:
    """Tell a transaction's `.begin()` from a conversation's, which is told what to begin."""
    if not isinstance(call.func, ast.Attribute):
        return False
    word, told = call.func.attr, bool(call.args)
    return word in {"commit", "begin_nested"} or (word == "begin" and not told)


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _is_dataclass(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] in {"dataclass", "dataclasses.dataclass"}
