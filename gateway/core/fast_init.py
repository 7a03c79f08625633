"""Makes frozen dataclasses as quickly as open ones: for values that every turn makes many of.

`dataclass(frozen=True)` sets each field by a call of ``object.__setattr__``, which costs several
times what a plain assignment costs. Here the object is of an open class of the same layout until
its fields are set, and frozen from then on; nobody else sees it before.
"""

from dataclasses import MISSING, fields
from typing import Any, Final, NoReturn, TypeVar

_T = TypeVar("_T")

_BECOME: Final = object.__dict__["__class__"].__set__


def fast_init(made: type[_T]) -> type[_T]:
    """Give a frozen dataclass with slots another `__init__`, which takes and does the same.

    Raises TypeError for one that is not frozen or has no slots, for one with a base or a
    `__post_init__`, and for fields that are more than a name with or without a default. It may have
    no subclass.
    """
    parameters = getattr(made, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen or "__slots__" not in vars(made):
        raise TypeError(f"{made.__name__} is no frozen dataclass with slots")
    if made.__bases__ != (object,) or hasattr(made, "__post_init__"):
        raise TypeError(f"{made.__name__} has a base or a __post_init__")
    parts = fields(made)  # type: ignore[arg-type] # it is a dataclass: that was just looked at
    taken, known = [], dict[str, Any]()
    for one in parts:
        if one.default_factory is not MISSING or not one.init or one.kw_only:
            raise TypeError(f"{made.__name__}.{one.name} is more than a name and a default")
        if one.default is MISSING:
            taken.append(one.name)
        else:
            known[f"_default_{one.name}"] = one.default
            taken.append(f"{one.name}=_default_{one.name}")
    known |= {
        "_become": _BECOME,
        "_made": made,
        "_open": type(made.__name__, (), {"__slots__": vars(made)["__slots__"]}),
    }
    lines = [
        f"def __init__(self, {', '.join(taken)}):",
        "    _become(self, _open)",
        *(f"    self.{one.name} = {one.name}" for one in parts),
        "    self.__class__ = _made",
    ]
    written: dict[str, Any] = {}
    exec("\n".join(lines), known, written)  # noqa: S102 - of names alone, as dataclasses does
    init = written["__init__"]
    init.__qualname__, init.__module__ = f"{made.__qualname__}.__init__", made.__module__
    init.__annotations__ = made.__init__.__annotations__
    made.__init__ = init  # type: ignore[method-assign] # that is what all this is for
    # No type checker knows that this hook may be set from outside; Python does.
    made.__init_subclass__ = classmethod(_refuse)  # type: ignore[assignment, method-assign]
    return made


def _refuse(made: type[Any], /, **_: object) -> NoReturn:
    raise TypeError(f"{made.__name__}: a class that is made quickly can have no subclass")
