"""A simulated PX4 standard VTOL on the wire, as a real one (airframe 10043) was seen to answer and to fly."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from sitl.autopilot.server import Autopilot
from sitl.motion.body import Place
from tests.sitl.station import with_station
from tests.sitl.test_autopilot_missions import LAT, LON, Planner, Row
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL

TO_WING, TO_ROTORS, ON_ROTORS, ON_WING = 1, 2, 3, 4
ACCEPTED, REJECTED, FIXED_ROTOR = 0, 1, 22
FAR = LAT + 80000  # some 890 m north
FLIGHT: tuple[Row, ...] = (
    (84, 6, LAT + 10000, LON, 60.0, 0.0),
    (178, 2, 0, 0, 0.0, 0.0),
    (16, 6, FAR, LON, 60.0, 0.0),
    (3000, 2, 0, 0, 0.0, float(ON_ROTORS)),
    (16, 6, FAR, LON, 8.0, 2.0),
    (16, 6, FAR, LON, 60.0, 0.0),
    (3000, 2, 0, 0, 0.0, float(ON_WING)),
    (16, 6, LAT, LON, 60.0, 0.0),
    (85, 6, LAT, LON, 0.0, 0.0),
)


def test_a_vtol_says_what_carries_it_through_a_delivery() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        station.beat()
        assert (await station.latest("HEARTBEAT")).type == FIXED_ROTOR
        assert (await station.upload(FLIGHT)) == [0]
        assert await station.command(300, 0.0, 0.0) == [ACCEPTED]
        states: list[int] = []
        lowest_m = 99.0
        while not states or autopilot.flight.armed:
            await asyncio.sleep(0.5)
            state = (station.all("EXTENDED_SYS_STATE") or [await station.latest("EXTENDED_SYS_STATE")])[-1]
            if not states or states[-1] != state.vtol_state:
                states.append(state.vtol_state)
            body = autopilot.flight.airframe.body
            if body.north_m > 850.0:
                lowest_m = min(lowest_m, body.height_agl_m)
                assert body.height_agl_m > 50.0 or body.speed_mps < DELIVERY_VTOL.stall_mps
        there_and_back = [ON_ROTORS, TO_WING, ON_WING]
        assert states[:3] == there_and_back
        assert states.count(ON_WING) == 2
        assert states[-1] == ON_ROTORS
        assert all(b in {TO_WING, ON_WING, ON_ROTORS, TO_ROTORS} and a != b for a, b in pairwise(states))
        assert 7.0 < lowest_m < 9.0
        assert autopilot.flight.airframe.body.place.away_m(Place(0.0, 0.0, 0.0)) < 1.0

    with_station(Planner, act, profile=DELIVERY_VTOL)


def test_a_transition_is_answered_by_a_vtol_alone_and_not_begun_in_a_return() -> None:
    async def vtol(station: Planner, autopilot: Autopilot) -> None:
        assert await station.command(3000, float(ON_WING)) == [ACCEPTED]
        assert (await station.latest("EXTENDED_SYS_STATE")).vtol_state == ON_WING  # on the ground at once
        assert (await station.latest("HEARTBEAT")).system_status == 0  # and it cannot be armed so
        assert await station.command(3000, float(ON_ROTORS)) == [ACCEPTED]
        assert await station.command(85) == [3]  # a landing is an item, no command
        assert autopilot.parameters.value("MAV_TYPE") == FIXED_ROTOR
        assert autopilot.parameters.value("RTL_TYPE") == 1

    async def copter(station: Planner, _: Autopilot) -> None:
        assert await station.command(3000, float(ON_WING)) == []

    with_station(Planner, vtol, profile=DELIVERY_VTOL)
    with_station(Planner, copter, profile=DELIVERY_DRONE)
