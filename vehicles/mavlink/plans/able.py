"""Whether a vehicle can do what its plan asks of it: known before anything is sent."""

from __future__ import annotations

from dataclasses import replace

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.plans.encode import EncodedMission, EncodedPlan, encode_plan
from vehicles.mission import VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry, Winch
from vehicles.vehicle import Refused


def encode_for(
    plan: VehiclePlan, look: Telemetry, profile: VehicleProfile, autopilot: Autopilot, here: GeoPoint
) -> EncodedPlan | Refused:
    """The plan in this autopilot's own words, for a vehicle that looks like that and begins it at `here`."""
    encoded = encode_plan(plan, profile, here, autopilot.plan.winching)
    if isinstance(encoded, Refused) or look.alt_amsl_m is None:
        return encoded
    items = autopilot.plan.raised(encoded.mission.items, look.alt_amsl_m - look.height_agl_m)
    return replace(encoded, mission=replace(encoded.mission, items=items))


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
