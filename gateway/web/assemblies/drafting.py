"""An assembly as it stands in a form: read, told what is wrong with it, made into a plan.

The rules are those of assembly files; a page names the field where a file names the line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.core.movement.ballots import MotionOption, find_clash
from gateway.core.movement.moments import DAY_MS, read_moment
from gateway.flowfiles.assembly_files import (
    FEWEST_OPTIONS,
    LONGEST_LABEL,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    MOST_OPTIONS,
    AssemblyPlan,
    MotionPlan,
    Setting,
)
from gateway.web.forms import Form
from gateway.web.visits import Visit

MOST_MOTIONS: Final = 9
_LONGEST_WAIT_MS: Final = 366 * DAY_MS
_LONGEST_FIELD: Final = 2000

Texts = Mapping[str, str]
Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class DraftMotion:
    """One motion as it was typed: a question and, a line each, its answers; by language."""

    question: Texts = field(default_factory=dict)
    options: Texts = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(text.strip() for text in (*self.question.values(), *self.options.values()))


@dataclass(frozen=True, slots=True)
class Draft:
    """An assembly as it was typed. `key` is the form's own, by which it opens one assembly only."""

    key: str
    title: str = ""
    place: str = ""
    opens: str = ""
    closes: str = ""
    early: bool = False
    motions: tuple[DraftMotion, ...] = (DraftMotion(),)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the fields of a form that says the same."""
        yield from (
            ("key", self.key),
            ("title", self.title),
            ("place", self.place),
            ("opens", self.opens),
            ("closes", self.closes),
            ("early", "yes" if self.early else ""),
            ("motions", str(len(self.motions))),
        )
        for number, motion in enumerate(self.motions, start=1):
            for language, text in motion.question.items():
                yield f"q{number}-{language}", text
            for language, text in motion.options.items():
                yield f"o{number}-{language}", text


def read_draft(form: Form, languages: Sequence[str]) -> Draft:
    """Return what a form says. What is beyond all bounds is cut."""
    count = form.text("motions")
    motions = min(int(count), MOST_MOTIONS) if count.isascii() and count.isdecimal() else 1
    return Draft(
        key=form.text("key")[:64],
        title=" ".join(form.text("title").split())[:_LONGEST_FIELD],
        place=form.text("place")[:64],
        opens=form.text("opens")[:64],
        closes=form.text("closes")[:64],
        early=form.text("early") == "yes",
        motions=tuple(_motion(form, number, languages) for number in range(1, max(1, motions) + 1)),
    )


def _motion(form: Form, number: int, languages: Sequence[str]) -> DraftMotion:
    def texts(kind: str) -> Texts:
        return {one: form.get(f"{kind}{number}-{one}")[:_LONGEST_FIELD] for one in languages}

    return DraftMotion(texts("q"), texts("o"))


def plan_of(visit: Visit, draft: Draft, setting: Setting) -> AssemblyPlan | Errors:
    """Return the plan that a draft makes, or what is wrong with it, by field."""
    errors: Errors = {}
    if not draft.title:
        errors["title"] = visit.gettext("Give the assembly a title.")
    elif len(draft.title) > LONGEST_TITLE:
        errors["title"] = _too_long(visit, LONGEST_TITLE)
    opens, closes = _window(visit, draft, setting, errors)
    kept = [(number, one) for number, one in enumerate(draft.motions, start=1) if not one.is_empty]
    if not kept:
        errors[f"q1-{setting.languages[0]}"] = visit.gettext("Ask at least one question.")
    motions = [_planned(visit, number, one, setting.languages, errors) for number, one in kept]
    if errors:
        return errors
    return AssemblyPlan(
        draft.title, draft.place or None, opens, closes, tuple(motions), draft.early
    )


def _window(visit: Visit, draft: Draft, setting: Setting, errors: Errors) -> tuple[int, int]:
    opens = _moment(visit, "opens", draft.opens, setting, errors) if draft.opens else setting.now
    closes = _moment(visit, "closes", draft.closes, setting, errors)
    if not errors.keys() & {"opens", "closes"}:
        if closes <= max(opens, setting.now):
            errors["closes"] = visit.gettext("The vote must end after it begins, and after now.")
        elif closes - setting.now > _LONGEST_WAIT_MS:
            errors["closes"] = visit.gettext("The vote must end within a year.")
    return opens, closes


def _moment(visit: Visit, name: str, written: str, setting: Setting, errors: Errors) -> int:
    try:
        moment = read_moment(written, now=setting.now, zone=setting.zone)
    except OverflowError:  # a year beyond all calendars
        moment = None
    if moment is None:
        errors[name] = visit.gettext("Write a date and a time, such as 2026-12-04 18:00, or +48h.")
        return setting.now
    return moment


def _planned(
    visit: Visit, number: int, motion: DraftMotion, languages: Sequence[str], errors: Errors
) -> MotionPlan:
    first = languages[0]
    question = {one: " ".join(motion.question.get(one, "").split()) for one in languages}
    for language, text in question.items():
        if len(text) > LONGEST_QUESTION:
            errors[f"q{number}-{language}"] = _too_long(visit, LONGEST_QUESTION)
    if not question[first]:
        errors[f"q{number}-{first}"] = visit.gettext(
            "Write the question in this language: people get it whose own has none."
        )
    labels = {one: _lines(motion.options.get(one, "")) for one in languages}
    options = _options(visit, number, labels, first, errors)
    return MotionPlan({one: text for one, text in question.items() if text}, options)


def _options(
    visit: Visit, number: int, labels: Mapping[str, Sequence[str]], first: str, errors: Errors
) -> tuple[MotionOption, ...]:
    count = len(labels[first])
    if not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        errors[f"o{number}-{first}"] = visit.gettext("Write two to nine answers, a line each.")
        return ()
    options: list[MotionOption] = []
    for language, lines in labels.items():
        name = f"o{number}-{language}"
        if lines and len(lines) != count:
            errors[name] = visit.gettext(
                "Write as many answers as in the first language, in the same order, or none."
            )
        elif any(len(line) > LONGEST_LABEL for line in lines):
            errors[name] = _too_long(visit, LONGEST_LABEL)
    if any(name.startswith(f"o{number}-") for name in errors):
        return ()
    for at in range(count):
        label = {language: lines[at] for language, lines in labels.items() if lines}
        option = MotionOption(at + 1, label)
        clash = find_clash(options, option)
        if clash is not None:
            language = next(one for one, said in label.items() if said == clash.label)
            errors[f"o{number}-{language}"] = (
                visit.gettext("The answer “%(label)s” needs a word.", label=clash.label)
                if clash.other is None
                else visit.gettext("Two answers say “%(label)s”.", label=clash.label)
            )
        options.append(option)
    return tuple(options)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _too_long(visit: Visit, most: int) -> str:
    return visit.gettext(
        "Say it in at most %(most)s characters, so that it fits a phone.", most=most
    )
