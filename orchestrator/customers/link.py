"""Signed tracking links: whoever holds one may follow one order, until it expires.

A token is `ORDER.EXPIRY.SIGNATURE`: the order id in base64url, the expiry (fleet time, whole UTC
seconds) in decimal, and the HMAC-SHA256 (RFC 2104) of both, in base64url. Nothing is stored: the
same order always gives the same link, and a new secret ends all of them.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from orchestrator.orders.order import Order, OrderId

KEEP_AFTER_DEADLINE_S = 48 * 3600.0
_MAX_TOKEN_LENGTH = 512


@dataclass(frozen=True, slots=True)
class TrackingSecret:
    """The key that signs. At least 16 bytes; raises `ValueError` when shorter."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) < 16:
            raise ValueError("tracking_key: must have at least 16 bytes")

    def __repr__(self) -> str:
        return "TrackingSecret(...)"


def token(order: Order, secret: TrackingSecret) -> str:
    """The order's tracking token; it holds until 48 hours past the deadline."""
    expires_at_s = int(order.deadline_s + KEEP_AFTER_DEADLINE_S)
    signed = f"{_text(order.order_id.encode())}.{expires_at_s}"
    return f"{signed}.{_signature(signed, secret)}"


def opened(text: str, secret: TrackingSecret, now_s: float) -> OrderId | None:
    """The order that a token is for, or None when it is not genuine or has expired."""
    parts = text.split(".")
    if len(text) > _MAX_TOKEN_LENGTH or not text.isascii() or len(parts) != 3:
        return None
    signed = f"{parts[0]}.{parts[1]}"
    if not hmac.compare_digest(_signature(signed, secret), parts[2]):
        return None
    # The signature is ours, so both parts are as `token` wrote them.
    if int(parts[1]) <= now_s:
        return None
    return OrderId(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).decode())


def _signature(signed: str, secret: TrackingSecret) -> str:
    return _text(hmac.new(secret.key, signed.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
