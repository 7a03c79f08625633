"""What a channel needs to sign in at its aggregator. Never printed: the key stays out of reprs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """One account at one aggregator.

    `base_url` replaces the aggregator's own address (a simulator, a sandbox, a proxy). `sender` is
    the short code or name that messages come from where a message does not say otherwise.
    """

    username: str
    api_key: str = field(repr=False)
    base_url: str | None = None
    sender: str | None = None
