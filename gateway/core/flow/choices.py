"""Which option of a menu a reply means. Never guesses between two, nor in votes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.scope import Scope
from gateway.core.flow.graph import Category, Menu
from gateway.core.flow.saved import holds, kept, shown
from gateway.core.text.keywords import fold

_SLIPS: Final = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_MARKS: Final = " .,:;)(]['\"#*-/"


@dataclass(frozen=True, slots=True)
class Shown:
    """An option as it stands on the screen."""

    key: str
    label: str
    code: Json
    category: Category

    def value(self) -> Json:
        """Return what is saved for the option. It is shown by its label."""
        return {"code": self.code, "name": self.label, "__default__": self.label}


def on_screen(menu: Menu, language: str, scope: Scope) -> tuple[Shown, ...]:
    """Return the options that are to be shown: those from data first, then those of the file."""
    rows: list[Shown] = []
    if menu.source is not None:
        found = scope.find(menu.source)
        for item in found if isinstance(found, list | tuple) else ():
            if isinstance(item, Mapping):
                number = item.get("number")
                rows.append(Shown(shown(number), shown(item.get("label")), number, menu.chosen))
    for option in menu.options:
        condition = option.condition
        if (
            condition is None
            or holds(kept(condition.value.evaluate(scope))) is not condition.negated
        ):
            label = option.label.render(language, scope)
            rows.append(Shown(option.key, label, option.code, option.category))
    return tuple(rows)


def choose(
    text: str, options: Sequence[Shown], spelled: Mapping[str, str], *, exact: bool
) -> Shown | None:
    """Return the one option that a reply means, or None.

    By number: ``2``, ``2.``, ``(2)``, ``two``, ``2 Health``, digits of any script. By label:
    ``health``. Unless `exact`, also with a small slip: ``l`` for 1, ``helth`` where nothing else
    is as close.
    """
    typed = fold(text).strip(_MARKS)
    if not typed:
        return None
    by_key = {option.key: option for option in options}
    found = by_key.get(typed) or by_key.get(spelled.get(typed, ""))
    if found is None and typed.isdecimal():
        found = by_key.get(typed.lstrip("0") or "0")
    if found is not None:
        return found
    labels = [fold(option.label).strip(_MARKS) for option in options]
    return (
        _only(options, lambda index: labels[index] == typed)
        or _number_and_label(typed, by_key, options, labels)
        or (None if exact else by_key.get(typed.translate(_SLIPS)))
        or (None if exact else _only(options, lambda index: _close(typed, labels[index])))
    )


def _only(options: Sequence[Shown], holds_for: Callable[[int], bool]) -> Shown | None:
    """Return the option at the only position for which something holds."""
    found = [option for index, option in enumerate(options) if holds_for(index)]
    return found[0] if len(found) == 1 else None


def _number_and_label(
    typed: str, by_key: Mapping[str, Shown], options: Sequence[Shown], labels: Sequence[str]
) -> Shown | None:
    """Read ``2 health`` and ``2.health``; the two must agree."""
    digits = typed[: len(typed) - len(typed.lstrip("0123456789"))]
    found = by_key.get(digits)
    if found is None:
        return None
    rest = typed[len(digits) :].strip(_MARKS)
    return found if rest == labels[list(options).index(found)] else None


def _close(typed: str, label: str) -> bool:
    """Whether two words differ by a slip: one letter in four or more, two in nine or more."""
    allowed = 0 if len(label) < 4 else 1 if len(label) < 9 else 2
    return allowed > 0 and OSA.distance(typed, label, score_cutoff=allowed) <= allowed
