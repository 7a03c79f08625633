"""Every check there is, and every rule. A new one is a line in its module's RULES and CHECKS."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gateway.core.flow.release import Release
from gateway.flowfiles.findings import WARNING, Finding
from gateway.flowfiles.imported_files import FOLDER
from gateway.flowfiles.lint import (
    expressions,
    leading,
    meanings,
    menus,
    order,
    presumed,
    reading,
    saving,
    secrets,
    servers,
    sizes,
    starting,
    translations,
    turns,
    votes,
    wording,
)
from gateway.flowfiles.lint.rules import Check, Rule
from gateway.flowfiles.lint.subject import Deployment, Subject
from gateway.flowfiles.messages.script import script_of
from gateway.flowfiles.releases import ALONE, Source

# The rules by what they are about, as the reference shows them.
TOPICS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "What cannot be read": reading.RULES,
    "What begins a flow, and what is meant": (*starting.RULES, *meanings.RULES),
    "Where steps lead": leading.RULES,
    "Menus": (*menus.RULES, *votes.RULES),
    "Names and expressions": (*expressions.RULES, *saving.RULES),
    "Lengths": (*sizes.RULES, *turns.RULES),
    "Translations": translations.RULES,
    "Safety": (*secrets.RULES, *wording.RULES, *servers.RULES),
}

RULES: Final[Mapping[str, Rule]] = {rule.code: rule for rules in TOPICS.values() for rule in rules}

CHECKS: Final[tuple[Check, ...]] = (
    *starting.CHECKS,
    *meanings.CHECKS,
    *leading.CHECKS,
    *menus.CHECKS,
    *votes.CHECKS,
    *expressions.CHECKS,
    *order.CHECKS,
    *saving.CHECKS,
    *presumed.CHECKS,
    *sizes.CHECKS,
    *turns.CHECKS,
    *translations.CHECKS,
    *secrets.CHECKS,
    *wording.CHECKS,
    *servers.CHECKS,
)


def check_folder(
    source: Source,
    folder: str,
    deployment: Deployment,
    fallbacks: Mapping[str, Sequence[str]] = ALONE,
    before: Release | None = None,
) -> list[Finding]:
    """Return everything that is found in a folder, in the order of its files and lines.

    `folder` is what findings call it. `before` is the release that people know already.
    """
    read = reading.read(source, folder, fallbacks)
    found = list(read.findings)
    if read.release is not None and read.system is not None:
        subject = Subject(
            source=source,
            folder=folder,
            release=read.release,
            files=read.files,
            script=script_of(read.release, read.system, read.files),
            catalogues=read.catalogues,
            deployment=deployment,
            before=before,
            broken=read.broken,
            spoken={read.system.language, *read.system.languages},
        )
        inside = f"{folder}/{FOLDER}/"
        found += (_level(one, inside) for check in CHECKS for one in check(subject))
    return _in_order(found)


def _level(finding: Finding, inside: str) -> Finding:
    """Return a finding; imported flows did what they do elsewhere, so theirs are warnings."""
    return replace(finding, level=WARNING) if finding.path.startswith(inside) else finding


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file and line, each once."""
    return sorted(dict.fromkeys(findings), key=lambda one: (one.path, one.line, one.rule, one.what))
