"""The autopilot parameters that change how a simulated vehicle behaves, under PX4's names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from math import inf

from vehicles.profile import VehicleProfile


class FenceAction(IntEnum):
    """GF_ACTION: what to do when the fence is broken."""

    NONE = 0
    WARN = 1
    HOLD = 2
    RETURN = 3
    TERMINATE = 4
    LAND = 5


class LinkLossAction(IntEnum):
    """NAV_DLL_ACT: what to do when no ground station is heard."""

    NONE = 0
    HOLD = 1
    RETURN = 2
    LAND = 3


class BatteryAction(IntEnum):
    """COM_LOW_BAT_ACT: what to do when the battery is critical."""

    WARN = 0
    LAND = 2
    RETURN_THEN_LAND = 3


class ReturnKind(IntEnum):
    """RTL_TYPE: where to return to, and by which way."""

    HOME_OR_RALLY = 0
    NOT_HOME = 1
    ALONG_MISSION = 2
    NEAREST = 3
    SHORTER_WAY = 4


CAR = 5
"""CA_AIRFRAME of what steers by its front wheels (Ackermann); 6 turns on the spot (differential)."""

RETURN_HEIGHT_M = 60.0
"""RTL_RETURN_ALT as a fleet over a city sets it: above the houses. Stock PX4 returns at 30 m."""

_SLOWEST_MPS = 0.1
"""Less than this, as a parameter that is no speed at all would have it, is not flown."""


@dataclass(slots=True)
class Settings:
    """Parameters by meaning. Defaults are those of a stock PX4 multicopter in simulation.

    COM_LOW_BAT_ACT is 3 there (the firmware's own default is 0), RTL_RETURN_ALT 30 m (a rover's is 60). A
    zero distance or height of the fence means no such limit. Speeds are limits beside the profile's own. A
    mission waits `command_wait_s` for its gripper, whether that takes longer or not.
    """

    return_height_m: float = 30.0
    return_near_m: float = 10.0
    return_kind: int = ReturnKind.HOME_OR_RALLY
    return_cone_deg: int = 45
    return_waits_s: float = 0.0
    return_descends_to_m: float = 10.0
    homes_by_itself: int = 1
    acceptance_m: float = 2.0
    fence_action: int = FenceAction.HOLD
    fence_most_away_m: float = 0.0
    fence_most_height_m: float = 0.0
    link_loss_action: int = LinkLossAction.NONE
    link_loss_s: float = 10.0
    link_loss_spares: int = 0
    battery_action: int = BatteryAction.RETURN_THEN_LAND
    battery_low_frac: float = 0.15
    battery_critical_frac: float = 0.07
    battery_emergency_frac: float = 0.05
    disarm_landed_s: float = 2.0
    disarm_idle_s: float = 10.0
    take_off_height_m: float = 2.5
    failsafe_hold_s: float = 5.0
    offboard_loss_s: float = 1.0
    cruise_mps: float = inf
    most_mps: float = inf
    climb_mps: float = inf
    most_climb_mps: float = inf
    descend_mps: float = inf
    most_descend_mps: float = inf
    take_off_mps: float = inf
    take_off_ramp_s: float = 3.0
    spool_up_s: float = 1.0
    land_mps: float = 0.7
    land_slows_at_m: float = 10.0
    land_slow_below_m: float = 5.0
    landed_after_s: float = 1.0
    upright_radius_m: float = 0.8
    level_mps2: float = 3.0
    up_mps2: float = 4.0
    down_mps2: float = 3.0
    jerk_mps3: float = 4.0
    lean_deg: float = 45.0
    lean_low_deg: float = 12.0
    drag_per_s: float = 0.0
    frame: int = 0
    gripper_s: float = 1.0
    command_wait_s: float = 0.0

    @property
    def is_car(self) -> bool:
        """Whether it is a car: it cannot turn on the spot."""
        return self.frame == CAR

    def paced(self, profile: VehicleProfile) -> VehicleProfile:
        """The profile with the speeds that the parameters leave it; none is faster than it can be."""
        speeds = (
            min(self.cruise_mps, self.most_mps),
            min(self.climb_mps, self.most_climb_mps),
            min(self.descend_mps, self.most_descend_mps),
        )
        return _paced(profile, *speeds)


@lru_cache(maxsize=256)
def _paced(
    profile: VehicleProfile, cruise_mps: float, climb_mps: float, descend_mps: float
) -> VehicleProfile:
    return replace(
        profile,
        cruise_mps=max(_SLOWEST_MPS, min(profile.cruise_mps, cruise_mps)),
        climb_mps=min(profile.climb_mps, max(_SLOWEST_MPS, climb_mps)),
        descend_mps=min(profile.descend_mps, max(_SLOWEST_MPS, descend_mps)),
    )
