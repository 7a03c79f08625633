"""Puts parts of real flow files into pages of the documentation, so that no example is made up.

A page has a line such as ``<!-- docs/examples/flows/price.yaml: start, steps.look -->`` above each
example; what stands in the block of code below it is taken from the file.
"""

import re
import textwrap
from pathlib import Path
from typing import Final

from gateway.flowfiles.yaml_tree import Branch, read_tree

# The line that names a file and the keys wanted of it, and the block below.
EXCERPT: Final = re.compile(
    r"(?P<begin><!-- (?P<file>[\w/.-]+\.yaml)(?:: (?P<keys>[\w., ]+))? -->\n```yaml\n)"
    r".*?(?P<end>```\n)",
    re.DOTALL,
)


def filled(page: str, root: Path) -> str:
    """Return a page with its examples as the files have them. Raises KeyError for a missing key."""

    def block(found: re.Match[str]) -> str:
        content = (root / found["file"]).read_text(encoding="utf-8")
        keys = [key.strip() for key in found["keys"].split(",")] if found["keys"] else []
        shown = "".join(excerpt(content, key) for key in keys) if keys else _whole(content)
        return f"{found['begin']}{shown}{found['end']}"

    return EXCERPT.sub(block, page)


def excerpt(content: str, wanted: str) -> str:
    """Return the lines of one key, such as ``steps.look``, as far to the left as they can stand."""
    node, last = read_tree("", content.encode()), len(content.splitlines())
    begin = 1
    for key in wanted.split("."):
        if not isinstance(node, Branch):
            raise KeyError(wanted)
        begin = node.lines[key]
        last = min([line for line in node.lines.values() if line > begin], default=last + 1) - 1
        node = node.items[key]
    lines = content.splitlines()[begin - 1 : last]
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
        lines.pop()
    return textwrap.dedent("\n".join(lines)) + "\n"


def _whole(content: str) -> str:
    """Return a file without the line that is for editors."""
    lines = content.splitlines(keepends=True)
    return "".join(line for line in lines if "yaml-language-server:" not in line)
