"""Small folders of flows for the checks to look at, and what they find there."""

from collections.abc import Mapping
from textwrap import indent

from gateway.flowfiles.findings import Finding
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.lint.subject import Deployment
from gateway.flowfiles.releases import Source, compile_release
from tests.stage import FLOWS

SYSTEM = (FLOWS / "system.yaml").read_bytes()
HEAD = "flow: one\nspec: 2\nstart: {keywords: [uno]}\nsteps:\n"
HERE = Deployment(languages=("en",))


def files(steps: str, **more: str) -> dict[str, bytes]:
    """Return a folder with the flow ``one`` made of these steps, and more files by name."""
    made = {
        "one.yaml": HEAD + indent(steps, "  "),
        **{f"{name}.yaml": text for name, text in more.items()},
    }
    return {"system.yaml": SYSTEM, **{name: text.encode() for name, text in made.items()}}


def look(
    content: Mapping[str, bytes],
    deployment: Deployment = HERE,
    before: Mapping[str, bytes] | None = None,
) -> list[Finding]:
    """Return what is found in a folder; what the shipped system file lacks is no matter here."""
    known = None if before is None else compile_release(Source(before))
    return check_folder(Source(content), "flows", deployment, before=known)


def codes(steps: str, **more: str) -> list[str]:
    """Return the codes of what is found in a flow made of these steps."""
    return [one.rule for one in look(files(steps, **more))]


def lines(found: list[Finding]) -> list[str]:
    """Return findings as ``file:line code``."""
    return [f"{one.path.removeprefix('flows/')}:{one.line} {one.rule}" for one in found]
