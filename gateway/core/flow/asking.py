"""Questions as they are put and read: prompts, options, places, ways back. Walks nothing."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from gateway.core.flow.answers import TESTS, Answer, Asked, Unsure, has_yes_no
from gateway.core.flow.choices import choose, is_beside, is_steady, on_screen
from gateway.core.flow.contexts import ROOTS, Elsewhere, child, direct, results
from gateway.core.flow.events import Json, Prompted, Said
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.scope import descend, no_root
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.expressions.values import Value
from gateway.core.flow.graph import Case, Category, Menu, Router, Shown, Text, Wait
from gateway.core.flow.release import Release
from gateway.core.flow.saved import kept, shown
from gateway.core.flow.scene import Scene
from gateway.core.flow.state import ASIDE, State
from gateway.core.flow.turn import Context

# Where the last question is kept as it was shown.
PROMPT: Final = "prompt"
NONE_OF_THESE: Final = "0"
_PICKED: Final = Category("picked", None)

BACK: Final = "back"
HOME: Final = "home"

# How many questions somebody can go back.
TRAIL_LIMIT: Final = 8


def _reads_alike(case: Case) -> bool:
    """Whether a case takes a key from everybody or from nobody: it looks at no value and no day.

    A key is digits, and no day is written with one number alone.
    """
    fixed = not any(isinstance(one, Template | Text) for one in case.arguments)
    return fixed and TESTS.get(case.test) is case.check


class Asking(Scene):
    """A scene in which questions are put and answers are read."""

    __slots__ = ()

    OWN: ClassVar[Mapping[str, Callable[[Any], Json]]] = {
        **Scene.OWN,
        "child": lambda scene: kept(child(scene)) if scene.runs else None,
        "results": lambda scene: kept(results(scene)) if scene.runs else None,
    }

    def find(self, path: Path, /) -> Value:
        """Return what a path leads to, in flows that were imported by the names that those use."""
        if not self.release.imports or not self.runs or not self.flow.runs:
            return Scene.find(self, path)
        parts = path.parts
        if len(parts) > 1:
            found = direct(self, parts)
            if not isinstance(found, Elsewhere):
                return found
        root = ROOTS.get(parts[0])
        if root is None:
            return no_root(parts[0])
        return descend(self.evaluation, root(self), parts[1:])

    def asked(self) -> Asked:
        """Return the world in which answers are read."""
        return Asked(self.context, self.release.vocabulary, self)

    # Putting questions

    def ask(self, wait: Wait, before: str = "") -> None:
        """Put the question, after the words that say why it is put again."""
        if wait.prompt is None:
            return self.say_again()
        self.be_patient(wait)
        prompt = self.write(wait.prompt)
        options: tuple[tuple[str, str], ...] = ()
        if wait.menu is not None:
            rows = on_screen(wait.menu, self.language, self)
            options = tuple([(row.key, row.label) for row in rows])
        if self.runs[-1].node in self.flow.keeps_prompt:
            lines = [prompt, *(f"{key} {label}" for key, label in options)]
            self.values[PROMPT] = "\n".join(lines)
        text = f"{before}\n{prompt}" if before else prompt
        behind = bool(self.trail) or self.aside() is not None
        back = behind and self.leads(wait, BACK)
        home = behind and self.leads(wait, HOME)
        self.events.append(Prompted(text, options, back, home))
        return None

    def ask_again(self) -> None:
        """Put the question that waits once more."""
        wait = self.wait
        if wait is not None and not (self.candidates and self.ask_back(wait)):
            self.ask(wait)

    def note_words(self) -> None:
        """Keep what was said before a wait that has no question of its own."""
        said = [one for one in self.events if isinstance(one, Said)]
        if said:
            replies = next((one.replies for one in reversed(said) if one.replies), ())
            self.words = ("\n".join([one.text for one in said if one.text]), *replies)
        else:
            self.words = self.words[:1]

    def say_again(self) -> None:
        """Say once more what asks, where the wait that it stands before has no question."""
        if self.words:
            text, *replies = self.words
            self.events.append(Said(text, (), tuple(replies)))

    @property
    def wait(self) -> Wait | None:
        """The wait of the node that the innermost flow has reached."""
        router = self.node.router
        return None if router is None else router.wait

    def be_patient(self, wait: Wait) -> None:
        """Begin to wait: from now on the time counts after which it goes on without a reply."""
        timeout = wait.timeout
        self.due = None if timeout is None else self.second() + timeout.seconds

    def second(self) -> int:
        """Return the time of the turn, in whole seconds since 1970."""
        return int(self.context.now.timestamp())

    def aside(self) -> int | None:
        """Return which of the runs was begun in the middle of a question, the innermost one."""
        found = [index for index, run in enumerate(self.runs) if run.own and ASIDE in run.own]
        return found[-1] if found else None

    def ask_back(self, wait: Wait) -> bool:
        """Ask which of the candidates was meant; False where none of them is there any more."""
        words, offered = self.offered(wait.menu)
        if offered:
            self.be_patient(wait)
            self.events.append(Prompted(words, tuple([(row.key, row.label) for row in offered])))
        return bool(offered)

    def offered(self, menu: Menu | None) -> tuple[str, list[Shown]]:
        """Return what is asked back, and its options: places, or yes and no for a menu's option.

        The option for something else has no code.
        """
        if menu is None:
            return self.system("place_which"), self.offered_places()
        meant = [row for row in on_screen(menu, self.language, self) if self.doubted(row)]
        if not meant:
            return "", []
        words = self.release.text("did_you_mean", self.language, answer={"name": meant[0].label})
        yes, no = self.system("meant_it"), self.system("meant_else")
        return words, [Shown("1", yes, meant[0].key, _PICKED), Shown("2", no, None, _PICKED)]

    def doubted(self, row: Shown) -> bool:
        """Whether an option is the one that a slip may mean."""
        return row.key == self.candidates[0]

    def offered_places(self) -> list[Shown]:
        """Return the candidates as options; those of one name carry what holds them."""
        places = [self.context.places.get(code) for code in self.candidates]
        names = [place.name for place in places if place is not None]
        rows: list[Shown] = []
        for number, place in enumerate(places, start=1):
            if place is None:
                continue
            label = place.name
            holder = self.context.places.get(place.parent) if place.parent else None
            if holder is not None and names.count(label) > 1:
                label = f"{label}, {holder.name}"
            rows.append(Shown(str(number), label, place.code, _PICKED))
        rows.append(Shown(NONE_OF_THESE, self.system("place_none"), None, _PICKED))
        return rows

    # Reading answers

    def tapped(self, text: str) -> str:
        """Return the quick reply whose number on a screen was typed, else what was typed."""
        typed, replies = text.strip(), self.words[1:]
        asks = self.context.channel != "ussd" or self.wait is None or self.wait.prompt is not None
        if asks or typed in replies or not typed.isdecimal() or len(typed) > 2:
            return text
        number = int(typed)
        return replies[number - 1] if 1 <= number <= len(replies) else text

    def pressed(self, wait: Wait, text: str) -> Shown | None:
        """Return the option whose number a reply is and nothing else, where all are shown."""
        menu = wait.menu
        option = menu.by_key.get(text) if menu is not None and menu.plain else None
        return None if option is None else option.shown(self.language, self)

    def choice(self, wait: Wait, text: str, *, exact: bool) -> Shown | None:
        """Return the option of the menu that a reply means; `exact` takes no small slips."""
        menu = wait.menu
        if menu is None:
            return None
        rows = on_screen(menu, self.language, self)
        return choose(text, rows, self.release.vocabulary.numbers, exact=exact or menu.exact)

    def pick(self, menu: Menu | None, text: str) -> Shown | None:
        """Return the option that a reply to what was asked back means, or None."""
        _, offered = self.offered(menu)
        chosen = choose(text, offered, self.release.vocabulary.numbers, exact=True)
        if chosen is None and menu is not None and offered:
            said = has_yes_no(text, (), self.asked())
            return None if said is None else offered[0 if said.value else 1]
        return chosen

    def offers(self, text: str) -> bool:
        """Whether a reply is one of the options of the menu that waits, to the letter."""
        wait = self.wait if self.at is None else None
        return wait is not None and self.choice(wait, text, exact=True) is not None

    def takes(self, text: str) -> bool:
        """Whether a reply is an answer for sure: no slip, and no place that may be several."""
        router, wait = self.node.router, self.wait
        if self.at is not None or router is None or wait is None or router.operand is not None:
            return True
        if router.default is not None or router.strict:
            return True
        if self.offers(text):
            return True
        found = self.read(router, text, self.asked())
        return found is not None and not isinstance(found[1], Unsure)

    def read(
        self, router: Router, given: Value, asked: Asked
    ) -> tuple[Case, Answer | Unsure] | None:
        """Return the first case that holds for a reply or a value, with what it found."""
        for case in router.cases:
            answer = case.check(given, self.arguments(case), asked)
            if answer is not None:
                return case, answer
        return None

    def operand(self, router: Router, reply: str) -> Value:
        """Return what the cases of a router look at."""
        return reply if router.operand is None else self.evaluate(router.operand)

    def navigation(self, text: str) -> str | None:
        """Return BACK or HOME where a whole reply asks for it by key (on screens) or by word."""
        typed = text.strip(" .!").lower()
        if self.context.channel == "ussd":
            for name in (BACK, HOME):
                if typed == self.release.keys.get(name):
                    return name
        return self.release.words.ways.get(typed)

    def leads(self, wait: Wait, way: str) -> bool:
        """Whether the key for a way leads there from a question, and is no answer to it.

        On SMS there are no keys: a word leads there from everywhere.
        """
        context = self.context
        if context.channel != "ussd":
            return True
        run = self.runs[-1]
        here = (run.flow, run.node, way, self.language, context.country, context.places)
        known = self.release.leading.get(here)
        if known is None:
            known, steady = self.leads_here(wait, way)
            if steady:
                self.release.leading[here] = known
        return known

    def leads_here(self, wait: Wait, way: str) -> tuple[bool, bool]:
        """Return what `leads` tells of a screen, and whether that is so for everybody."""
        router, key = self.node.router, self.release.keys.get(way, "")
        if router is None or (way == HOME and any(case.test == "text" for case in router.cases)):
            return True, True
        if router.operand is not None:
            return False, True
        taken = self.choice(wait, key, exact=True) or self.read(router, key, self.asked())
        steady = all(map(_reads_alike, router.cases)) and (
            wait.menu is None
            or is_steady(wait.menu)
            or is_beside(key, wait.menu, self.language, self.release.vocabulary.numbers)
        )
        return taken is None, steady

    def remember(self) -> None:
        """Note the question that was just answered, for going back to it."""
        here = "\n".join([f"{run.flow}\n{run.node}" for run in self.runs])
        self.trail = (*self.trail[-TRAIL_LIMIT + 1 :], here)

    # Values

    def arguments(self, case: Case) -> tuple[Json, ...]:
        """Return a case's arguments with their values filled in."""
        return tuple([self.fill(one) for one in case.arguments]) if case.arguments else ()

    def keep(self, router: Router, answer: Answer, category: Category, given: Value) -> None:
        """Save what a reply or a value amounted to, where the step says so."""
        if router.save is not None and answer.value is not None:
            self.save(router.save, answer.value)
        if router.result is not None:
            value = given if answer.value is None else answer.value
            self.keep_result(router.result, shown(value), category, shown(given), answer.extra)

    def keep_result(
        self, name: str, value: str, category: Category, given: str, extra: Json = None
    ) -> None:
        """Save a result with its category, by its name in the flow's own language."""
        label: Text | None = category.label
        localised = "" if label is None else self.write(label)
        self.save_result(name, value, category.name, given, extra, localised)


def takes(release: Release, state: State, text: str, context: Context, *, word: bool) -> bool:
    """Whether a reply is an answer to the question that waits, for sure. Nothing is changed.

    A `word` that begins something by itself is one only where the menu that waits offers it.
    """
    asking = Asking(release, context, state)
    return asking.offers(text) if word else asking.takes(text)
