"""What the papers say and the code holds: dependencies, decisions, tasks, licence, claims."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest

from tests.house.sources import ROOT, found, imports, modules, name, texts

PARTS = ["## Decision", "## Why", "## Cost", "## Check"]
TASKS = ["setup", "run", "demo", "test", "check", "fix", "docs", "bench", "migration"]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SECRECY = re.compile(
    r"(?i)\b(your vote is (secret|private|anonymous)|secret ballot|nobody (can|will) see)\b"
)


def library(requirement: str) -> str:
    """Return the name that a requirement begins with, in its one spelling."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def declared(*extras: str) -> set[str]:
    """Return the libraries that the project asks for, with those of some extras."""
    wanted = list(PROJECT["dependencies"])
    for extra in extras:
        wanted += PROJECT["optional-dependencies"][extra]
    return {library(requirement) for requirement in wanted}


def pins() -> dict[str, str]:
    """Return what constraints.txt pins."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("==") for line in lines if line and not line.startswith("#")]
    assert all(version for _, _, version in pairs)
    return {library(package): version for package, _, version in pairs}


def test_every_dependency_has_one_line_that_says_what_it_is_for():
    rows = re.findall(
        r"^\| ([\w.-]+) \| (.+) \|$",
        (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    lines = [(package, reason) for package, reason in rows if package not in {"library", "---"}]
    assert {library(package) for package, _ in lines} == declared("postgres", "dev")
    assert len(lines) == len(declared("postgres", "dev"))


def test_every_dependency_is_pinned_to_one_version():
    assert declared("postgres", "dev") - set(pins()) == set()


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        pytest.param("gateway/", ("postgres",), id="what the package imports, it asks for"),
        pytest.param("tests/", ("postgres", "dev"), id="what the tests import, they ask for"),
        pytest.param("benchmarks/", ("postgres", "dev"), id="what benchmarks import, they ask for"),
    ],
)
def test_imports_are_declared(folder: str, extras: tuple[str, ...]):
    providers = importlib.metadata.packages_distributions()
    undeclared = set()
    for path in modules(folder):
        for top in {module.partition(".")[0] for module in imports(path)}:
            if top in sys.stdlib_module_names or top in {"gateway", "tests", "benchmarks"}:
                continue
            if not {library(provider) for provider in providers.get(top, [top])} & declared(
                *extras
            ):
                undeclared.add(f"{name(path)}: {top}")
    assert undeclared == set()


def test_decisions_are_numbered_without_gaps():
    assert [path.name[:5] for path in DECISIONS] == [
        f"{number:04}-" for number in range(1, len(DECISIONS) + 1)
    ]
    assert DECISIONS


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: str(path.stem))
def test_a_decision_fits_a_page_and_has_its_four_parts(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(rf"# {int(path.name[:4])}\. [A-Z].+[^.]", lines[0])
    assert [line for line in lines if line.startswith("## ")] == PARTS
    assert len(lines) <= 60
    for part in PARTS:
        start = lines.index(part)
        assert lines[start + 2 : start + 3] != [""], f"{part} is empty"


def test_make_lists_the_tasks():
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^make (\w+)", listed, re.MULTILINE) == ["help", *TASKS]


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert all(f"   {number}. " in text for number in range(1, 10))
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["license"] == "Apache-2.0"


def test_the_variables_of_the_example_are_those_of_the_example_channel():
    example = (ROOT / "config" / "gateway.env.example").read_text(encoding="utf-8")
    channels = (ROOT / "config" / "channels.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == set(
        re.findall(r'^# \w+_env = "(\w+)"', channels, re.MULTILINE)
    )


def test_no_text_claims_a_secrecy_that_a_phone_network_does_not_give():
    spoken = [path for path in texts() if name(path).startswith(("flows/", "gateway/web/"))]
    assert [place for path in spoken for place in found(path, SECRECY)] == []


def test_the_changelog_has_a_place_for_what_comes_next():
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert "## Unreleased" in lines
