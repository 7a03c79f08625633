"""Texts of flow files with their translations, compiled, and checked for the names they use."""

import difflib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.template import (
    Template,
    TemplateError,
    compile_template,
    names_in,
)
from gateway.core.flow.graph import Condition, Text
from gateway.core.flow.names import ROOTS
from gateway.core.flow.saved import Roots, kept
from gateway.flowfiles.catalogues import Catalogue
from gateway.flowfiles.errors import FlowFileError
from gateway.flowfiles.sections import Scalar, Section

_NOTHING: Final[frozenset[str]] = frozenset()
_SIGN: Final = "write @@ for the sign itself"


@dataclass(frozen=True, slots=True)
class Original:
    """A text as its author wrote it: the context that catalogues know it by, and where it is."""

    context: str
    source: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template and where it is written: a text, its translation, or a value."""

    template: Template
    path: str
    line: int


class Texts:
    """Compiles one file's texts. `roots` are names that its values begin with, beside ROOTS.

    `found` fills with the texts in the order in which they are compiled, `compiled` with all
    templates, `used` with the first names of all values that they show.
    """

    def __init__(
        self, name: str, language: str, catalogues: Mapping[str, Catalogue], roots: AbstractSet[str]
    ) -> None:
        """`name` is the first part of the context that catalogues know the texts by."""
        self.name = name
        self.language = language
        self.catalogues = catalogues
        self.found: list[Original] = []
        self.compiled: list[Compiled] = []
        self.used: set[str] = set()
        self.roots = frozenset(roots | ROOTS.keys())

    def text(self, section: Section, key: str, place: str) -> Text:
        """Return the text under a key. `place` is the rest of its context, ``step.ask`` say."""
        source = (section.text(key) or "").strip()
        original = self.compile(source, section.path, section.line(key))
        context = f"{self.name}.{place}"
        self.found.append(Original(context, source, section.path, section.line(key)))
        return Text(original, self._translations(context, source) if self.catalogues else {})

    def _translations(self, context: str, source: str) -> dict[str, Template]:
        """Return a text's translations, by their own language and by those that fall back to it."""
        own: dict[str, Template] = {}
        for code, catalogue in self.catalogues.items():
            found = catalogue.find(context, source)
            if found is not None and code != self.language:
                own[code] = self.compile(found.text, catalogue.path, found.line)
        served = {code: self._serving(one, own) for code, one in self.catalogues.items()}
        return {code: template for code, template in served.items() if template is not None}

    def _serving(self, catalogue: Catalogue, own: Mapping[str, Template]) -> Template | None:
        """Return the translation that a language is served with; None where the original is."""
        for code in (catalogue.language, *catalogue.fallbacks):
            if code == self.language:
                return None
            if code in own:
                return own[code]
        return None

    # What is not translated

    def template(self, section: Section, key: str) -> Template:
        """Return a text that no person reads in another language."""
        source = (section.text(key) or "").strip()
        return self.compile(source, section.path, section.line(key))

    def value(self, section: Section, key: str, more: frozenset[str] = _NOTHING) -> Template | Json:
        """Return what is under a key as a template where it names a value, else as it is.

        `more` are names that may be used here beside those of the file.
        """
        scalar: Scalar = section.scalar(key)
        if not isinstance(scalar, str) or "@" not in scalar:
            return scalar
        template = self.compile(scalar, section.path, section.line(key), more)
        return template.plain if template.plain is not None else template

    def one(self, section: Section, key: str) -> Template:
        """Return the one expression under a key, a path or one in brackets."""
        template = self.template(section, key)
        if template.single is None:
            raise section.error(
                key,
                f"{key} of {section.name} is not one expression",
                "Write one such as @participant.member or @(answer.age >= 18)",
            )
        return template

    def condition(self, section: Section) -> Condition | None:
        """Return the condition that ``when`` or ``unless`` of an option states."""
        for key in ("when", "unless"):
            if key in section:
                return Condition(self.one(section, key), negated=key == "unless")
        return None

    def expression(self, section: Section, key: str, source: str) -> Template | Json:
        """Return an expression that stands without brackets; its value if that never changes."""
        template = self.compile(f"@({source})", section.path, section.line(key))
        if template.single is None or template.paths or template.functions:
            return template
        return kept(template.evaluate(Roots({})))

    def compile(
        self, source: str, path: str, line: int, more: frozenset[str] = _NOTHING
    ) -> Template:
        """Compile a text that stands in a line of a file. `more` are names it may use besides."""
        template = self._checked(source, path, line, more)
        self.compiled.append(Compiled(template, path, line))
        return template

    def _checked(self, source: str, path: str, line: int, more: frozenset[str]) -> Template:
        if "@" not in source:
            return compile_template(source, _NOTHING)
        roots = self.roots | more
        try:
            template = compile_template(source, roots | names_in(source))
        except TemplateError as fault:
            what, _, mend = str(fault).partition(". ")
            raise FlowFileError(path, line, what, mend) from fault
        for wanted in template.paths:
            root = wanted.parts[0]
            self.used.add(root)
            if root not in roots:
                near = difflib.get_close_matches(root, roots, n=1)
                names = near[0] if near else f"one of {', '.join(sorted(roots))}"
                raise FlowFileError(
                    path,
                    line,
                    f"@{wanted.full} begins with a name that nothing has",
                    f"Use {names}, or {_SIGN}",
                )
        for name in sorted(template.functions - BUILTINS.keys()):
            near = difflib.get_close_matches(name, BUILTINS, n=1)
            mend = f"Write {near[0]}" if near else "See the functions in docs/expressions.md"
            raise FlowFileError(path, line, f"there is no function {name}", mend)
        return template
