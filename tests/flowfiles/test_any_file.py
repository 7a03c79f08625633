"""Whatever somebody does to a flow file, the loader takes it or says what is wrong, and where."""

import json
from collections.abc import Callable
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.strategies import DrawFn

from gateway.core.flow.events import Json
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.releases import Source, compile_release
from gateway.flowfiles.upgrades import upgraded
from tests.flowfiles.plain import plain
from tests.stage import FLOWS, ROOT

FILES = {
    path.name: path.read_bytes() for path in (ROOT / "docs" / "examples" / "flows").glob("*.yaml")
} | {"system.yaml": (FLOWS / "system.yaml").read_bytes()}
NAMES = some.sampled_from(sorted(FILES))

PIECES = some.sampled_from(
    [b"", b" ", b"\n", b":", b"- ", b"@", b"@(", b"@(1/0)", b"(", b")", b"[", b"]", b"{", b"}",
     b'"', b"'", b"#", b"&a ", b"*a", b"!x ", b"|", b">", b"---\n", b"\t", b"\x00", b"\xff",
     b"\xc3\xa9", b"end", b"null", b"true", b"0", b"99999999999999999999", b"has_x(", b" goto",
     b"<<: ", b"\xf0\x9f\x92\xa7", b"\\ud800", b"\r\n"]
) | some.binary(max_size=4)  # fmt: skip
ODD: some.SearchStrategy[Json] = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-1, 10**20)
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.sampled_from(["", " ", "end", "x", "@x", "@(", "@(1 +)", "@item", "has_y()", "has_text(",
                         "1 day", "*1#", "mon", "https://x.example/", "text(", "place(x)", "a.b"])
    | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3)
    | some.dictionaries(some.text(max_size=6) | some.sampled_from(["flow", "then", "1"]), inner,
                        max_size=3),
    max_leaves=8,
)  # fmt: skip


@some.composite
def scribbled(draw: DrawFn) -> dict[str, bytes]:
    """The files, one of them with pieces put in place of others."""
    name = draw(NAMES)
    content = FILES[name]
    for _ in range(draw(some.integers(1, 4))):
        begin = draw(some.integers(0, len(content)))
        end = draw(some.integers(begin, min(len(content), begin + 40)))
        content = content[:begin] + draw(PIECES) + content[end:]
    return {**FILES, name: content}


@some.composite
def shuffled(draw: DrawFn) -> dict[str, bytes]:
    """The files, one of them with lines taken out, doubled or moved."""
    name = draw(NAMES)
    lines = FILES[name].splitlines(keepends=True)
    for _ in range(draw(some.integers(1, 4))):
        at, to = (draw(some.integers(0, len(lines) - 1)) for _ in range(2))
        lines.insert(to, lines[at] if draw(some.booleans()) else lines.pop(at))
    return {**FILES, name: b"".join(lines)}


@some.composite
def bent(draw: DrawFn) -> dict[str, bytes]:
    """The files, one of them with something odd in place of a value or beside one."""
    name = draw(NAMES)
    whole = plain(FILES[name])
    node, places = whole, list[Callable[[Json], None]]()
    while isinstance(node, dict | list) and node:
        if isinstance(node, dict):
            key = draw(some.sampled_from(sorted(node)))
            places += [partial(node.__setitem__, key), partial(node.__setitem__, "save")]
            node = node[key]
        else:
            index = draw(some.integers(0, len(node) - 1))
            places.append(partial(node.__setitem__, index))
            node = node[index]
    draw(some.sampled_from(places))(draw(ODD))
    return {**FILES, name: json.dumps(whole, indent=1).encode()}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scribbled() | shuffled() | bent())
def test_a_file_is_taken_or_refused_with_its_line(files: dict[str, bytes]) -> None:
    told = refusal(lambda: compile_release(Source(files)))
    if told is not None:
        content = files[told.path.removeprefix("flows/")]
        assert 1 <= told.line <= content.count(b"\n") + 1
        assert told.what
        assert told.mend


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scribbled() | shuffled() | bent())
def test_what_can_be_rewritten_is_the_same_release(files: dict[str, bytes]) -> None:
    """Where a file compiles, its rewritten form does too, and both are of the newest edition."""
    for name, content in files.items():
        if content == FILES[name] or name == "system.yaml":
            continue
        older = content.replace(b"spec: 2", b"spec: 1")
        if refusal(lambda: compile_release(Source(files))) is None:
            told = refusal(lambda: upgraded(name, older))  # noqa: B023 - called at once
            assert told is None or "without changing what it says" in told.what
            if told is None:
                again = upgraded(name, older).encode()
                assert upgraded(name, again).encode() == again
                compile_release(Source({**files, name: again}))


def refusal(attempt: Callable[[], object]) -> FlowFileError | None:
    """What the loader says, None where it says nothing. Whatever else is raised is a defect."""
    try:
        attempt()
    except FlowFileError as told:
        return told
    return None
