"""The Dockerfile, proved without an engine: its install and start lines run as they are written.

Only the folders differ (they are below a temporary one) and the port. The line that makes the user
is left out: it would make one on this machine.
"""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("/opt/venv", "/app", "/data", "/keys")
SECRETS = {"GATEWAY_DEMO_API_KEY": "a-key", "GATEWAY_DEMO_SECRET": "a-secret-of-a-test"}
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Image:
    """What the Dockerfile would have built: its folders below `root`, its variables, its port."""

    root: Path
    environment: dict[str, str]
    port: int

    def place(self, words: str) -> str:
        """Return words of the Dockerfile with its folders and its port replaced by ours."""
        for folder in FOLDERS:
            words = re.sub(rf"(?<![\w.]){folder}\b", str(self.root) + folder, words)
        return words.replace("8000", str(self.port))

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command as the container would, in its working directory, to its end."""
        return subprocess.run(
            [self.place(argument) for argument in arguments],
            cwd=self.root / "app",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, each with its words on one line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    pairs = [line.partition(" ") for line in whole.splitlines() if line.strip()]
    return [(word, " ".join(rest.split())) for word, _, rest in pairs]


def command(word: str) -> list[str]:
    """Return the arguments of CMD, or of HEALTHCHECK's CMD."""
    (rest,) = [rest for found, rest in instructions() if found == word]
    arguments: list[str] = json.loads(rest[rest.index("[") :])
    return arguments


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Run what builds the image: its COPY and RUN lines, in order."""
    root = tmp_path_factory.mktemp("image")
    for folder in FOLDERS[1:]:
        (root / folder[1:]).mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment = {**kept, **SECRETS, "PATH": os.environ["PATH"], "HOME": str(root)}
    built = Image(root, environment, _free_port())
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            _copy(sources, root / "app" / target)
        elif word == "RUN" and "useradd" not in rest:
            line = rest.replace("python -m venv", f"{sys.executable} -m venv")
            done = built.run(["sh", "-ec", line])
            assert done.returncode == 0, done.stderr
        elif word == "ENV":
            pairs = [pair.partition("=") for pair in rest.split()]
            environment |= {name: built.place(value) for name, _, value in pairs}
    return built


@pytest.fixture(scope="module")
def served(image: Image) -> Iterator[subprocess.Popen[bytes]]:
    """Make the key as the first lines of the Dockerfile say, and start as CMD says."""
    made = image.run(["gateway", "keys", "new"])
    assert made.returncode == 0, made.stderr
    arguments = [image.place(argument) for argument in command("CMD")]
    process = subprocess.Popen(arguments, cwd=image.root / "app", env=image.environment)
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def test_a_container_gets_healthy_on_its_volumes_and_stops_when_told(
    image: Image, served: subprocess.Popen[bytes]
):
    deadline = time.monotonic() + START_SECONDS
    while (health := image.run(command("HEALTHCHECK"))).returncode != 0:
        assert served.poll() is None, "the gateway ended by itself"
        assert time.monotonic() < deadline, health.stderr
        time.sleep(0.2)
    key = image.root / "keys" / "gateway.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (image.root / "data" / "gateway.db").stat().st_size > 0
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=START_SECONDS) in {0, -signal.SIGTERM}


def test_the_health_check_fails_where_nothing_listens(image: Image):
    nobody = Image(image.root, image.environment, _free_port())
    assert nobody.run(command("HEALTHCHECK")).returncode != 0


def test_the_image_holds_what_runs_and_none_of_what_tests(image: Image):
    listed = image.run(["python", "-m", "pip", "list", "--format", "json"])
    installed = {package["name"].lower() for package in json.loads(listed.stdout)}
    assert "psycopg" in installed
    assert not installed & {"pytest", "mypy", "ruff", "hypothesis", "playwright"}


def test_the_gateway_does_not_run_as_root_and_keeps_its_data_on_volumes():
    found = instructions()
    words = [word for word, _ in found]
    assert words.count("FROM") == 2
    assert ("USER", "gateway") in found[words.index("FROM", 1) :]
    assert ("VOLUME", '["/data", "/keys"]') in found


def test_every_folder_that_is_copied_is_let_through_to_the_build():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            assert all(f"!{source}" in ignored for source in rest.split()[:-1]), rest


def _copy(sources: list[str], target: Path) -> None:
    for source in sources:
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, target, dirs_exist_ok=True, ignore=ignored)
        else:
            target.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, target)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
