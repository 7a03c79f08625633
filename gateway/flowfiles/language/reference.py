"""The reference of the language, page and tables, from the model."""

from collections.abc import Iterator

from gateway.flowfiles.language.keys import Key, Part
from gateway.flowfiles.language.model import PARTS


def page() -> Iterator[str]:
    """Yield the blocks of the page, each with the empty line that follows it."""
    yield "# Keys of flow files\n"
    yield "Every key of a flow file and of `system.yaml`. [flows.md](../flows.md) says how they"
    yield "work together, with examples; `flows/schema.json` tells the same to editors.\n"
    for part in PARTS.values():
        yield f"## {_title(part)}\n"
        yield f"{part.says}\n"
        yield from _rules(part)
        yield "| key | is | does | such as |"
        yield "| --- | --- | --- | --- |"
        yield from (_row(key) for key in part.keys)
        yield ""


def _title(part: Part) -> str:
    """Return what a part's heading says."""
    return {
        "flow": "A flow file",
        "step": "A step",
        "option": "An option of a menu",
        "way": "A way of a `split`",
        "every": "A time of `every`",
        "system": "`system.yaml`",
        "system_texts": "`texts` of `system.yaml`",
        "system_words": "`words` of `system.yaml`",
        "system_keys": "`keys` of `system.yaml`",
    }.get(part.name, f"`{part.name}`")


def _rules(part: Part) -> Iterator[str]:
    """Yield what may not stand beside each other."""
    for group in part.rivals:
        names = [f"`{name}`" for name in group]
        yield f"Only one of {', '.join(names[:-1])} and {names[-1]} may be there.\n"


def _row(key: Key) -> str:
    says = key.says
    if key.needed:
        says += " It has to be there."
    if key.beside:
        says += f" Beside {' or '.join(f'`{name}`' for name in key.beside)}."
    cells = (f"`{key.name}`", key.kind.words, says, f"`{key.example}`")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
