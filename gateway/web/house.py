"""All that the pages of staff may stand on, as the composition root hands it to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.config.channels import ChannelSettings
from gateway.config.settings import Settings
from gateway.core.movement.places import Places
from gateway.service.account import Account
from gateway.service.audit import Audit
from gateway.service.broadcast import Broadcasts
from gateway.service.exporting import Exports
from gateway.service.ground import Ground
from gateway.service.publishing import Publisher
from gateway.service.signin import SignIn
from gateway.service.staff import Staff
from gateway.service.tokens import Tokens
from gateway.store.database import Database
from gateway.store.vault import Vault
from gateway.web.pages import Pages


@dataclass(frozen=True, slots=True)
class House:
    """An open gateway as its pages see it. `channel_ids` are by the names of `channels`.

    `tiles` is where provinces stand on a map of tiles, (column, row) by code; empty without a map.
    """

    pages: Pages
    settings: Settings
    database: Database
    vault: Vault
    places: Places
    ground: Ground
    channels: Mapping[str, ChannelSettings]
    channel_ids: Mapping[str, int]
    publisher: Publisher
    calls: Broadcasts
    sign_in: SignIn
    account: Account
    staff: Staff
    audit: Audit
    tokens: Tokens
    exports: Exports
    tiles: Mapping[str, tuple[int, int]]
