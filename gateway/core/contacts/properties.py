"""What a contact may be asked about: attributes, schemes of addresses, fields of the workspace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self, TypeAlias

# What kind of property: one that every contact has, an address, or a field of the workspace.
Kind: TypeAlias = Literal["attribute", "urn", "field"]
# What kind of value. Places are texts; a field whose type nobody knows has none.
ValueType: TypeAlias = Literal["text", "number", "datetime", "state", "district", "ward"]

ATTRIBUTES: Final[Mapping[str, ValueType]] = {
    "uuid": "text",
    "id": "text",
    "ref": "text",
    "name": "text",
    "status": "text",
    "language": "text",
    "urn": "text",
    "group": "text",
    "flow": "text",
    "history": "text",
    "tickets": "number",
    "created_on": "datetime",
    "last_seen_on": "datetime",
}
# Attributes that every contact has, so that asking whether they are set makes no sense.
ALWAYS_SET: Final = frozenset({"uuid", "id", "ref", "status", "tickets", "created_on"})

SCHEMES: Final = frozenset(
    {
        "bsuid",
        "discord",
        "ext",
        "facebook",
        "fcm",
        "freshchat",
        "instagram",
        "jiochat",
        "line",
        "mailto",
        "rocketchat",
        "slack",
        "tel",
        "telegram",
        "twitter",
        "twitterid",
        "viber",
        "vk",
        "webchat",
        "wechat",
        "whatsapp",
    }
)
STATUSES: Final = frozenset({"active", "blocked", "stopped", "archived"})

# How the kinds of properties are written before their keys.
PREFIXES: Final[Mapping[Kind, str]] = {"attribute": "", "urn": "urns.", "field": "fields."}


@dataclass(frozen=True, slots=True)
class Known:
    """What a workspace has: the types of its fields by key, its groups and flows, case folded."""

    fields: Mapping[str, ValueType]
    groups: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        fields: Mapping[str, ValueType],
        groups: Iterable[str] = (),
        flows: Iterable[str] = (),
    ) -> Self:
        """Take the names as the workspace writes them."""
        return cls(
            {key.lower(): kind for key, kind in fields.items()},
            frozenset(name.casefold() for name in groups),
            frozenset(name.casefold() for name in flows),
        )
