"""Signed sign-in links: whoever holds one acts as one courier, until it expires.

A token is `courier.VEHICLE.EXPIRY.SIGNATURE`: the vehicle's id in base64url, the expiry (fleet time, whole
UTC seconds) in decimal, and the HMAC-SHA256 (RFC 2104) of all before it, in base64url. Nothing is stored: a
new secret ends all of them.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from orchestrator.customers.link import TrackingSecret
from vehicles.mission import VehicleId

KEEP_S = 16 * 3600.0
"""How long a link holds: one working day."""

PREFIX = "courier."
_MAX_LENGTH = 256


def sign_in_token(vehicle_id: VehicleId, until_s: float, secret: TrackingSecret) -> str:
    """The token for a courier, until fleet time `until_s`."""
    signed = f"{PREFIX}{_text(vehicle_id.encode())}.{int(until_s)}"
    return f"{signed}.{_signature(signed, secret)}"


def signed_in(token: str, secret: TrackingSecret, now_s: float) -> VehicleId | None:
    """Whom a token is for, or None when it is not genuine or has expired."""
    parts = token.split(".")
    if len(token) > _MAX_LENGTH or not token.isascii() or len(parts) != 4:
        return None
    signed = ".".join(parts[:3])
    if not hmac.compare_digest(_signature(signed, secret), parts[3]):
        return None
    # The signature is ours, so both parts are as `sign_in_token` wrote them.
    if int(parts[2]) <= now_s:
        return None
    return VehicleId(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)).decode())


def _signature(signed: str, secret: TrackingSecret) -> str:
    return _text(hmac.new(secret.key, signed.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
