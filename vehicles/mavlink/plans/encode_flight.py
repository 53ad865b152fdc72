"""A flight as mission items: multicopters, and VTOLs that go far on the wing and hover on their rotors."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import distance_m
from vehicles.handover import HoverRelease, LandAndRelease, PlaceOnGround, WinchDown, one_way_s, stay_s
from vehicles.mavlink.autopilots.autopilot import Winching
from vehicles.mavlink.plans.items import (
    HANDOVER_RADIUS_M,
    ON_GROUND_M,
    CannotSayError,
    Draft,
    above,
    act,
    on_the_pad_only,
    place,
)
from vehicles.mission import Dock, DropOff, Mission, PickUp, Travel, Wait
from vehicles.profile import Airframe

CORNER_RADIUS_M = 2.0
"""How near a drone must pass a corner: tighter than the autopilot's default, so that it cuts none."""
WING_FROM_M = 250.0
"""A shorter level way is flown on the rotors: turning to the wing and back takes some 150 m."""

_WINCH_DELIVER = float(common.WINCH_DELIVER)
"""Let out, touch down, release, reel in, lock."""
_WINCH_LENGTH = float(common.WINCH_RELATIVE_LENGTH_CONTROL)


class Flight:
    """Says the legs of one mission, in order, into a draft."""

    def __init__(self, draft: Draft, airframe: Airframe, winching: Winching = Winching.DELIVERS) -> None:
        self._draft = draft
        self._winching = winching
        self._vtol = airframe is Airframe.VTOL
        self._on_wing = False

    def leg(self, mission: Mission, number: int) -> None:
        """Add the items of one leg. Raises `CannotSayError` where there are none that say it."""
        draft = self._draft
        leg = mission.legs[number]
        match leg:
            case PickUp():
                on_the_pad_only(draft)
            case Travel(path, speed_mps):
                landing_next = isinstance(mission.legs[number + 1], Dock)
                self._fly_path(path.waypoints, speed_mps, landing_next=landing_next)
            case DropOff():
                self._hand_over(leg)
            case Wait(service_s):
                if draft.here is None:
                    raise CannotSayError("a drone waits at a place: a way must come first")
                draft.hover(draft.here, service_s)
            case Dock(at):
                land = common.MAV_CMD_NAV_VTOL_LAND if self._vtol else common.MAV_CMD_NAV_LAND
                draft.go(Waypoint(at.position, 0.0), land)
            case _:
                assert_never(leg)

    def _fly_path(self, waypoints: tuple[Waypoint, ...], speed_mps: float, *, landing_next: bool) -> None:
        draft, first = self._draft, waypoints[0]
        if not draft.items and first.height_agl_m < ON_GROUND_M:
            self._take_off(waypoints)
        draft.set_speed(speed_mps)
        begin = 1 if first.height_agl_m < ON_GROUND_M else 0
        end = len(waypoints) - (landing_next and waypoints[-1].height_agl_m < ON_GROUND_M)
        for waypoint in waypoints[begin:end]:
            if waypoint.height_agl_m < ON_GROUND_M:
                raise CannotSayError("its path touches the ground on the way")
            self._change_to(waypoint)
            draft.go_on(waypoint, CORNER_RADIUS_M)

    def _take_off(self, waypoints: tuple[Waypoint, ...]) -> None:
        """First of all: PX4 refuses missions where something stands before it."""
        top = Waypoint(waypoints[0].position, waypoints[1].height_agl_m)
        if top.height_agl_m < ON_GROUND_M:
            raise CannotSayError("its path does not leave the ground")
        if not self._vtol:
            self._draft.go(top, common.MAV_CMD_NAV_TAKEOFF)
            return
        # A VTOL climbs where it stands, and turns to the wing towards the place of the item.
        ahead = next((point for point in waypoints[1:] if not above(point, top)), top)
        self._draft.go(Waypoint(ahead.position, top.height_agl_m), common.MAV_CMD_NAV_VTOL_TAKEOFF)
        self._on_wing = True

    def _change_to(self, waypoint: Waypoint) -> None:
        """For a VTOL: rotors for what goes straight down or is short, the wing for what is long."""
        here = self._draft.here
        if not self._vtol or here is None:
            return
        if above(here, waypoint):
            self._transition(to_wing=False)
        elif distance_m(here.position, waypoint.position) >= WING_FROM_M:
            self._transition(to_wing=True)

    def _transition(self, *, to_wing: bool) -> None:
        if self._on_wing is to_wing:
            return
        state = common.MAV_VTOL_STATE_FW if to_wing else common.MAV_VTOL_STATE_MC
        self._draft.add(act(common.MAV_CMD_DO_VTOL_TRANSITION, float(state)))
        self._on_wing = to_wing

    def _hand_over(self, leg: DropOff) -> None:
        draft, at = self._draft, leg.at
        if at.height_agl_m < ON_GROUND_M:
            raise CannotSayError("a drone comes to its drop-off in the air, and goes down from there")
        if self._vtol:
            self._transition(to_wing=False)
        draft.go_on(at, HANDOVER_RADIUS_M)
        handover = leg.handover
        match handover:
            case HoverRelease():
                draft.release()
                draft.hover(at, leg.service_s)
            case WinchDown():
                self._winch(leg, handover)
            case LandAndRelease():
                # What follows the landing takes off by itself; without it PX4 would stand there, armed.
                draft.go(Waypoint(at.position, 0.0), common.MAV_CMD_NAV_LAND)
                draft.release()
                draft.hover(at, 0.0)
            case PlaceOnGround(most_m=most_m):
                lower = common.MAV_CMD_NAV_PAYLOAD_PLACE
                down = place(lower, at.position, at.height_agl_m, stay_s=most_m)
                draft.add(replace(down, params=(most_m, 0.0, 0.0, 0.0)))  # ArduPilot refuses a NaN here
                draft.hover(at, leg.service_s)
            case _:
                assert_never(handover)

    def _winch(self, leg: DropOff, handover: WinchDown) -> None:
        """Nothing opens in the air: a hook that never felt the ground comes up with its parcel, and home."""
        draft, length_m, rate_mps = self._draft, handover.length_m, handover.rate_mps
        match self._winching:
            case Winching.DELIVERS:
                draft.add(act(common.MAV_CMD_DO_WINCH, 1.0, _WINCH_DELIVER, length_m, rate_mps))
                draft.hover(leg.at, stay_s(handover, leg.service_s))
            case Winching.BY_LENGTH:
                draft.add(act(common.MAV_CMD_DO_WINCH, 1.0, _WINCH_LENGTH, length_m, rate_mps))
                draft.hover(leg.at, leg.service_s + one_way_s(handover))
                draft.add(act(common.MAV_CMD_DO_WINCH, 1.0, _WINCH_LENGTH, -length_m, rate_mps))
                draft.hover(leg.at, one_way_s(handover))
            case _:
                assert_never(self._winching)
