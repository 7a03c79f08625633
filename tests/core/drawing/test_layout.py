"""Boxes and labels of a picture never cover each other, whatever leads where."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.core.drawing.layout import Layout, Link, Point, Size, lay_out

NAMES = [f"n{number}" for number in range(9)]
SIZES = some.tuples(some.floats(20, 200), some.floats(20, 80))
LINKS = some.lists(
    some.builds(Link, some.sampled_from(NAMES), some.sampled_from(NAMES), SIZES), max_size=16
)


@settings(max_examples=200, deadline=None)
@given(some.fixed_dictionaries(dict.fromkeys(NAMES, SIZES)), LINKS)
def test_no_box_and_no_label_covers_another(sizes: dict[str, Size], links: list[Link]) -> None:
    laid = lay_out(sizes, links)
    things = [(laid.centres[name], sizes[name]) for name in NAMES]
    things += [
        (at, link.label)
        for at, link in zip(laid.labels, links, strict=True)
        if link.begin != link.end
    ]
    assert not [pair for pair in combinations(things, 2) if _overlap(*pair)]


def test_what_follows_stands_below_and_a_way_back_leads_up() -> None:
    links = [Link("a", "b"), Link("b", "c"), Link("c", "a")]
    laid = lay_out(dict.fromkeys("abc", (40.0, 20.0)), links)
    assert _height(laid, "a") < _height(laid, "b") < _height(laid, "c")
    assert laid.routes[2][0][1] > laid.routes[2][-1][1]


def test_two_ways_to_the_same_box_meet_it_at_different_points() -> None:
    laid = lay_out(dict.fromkeys("ab", (80.0, 20.0)), [Link("a", "b"), Link("a", "b")])
    assert laid.routes[0][-1] != laid.routes[1][-1]


def test_a_box_that_leads_to_itself_has_a_loop_beside_it() -> None:
    laid = lay_out({"a": (40.0, 20.0)}, [Link("a", "a")])
    assert max(x for x, _ in laid.routes[0]) > 40
    assert laid.width > 40


def _height(laid: Layout, name: str) -> float:
    return laid.centres[name][1]


def _overlap(one: tuple[Point, Size], other: tuple[Point, Size]) -> bool:
    return all(
        abs(one[0][axis] - other[0][axis]) + 0.001 < (one[1][axis] + other[1][axis]) / 2
        for axis in (0, 1)
    )
