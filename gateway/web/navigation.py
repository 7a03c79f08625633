"""The pages that staff find their way by: which there are, and which somebody gets to see."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.staff.roles import Permission, Role, Viewer


def _(text: str) -> str:
    """Mark a text for the catalogues; the frame of the pages puts it into a language."""
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation. `name` is English and is translated where it is shown.

    What is `whole` belongs to no place, so a role for one place does not open it.
    """

    path: str
    name: str
    needs: Permission | None
    current: bool = False
    whole: bool = False


ENTRIES: Final = (
    Entry("/", _("Today"), Permission.COUNTS),
    Entry("/people", _("People"), Permission.PEOPLE),
    Entry("/calls", _("Calls to action"), Permission.CALLS),
    Entry("/reports", _("Reports"), Permission.CASES),
    Entry("/handovers", _("Waiting for somebody"), Permission.CASES),
    Entry("/assemblies", _("Assemblies"), Permission.ASSEMBLIES),
    Entry("/flows", _("Conversations"), Permission.FLOWS, whole=True),
    Entry("/answers", _("Answers"), Permission.COUNTS, whole=True),
    Entry("/channels", _("Channels"), Permission.CHANNELS),
    Entry("/exports", _("Exports"), Permission.EXPORT),
    Entry("/releases", _("Numbers asked for"), Permission.RELEASE_NUMBERS),
    Entry("/audit", _("Audit"), Permission.AUDIT, whole=True),
    Entry("/tokens", _("Tokens"), Permission.TOKENS),
    Entry("/staff", _("Staff"), Permission.STAFF, whole=True),
    Entry("/help", _("Help"), None),
)


# The roles as the pages name them.
ROLES: Final = {
    Role.ORGANISER: _("organiser"),
    Role.APPROVER: _("approver"),
    Role.CASEWORKER: _("caseworker"),
    Role.COORDINATOR: _("coordinator"),
    Role.SCRUTINEER: _("scrutineer"),
    Role.ADMIN: _("admin"),
}


def entries(viewer: Viewer, path: str, served: Collection[str]) -> tuple[Entry, ...]:
    """Return those of the `served` pages that somebody may see; `path`'s own is current."""
    return tuple(
        replace(one, current=_within(path, one.path))
        for one in ENTRIES
        if one.path in served and _opens(viewer, one)
    )


def _opens(viewer: Viewer, entry: Entry) -> bool:
    if entry.needs is None:
        return True
    if entry.whole:
        return viewer.within(entry.needs) is None
    return entry.needs in viewer.permissions


def _within(path: str, root: str) -> bool:
    return path == root if root == "/" else path == root or path.startswith(f"{root}/")
