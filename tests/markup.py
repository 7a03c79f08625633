"""A page as a tree, for tests that ask how it is built. Reads what our own templates write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Elements that hold nothing and have no end tag (HTML 13.1.2).
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "rect", "line", "path", "circle"))
# What stands in one of these is written in a direction of its own (UAX 9, P1; HTML 15.3.5).
_APART = frozenset(
    (
        *("p", "div", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "section", "form"),
        *("fieldset", "legend", "caption", "summary", "option", "textarea", "button", "bdi"),
        *("main", "nav", "header", "body", "figure"),
    )
)


@dataclass(eq=False)
class Node:
    """An element of a page, with what it holds: elements and texts, in order."""

    tag: str
    attrs: Mapping[str, str]
    parent: "Node | None" = None
    held: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Node"]:
        """Yield every element below this one, of these tags or of any, in the order of the page."""
        for one in self.held:
            if isinstance(one, Node):
                if not tags or one.tag in tags:
                    yield one
                yield from one.all(*tags)

    def above(self) -> Iterator["Node"]:
        """Yield the elements that this one stands in, from the inside out."""
        at = self.parent
        while at is not None:
            yield at
            at = at.parent

    @property
    def text(self) -> str:
        """All that is written in it, with single spaces."""
        return " ".join("".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        """Yield the texts in it, as they are."""
        for one in self.held:
            if isinstance(one, Node):
                yield from one.texts()
            else:
                yield one

    def alone(self) -> "Node":
        """Return the box in which its direction is its own: itself or the next around it."""
        around = (self, *self.above())
        return next(one for one in around if one.tag in _APART or "dir" in one.attrs)

    @property
    def name(self) -> str:
        """How a form's field is named to whoever does not see it."""
        if self.attrs.get("aria-label"):
            return self.attrs["aria-label"]
        root = list(self.above())[-1]
        own = self.attrs.get("id", "")
        labels = [one for one in root.all("label") if own and one.attrs.get("for") == own]
        labels += [one for one in self.above() if one.tag == "label"]
        return " ".join(one.text for one in labels)


def read(html: str) -> Node:
    """Return a page as a tree. Raises AssertionError where an element is closed out of turn."""
    reader = _Reader()
    reader.feed(html)
    assert reader.at is reader.root, f"not closed: {reader.at.tag} {reader.at.attrs}"
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.held.append(node)
        if tag not in _VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.held.append(Node(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self.at.tag == tag, f"</{tag}> closes {self.at.tag} {self.at.attrs}"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.held.append(data)
