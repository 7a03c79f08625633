"""Codes that prove a second thing in hand: of an app that counts time, or from a printed list."""

import hmac
from collections.abc import Callable
from typing import Final

import pyotp

STEP_MS: Final = 30_000
SKEW: Final = 1  # steps that a phone's clock may be wrong by, either way
RECOVERY_CODES: Final = 10

# Without letters and digits that look like others. Ten of them are 49 bits.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF: Final = 5


def typed(code: str) -> str:
    """Return a code as it is compared: in lower case, without spaces and hyphens."""
    return "".join(code.lower().split()).replace("-", "").replace("‑", "").replace("–", "")


def is_of_app(code: str) -> bool:
    """Whether a typed code is one of an app, and not a recovery code."""
    return code.isascii() and code.isdigit()


def step_of(secret: str, code: str, now_ms: int) -> int | None:
    """Return the time step (RFC 6238) that a typed code is of, or None if it is of none near now.

    Whoever accepts it has to refuse that step from then on, and all before it.
    """
    app = pyotp.TOTP(secret)
    now = now_ms // STEP_MS
    matching = [
        step
        for step in range(now - SKEW, now + SKEW + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())
    ]
    return matching[-1] if matching else None


def address_of(secret: str, username: str, movement: str) -> str:
    """Return the otpauth address that an app takes from a QR code or a link."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=movement)


def recovery_codes(chance: Callable[[int], int]) -> list[str]:
    """Return new recovery codes such as ``k7m2p-xw9ah``. `chance(n)` is a number below n."""
    return [_recovery_code(chance) for _ in range(RECOVERY_CODES)]


def _recovery_code(chance: Callable[[int], int]) -> str:
    letters = [_LETTERS[chance(len(_LETTERS))] for _ in range(2 * _HALF)]
    return "".join(letters[:_HALF]) + "-" + "".join(letters[_HALF:])
