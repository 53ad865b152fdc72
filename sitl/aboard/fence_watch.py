"""The fence failsafe: whether a vehicle keeps to its fence, and what it does when not (GF_ACTION)."""

from __future__ import annotations

from math import hypot, inf

from sitl.aboard.fence import Fence, FenceKept
from sitl.aboard.said import Said, Severity
from sitl.aboard.watched import Enter, HoldThen, Reaction, Terminate, Watched
from sitl.motion.settings import FenceAction
from vehicles.telemetry import Mode

BREACH = Said(Severity.CRITICAL, "Geofence: approaching or outside geofence", "check_gf_violation_custom_gf")
_OUTSIDE_HOME = Said(
    Severity.CRITICAL,
    "Geofence invalid, doesn't contain Home position",
    "navigator_geofence_invalid_against_home",
)
_OUTSIDE_HERE = Said(
    Severity.CRITICAL,
    "Geofence invalid, doesn't contain current vehicle position",
    "navigator_geofence_invalid_against_cur_pos",
)
_ACTIONS: dict[int, Reaction] = {
    FenceAction.HOLD: Enter(Mode.HOLD, back=True),
    FenceAction.RETURN: HoldThen(Mode.RETURN),
    FenceAction.LAND: HoldThen(Mode.LAND),
    FenceAction.TERMINATE: Terminate(),
}
_RETURN_IN_BREACH_S = 4.0
"""Observed on PX4: a return begun inside an exclusion is overridden back to Hold after 4 s."""


class FenceWatch:
    """Watches one vehicle's fence. `enforced` is what PX4 keeps of the one that it holds.

    `objections`: why bounds of it are not enforced.
    """

    def __init__(self) -> None:
        self.in_breach = False
        self.enforced = Fence()
        self.objections: tuple[Said, ...] = ()
        self._untold = False
        self._kept = FenceKept()

    def take(self, flight: Watched) -> None:
        """A new fence is there. A bound that is broken from the start is left out; PX4 says so later."""
        self.in_breach = False
        flies = not flight.airframe.on_ground and flight.settings.fence_action != FenceAction.NONE
        broken = {_OUTSIDE_HOME: flight.homing.place}
        if flies:
            broken[_OUTSIDE_HERE] = flight.airframe.body.place
        kept, said = [], []
        for bound in flight.fence.bounds:
            against = [one for one, at in broken.items() if not bound.holds(at.east_m, at.north_m)]
            said += against
            kept += [] if against else [bound]
        self.enforced, self.objections = Fence(tuple(kept)), tuple(said)
        self._untold = bool(said)

    def allows(self, flight: Watched, east_m: float, north_m: float, height_agl_m: float) -> bool:
        """Whether a place keeps to the fence that is enforced, and to the greatest distances from home."""
        settings, home = flight.settings, flight.homing.place
        if 0.0 < settings.fence_most_away_m < hypot(east_m - home.east_m, north_m - home.north_m):
            return False
        if 0.0 < settings.fence_most_height_m < height_agl_m - home.height_agl_m:
            return False
        return self._kept.holds(self.enforced, east_m, north_m)

    def clear_m(self, flight: Watched) -> float | None:
        """How far it may go from here before this has to be looked at again; None: that tells nothing."""
        settings, body = flight.settings, flight.airframe.body
        if settings.fence_action == FenceAction.NONE:
            return inf
        if self.in_breach or settings.fence_most_away_m > 0.0 or settings.fence_most_height_m > 0.0:
            return None
        return self._kept.clear_m(body.east_m, body.north_m)

    def look(self, flight: Watched, mode_since_age_s: float) -> Reaction | None:
        """What the fence has it do now; it is in its mode since that age."""
        if self._untold:
            self._untold = False
            for said in self.objections:
                flight.tell(said)
        action, body = flight.settings.fence_action, flight.airframe.body
        was_in_breach, self.in_breach = self.in_breach, False
        if action == FenceAction.NONE:
            return None
        self.in_breach = not self.allows(flight, body.east_m, body.north_m, body.height_agl_m)
        if not (self.in_breach and flight.armed):
            return None
        if was_in_breach:
            returning = flight.mode is Mode.RETURN and action == FenceAction.HOLD
            again = returning and flight.age_s - mode_since_age_s >= _RETURN_IN_BREACH_S
            return _ACTIONS[FenceAction.HOLD] if again else None
        flight.tell(BREACH)
        return _ACTIONS.get(action)
