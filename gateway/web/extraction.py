"""The texts of the pages for their translators: found in templates and code, kept in catalogues.

`python -m gateway.web.extraction` writes what is new into every catalogue and takes out what no
page says any more; what was translated stays. Each part of the pages has a catalogue of its own.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from gateway.web.languages import NAMES, SOURCE

SHARED: Final = "shared"  # what more than one part says, and the frame around all of them
_KEYWORDS: Final[Mapping[str, object]] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
# Modules outside of the pages whose sentences a page shows, and the part that does.
_SAYING: Final[Mapping[str, str]] = {
    "service/refusal.py": "signin",
    "service/account.py": "account",
    "core/staff/passwords.py": "account",
    "service/broadcast.py": "calls",
    "service/call_trials.py": "calls",
    "core/staff/acts.py": "audit",
    "service/staff.py": "staff",
    "service/halls.py": "assemblies",
    "core/movement/cases.py": "reports",
    "service/cases.py": "reports",
    "service/case_moves.py": "reports",
    "flowfiles/uploads.py": "flows",
    "service/sheet_reading.py": "people",
    "service/imports.py": "people",
    "service/exporting.py": "exports",
    "service/handovers.py": "flows",
    "service/case_talk.py": "reports",
}
# Of these every text that is a value of a table is said, sentence or not.
_TABLES: Final = frozenset(("core/staff/acts.py", "core/movement/cases.py"))
_PLAIN: Final = frozenset(("visits", "navigation", "desk", "parts", "forms", "languages"))
_WEB: Final = Path(__file__).parent

MessageId = str | tuple[str, str]


def messages() -> Mapping[str, Mapping[MessageId, list[str]]]:
    """Return every text of the pages with where it stands, by the part that it belongs to.

    What the frame says is not repeated in another part's catalogue.
    """
    by_part: dict[str, dict[MessageId, list[str]]] = {SHARED: {}}
    for part, where, text in _found():
        by_part.setdefault(part, {}).setdefault(text, []).append(where)
    shared = by_part[SHARED]
    return {
        part: texts if part == SHARED else {t: w for t, w in texts.items() if t not in shared}
        for part, texts in by_part.items()
    }


def update(folder: Path) -> None:
    """Write the catalogues of every language under a folder, such as ``gateway/web/locale``."""
    wanted = messages()
    for language in NAMES:
        if language == SOURCE:
            continue
        known = _translated(folder / language)
        (folder / language).mkdir(parents=True, exist_ok=True)
        for part, texts in wanted.items():
            if not texts:
                continue
            catalogue = Catalog(
                locale=language,
                fuzzy=False,
                project="Mashinani",
                header_comment=f"# The pages in {NAMES[language]}: {part}. Written anew by\n"
                "# `python -m gateway.web.extraction`; translate msgstr and leave the rest.",
            )
            for text, places in texts.items():
                locations = sorted({(where, 0) for where in places})
                catalogue.add(text, known.get(text, ""), locations=locations)
            written = BytesIO()
            write_po(
                written,
                catalogue,
                width=100,
                omit_header=False,
                sort_output=True,
                include_lineno=False,
            )
            (folder / language / f"{part}.po").write_bytes(_steady(written.getvalue()))
        for stale in (folder / language).glob("*.po"):
            if not wanted.get(stale.stem):
                stale.unlink()


def _translated(folder: Path) -> dict[MessageId, str | tuple[str, ...]]:
    """Return what is translated already, whichever part it was in."""
    found: dict[MessageId, str | tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=folder.name):
            if message.id and message.string:
                string = message.string
                found[_id(message.id)] = string if isinstance(string, str) else tuple(string)
    return found


def _found() -> Iterator[tuple[str, str, MessageId]]:
    """Yield (part, where, text) of every text, in the order of the files."""
    for path in sorted((_WEB / "templates").rglob("*.html")):
        within = path.relative_to(_WEB / "templates")
        part = within.parts[0] if len(within.parts) > 1 else SHARED
        yield from (
            (part, f"templates/{within}", text) for text in _texts(path, "jinja2.ext:babel_extract")
        )
    for path in sorted(_WEB.rglob("*.py")):
        within = path.relative_to(_WEB)
        if path.name == Path(__file__).name:
            continue
        name = within.parts[0].removesuffix(".py")
        part = SHARED if name in _PLAIN else name
        yield from ((part, str(within), text) for text in _texts(path, "python"))
    for name, part in _SAYING.items():
        yield from ((part, name, text) for text in _said(name))


def _texts(path: Path, method: str) -> Iterator[MessageId]:
    options = {"trimmed": "true"} if method != "python" else {}
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, keywords=_KEYWORDS, options=options):  # type: ignore[arg-type]
            if text:
                yield _id(text)


def _said(name: str) -> Iterator[str]:
    """Yield the sentences of a module that are not its documentation, or its table's words."""
    tree = ast.parse((_WEB.parent / name).read_text(encoding="utf-8"))
    if name in _TABLES:
        for node in ast.walk(tree):
            values = node.values if isinstance(node, ast.Dict) else []
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value
        return
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    # What is put together from parts is in no catalogue as a whole.
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and said.endswith(".") and id(node) not in passed:
            yield said


def _id(text: object) -> MessageId:
    return (text[0], text[1]) if isinstance(text, (tuple, list)) else str(text)


def _steady(written: bytes) -> bytes:
    """Leave out what changes at every writing though no text does."""
    changing = (
        b'"POT-Creation-Date:',
        b'"PO-Revision-Date:',
        b'"Generated-By:',
        b'"Report-Msgid',
        b'"Last-Translator:',
        b'"Language-Team:',
        b'"Project-Id-Version:',
    )
    return b"".join(
        line for line in written.splitlines(keepends=True) if not line.startswith(changing)
    )


if __name__ == "__main__":
    update(Path(sys.argv[1]) if len(sys.argv) > 1 else _WEB / "locale")
