"""Writes what is generated: pages of the documentation, their examples, the schema of flows."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.main

from gateway.cli import app
from gateway.cli.excerpts import filled
from gateway.config.settings import sections
from gateway.core.flow.expressions.answer_tests import DESCRIBED
from gateway.core.flow.expressions.functions import TOPICS
from gateway.core.movement.facts import KINDS
from gateway.flowfiles.language import reference as keys_of_flows
from gateway.flowfiles.language import schema
from gateway.flowfiles.lint import reference as checks_of_flows

# Pages of our own whose examples are parts of files.
WITH_EXCERPTS = ("flows.md",)

MADE = "<!-- Written by `make docs`; do not edit. -->\n\n"


def pages() -> Mapping[str, str]:
    """Return every generated page by its name."""
    return {
        "commands.md": MADE + "\n".join(_commands()) + "\n",
        "settings.md": MADE + "\n".join(_settings()) + "\n",
        "facts.md": MADE + "\n".join(_facts()) + "\n",
        "expressions.md": MADE + "\n".join(_functions()) + "\n",
        "checks.md": MADE + "\n".join(checks_of_flows.page()) + "\n",
        "flows.md": MADE + "\n".join(keys_of_flows.page()),
    }


def main() -> None:
    """Write the pages and the schema into the project's folder given on the command line."""
    root = Path(sys.argv[1])
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (folder / name).write_text(page, encoding="utf-8")
    (root / "flows" / schema.FILE).write_bytes(schema.written())
    for name in WITH_EXCERPTS:
        page = (root / "docs" / name).read_text(encoding="utf-8")
        (root / "docs" / name).write_text(filled(page, root), encoding="utf-8")


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Every command honours the settings of [settings.md](settings.md). What each one promises"
    yield "to programs is in [cli.md](../cli.md).\n"
    yield from _group("gateway", typer.main.get_command(app))


def _group(path: str, command: object) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is not None:
        for name, one in below.items():
            yield from _group(f"{path} {name}", one)
        return
    yield f"## `{path}`\n"
    yield f"{(getattr(command, 'help', None) or '').strip()}\n"
    rows = [_parameter(one) for one in getattr(command, "params", []) if one.name != "help"]
    if rows:
        yield "| option | meaning |"
        yield "| --- | --- |"
        yield from rows
        yield ""


def _parameter(one: Any) -> str:
    option = getattr(one, "param_type_name", "") == "option"
    names = [*one.opts, *one.secondary_opts] if option else [(one.name or "").upper()]
    written = " / ".join(f"`{name}`" for name in names)
    meaning = (getattr(one, "help", None) or "").replace("|", "\\|")
    return f"| {written} | {meaning} |"


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "Each one stands in `config/gateway.toml` under its table, or in the environment, which"
    yield "wins. `gateway config show` prints what is in force.\n"
    for table, section in sections().items():
        yield f"## [{table}]\n"
        yield f"{(section.__doc__ or '').strip()}\n"
        yield "| setting | variable | default | allowed | meaning |"
        yield "| --- | --- | --- | --- | --- |"
        for name, field in section.model_fields.items():
            extra = field.json_schema_extra
            allowed = extra.get("allowed", "") if isinstance(extra, dict) else ""
            variable = f"GATEWAY_{table}_{name}".upper()
            default = f"`{field.default}`" if field.default or field.default == 0 else ""
            meaning = field.description or ""
            yield f"| `{name}` | `{variable}` | {default} | {allowed} | {meaning} |"
        yield ""


def _facts() -> Iterator[str]:
    yield "# Facts\n"
    yield "What the journal can hold. Each fact has a node, a stream, a sequence number, a hybrid"
    yield "clock and a hash over itself and the fact before it.\n"
    yield "| kind | what it says |"
    yield "| --- | --- |"
    for kind, says in KINDS.items():
        yield f"| `{kind}` | {says} |"


def _functions() -> Iterator[str]:
    yield "# Functions of expressions\n"
    yield "What may be called in `@(…)`, in texts and conditions of flows. The language itself is"
    yield "in [expressions.md](../expressions.md). Arguments in brackets may be left out.\n"
    for topic, functions in {**TOPICS, "Answer tests": DESCRIBED}.items():
        yield f"## {topic}\n"
        yield "| function | what it gives | for example |"
        yield "| --- | --- | --- |"
        for function in functions:
            says = " ".join(function.says.split()).replace("|", "\\|")
            template, result = function.examples[0]
            shown = f"`{template}` → {f'`{result}`' if result else 'nothing'}".replace("|", "\\|")
            yield f"| `{function.usage}` | {says} | {shown} |"
        yield ""


if __name__ == "__main__":
    main()
