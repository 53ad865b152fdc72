"""Missions, fences and rally points as the items an autopilot stores.

Frames as PX4 wants them: 6 (height above home) where there is a place, 2 for everything that is
not a place, 3 for rally points, 0 for fence corners. `leg_of_item` says to which leg of the
mission each item belongs: while item i is current, exactly the legs before `leg_of_item[i]` are done.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import GeoPoint, distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from vehicles.mavlink.messages import Item
from vehicles.mission import Dock, DropOff, KeepOut, Mission, MissionId, ParcelId, PickUp, Travel, Wait
from vehicles.vehicle import Refused

CORNER_RADIUS_M = 2.0
"""How near a drone must pass a corner: tighter than the autopilot's default, so that it cuts none."""
HANDOVER_RADIUS_M = 1.0
STANDS_THERE_M = 5.0
"""A rover this near to the start of its path needs no waypoint there."""
_ON_GROUND_M = 0.5
_SAME_PLACE_DEG = 1e-6
_SAME_HEIGHT_M = 0.1


@dataclass(frozen=True, slots=True)
class EncodedMission:
    """A mission as items, and the way back from an item to the leg it is part of."""

    mission_id: MissionId
    items: tuple[Item, ...]
    leg_of_item: tuple[int, ...]
    leg_count: int
    drop_offs: tuple[tuple[int, ParcelId], ...]

    @property
    def last_seq(self) -> int:
        """Sequence number of the last item."""
        return len(self.items) - 1

    @property
    def lands(self) -> bool:
        """Whether its last item is a landing, after which the autopilot disarms by itself."""
        return bool(self.items[-1].command == common.MAV_CMD_NAV_LAND)


class _CannotSayError(Exception):
    """A leg that this kind of vehicle cannot be told in mission items."""


@dataclass(slots=True)
class _Draft:
    """Items under construction; `here` is where the items so far lead, `speed_mps` what they set."""

    items: list[Item] = field(default_factory=list)
    leg_of_item: list[int] = field(default_factory=list)
    leg: int = 0
    here: Waypoint | None = None
    speed_mps: float | None = None

    def add(self, item: Item) -> None:
        self.items.append(item)
        self.leg_of_item.append(self.leg)

    def go(self, to: Waypoint, command: int, radius_m: float = 0.0) -> None:
        self.add(place(command, to.position, to.height_agl_m, radius_m=radius_m))
        self.here = to

    def go_on(self, to: Waypoint, radius_m: float) -> None:
        if self.here is None or not _same(self.here, to):
            self.go(to, common.MAV_CMD_NAV_WAYPOINT, radius_m)

    def set_speed(self, speed_mps: float) -> None:
        if speed_mps > 0.0 and speed_mps != self.speed_mps:
            self.add(act(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, speed_mps, -1.0))
            self.speed_mps = speed_mps

    def wait(self, seconds: float) -> None:
        self.add(act(common.MAV_CMD_NAV_DELAY, seconds, -1.0, -1.0, -1.0))

    def hover(self, at: Waypoint, seconds: float) -> None:
        # Not NAV_DELAY: during one a PX4 multicopter was seen to sink from 8 m to the ground.
        self.add(
            place(
                common.MAV_CMD_NAV_WAYPOINT,
                at.position,
                at.height_agl_m,
                radius_m=HANDOVER_RADIUS_M,
                stay_s=seconds,
            )
        )

    def release(self) -> None:
        self.add(act(common.MAV_CMD_DO_GRIPPER, 1.0, float(common.GRIPPER_ACTION_RELEASE)))


def place(command: int, at: GeoPoint, height_m: float, *, radius_m: float = 0.0, stay_s: float = 0.0) -> Item:
    """An item with a place: height in metres above home, heading left to the autopilot."""
    params = (stay_s, radius_m, 0.0, math.nan)
    frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    return Item(command, frame, params, _e7(at.lat_deg), _e7(at.lon_deg), height_m)


def act(command: int, *params: float) -> Item:
    """An item without a place. PX4 takes it in no frame but MAV_FRAME_MISSION."""
    padded = (*params, 0.0, 0.0, 0.0, 0.0)
    return Item(command, common.MAV_FRAME_MISSION, (padded[0], padded[1], padded[2], padded[3]))


def encode_mission(mission: Mission, medium: Medium, here: GeoPoint | None) -> EncodedMission | Refused:
    """The items of a mission for a drone or a rover that is at `here`, or why it cannot be said in items.

    `PickUp` legs before the first `Travel` make no items: they happen on the pad.
    """
    draft = _Draft()
    try:
        for leg, _ in enumerate(mission.legs):
            draft.leg = leg
            if medium is Medium.AIR:
                _fly(draft, mission, leg)
            else:
                _drive(draft, mission, leg, here)
        _refuse_empty(draft)
    except _CannotSayError as error:
        text = f"Mission {mission.mission_id} cannot be flown by this vehicle: {error}."
        return Refused((Reason(Because.INPUT, f"legs[{draft.leg}]", text),))
    drop_offs = tuple((n, leg.parcel_id) for n, leg in enumerate(mission.legs) if isinstance(leg, DropOff))
    return EncodedMission(
        mission.mission_id, tuple(draft.items), tuple(draft.leg_of_item), len(mission.legs), drop_offs
    )


def _refuse_empty(draft: _Draft) -> None:
    if not draft.items:
        raise _CannotSayError("it has no leg that moves")


def _fly(draft: _Draft, mission: Mission, number: int) -> None:
    match mission.legs[number]:
        case PickUp():
            _on_the_pad_only(draft)
        case Travel(path, speed_mps):
            landing_next = isinstance(mission.legs[number + 1], Dock)
            _fly_path(draft, path.waypoints, speed_mps, landing_next=landing_next)
        case DropOff(at=at, service_s=service_s):
            if at.height_agl_m < _ON_GROUND_M:
                raise _CannotSayError("a drone hands over from a hover, not on the ground")
            draft.go_on(at, HANDOVER_RADIUS_M)
            draft.release()
            draft.hover(at, service_s)
        case Wait(service_s):
            if draft.here is None:
                raise _CannotSayError("a drone waits at a place: a way must come first")
            draft.hover(draft.here, service_s)
        case Dock(at):
            draft.go(Waypoint(at.position, 0.0), common.MAV_CMD_NAV_LAND)


def _fly_path(
    draft: _Draft, waypoints: tuple[Waypoint, ...], speed_mps: float, *, landing_next: bool
) -> None:
    first = waypoints[0]
    if not draft.items and first.height_agl_m < _ON_GROUND_M:
        top = Waypoint(first.position, waypoints[1].height_agl_m)
        if top.height_agl_m < _ON_GROUND_M:
            raise _CannotSayError("its path does not leave the ground")
        draft.go(top, common.MAV_CMD_NAV_TAKEOFF)  # PX4 refuses missions where something stands before it
    draft.set_speed(speed_mps)
    begin = 1 if first.height_agl_m < _ON_GROUND_M else 0
    end = len(waypoints) - (landing_next and waypoints[-1].height_agl_m < _ON_GROUND_M)
    for waypoint in waypoints[begin:end]:
        if waypoint.height_agl_m < _ON_GROUND_M:
            raise _CannotSayError("its path touches the ground on the way")
        draft.go_on(waypoint, CORNER_RADIUS_M)


def _drive(draft: _Draft, mission: Mission, number: int, here: GeoPoint | None) -> None:
    match mission.legs[number]:
        case PickUp():
            _on_the_pad_only(draft)
        case Travel(path, speed_mps):
            draft.set_speed(speed_mps)
            points = _without_start(path.waypoints, here) if draft.here is None else path.waypoints
            for waypoint in points:
                draft.go_on(_ground(waypoint), 0.0)
        case DropOff(at=at, service_s=service_s):
            draft.go_on(_ground(at), 0.0)
            draft.wait(service_s)
            draft.release()
        case Wait(service_s):
            draft.wait(service_s)
        case Dock(at):
            draft.go_on(_ground(at), 0.0)


def _without_start(waypoints: tuple[Waypoint, ...], here: GeoPoint | None) -> tuple[Waypoint, ...]:
    if here is not None and distance_m(waypoints[0].position, here) <= STANDS_THERE_M:
        return waypoints[1:]
    return waypoints


def _ground(waypoint: Waypoint) -> Waypoint:
    return Waypoint(waypoint.position, 0.0)


def _on_the_pad_only(draft: _Draft) -> None:
    if draft.items:
        raise _CannotSayError("a parcel can be picked up on the pad only, before the first way")


def _same(a: Waypoint, b: Waypoint) -> bool:
    return (
        abs(a.position.lat_deg - b.position.lat_deg) < _SAME_PLACE_DEG
        and abs(a.position.lon_deg - b.position.lon_deg) < _SAME_PLACE_DEG
        and abs(a.height_agl_m - b.height_agl_m) < _SAME_HEIGHT_M
    )


def encode_fence(keep_outs: Iterable[KeepOut]) -> tuple[Item, ...] | Refused:
    """Exclusion polygons, one item for each corner. MAVLink's fence knows no heights."""
    items: list[Item] = []
    for keep_out in keep_outs:
        corners = keep_out.corners
        if len(corners) < 3:
            text = f"Keep-out {keep_out.zone_id} has {len(corners)} corners; a ring needs at least 3."
            return Refused((Reason(Because.INPUT, keep_out.zone_id, text),))
        params = (float(len(corners)), 0.0, 0.0, 0.0)
        items.extend(
            Item(
                common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION,
                common.MAV_FRAME_GLOBAL,
                params,
                _e7(corner.lat_deg),
                _e7(corner.lon_deg),
            )
            for corner in corners
        )
    return tuple(items)


def encode_rally(points: Iterable[Waypoint]) -> tuple[Item, ...]:
    """Rally points. In frame 6 PX4 stores them and then cannot use them: frame 3."""
    return tuple(
        Item(
            common.MAV_CMD_NAV_RALLY_POINT,
            common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
            (0.0, 0.0, 0.0, 0.0),
            _e7(point.position.lat_deg),
            _e7(point.position.lon_deg),
            point.height_agl_m,
        )
        for point in points
    )


def _e7(degrees: float) -> int:
    return round(degrees * 1e7)
