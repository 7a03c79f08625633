"""The README is true: its lines work as they are printed, its links lead somewhere."""

import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
READY_SECONDS = 60


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_six_files_to_read_are_under_700_lines_together():
    files = re.findall(r"^\d\. \[`([^`]+)`\]", README, re.MULTILINE)
    assert len(files) == 6
    assert sum(len((ROOT / name).read_text().splitlines()) for name in files) < 700


def test_the_first_screen_has_the_picture_and_the_two_commands():
    first_screen = "\n".join(README.splitlines()[:30])
    assert "docs/images/phone.png" in first_screen
    assert "make run" in first_screen
    assert "make test" in first_screen


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_for_curl_work_as_they_are_printed(tmp_path):
    [lines] = [
        block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "$at" in block
    ]
    port, simulator_port = _free_port(), _free_port()
    folder = tmp_path / "demo"
    lines = (
        lines.replace("var/demo/env", str(folder / "env"))
        .replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        .replace(".venv/bin/gateway", f"{sys.executable} -m gateway")
    )
    demo = subprocess.Popen(
        [
            *(sys.executable, "-m", "gateway", "demo", "run", "--directory", str(folder)),
            *("--port", str(port), "--simulator-port", str(simulator_port)),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        done = subprocess.run(
            ["bash", "-euc", lines],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    finally:
        demo.terminate()
        demo.wait(30)
    assert (done.returncode, done.stderr) == (0, "")
    assert "CON Welcome to Mashinani." in done.stdout
    assert "What is your name?" in done.stdout
    assert "Chipata,ZM-03-05,en,1" in done.stdout
    assert re.search(r"^\s+2 No: 1$", done.stdout, re.MULTILINE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            httpx.get(url, timeout=1)
            return
        time.sleep(0.1)
    pytest.fail("the demo was not ready in time")
