"""Questions as RapidPro has them: a message and a wait for each attempt, then what follows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.answers import Vocabulary
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.patterns import find_words
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Case, Menu, Node, Option, Router, Text, Wait
from gateway.core.flow.release import Release
from gateway.core.flow.saved import shown
from gateway.core.flow.scene import result_key
from gateway.core.text.keywords import fold
from gateway.core.text.quoting import quote
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.acting import Acting
from gateway.flowfiles.leaving.meanings import LANGUAGE, NAME, PARTICIPANT, field_key
from gateway.flowfiles.leaving.naming import LONGEST_CATEGORY, key_of, three_letters
from gateway.flowfiles.leaving.nodes import STEP, WAITS, JsonObject, Nodes, Way
from gateway.flowfiles.leaving.wording import Around, Words, together

OTHER: Final = Words("Other")
ANYTHING: Final = Words("All Responses")
NO_RESPONSE: Final = Words("No Response")
REPLY: Final = "@input.text"

_MOST_ATTEMPTS: Final = 10
_MOST_COUNTED: Final = 1000  # as often as a pattern may repeat anything
_LONGEST_WAIT: Final = 14 * 86_400
_SPACE: Final = r"[\s\pP]"

# What stands for the result of a question until its name is known.
_RESULT: Final = "RESULT"

# What nobody says, for options that are not shown: a phrase, and a pattern as expressions write it.
_UNSAID: Final = '"this option is not shown"'
_UNFOUND: Final = '"[^\\\\x00-\\\\x{10FFFF}]"'


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply may be: the tests, the name of the category, where it leads, what is kept.

    `value` is the template of what is kept, given the name of the result; `code` that of a choice,
    and `label` that of its label, where it is not the name of the category.
    """

    name: Words
    to: str | None
    tests: tuple[tuple[str, tuple[Words, ...]], ...]
    value: str | None
    code: str = ""
    label: str = ""


class Asking:
    """Writes the question of one step."""

    def __init__(
        self, around: Around, release: Release, nodes: Nodes, acting: Acting, flow: str, node: Node
    ) -> None:
        self.around = around
        self.release = release
        self.nodes = nodes
        self.acting = acting
        self.flow = flow
        self.node = node

    def written(self, router: Router, wait: Wait) -> tuple[list[JsonObject], str | None]:
        """Write a question. Return what is said before the node to go to, and that node."""
        if wait.prompt is None:
            return [], self._waits(router, wait)
        if wait.menu is not None and wait.menu.rows is not None:
            self.around.notes.tell(limits.ROWS, "options_from")
        if wait.timeout is not None:
            self._patience(wait.timeout.seconds)
        result = router.result or (f"{key_of(router.save)}_reply" if router.save else "")
        ways = [self._way(router, one, number) for number, one in enumerate(self._readings(router))]
        timeout = None
        if wait.timeout is not None:
            way = Way(NO_RESPONSE, target(wait.timeout.category.to))
            timeout = (wait.timeout.seconds, way)
        attempts = wait.attempts
        if attempts > _MOST_ATTEMPTS:
            self.around.notes.tell(limits.ATTEMPTS, f"it is asked {_MOST_ATTEMPTS} times at most")
            attempts = _MOST_ATTEMPTS
        otherwise = self._gives_up(wait)
        question = self._question(wait)
        retry = self._retry(wait)
        for attempt in range(attempts, 0, -1):
            again = "" if attempt == 1 else " again"
            place = f"ask {attempt}{again}"
            waiting = self.nodes.splits(
                place, WAITS, REPLY, ways, Way(OTHER, otherwise), result=result, timeout=timeout
            )
            if attempt == 1:
                return [self.acting.says(self._opening(wait, question))], waiting
            said = self.acting.says(together([retry, question], "\n"))
            otherwise = self.nodes.acts(f"say {attempt}{again}", [said], waiting)
        return [], otherwise

    # What is said

    def _question(self, wait: Wait) -> Words:
        """Return the question with the lines of its options."""
        wording = self.around.wording
        prompt = Words("") if wait.prompt is None else wording.words(wait.prompt)
        lines = [prompt]
        for option in () if wait.menu is None else wait.menu.options:
            label = wording.words(option.label)
            always = self._always(option)
            if always is False:
                continue
            if always:
                lines.append(together([Words(f"\n{option.key} "), label]))
            else:
                lines.append(self._line(option))
        return together(lines)

    def _line(self, option: Option) -> Words:
        """Return the line of an option that is not always there."""

        def line(label: Template) -> str:
            return f"@({self._listed(option, label)})"

        return self.around.wording.each(option.label, line)

    def _listed(self, option: Option, label: Template) -> str:
        """Return the expression for the line of an option, empty where it is not shown."""
        line = f'"\\n{option.key} " & {self.around.wording.text(label)}'
        return line if self._always(option) else f'if({self._shown(option)}, {line}, "")'

    def _opening(self, wait: Wait, question: Words) -> Words:
        """Return a question as it is put first: no line is empty above its options.

        One could be where all that is asked is filled in, with nothing.
        """
        menu, asked = wait.menu, wait.prompt
        if menu is None or asked is None:
            return question
        if not any(map(_may_be_empty, (asked.original, *asked.translations.values()))):
            return question
        listed = [one for one in menu.options if self._always(one) is not False]

        def written(code: str) -> str:
            lines = [self._listed(one, _within(one.label, code)) for one in listed]
            prompt = self.around.wording.text(_within(asked, code))
            return f'@(trim_left({" & ".join([prompt, *lines])}, "\\n"))'

        texts = (asked, *(one.label for one in listed))
        by_code = {
            known: written(code)
            for code in dict.fromkeys(code for text in texts for code in text.translations)
            if (known := three_letters(code)) is not None and known in question.translations
        }
        return Words(written(self.around.wording.language), by_code)

    def _always(self, option: Option) -> bool | None:
        """Return whether an option is always shown or never, None where that depends."""
        condition = option.condition
        if condition is None:
            return True
        certain = self.around.wording.certain(condition.value)
        return None if certain is None else certain is not condition.negated

    def _shown(self, option: Option) -> str:
        """Return the expression that holds where an option is shown."""
        condition = option.condition
        if condition is None:
            return "true"
        truth = self.around.wording.truth(condition.value)
        return f"if({truth}, false, true)" if condition.negated else truth

    def _retry(self, wait: Wait) -> Words:
        """Return what is said before the question is put again: the system's words for nothing."""
        usual, retry = self._of_system("not_understood"), wait.retry
        if retry is None:
            return usual
        words = self.around.wording.words(retry)
        if retry.original.single is None:
            return words
        made = self.around.wording.expression(retry.original)
        return Words(f"@(default({made}, {quote(usual.text)}))", words.translations)

    def _of_system(self, name: str) -> Words:
        language = self.release.languages[0]
        return self.around.wording.said(self.release.texts[name], language)

    def _gives_up(self, wait: Wait) -> str | None:
        """Return where the last reply leads that was not understood."""
        if wait.give_up is not None:
            return target(wait.give_up.to)
        if self.around.wording.meanings.callers.get(self.flow):
            self.around.notes.tell(limits.ENDS, "nothing is said about giving up")
        return self.nodes.acts("then gave up", [self.acting.says(self._of_system("gave_up"))], None)

    def _patience(self, seconds: int) -> None:
        if seconds > _LONGEST_WAIT:
            self.around.notes.tell(limits.EXPIRES, f"it waits for {seconds // 86_400} days")

    # What replies lead to

    def _way(self, router: Router, reading: Reading, number: int) -> Way:
        """Return a way with what is kept on it, before the step that it leads to."""
        to = target(reading.to)
        if router.save is None or reading.value is None:
            return Way(reading.name, to, reading.tests)
        result = result_key(router.result or f"{key_of(router.save)}_reply")
        value = reading.value.replace(_RESULT, f"results.{result}")
        kept = list(self._keeps(router.save, reading, value, result))
        return Way(reading.name, self.nodes.acts(f"then {number}", kept, to), reading.tests)

    def _keeps(self, path: str, reading: Reading, value: str, result: str) -> Iterator[JsonObject]:
        if not reading.code:
            yield from self.acting.keeps(path, value)
            return
        if path == LANGUAGE:
            yield from self.acting.keeps(path, reading.code)
            return
        label = reading.label or f"@results.{result}.category_localized"
        yield from self.acting.keeps(path, label)
        if path == NAME:
            return
        if path.partition(".")[0] == PARTICIPANT:
            yield from self.acting.field(f"{field_key(path)}_code", reading.code)
        else:
            yield self.acting.results(f"{key_of(path)}_code", reading.code)

    def _readings(self, router: Router) -> Iterator[Reading]:
        """Yield what a reply may be, in the order in which it is looked at."""
        menu = None if router.wait is None else router.wait.menu
        if menu is not None:
            yield from self._of_menu(menu)
        for case in router.cases:
            yield from self._of_case(case)

    # Menus

    def _of_menu(self, menu: Menu) -> Iterator[Reading]:
        if not menu.exact:
            self.around.notes.tell(limits.SLIPS, "a menu that takes small slips")
        folded = [fold(option.label.original.source) for option in menu.options]
        for option in menu.options:
            if self._always(option) is False:
                continue
            tests = list(self._key(option.key, self.release.vocabulary, option))
            alone = folded.count(fold(option.label.original.source)) == 1
            if alone and find_words(option.label.original.source):
                tests.append(("has_only_phrase", (self._said(option),)))
            name, label = self._called(option)
            code, to = shown(option.code).replace("@", "@@"), option.category.to
            yield Reading(name, to, tuple(tests), "", code, label)

    def _called(self, option: Option) -> tuple[Words, str]:
        """Return the category of an option, and its label where nothing can be filled in there."""
        wording = self.around.wording
        plain = wording.plain(option.label)
        if plain is None:
            return Words(shown(option.code)), f"@({wording.spoken(option.label)})"
        if len(plain.text) > LONGEST_CATEGORY:
            self.around.notes.tell(limits.LABEL, f"the label {plain.text}")
        return plain, ""

    def _key(
        self, key: str, vocabulary: Vocabulary, option: Option | None = None
    ) -> Iterator[tuple[str, tuple[Words, ...]]]:
        """Yield the tests for a number that is pressed, or said in words."""
        spelled = sorted(word for word, digits in vocabulary.numbers.items() if digits == key)
        pattern = f"\\A{_SPACE}*(?:{'|'.join(map(re.escape, spelled))}){_SPACE}*\\z"
        if option is None or self._always(option):
            yield "has_only_phrase", (Words(key),)
            if spelled:
                yield "has_pattern", (Words(pattern),)
            return
        where = self._shown(option)
        yield "has_only_phrase", (Words(f'@(if({where}, "{key}", {_UNSAID}))'),)
        if spelled:
            written = pattern.replace("\\", "\\\\")
            yield "has_pattern", (Words(f'@(if({where}, "{written}", {_UNFOUND}))'),)

    def _said(self, option: Option) -> Words:
        """Return the label that is asked for: what nobody says where none is shown."""
        wording, always = self.around.wording, self._always(option)

        def asked(label: Template) -> str:
            if always and label.plain is not None:
                return wording.template(label)
            words = wording.text(label)
            if label.plain is None:
                words = f"if(word_count({words}) > 0, {words}, {_UNSAID})"
            return f"@({words})" if always else f"@(if({self._shown(option)}, {words}, {_UNSAID}))"

        return wording.each(option.label, asked)

    # Open questions

    def _of_case(self, case: Case) -> Iterator[Reading]:
        vocabulary, to = self.release.vocabulary, case.category.to
        name, value = Words(case.category.name), f"@{_RESULT}"
        given = tuple(Words(self.around.wording.value(one)) for one in case.arguments)
        if case.test == "key":
            key = shown(_constant(case.arguments[0]))
            yield Reading(name, to, tuple(self._key(key, vocabulary)), None)
        elif case.test == "text":
            yield Reading(name, to, (self._text(case),), f"@(trim({_RESULT}))")
        elif case.test == "number":
            self.around.notes.tell(limits.NUMBERS, "a number is expected")
            test = "has_number_between" if given else "has_number"
            yield Reading(name, to, ((test, given),), value)
        elif case.test == "yes_no":
            for said, words, number in (
                ("Yes", vocabulary.yes, "1"), ("No", vocabulary.no, "2"),
            ):  # fmt: skip
                pattern = Words(_spoken(sorted(words), number))
                tests = (("has_pattern", (pattern,)),)
                yield Reading(Words(said), to, tests, str(said == "Yes").lower())
        elif case.test == "date":
            self.around.notes.tell(limits.DATES, "a date is expected")
            day = f'@(format_date({_RESULT}, "YYYY-MM-DD"))'
            yield Reading(name, to, (("has_date", ()),), day)
        elif case.test == "place":
            self.around.notes.tell(limits.PLACE, "a place is expected")
            yield Reading(name, to, (("has_text", ()),), value)
        else:
            test = "has_phone" if case.test == "phone" else case.test
            yield Reading(name, to, ((test, given),), value)

    def _text(self, case: Case) -> tuple[str, tuple[Words, ...]]:
        """Return the test for words, of so many characters at most."""
        if not case.arguments:
            return "has_text", ()
        most = int(shown(_constant(case.arguments[0])))
        if most > _MOST_COUNTED:
            self.around.notes.tell(limits.LONG, f"up to {most} characters are expected")
            return "has_text", ()
        return "has_pattern", (Words(f"\\A\\s*\\S(?s:.{{0,{most - 1}}})\\z"),)

    # Waits that ask nothing

    def _waits(self, router: Router, wait: Wait) -> str:
        """Write a wait for time or for any message."""
        timeout = None
        if wait.timeout is not None:
            self._patience(wait.timeout.seconds)
            timeout = (wait.timeout.seconds, Way(NO_RESPONSE, target(wait.timeout.category.to)))
        if wait.pause:
            self.around.notes.tell(limits.RESTARTED, "a message comes meanwhile")
            again = Way(ANYTHING, self.nodes.ids("wait", "node"))
            return self.nodes.splits("wait", WAITS, REPLY, (), again, timeout=timeout)
        to = None if router.default is None else target(router.default.to)
        kept: Sequence[JsonObject] = ()
        if router.save is not None:
            kept = list(self.acting.keeps(router.save, REPLY))
        way = Way(ANYTHING, self.nodes.acts("then", kept, to))
        result = router.result or ""
        return self.nodes.splits("wait", WAITS, REPLY, (), way, result=result, timeout=timeout)


def _constant(argument: Template | Text | Json) -> Json:
    """Return an argument that is no template."""
    return None if isinstance(argument, Template | Text) else argument


def _within(text: Text, language: str) -> Template:
    """Return a text in a language."""
    return text.translations.get(language, text.original)


def _may_be_empty(template: Template) -> bool:
    """Whether nothing may be left of a text: all of it is filled in."""
    return not any(isinstance(part, str) and part for part in template.parts)


def _spoken(words: Sequence[str], number: str) -> str:
    """Return the pattern for a reply that is a phrase, or begins with one of the words."""
    single = "|".join([number, *(re.escape(one) for one in words if " " not in one)])
    phrases = "|".join(re.escape(one) for one in words if " " in one)
    whole = f"|(?:{phrases}){_SPACE}*" if phrases else ""
    return f"(?s)\\A{_SPACE}*(?:(?:{single})(?:{_SPACE}.*)?{whole})\\z"


def target(to: str | None) -> str | None:
    """Return where a step leads, until it is known which node that is."""
    return None if to is None else f"{STEP}{to}"
