"""What of an order went otherwise than asked, and why: to another place, by no vehicle of some kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geofences.reason import Because, Reason, sentences
from orchestrator.record.state import FleetState, MissionState, ParcelState

_OF_THE_MOMENT = frozenset(
    {Because.BUSY, Because.ENERGY, Because.TRAFFIC, Because.LINK, Because.HEALTH, Because.SHIFT, Because.PAD}
)
"""What kept one vehicle then, and says nothing about its kind."""


def diversions(parcels: Sequence[ParcelState]) -> list[dict[str, Any]]:
    """For each parcel that went, or is to go, to another place than the first asked for: where, and why."""
    return [
        {
            "parcel_id": parcel.parcel.parcel_id,
            "to": parcel.diverted.place.label,
            "kind": parcel.diverted.place.kind.value,
            "locker_id": parcel.diverted.place.locker_id,
            "reason": sentences(parcel.diverted.reasons) or "Another vehicle would have cost more.",
        }
        for parcel in parcels
        if parcel.diverted is not None
    ]


def not_by(state: FleetState, missions: Sequence[MissionState]) -> dict[str, str]:
    """Kinds of vehicle of the hub that could not do what the last mission did, each with what kept it.

    Only what does not pass by itself within minutes: weather, zones, payload, the place; not that all were
    at work.
    """
    if not missions:
        return {}
    found: dict[str, tuple[Reason, ...] | None] = {}
    for quote in missions[-1].plan.quotes:
        vehicle = state.vehicles.get(quote.vehicle_id)
        if vehicle is None:  # of the fleet no more
            continue
        kind = vehicle.profile.kind.value
        lasting = tuple(reason for reason in quote.reasons if reason.because not in _OF_THE_MOMENT)
        able = quote.handover_at_s is not None or not lasting
        found[kind] = None if able or found.get(kind, ()) is None else lasting
    return {kind: sentences(reasons) for kind, reasons in sorted(found.items()) if reasons}
