"""Which parcels a vehicle says that it holds, and what follows for one that only the books have aboard."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import CustodyDoubted, Event, ParcelReturned
from vehicles.mission import ParcelId
from vehicles.telemetry import Telemetry


def still_held(seen: Telemetry, parcel_id: ParcelId, *, others: bool) -> bool:
    """Whether the vehicle says that it holds the parcel; `others` are aboard as well."""
    if seen.holds is not None:
        return parcel_id in seen.holds
    return seen.carrying is True and not others


def back(look: Sight, parcel_id: ParcelId) -> tuple[Event, ...]:
    """What follows for a parcel aboard by the books when its vehicle is home: on the shelf, or in doubt.

    One that is in doubt stays so until a person has looked; one that was found aboard then is given back.
    """
    if look.state.parcels[parcel_id].doubt is not None:
        return ()
    if look.seen.carrying is True or look.vehicle.profile.ridden:
        return (ParcelReturned(parcel_id, look.vehicle.hub_id),)
    return (_doubted(look, parcel_id),)


def left_in_doubt(look: Sight) -> tuple[Event, ...]:
    """What is aboard by the books of a vehicle that stands somewhere and does not say that it holds it."""
    if look.seen.carrying is True or look.vehicle.profile.ridden:
        return ()
    parcels = look.state.parcels
    return tuple(_doubted(look, one) for one in look.vehicle.aboard if parcels[one].doubt is None)


def _doubted(look: Sight, parcel_id: ParcelId) -> CustodyDoubted:
    """One that lost its power knows no more what it holds; nor do we, where nobody listened meanwhile."""
    name, last = look.vehicle.vehicle_id, look.watch.carried_at
    if look.seen.carrying is False:
        why = "it says that it holds nothing, and nobody saw it handed over"
    elif last is not None:
        why = "it does not say any more what it holds, as after a loss of power"
    else:
        why = "it came to a stop while nobody listened, and does not say what it holds"
    text = f"Nobody knows whether {parcel_id} is still aboard {name}: {why}."
    reason = Reason(Because.AUTOPILOT, name, text)
    return CustodyDoubted(name, parcel_id, last or look.seen.position, (reason,))
