"""Reads the forms of a page as a browser does, so that tests fill in what a page really asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FoundForm:
    """One form: where it goes and what it would say if somebody just pressed its button."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def with_value(self, name: str, value: str) -> Mapping[str, Sequence[str]]:
        """Return what it says with one field written over."""
        return {**self.fields, name: [value]}


def forms_of(html: str, path: str) -> list[FoundForm]:
    """Return the forms of a page that was opened at `path`."""
    return _Forms(html, path).found


class _Forms(HTMLParser):
    def __init__(self, html: str, path: str) -> None:
        super().__init__()
        self.found: list[FoundForm] = []
        self._path = path
        self._open: FoundForm | None = None
        self._select: str | None = None
        self._text: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = said.get("action") or self._path
            self._open = FoundForm(action, said.get("method", "get").lower())
            self.found.append(self._open)
        if self._open is None:
            return
        name = said.get("name", "")
        if tag == "select":
            self._select = name
            self._open.fields.setdefault(name, [])
        elif tag == "option" and self._select and not self._open.fields[self._select]:
            self._open.fields[self._select] = [said.get("value", "")]
        elif tag == "textarea":
            self._text = name
            self._open.fields[name] = [""]
        elif tag in {"input", "button"} and name:
            self._input(self._open, name, said)

    def _input(self, form: FoundForm, name: str, said: Mapping[str, str]) -> None:
        kind = said.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind in {"radio", "checkbox"} and "checked" not in said:
            form.fields.setdefault(name, [])
        else:
            form.fields.setdefault(name, []).append(said.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self._text and self._open is not None:
            self._open.fields[self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None
