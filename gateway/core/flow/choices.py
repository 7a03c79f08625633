"""Which option of a menu a reply means. Never guesses between two, nor in votes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import OSA

from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.scope import Scope, descend
from gateway.core.flow.expressions.values import Error, Value
from gateway.core.flow.graph import Menu, Rows, Shown
from gateway.core.flow.saved import holds, kept, shown
from gateway.core.text.keywords import fold

# The names by which a thing of a list, and its place in it, are found.
ITEM: Final = "item"
INDEX: Final = "index"

# A list of options that is longer is cut: nobody reads on.
MOST_ROWS: Final = 100

_SLIPS: Final = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_MARKS: Final = " .,:;)(]['\"#*-/"


def on_screen(menu: Menu, language: str, scope: Scope) -> tuple[Shown, ...]:
    """Return the options that are to be shown: those from data first, then those of the file."""
    always = menu.listed.get(language)
    if always is not None:
        return always
    rows = [] if menu.rows is None else rows_of(menu.rows, scope)
    for option in menu.options:
        condition = option.condition
        if (
            condition is None
            or holds(kept(condition.value.evaluate(scope))) is not condition.negated
        ):
            rows.append(option.shown(language, scope))
    listed = tuple(rows)
    if is_steady(menu):
        menu.listed[language] = listed
    return listed


def is_steady(menu: Menu) -> bool:
    """Whether a menu shows everybody the same, but for the language."""
    return menu.plain and _has_fixed_labels(menu)


def is_beside(key: str, menu: Menu, language: str, spelled: Mapping[str, str]) -> bool:
    """Whether a key means none of the options of a menu, whichever of them are shown."""
    if menu.rows is not None or not _has_fixed_labels(menu):
        return False
    for option in menu.options:
        label = option.label.translations.get(language, option.label.original).plain or ""
        alone = Shown(option.key, label, option.code, option.category)
        if choose(key, [alone], spelled, exact=True) is not None:
            return False
    return True


def _has_fixed_labels(menu: Menu) -> bool:
    return all(
        template.plain is not None
        for option in menu.options
        for template in (option.label.original, *option.label.translations.values())
    )


def rows_of(rows: Rows, scope: Scope) -> list[Shown]:
    """Return the options out of a list; what has no number or no label is none.

    A thing in the list has its own ``number``, ``label`` and ``code``. One without a number has its
    place, one without a code its number; a text is its own label and code.
    """
    found = rows.source.evaluate(scope)
    made: list[Shown] = []
    for index, item in enumerate(found[:MOST_ROWS] if isinstance(found, list | tuple) else (), 1):
        inner = _ItemScope(scope, item, index)
        own = item if isinstance(item, Mapping) else {}
        number = own.get("number", index) if rows.number is None else rows.number.evaluate(inner)
        label = own.get("label", item) if rows.label is None else rows.label.evaluate(inner)
        code: Value
        if rows.code is not None:
            code = rows.code.evaluate(inner)
        else:
            code = own.get("code", number) if isinstance(item, Mapping) else item
        key, words = shown(number).strip(), " ".join(shown(label).split())
        if key and words:
            made.append(Shown(key, words, kept(code), rows.category))
    return made


class _ItemScope:
    """The scope in which one thing of a list is looked at."""

    __slots__ = ("_own", "_scope", "evaluation")

    def __init__(self, scope: Scope, item: Value, index: int) -> None:
        self.evaluation = scope.evaluation
        self._scope = scope
        self._own: dict[str, Value] = {ITEM: item, INDEX: index}

    def find(self, path: Path, /) -> Value:
        """Return what a path leads to, None where a thing has no such property."""
        if path.parts[0] not in self._own:
            return self._scope.find(path)
        found = descend(self.evaluation, self._own[path.parts[0]], path.parts[1:])
        return None if isinstance(found, Error) else found


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
    found = _only(options, lambda index: labels[index] == typed)
    found = found or _number_and_label(typed, by_key, options, labels)
    if found is not None or exact:
        return found
    close = by_key.get(typed.translate(_SLIPS))
    close = close or _only(options, lambda index: _close(typed, labels[index]))
    return None if close is None else replace(close, slip=True)


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
