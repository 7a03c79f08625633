"""What is made quickly is what dataclasses make: the same values, as frozen, refused as plainly."""

import copy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from gateway.core.fast_init import fast_init


@fast_init
@dataclass(frozen=True, slots=True)
class Quick:
    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        return f"{self.first} {self.second}"


@dataclass(frozen=True, slots=True)
class Plain:
    first: int
    second: str = "two"
    third: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("given", "named"),
    [((1,), {}), ((1, "b"), {}), ((1,), {"third": (3,)}), ((), {"first": 1, "second": "b"})],
)
def test_it_takes_what_a_dataclass_takes_and_holds_the_same(given, named):
    quick, plain = Quick(*given, **named), Plain(*given, **named)
    assert type(quick) is Quick
    assert repr(quick).removeprefix("Quick") == repr(plain).removeprefix("Plain")
    assert quick == Quick(*given, **named)
    assert quick != Quick(2)
    assert hash(quick) == hash(Quick(*given, **named))
    assert quick.both == f"1 {plain.second}"


def test_it_is_as_frozen():
    quick = Quick(1)
    with pytest.raises(FrozenInstanceError):
        quick.first = 2  # type: ignore[misc] # that is what is tried
    with pytest.raises(FrozenInstanceError):
        del quick.first
    with pytest.raises((TypeError, AttributeError)):
        quick.other = 2  # type: ignore[attr-defined]
    assert quick == Quick(1)


def test_it_is_copied_and_replaced_as_any():
    quick = Quick(1, "b", (3,))
    assert replace(quick, second="c") == Quick(1, "c", (3,))
    assert copy.deepcopy(quick) == quick


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), ((1, "b", (), 4), {}), ((1,), {"fourth": 4})]
)
def test_too_little_and_too_much_is_refused(given, named):
    with pytest.raises(TypeError, match=r"Quick\.__init__\(\)"):
        Quick(*given, **named)


def test_a_class_that_it_cannot_serve_is_refused():
    @dataclass
    class Open:
        first: int

    @dataclass(frozen=True, slots=True)
    class Made:
        first: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Checked:
        first: int

        def __post_init__(self) -> None:
            """Look at what came."""

    for one, why in (
        (Open, "no frozen dataclass"),
        (int, "no frozen dataclass"),
        (Made, r"Made\.first is more"),
        (Checked, "a base or a __post_init__"),
    ):
        with pytest.raises(TypeError, match=why):
            fast_init(one)
    with pytest.raises(TypeError, match="no subclass"):

        class Below(Quick):
            """Would become a `Quick` as soon as it is made."""
