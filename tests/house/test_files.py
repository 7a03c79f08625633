"""What every file of the project keeps to."""

import ast
import re

from tests.house.sources import ROOT, found, modules, name, texts, tree

LONGEST = 400
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}

# One letter of each stands in brackets, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b([T]ODO|[F]IXME|[X]XX)\b")
OF_ONE_MACHINE = re.compile(r"(?<![\w.:/-])/([r]oot|[w]ork|[h]ome/\w+)/")
REGISTRIES = re.compile(r"[p]ypi\.org|[p]ythonhosted|--(extra-)?[i]ndex-url|[f]ind-links")


def test_the_checks_look_at_the_files_that_there_are():
    names = {name(path) for path in texts()}
    for known in ("pyproject.toml", "Makefile", ".ci/run", "gateway/core/clock.py", "Dockerfile"):
        assert known in names


def test_no_module_is_longer_than_a_reader_s_patience():
    lengths = {name(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_module_or_folder_has_a_name_that_says_nothing():
    parts = {part for path in modules() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & NAMES_THAT_SAY_NOTHING == set()


def test_every_module_opens_by_saying_what_it_is_for():
    silent = [
        name(path)
        for path in modules()
        if not name(path).startswith("tests/") and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_nothing_is_left_unfinished():
    assert [place for path in texts() for place in found(path, UNFINISHED)] == []


def test_nothing_points_at_one_machine_or_at_where_packages_come_from():
    pointers = [
        place
        for path in texts()
        for pattern in (OF_ONE_MACHINE, REGISTRIES)
        for place in found(path, pattern)
    ]
    assert pointers == []
