"""The pages of the conversations: what is in force, how each goes, and other versions of them."""

from gateway.service.flowlab.benches import Benches
from gateway.service.usage import Usage
from gateway.service.versions import Versions
from gateway.web.flows import book, handovers, phone, trials, versions
from gateway.web.house import House
from gateway.web.visits import StaffRoutes


def add(routes: StaffRoutes, house: House) -> Benches:
    """Add the pages of the conversations. What has no place needs a role for everywhere.

    Return the phones that conversations are tried on; whoever ends closes them.
    """
    held = Versions(house.database, house.publisher, house.audit)
    benches = Benches(house.database.clock)
    ground = house.ground
    usage = Usage(house.database, ground.timezone, ground.limits.resume_ms)
    versions.add(routes, house, held)
    phone.add(routes, house, held, benches)
    trials.add(routes, house, held)
    book.add(routes, house, held, usage)
    handovers.add(routes, house)
    return benches
