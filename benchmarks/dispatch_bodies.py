"""Vehicles on paper: where each stands and what its battery holds, without any motion between.

A vehicle of the fleet as the product sees it through telemetry, computed when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from random import Random

from geofences.zone import Medium
from orchestrator.orders.order import Pad
from sitl.faults import Faults, Kind
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Shift, Telemetry

_TAPERS_AT_FRAC, _TAPER_SHARE = 0.9, 0.45
"""From there on a battery takes so much less, on average (`sitl.motion.battery`)."""

_SWAPS_BELOW_FRAC, _SWAP_S = 0.55, 240.0

_NOTHING = MissionProgress(None, 0)
_WELL = Health(ready=True, failsafe=False)
_BROKEN = Health(ready=False, failsafe=False, warnings=("Resolve system health failures first",))


@dataclass(slots=True)
class Body:
    """One vehicle. `left_wh` is what its battery held at `since_s`; it charges from then on unless away."""

    vehicle_id: VehicleId
    profile: VehicleProfile
    pad: Pad
    rng: Random
    faults: Faults
    born_at_s: float
    left_wh: float
    since_s: float
    shift: Shift | None = None
    breaks: tuple[Shift, ...] = ()
    away: bool = False
    draws_w: float = 0.0
    _dropped_at_s: float = field(default=-inf)

    def charge_wh(self, at_s: float) -> float:
        """What the battery holds."""
        passed_s, full_wh = at_s - self.since_s, self.profile.battery_wh
        if self.away:
            return max(0.0, self.left_wh - self.draws_w * passed_s / 3600.0)
        if self.profile.ridden:
            swapped = self.left_wh < _SWAPS_BELOW_FRAC * full_wh and passed_s >= _SWAP_S
            return full_wh if swapped else self.left_wh
        knee_wh = max(self.left_wh, _TAPERS_AT_FRAC * full_wh)
        quick_s = (knee_wh - self.left_wh) / self.profile.charge_w * 3600.0
        if passed_s <= quick_s:
            return self.left_wh + self.profile.charge_w * passed_s / 3600.0
        return min(full_wh, knee_wh + _TAPER_SHARE * self.profile.charge_w * (passed_s - quick_s) / 3600.0)

    def set_out(self, at_s: float, energy_wh: float, lasts_s: float) -> None:
        """It leaves its pad, for a mission of so much energy."""
        self.left_wh, self.since_s = self.charge_wh(at_s), at_s
        self.away, self.draws_w = True, energy_wh / max(lasts_s, 1.0) * 3600.0

    def come_back(self, at_s: float) -> None:
        """It is on its pad again, and charges."""
        self.left_wh, self.since_s, self.away = self.charge_wh(at_s), at_s, False

    def suffer(self, at_s: float) -> None:
        """Let its battery drop where that is due."""
        age_s = at_s - self.born_at_s
        dropped = self.faults.drop_frac(self._dropped_at_s, age_s)
        self._dropped_at_s = age_s
        if dropped is not None:
            self.left_wh = min(self.charge_wh(at_s), dropped * self.profile.battery_wh)
            self.since_s = at_s

    def broken(self, at_s: float) -> bool:
        """Whether it would not start now."""
        return bool(self.faults) and self.faults.active(Kind.NO_ARM, at_s - self.born_at_s)

    def silent_since_s(self, at_s: float) -> float:
        """Since when it is not heard; infinite while it is."""
        return self.born_at_s + self.faults.silent_since_s(at_s - self.born_at_s) if self.faults else inf

    def span(self, at_s: float) -> Shift | None:
        """The span of work under way, or the next: a shift, cut by its breaks."""
        if self.shift is None:
            return None
        from_s = self.shift.from_s
        for pause in self.breaks:
            if at_s < pause.from_s:
                return Shift(from_s, pause.from_s)
            from_s = pause.until_s
        return Shift(from_s, self.shift.until_s)

    def look(self, at_s: float) -> Telemetry:
        """What it says."""
        if self.faults:
            self.suffer(at_s)
        span = self.span(at_s)
        resting = span is not None and not span.from_s <= at_s < span.until_s
        ready = not (self.broken(at_s) or resting)
        return Telemetry(
            heard_at_s=min(at_s, self.silent_since_s(at_s)),
            position=self.pad.at.position,
            height_agl_m=0.0,
            north_mps=0.0,
            east_mps=0.0,
            down_mps=0.0,
            heading_deg=0.0,
            battery_frac=self.charge_wh(at_s) / self.profile.battery_wh,
            armed=self.away,
            landed=Landed.IN_MOTION if self.away else Landed.ON_GROUND,
            mode=Mode.MISSION if self.away else Mode.HOLD,
            progress=_NOTHING,
            health=_WELL if ready else _BROKEN,
            carrying=self.away,
            shift=span,
        )

    def stretch_frac(self) -> float:
        """By how much it takes longer than planned, this time: aircraft keep to their plans."""
        if self.profile.medium is Medium.AIR:
            return 1.0 + self.rng.uniform(0.0, 0.02)
        return 1.0 + self.rng.uniform(0.0, 0.05)


class Looks(Mapping[VehicleId, Telemetry]):
    """What all say at one instant; each is asked once, if anybody wants to know."""

    def __init__(self, bodies: Mapping[VehicleId, Body], at_s: float) -> None:
        self._bodies, self._at_s = bodies, at_s
        self._known: dict[VehicleId, Telemetry] = {}

    def __getitem__(self, vehicle_id: VehicleId) -> Telemetry:
        if vehicle_id not in self._known:
            self._known[vehicle_id] = self._bodies[vehicle_id].look(self._at_s)
        return self._known[vehicle_id]

    def __iter__(self) -> Iterator[VehicleId]:
        return iter(self._bodies)

    def __len__(self) -> int:
        return len(self._bodies)
