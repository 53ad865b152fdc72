"""A flight as mission items: multicopters, and VTOLs that go far on the wing and hover on their rotors."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import bearing_deg, destination
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
)
from vehicles.mission import Dock, DropOff, Mission, PickUp, Travel, Wait
from vehicles.profile import Airframe, VehicleProfile
from vehicles.wing import is_flown_through, on_wing

CORNER_RADIUS_M = 2.0
"""How near a drone must pass a corner: tighter than the autopilot's default, so that it cuts none."""
_BESIDE_THE_DOOR_M = 5.0
"""A PX4 that came to stand further from its line than the next place's radius does not take off from there:
it goes for the nearest place on the line, which is beside it. It rises straight up."""
_UNDER_WAY_M = 120.0
"""A VTOL is on its wing so far from where it took off."""
_WINCH_DELIVER = float(common.WINCH_DELIVER)
"""Let out, touch down, release, reel in, lock."""
_WINCH_LENGTH = float(common.WINCH_RELATIVE_LENGTH_CONTROL)


class Flight:
    """Says the legs of one mission, in order, into a draft."""

    def __init__(self, draft: Draft, profile: VehicleProfile, winching: Winching = Winching.DELIVERS) -> None:
        self._draft = draft
        self._profile = profile
        self._winching = winching
        self._vtol = profile.airframe is Airframe.VTOL
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
                self._transition(to_wing=False)
                draft.hover(draft.here, service_s)
            case Dock(at):
                land = common.MAV_CMD_NAV_VTOL_LAND if self._vtol else common.MAV_CMD_NAV_LAND
                draft.go(replace(at, height_agl_m=0.0), land)
            case _:
                assert_never(leg)

    def _fly_path(self, waypoints: tuple[Waypoint, ...], speed_mps: float, *, landing_next: bool) -> None:
        draft, first = self._draft, waypoints[0]
        wings = on_wing(self._profile, waypoints)
        begin = 1 if first.height_agl_m < ON_GROUND_M else 0
        if not draft.items and begin:
            begin = self._take_off(waypoints, wings)
        if not self._vtol:
            draft.set_speed(speed_mps)
        end = len(waypoints) - (landing_next and waypoints[-1].height_agl_m < ON_GROUND_M)
        for number in range(begin, end):
            if waypoints[number].height_agl_m < ON_GROUND_M:
                raise CannotSayError("its path touches the ground on the way")
            if self._vtol and number > 0:
                self._change_to(waypoints, wings, number, speed_mps)
            draft.go_on(waypoints[number], CORNER_RADIUS_M)

    def _take_off(self, waypoints: tuple[Waypoint, ...], wings: tuple[bool, ...]) -> int:
        """First of all: PX4 refuses missions where something stands before it. Gives what to go to next."""
        top = replace(waypoints[1], position=waypoints[0].position)
        if top.height_agl_m < ON_GROUND_M:
            raise CannotSayError("its path does not leave the ground")
        ahead = next((n for n, point in enumerate(waypoints) if n > 0 and not above(point, top)), 0)
        if not wings[ahead - 1] or ahead == 0:
            self._draft.go(top, common.MAV_CMD_NAV_TAKEOFF)
            return 1
        # A VTOL climbs where it stands, turns to the wing towards the place of the item, and flies there at
        # a speed of its own: that is told only then, so the place is near.
        bearing = bearing_deg(top.position, waypoints[ahead].position)
        near = destination(top.position, bearing, _UNDER_WAY_M)
        self._draft.go(replace(top, position=near), common.MAV_CMD_NAV_VTOL_TAKEOFF)
        self._on_wing = True
        return ahead

    def _change_to(
        self, waypoints: tuple[Waypoint, ...], wings: tuple[bool, ...], number: int, speed_mps: float
    ) -> None:
        """What carries a VTOL there, and how fast. It hovers at a corner that its wing does not fly."""
        to_wing, waypoint = wings[number - 1], waypoints[number]
        through = number < 2 or is_flown_through(self._profile, *waypoints[number - 2 : number + 1])
        if to_wing and wings[number - 2] and not through:
            self._transition(to_wing=False)
        self._transition(to_wing=to_wing)
        if self._draft.here is None or not above(self._draft.here, waypoint):
            # PX4 keeps one speed for the rotors and one for the wing, and sets that of what carries it.
            self._draft.set_speed(speed_mps if to_wing else min(speed_mps, self._profile.rotor_mps))

    def _transition(self, *, to_wing: bool) -> None:
        if not self._vtol or self._on_wing is to_wing:
            return
        state = common.MAV_VTOL_STATE_FW if to_wing else common.MAV_VTOL_STATE_MC
        self._draft.add(act(common.MAV_CMD_DO_VTOL_TRANSITION, float(state)))
        self._on_wing = to_wing

    def _hand_over(self, leg: DropOff) -> None:
        draft, at = self._draft, leg.at
        if at.height_agl_m < ON_GROUND_M:
            raise CannotSayError("a drone comes to its drop-off in the air, and goes down from there")
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
                draft.go(replace(at, height_agl_m=0.0), common.MAV_CMD_NAV_LAND)
                draft.release()
                draft.go(at, common.MAV_CMD_NAV_WAYPOINT, _BESIDE_THE_DOOR_M)
            case PlaceOnGround(most_m=most_m):
                lower = common.MAV_CMD_NAV_PAYLOAD_PLACE
                down = draft.placed(lower, at, stay_s=most_m)
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
