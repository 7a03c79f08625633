"""Whether somebody may still have what he or she once asked for, and if not, why not.

Work that goes on behind the pages was asked for by somebody who may have lost the role since.
"""

from collections.abc import Sequence
from enum import StrEnum

from gateway.core.movement.places import Places
from gateway.core.staff.roles import Permission, Viewer


class Lapse(StrEnum):
    """Why somebody may not have it any more. The pages say each in a sentence."""

    ACCOUNT = "account"  # is disabled, or gone
    ROLE = "role"  # was taken away
    PLACE = "place"  # the role is for fewer places now


def lapse(
    viewer: Viewer | None, needs: Permission, roots: Sequence[str] | None, places: Places
) -> Lapse | None:
    """Return why a viewer, None for an account that is disabled, may no more; None: still may.

    `roots` are the places that it was asked for, None is everywhere.
    """
    if viewer is None:
        return Lapse.ACCOUNT
    if needs not in viewer.permissions:
        return Lapse.ROLE
    wanted: Sequence[str | None] = (None,) if roots is None else roots
    if all(viewer.may(needs, place, places) for place in wanted):
        return None
    return Lapse.PLACE
