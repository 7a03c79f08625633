"""The page on expressions is true: every example on it gives what is written beside it."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.scope import DictScope
from gateway.core.flow.expressions.template import compile_template

PAGE = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
VALUES = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0], parse_float=Decimal)
EXAMPLES = [
    line.partition(" →")[::2]
    for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
LUSAKA = Environment(
    date_format="DD-MM-YYYY",
    timezone=ZoneInfo("Africa/Lusaka"),
    now=lambda: datetime(2026, 5, 12, 9, 0, tzinfo=UTC),
)


@pytest.mark.parametrize(("template", "text"), EXAMPLES, ids=[one for one, _ in EXAMPLES])
def test_an_example_gives_what_is_written_beside_it(template: str, text: str):
    compiled = compile_template(template, frozenset(VALUES))
    assert compiled.render(DictScope(VALUES, LUSAKA)).strip() == text.strip()


def test_the_page_has_examples_in_every_chapter():
    chapters = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    without = [one.splitlines()[0] for one in chapters if "```text" not in one]
    assert without == ["Limits"]
    assert len(EXAMPLES) > 30
