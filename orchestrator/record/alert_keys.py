"""By which keys alerts are known: what they say, and of whom."""

from __future__ import annotations

from typing import Literal

from orchestrator.orders.order import HubId, LockerId
from orchestrator.record.states.alerts import ParcelAlert
from vehicles.mission import ParcelId, VehicleId

VehicleAlert = Literal[
    "link",
    "place",
    "missing",
    "off_path",
    "energy",
    "fault",
    "taken_over",
    "held",
    "landed",
    "failed",
    "ask",
    "notice",
    "courier",
]
LockerAlert = Literal["codes"]
HubAlert = Literal["behind"]
CLOCK, DECIDING = "clock", "deciding"
"""The keys of the alerts that are about all: the machine's clock, and that nothing is decided."""


def alert_key(
    kind: VehicleAlert | ParcelAlert | LockerAlert | HubAlert,
    subject: VehicleId | ParcelId | LockerId | HubId,
) -> str:
    """The stable key of an alert of this kind: "link:D3", "late:O7-1"."""
    return f"{kind}:{subject}"
