"""Whether a vehicle can do what its plan asks of it: known before anything is sent."""

from __future__ import annotations

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.plans.encode import EncodedMission, EncodedPlan, encode_plan
from vehicles.mission import VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Winch
from vehicles.vehicle import Refused


def encode_for(
    plan: VehiclePlan, here: GeoPoint, profile: VehicleProfile, autopilot: Autopilot
) -> EncodedPlan | Refused:
    """The plan in this autopilot's own words, for a vehicle that is at `here`."""
    return encode_plan(plan, profile, here, autopilot.plan.winching)


def unable(mission: EncodedMission, autopilot: Autopilot, winch: Winch | None) -> Refused | None:
    """Why its mission would be taken and not be done, or would not be taken; None where it would be done."""
    if why := autopilot.plan.cannot(mission.items):
        return Refused((Reason(Because.INPUT, "plan", why),))
    if not mission.lowered or (winch is not None and winch.healthy):
        return None
    text = f"It cannot hand over by winch: no winch was heard beside its {autopilot.name} (WINCH_STATUS)."
    if winch is not None:
        text = f"It cannot hand over by winch: the winch beside its {autopilot.name} says it is not healthy."
    return Refused((Reason(Because.INPUT, "handover", text),))
