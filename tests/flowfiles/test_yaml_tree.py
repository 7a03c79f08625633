"""How YAML is read: what words and numbers are, which line everything has, what is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.yaml_tree import DEEPEST, Branch, Leaf, Row, read_tree
from tests.stage import FLOWS


def value(written: str) -> object:
    tree = read_tree("x.yaml", f"a: {written}\n".encode())
    assert isinstance(tree, Branch)
    leaf = tree.items["a"]
    assert isinstance(leaf, Leaf)
    return leaf.value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("7", 7, id="a whole number"),
        pytest.param("-7", -7, id="one below zero"),
        pytest.param("0", 0, id="zero"),
        pytest.param("0.5", 0.5, id="a decimal number"),
        pytest.param("00", "00", id="two keys of a phone are not zero"),
        pytest.param("0970000001", "0970000001", id="a phone number keeps its zero"),
        pytest.param("+260970000001", "+260970000001", id="a phone number keeps its sign"),
        pytest.param("1e3", "1e3", id="no number with an exponent"),
        pytest.param("0x1F", "0x1F", id="no hexadecimal number"),
        pytest.param("1_000", "1_000", id="no number with a line in it"),
        pytest.param("9" * 16, "9" * 16, id="a number with more digits than a float keeps"),
        pytest.param("'7'", "7", id="a number in quotes is a text"),
        pytest.param("true", True, id="true"),
        pytest.param("False", False, id="false"),
        pytest.param("yes", "yes", id="yes is a word"),
        pytest.param("on", "on", id="on is a word"),
        pytest.param("NO", "NO", id="the code of Norway is a word"),
        pytest.param("~", None, id="nothing"),
        pytest.param("", None, id="nothing at all"),
        pytest.param("''", "", id="an empty text"),
        pytest.param("2026-05-12", "2026-05-12", id="a date is a text"),
        pytest.param('"two\\nlines"', "two\nlines", id="a text with an escape"),
    ],
)
def test_plain_words_are_what_people_mean_by_them(written: str, read: object):
    found = value(written)
    assert (found, type(found)) == (read, type(read))


def refused(content: bytes) -> FlowFileError | None:
    try:
        read_tree("x.yaml", content)
    except FlowFileError as told:
        return told
    return None


def test_everything_knows_its_line():
    tree = read_tree(
        "x.yaml", b"# words\na: 1\nb:\n  - x\n  -\n    c: |\n      d\n      e\nf: {g: h}"
    )
    assert isinstance(tree, Branch)
    listed, inner = tree.items["b"], tree.items["f"]
    assert isinstance(listed, Row)
    assert isinstance(inner, Branch)
    assert tree.lines == {"a": 2, "b": 3, "f": 9}
    assert [one.line for one in listed.items] == [4, 6]
    last = listed.items[1]
    assert isinstance(last, Branch)
    assert last.items["c"] == Leaf(6, "d\ne\n", "d\ne\n")
    assert inner.lines == {"g": 9}


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        pytest.param(b"a: [", 1, "did not find expected node content", id="an open bracket"),
        pytest.param(b"a: 1\na: 2", 2, "the key a stands in line 1 already", id="a key twice"),
        pytest.param(b"a: 1\nb: \x01", 2, "control characters", id="a control character"),
        pytest.param(b"a: 1\nb: \xff", 2, "UTF-8", id="another encoding"),
        pytest.param("a: 1\nb: é".encode("utf-16"), 1, "UTF-8", id="another encoding with a mark"),
        pytest.param(b"a: &x 1\nb: 2", 1, "&x names this place", id="an anchor"),
        pytest.param(b"a: 1\nb: *x", 2, "*x points at another place", id="an alias"),
        pytest.param(b"a: !!python/name:os 1", 1, "says of what kind this is", id="a tag"),
        pytest.param(b"a: !x {b: 1}", 1, "!x says of what kind", id="a tag of a section"),
        pytest.param(b"a: 1\n---\nb: 2", 2, "a second document begins here", id="two documents"),
        pytest.param(b"? [a]\n: b", 1, "where a key belongs", id="a list for a key"),
        pytest.param(b"a: b: c", 1, "mapping values are not allowed", id="two colons"),
        pytest.param(b"a:\n\tb: 1", 2, "cannot start any token", id="a tab"),
        pytest.param(b'a: "\\ud800"', 1, "escape code", id="half a character"),
        pytest.param(b"[" * 5000, 1, f"{DEEPEST} brackets deep", id="brackets in brackets"),
    ],
)
def test_what_is_not_yaml_as_flows_need_it_is_refused(content: bytes, line: int, says: str):
    with pytest.raises(FlowFileError) as told:
        read_tree("x.yaml", content)
    assert re.match(rf"x\.yaml:{line}: this is not YAML: .+\. \w.+\.$", str(told.value))
    assert says in str(told.value)


def test_a_file_of_nothing_holds_nothing():
    assert read_tree("x.yaml", b"# only words\n") is None


@given(
    some.binary(max_size=200)
    | some.text("ab:-[]{},#&*!|>'\"%@` \n\t\\u0", max_size=200).map(str.encode)
)
def test_whatever_a_file_holds_it_is_read_or_refused(content: bytes):
    told = refused(content)
    assert told is None or 1 <= told.line <= content.count(b"\n") + 1


def test_line_numbers_are_those_of_the_reader_that_was_here_before():
    """Another reader of YAML with line numbers sees the same keys in the same lines."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    def lines(found: CommentedMap) -> dict[str, object]:
        return {
            str(key): (
                found.lc.key(key)[0] + 1,
                lines(one) if isinstance(one, CommentedMap) else None,
            )
            for key, one in found.items()
        }

    def ours(found: Branch) -> dict[str, object]:
        return {
            key: (found.lines[key], ours(one) if isinstance(one, Branch) else None)
            for key, one in found.items.items()
        }

    for path in FLOWS.glob("*.yaml"):
        tree = read_tree(path.name, path.read_bytes())
        assert isinstance(tree, Branch)
        assert ours(tree) == lines(YAML(typ="rt", pure=True).load(path.read_bytes()))
