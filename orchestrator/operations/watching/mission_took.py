"""What a mission took that is over: metres, watt-hours, and how those are known."""

from __future__ import annotations

from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import EnergyFrom, MissionEnded
from orchestrator.record.state import MissionState


def ended(look: Sight, mission: MissionState) -> MissionEnded:
    """The fact that it is over, with what it took."""
    distance_m, energy_wh, energy_from = took(look, mission)
    return MissionEnded(
        look.vehicle.vehicle_id,
        mission.plan.mission.mission_id,
        distance_m=distance_m,
        energy_wh=energy_wh,
        energy_from=energy_from,
    )


def took(look: Sight, mission: MissionState) -> tuple[float, float, EnergyFrom]:
    """Metres and watt-hours that it really took, and how those are known; what was not seen is as planned."""
    plan, watch = mission.plan, look.watch
    share = _unseen_frac(look, mission)
    used_wh, how = _used_wh(look)
    return (
        round(watch.odometer_m + share * plan.distance_m, 1),
        round(used_wh + share * plan.energy_wh, 2),
        EnergyFrom.PARTLY_PLANNED if share > 0.0 else how,
    )


def _used_wh(look: Sight) -> tuple[float, EnergyFrom]:
    """What was taken since the session watches the mission, and how that is known."""
    watch, battery = look.watch, look.seen.parts().battery
    left_frac = look.seen.battery_frac
    used_frac = max(0.0, (watch.battery_at_start_frac or left_frac) - left_frac)
    metered_wh = None if battery is None else battery.used_wh
    if metered_wh is not None and watch.metered_at_start_wh is not None:
        used_wh = metered_wh - watch.metered_at_start_wh
        if used_wh > 0.0 or used_frac == 0.0:
            return max(0.0, used_wh), EnergyFrom.METER
    return used_frac * look.vehicle.profile.battery_wh, EnergyFrom.CHARGE_LEFT


def _unseen_frac(look: Sight, mission: MissionState) -> float:
    """The share of the mission that was over before this session began to watch."""
    plan = mission.plan
    before_s = look.watch.begun_at_s - (mission.started_at_s or look.watch.begun_at_s)
    return min(1.0, max(0.0, before_s / max(1.0, plan.end_at_s - plan.depart_at_s)))
