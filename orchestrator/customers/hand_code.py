"""Codes told at the door and typed at a locker: from the secret that signs links, never stored."""

from __future__ import annotations

import hashlib
import hmac

from orchestrator.customers.link import TrackingSecret
from orchestrator.orders.order import Order
from vehicles.mission import ParcelId

RECIPIENTS_DIGITS = 4
DOOR_DIGITS = 6


def hand_code(order: Order, secret: TrackingSecret) -> str:
    """What the recipient tells to be given the order, or to open its compartment: four digits."""
    return _digits(f"hand-over {order.order_id} {order.placed_at_s!r}", secret, RECIPIENTS_DIGITS)


def door_code(parcel_id: ParcelId, secret: TrackingSecret) -> str:
    """What a courier types at a locker to put a parcel into its compartment: six digits."""
    return _digits(f"locker door {parcel_id}", secret, DOOR_DIGITS)


def is_code(told: str, code: str) -> bool:
    """Whether what somebody told is the code; blanks do not matter."""
    return hmac.compare_digest("".join(told.split()).encode(), code.encode())


def _digits(what: str, secret: TrackingSecret, count: int) -> str:
    digest = hmac.new(secret.key, what.encode(), hashlib.sha256).digest()
    return str(int.from_bytes(digest[:8]) % 10**count).zfill(count)
