"""Every kind of channel there is, one line an entry. Creates nothing by itself."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import httpx

from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.base import Aggregator

Build = Callable[[Account, httpx.BaseTransport | None], Aggregator]
"""Makes an adapter for an account; a transport given takes the network's place."""

AGGREGATORS: Final[Mapping[str, Build]] = MappingProxyType(
    {
        "africastalking": AfricasTalking,
    }
)
