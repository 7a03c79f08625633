"""What is wrong with a query, as a code for programs and a sentence for people."""

from collections.abc import Mapping
from typing import Final

# Every code. The codes are the field's own, but for the last two, which are limits of ours.
SYNTAX: Final = "syntax"
INVALID_NUMBER: Final = "invalid_number"
INVALID_DATE: Final = "invalid_date"
INVALID_STATUS: Final = "invalid_status"
INVALID_LANGUAGE: Final = "invalid_language"
INVALID_GROUP: Final = "invalid_group"
INVALID_FLOW: Final = "invalid_flow"
INVALID_PARTIAL_NAME: Final = "invalid_partial_name"
INVALID_PARTIAL_URN: Final = "invalid_partial_urn"
UNSUPPORTED_CONTAINS: Final = "unsupported_contains"
UNSUPPORTED_COMPARISON: Final = "unsupported_comparison"
UNSUPPORTED_SETCHECK: Final = "unsupported_setcheck"
UNKNOWN_PROPERTY: Final = "unknown_property"
UNKNOWN_PROPERTY_TYPE: Final = "unknown_property_type"
REDACTED_URNS: Final = "redacted_urns"
TOO_LONG: Final = "too_long"
TOO_DEEP: Final = "too_deep"


class QueryError(Exception):
    """A query cannot be understood. `extra` holds what the message is about, by name."""

    def __init__(self, code: str, message: str, extra: Mapping[str, str] | None = None) -> None:
        """Say what is wrong."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra: Mapping[str, str] = extra or {}
