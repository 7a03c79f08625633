"""Brings flow files of an older edition up to the newest, with their comments. Writes no file.

The loader reads every edition; a file is rewritten so that its author sees how it is written now. A
new edition adds its changes to `_CHANGES`.
"""

from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tokens import CommentToken

from gateway.flowfiles.acting import GROUPS
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.language.flow_parts import SPEC
from gateway.flowfiles.sections import read_sections
from gateway.flowfiles.yaml_flows import FIRST_SPEC
from gateway.flowfiles.yaml_tree import Leaf, Node, Row, read_tree

# Changes the whole file in place.
_Change: TypeAlias = Callable[[CommentedMap], None]


class _AsWritten(VersionedResolver):
    """Leaves every plain word a text, so that 00 and +260970000001 are written as they were."""

    @property
    def versioned_resolver(self) -> Mapping[str, object]:
        """Nothing is anything else than a text."""
        return {}


def upgraded(path: str, content: bytes) -> str:
    """Return a flow file in the newest edition; the same text where it is in that already.

    Raises `FlowFileError` for what is no flow file, is of a later edition, or cannot be rewritten
    without changing more than that.
    """
    file = read_sections(path, content)
    file.needs("flow")
    spec = file.whole("spec", FIRST_SPEC)
    if spec > SPEC:
        raise file.error("spec", f"the file is of spec {spec}, which is newer", "Use its gateway")
    if spec == SPEC:
        return content.decode("utf-8-sig")
    document, text = _rewritten(path, content, spec)
    if b"\r\n" in content:
        text = "\r\n".join(text.splitlines()) + "\r\n"
    if _written(read_tree(path, text.encode())) != _meant(document):
        raise _beyond_us(path)
    return text


def _rewritten(path: str, content: bytes, spec: int) -> tuple[CommentedMap, str]:
    """Return the changed file, as what it says and as its text."""
    yaml = _yaml()
    try:
        document = yaml.load(content)
    except YAMLError as fault:  # it is stricter than we are, with tabs say
        raise _beyond_us(path) from fault
    for edition in range(spec, SPEC):
        for change in _CHANGES[edition]:
            change(document)
    _set_spec(document)
    rewritten = StringIO()
    yaml.dump(document, rewritten)
    return document, rewritten.getvalue()


def _beyond_us(path: str) -> FlowFileError:
    return FlowFileError(
        path,
        1,
        "the file cannot be rewritten without changing what it says",
        f"Write spec: {SPEC} below its flow yourself",
    )


def _yaml() -> YAML:
    """Return what reads and writes files as they stand, but for spaces within brackets."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.Resolver = _AsWritten
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _set_spec(document: CommentedMap) -> None:
    """State the newest edition, below the flow's name where none was stated."""
    if "spec" in document:
        document["spec"] = str(SPEC)
        return
    document.insert(list(document).index("flow") + 1, "spec", str(SPEC))
    comment = (document.ca.items.get("flow") or [None] * 3)[2]
    if comment is not None:  # what follows the line of the flow now follows that of the spec
        own, _, following = comment.value.partition("\n")
        if following:
            comment.value = f"{own}\n"
            moved = CommentToken(f"\n{following}", CommentMark(0), None)
            document.ca.items["spec"] = [None, None, moved, None]


def _shorten_groups(document: CommentedMap) -> None:
    """Write ``join_group: X`` for ``do: add_to_group`` with its one argument, leaving likewise."""
    short = {action: key for key, action in GROUPS.items()}
    steps = document.get("steps")
    for step in steps.values() if isinstance(steps, CommentedMap) else ():
        if not isinstance(step, CommentedMap) or step.get("do") not in short:
            continue
        given = step.get("with")
        if not isinstance(given, CommentedMap) or list(given) != ["group"]:
            continue
        key, comment = short[step["do"]], _comments(step, given)
        position = list(step).index("do")
        del step["do"], step["with"]
        step.insert(position, key, given["group"])
        if comment is not None:
            step.ca.items[key] = [None, None, comment, None]


def _comments(step: CommentedMap, given: CommentedMap) -> CommentToken | None:
    """Take the comments of the lines that become one, and of what follows them."""
    found = []
    for holder, key in ((step, "do"), (step, "with"), (given, "group")):
        tokens = holder.ca.items.pop(key, None) or ()
        found += [one for one in _flat(tokens) if isinstance(one, CommentToken)]
    if not found:
        return None
    begin, *more = [one.value for one in found]
    indent = " " * int(step.lc.col)
    rest = "".join(indent + one if one.startswith("#") else one.removeprefix("\n") for one in more)
    return CommentToken(begin + rest, CommentMark(found[0].start_mark.column), None)


def _flat(tokens: Any) -> list[Any]:
    return [inner for one in tokens for inner in (one if isinstance(one, list) else [one])]


def _written(node: Node | None) -> object:
    """Return what a file says, every value as it is written."""
    if isinstance(node, Leaf) or node is None:
        return "" if node is None else node.written
    if isinstance(node, Row):
        return [_written(one) for one in node.items]
    return {key: _written(one) for key, one in node.items.items()}


def _meant(node: object) -> object:
    """Return what a file was meant to say, in the same form."""
    if isinstance(node, CommentedMap):
        return {str(key): _meant(one) for key, one in node.items()}
    if isinstance(node, CommentedSeq):
        return [_meant(one) for one in node]
    return "" if node is None else str(node)


# What becomes of a file of an edition on the way to the next one, besides its number.
_CHANGES: Final[Mapping[int, tuple[_Change, ...]]] = {1: (_shorten_groups,)}
