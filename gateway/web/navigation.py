"""The pages that staff find their way by: which there are, and which somebody gets to see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.core.staff.roles import Permission, Role, Viewer


def _(text: str) -> str:
    """Mark a text for the catalogues; the frame of the pages puts it into a language."""
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation. `name` is English and is translated where it is shown."""

    path: str
    name: str
    needs: Permission | None
    current: bool = False


ENTRIES: Final = (
    Entry("/", _("Today"), Permission.COUNTS),
    Entry("/people", _("People"), Permission.PEOPLE),
    Entry("/calls", _("Calls to action"), Permission.CALLS),
    Entry("/reports", _("Reports"), Permission.CASES),
    Entry("/assemblies", _("Assemblies"), Permission.ASSEMBLIES),
    Entry("/flows", _("Conversations"), Permission.FLOWS),
    Entry("/channels", _("Channels"), Permission.CHANNELS),
    Entry("/exports", _("Exports"), Permission.EXPORT),
    Entry("/audit", _("Audit"), Permission.AUDIT),
    Entry("/staff", _("Staff"), Permission.STAFF),
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
    held = viewer.permissions
    return tuple(
        Entry(one.path, one.name, one.needs, current=_within(path, one.path))
        for one in ENTRIES
        if one.path in served and (one.needs is None or one.needs in held)
    )


def _within(path: str, root: str) -> bool:
    return path == root if root == "/" else path == root or path.startswith(f"{root}/")
