"""What intake asks of operations: whether a kind of vehicle can bring a parcel to a place at all."""

from __future__ import annotations

from geofences.reason import Reason
from orchestrator.operations.draft import Infeasible, Job, drafts
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.intake import Refusals
from orchestrator.orders.order import DropOffPlace, HubId, Pad, Parcel
from orchestrator.record.state import FleetState
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile

_TRY_EVERY_S = 1800.0
"""How far apart departures are tried: what is in the way by the hour is not refused for all day."""


def refusals_of(state: FleetState, surroundings: Surroundings) -> Refusals:
    """Why not, for a fleet as it stands: the place, the way there and back, and a full battery.

    Whatever its vehicles are doing now, a kind can serve a place when a draft from the pad that its
    quotes start from is within a full battery at one departure at least. What was found is
    remembered with the surroundings, so that the first round of quotes is a look-up.
    """
    gates: dict[tuple[HubId, str], Pad] = {}
    for _, vehicle in sorted(state.vehicles.items()):
        gates.setdefault((vehicle.hub_id, vehicle.profile.name), vehicle.pad)

    def refusals(  # noqa: PLR0917 - from, to, what, by what, when: the order of the sentence
        hub_id: HubId,
        place: DropOffPlace,
        parcel: Parcel,
        profile: VehicleProfile,
        from_s: float,
        until_s: float,
    ) -> tuple[Reason, ...]:
        closed = surroundings.refusals(place, profile, from_s, until_s)
        if closed or parcel.mass_kg > profile.max_payload_kg:
            return closed
        fresh = VehicleId(f"a fresh {profile.name}")
        job = Job(fresh, profile, gates[hub_id, profile.name], parcel, place, battery_frac=1.0)
        return _without_draft(job, surroundings, from_s, until_s)

    return refusals


def _without_draft(job: Job, surroundings: Surroundings, from_s: float, until_s: float) -> tuple[Reason, ...]:
    """Why there is no draft at the first departure, unless there is one at a later."""
    first: tuple[Reason, ...] = ()
    depart_at_s = from_s
    while depart_at_s <= until_s:
        found = drafts(job, surroundings, depart_at_s)
        if not isinstance(found, Infeasible):
            return ()
        first = first or found.reasons
        depart_at_s += _TRY_EVERY_S
    return first
