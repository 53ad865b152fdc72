"""When a parcel will be there: the mission's own prediction, corrected by where the vehicle really is.

The plan gives a timed path. Before the vehicle moves, the prediction is the planned hand-over, put
off by however long the departure is overdue. Under way, the vehicle's sampled position is matched
to the nearest point of the timed path on its way out; how much later than planned it is there is
how much later the hand-over will be. Pure: all times are fleet time, UTC seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from geofences.path import TimedPath, Waypoint
from geofences.position import LocalFrame
from orchestrator.customers.look import Look
from orchestrator.orders.custody import OnVehicle
from orchestrator.orders.order import OrderId
from orchestrator.record.describing.halts import unknown_until
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import (
    Expected,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    ParcelState,
    parcels_of,
)
from vehicles.mission import DropOff, MissionId
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_TIE_M = 2.0
_WENT_BY_S = 300.0


@dataclass(frozen=True, slots=True)
class Eta:
    """The predicted hand-over `at_s`, and the window around it that a recipient is told."""

    at_s: float
    early_s: float
    late_s: float

    def not_before(self, earliest_s: float) -> Eta:
        """The same of a hand-over for which nobody comes earlier than this (UTC seconds)."""
        at_s = max(self.at_s, earliest_s)
        return Eta(at_s, min(self.early_s, at_s - earliest_s), self.late_s)

    @property
    def from_s(self) -> float:
        """The window's beginning."""
        return self.at_s - self.early_s

    @property
    def until_s(self) -> float:
        """The window's end."""
        return self.at_s + self.late_s


@dataclass(frozen=True, slots=True)
class Track:
    """The way out of a mission as arrays: (n, 3) east, north, up in metres of `frame`, and n times."""

    frame: LocalFrame
    points_m: NDArray[np.float64]
    at_s: NDArray[np.float64]


def track(plan: MissionPlanned, profile: VehicleProfile) -> Track:
    """The timed path of the plan, from departure to its last hand-over."""
    timed = schedule(profile, plan.mission.legs, plan.depart_at_s).timed
    drop_off = next((leg.at for leg in plan.mission.legs if isinstance(leg, DropOff)), None)
    frame = LocalFrame((drop_off or timed.points[0].waypoint).position)
    return _arrays(frame, timed, max(plan.handovers_at_s.values()))


def _arrays(frame: LocalFrame, timed: TimedPath, until_s: float) -> Track:
    kept = [point for point in timed.points if point.at_s <= until_s + 1.0] or list(timed.points[:1])
    lon_lat = np.array([(p.waypoint.position.lon_deg, p.waypoint.position.lat_deg) for p in kept])
    heights = np.array([p.waypoint.level_m for p in kept])
    points = np.column_stack([frame.to_local_array(lon_lat), heights])
    return Track(frame, points, np.array([p.at_s for p in kept]))


def lateness_s(way: Track, at: Waypoint, now_s: float, expected_s: float) -> float:
    """How much later than planned the vehicle is at `at`, seconds; negative when early.

    Where the path passes nearly as close more than once, the pass that makes the lateness closest
    to `expected_s` counts.
    """
    here = way.frame.to_local(at.position)
    place = np.array([here.east_m, here.north_m, at.level_m])
    if len(way.at_s) == 1:
        return now_s - float(way.at_s[0])
    a, b = way.points_m[:-1], way.points_m[1:]
    from_s, until_s = way.at_s[:-1], way.at_s[1:]
    along = b - a
    length2 = np.einsum("ij,ij->i", along, along)
    still = length2 == 0.0
    share = np.einsum("ij,ij->i", place - a, along) / np.where(still, 1.0, length2)
    share = np.clip(share, 0.0, 1.0)
    off_m = np.linalg.norm(a + share[:, None] * along - place, axis=1)
    waiting_s = np.clip(now_s - expected_s, from_s, until_s)
    passed_s = np.where(still, waiting_s, from_s + share * (until_s - from_s))
    near = off_m <= off_m.min() + _TIE_M
    late_s = now_s - passed_s[near]
    return float(late_s[np.argmin(np.abs(late_s - expected_s))])


def still_expected(look: Look, parcel: ParcelState) -> Expected | None:
    """Who is planned to bring a parcel that waits, and when; None where that is not so any more.

    Nothing is told of a vehicle that cannot work now, nor of a time that went by.
    """
    expected = parcel.expected
    if parcel.phase is not ParcelPhase.WAITING or expected is None:
        return None
    vehicle = look.state.vehicles.get(expected.vehicle_id)
    able = vehicle is not None and not vehicle.fault and vehicle.link is LinkState.UP and not vehicle.halt
    return expected if able and look.now_s - expected.handover_at_s <= _WENT_BY_S else None


def waits_on_its_way(state: FleetState, parcels: Iterable[ParcelState]) -> str | None:
    """Why nobody can say when these parcels are there: a vehicle with one of them stands still. Else None."""
    for parcel in parcels:
        if isinstance(parcel.keeper, OnVehicle) and parcel.phase is ParcelPhase.ON_THE_WAY:
            found = unknown_until(state, parcel.keeper.vehicle_id)
            if found is not None:
                return found
    return None


class Etas:
    """Predictions for a fleet. Keeps the tracks of missions under way, for they are asked for often."""

    def __init__(self) -> None:
        self._tracks: dict[MissionId, tuple[MissionPlanned, Track]] = {}

    def of_order(self, look: Look, order_id: OrderId) -> Eta | None:
        """When the last parcel still due will be handed over; None when nobody can say, or it is over."""
        parcels = parcels_of(look.state, order_id)
        due = [parcel for parcel in parcels if parcel.phase is not ParcelPhase.DELIVERED]
        etas = [self.of_parcel(look, parcel) for parcel in due]
        known = [eta for eta in etas if eta is not None]
        if not known or len(known) < len(etas):
            return None
        return max(known, key=lambda eta: eta.at_s)

    def of_parcel(self, look: Look, parcel: ParcelState) -> Eta | None:
        """When this parcel will be handed over; None when no mission is on it, nor one planned for later."""
        found = self._predicted(look, parcel)
        earliest_s = look.state.orders[parcel.order_id].order.earliest_at_s
        return found if found is None or earliest_s is None else found.not_before(earliest_s)

    def _predicted(self, look: Look, parcel: ParcelState) -> Eta | None:
        if (expected := still_expected(look, parcel)) is not None:
            at_s = max(look.now_s, expected.handover_at_s)
            return _eta(at_s, look.now_s, least_s=180.0, share_frac=0.3)
        if parcel.phase not in {ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY} or parcel.mission_id is None:
            return None
        mission = look.state.missions[parcel.mission_id]
        plan = mission.plan
        due_s = plan.handovers_at_s.get(parcel.parcel.parcel_id, plan.handover_at_s)
        stands_still = look.state.vehicles[plan.mission.vehicle_id].halt is not None
        if parcel.parcel.parcel_id in mission.kept or stands_still:
            return None
        match mission.phase:
            case MissionPhase.PLANNED | MissionPhase.LOADED | MissionPhase.PARCEL_ABOARD:
                overdue_s = max(0.0, look.now_s - plan.depart_at_s)
                return _eta(due_s + overdue_s, look.now_s, least_s=60.0, share_frac=0.25)
            case MissionPhase.UNDER_WAY:
                return self._on_the_way(look, mission, due_s)
            case MissionPhase.GIVEN_UP | MissionPhase.ENDED | MissionPhase.WITHDRAWN | MissionPhase.LOST:
                return None
        assert_never(mission.phase)

    def forget(self, state: FleetState) -> None:
        """Let go of the tracks of missions that are over."""
        for mission_id in [m for m in self._tracks if not _under_way(state.missions.get(m))]:
            del self._tracks[mission_id]

    def _on_the_way(self, look: Look, mission: MissionState, due_s: float) -> Eta:
        plan = mission.plan
        vehicle = look.state.vehicles[plan.mission.vehicle_id]
        started_late_s = (mission.started_at_s or plan.depart_at_s) - plan.depart_at_s
        sample = look.fresh(vehicle.vehicle_id)
        if sample is None:
            at_s = max(look.now_s, due_s + started_late_s)
            return _eta(at_s, look.now_s, least_s=120.0, share_frac=0.25)
        way = self._track(plan, vehicle.profile)
        place = Waypoint(sample.position, sample.height_agl_m, sample.ground_amsl_m)
        late_s = lateness_s(way, place, sample.placed_at_s, started_late_s)
        at_s = max(look.now_s, due_s + late_s)
        return _eta(at_s, look.now_s, least_s=20.0, share_frac=0.15)

    def _track(self, plan: MissionPlanned, profile: VehicleProfile) -> Track:
        mission_id = plan.mission.mission_id
        kept = self._tracks.get(mission_id)
        if kept is None or kept[0] is not plan:  # a plan may have been put off meanwhile
            kept = self._tracks[mission_id] = (plan, track(plan, profile))
        return kept[1]


def _under_way(mission: MissionState | None) -> bool:
    return mission is not None and mission.phase is MissionPhase.UNDER_WAY


def _eta(at_s: float, now_s: float, *, least_s: float, share_frac: float) -> Eta:
    """A window that narrows as the hand-over comes nearer, and leans to the late side."""
    spread_s = least_s + share_frac * max(0.0, at_s - now_s)
    return Eta(at_s, early_s=min(spread_s, max(0.0, at_s - now_s)), late_s=1.5 * spread_s)
