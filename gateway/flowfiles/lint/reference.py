"""The page of the documentation that lists every rule, written from the rules themselves."""

from collections.abc import Iterator
from textwrap import fill

from gateway.flowfiles.lint.checks import TOPICS
from gateway.flowfiles.lint.rules import Rule

_WIDTH = 100


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Checks of flows"
    yield ""
    yield "What `gateway flows check` finds, by the code that each finding bears. An *error* breaks"
    yield "what people rely on; a *warning* is to be looked at. With `--strict` both count."
    for topic, rules in TOPICS.items():
        yield ""
        yield f"## {topic}"
        for rule in rules:
            yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield ""
    yield f"### `{rule.code}`"
    yield ""
    told = f"*{rule.level.capitalize()}.* {rule.finds}. {rule.why}. {rule.mend}."
    yield fill(told, _WIDTH, break_long_words=False, break_on_hyphens=False)
    if rule.example:
        yield ""
        yield "```yaml"
        yield from rule.example.split("\n")
        yield "```"
