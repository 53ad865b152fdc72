"""Has a recording's client talk to the simulated autopilot: its own frames, at their recorded times."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import replace

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.aboard.gripper import Jaws
from sitl.autopilot.rates import PX4_OFFBOARD, Rates
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from sitl.motion.settings import CAR
from tests.sitl.golden.dialogue import Clock, Mark, Spoken, parse, tracks
from tests.vehicles.mavlink.recordings import FOLDER, frames
from vehicles.mavlink.links.link import memory_pair
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

HOMES = {1: GeoPoint(47.3977420, 8.5455940), 2: GeoPoint(47.3979420, 8.5455940)}
"""Where PX4's instances stood, by system id."""
HOME_AMSL_M = 489.4
QUAD = replace(DELIVERY_DRONE, name="sih-quad", cruise_mps=12.0, climb_mps=3.0, descend_mps=1.5)
ROVER = replace(SIDEWALK_ROBOT, name="sih-rover", cruise_mps=3.0)
STOCK = {
    "MPC_XY_CRUISE": 5.0,
    "MPC_XY_VEL_MAX": 12.0,
    "MPC_TKO_SPEED": 1.5,
    "SIH_KDV": 1.0,
    "MPC_Z_V_AUTO_UP": 3.0,
    "MPC_Z_VEL_MAX_UP": 3.0,
    "MPC_Z_V_AUTO_DN": 1.5,
    "MPC_Z_VEL_MAX_DN": 1.5,
}
"""What PX4 comes with; ours is set as the maker of its profile would have it."""
_NEAR_TOP = "NAV_MC_ALT_RAD"
_RATES: Rates = {**PX4_OFFBOARD, 30: 2.0, 31: 0.0, 32: 5.0, 33: 4.0, 111: 0.5, 141: 0.5, 74: 1.0}
_QUIET: Rates = {number: rate_hz for number, rate_hz in _RATES.items() if rate_hz}


class Recording:
    """A dialogue as recorded: what the client asked, what PX4 told, how full its battery was."""

    def __init__(self, name: str) -> None:
        raw = list(frames(name))
        stamps = _stamps(name)
        spoken = [Spoken(at_s, parse(frame), frame) for at_s, frame in zip(stamps, raw, strict=True)]
        clock = Clock(
            (one.at_s, one.message.time_boot_ms / 1000.0)
            for one in spoken
            if one.message.get_type() in {"ATTITUDE", "SYSTEM_TIME"} and one.frame[5] < 200
        )
        timed = [Spoken(clock(one.at_s), one.message, one.frame) for one in spoken]
        self.asked = [one for one in timed if one.frame[5] >= 200]
        self.told = [one for one in timed if one.frame[5] < 200]
        self.system_id = self.told[0].frame[5]
        self.charge = [
            (one.at_s, one.message.battery_remaining / 100.0)
            for one in self.told
            if one.message.get_type() == "SYS_STATUS" and one.message.battery_remaining >= 0
        ]

    @property
    def climbed_at_s(self) -> float | None:
        """When its first take-off was done, for a mission that goes on from there; see `_played`."""
        reached = (one.at_s for one in self.told if one.message.get_type() == "MISSION_ITEM_REACHED")
        return None if self.rolls else next(reached, None)

    @property
    def rolls(self) -> bool:
        """Whether it is a rover's."""
        return any(one.message.get_type() == "HEARTBEAT" and one.message.type == 10 for one in self.told)

    @property
    def asked_parameters(self) -> frozenset[str]:
        """Names that the client read or set."""
        return frozenset(
            one.message.param_id
            for one in self.asked
            if one.message.get_type() in {"PARAM_REQUEST_READ", "PARAM_SET"}
        )

    @property
    def asked_at_s(self) -> list[float]:
        """When it asked for anything; heartbeats and setpoints ask for nothing."""
        idle = {"HEARTBEAT", "PING", "TIMESYNC", "SET_POSITION_TARGET_LOCAL_NED"}
        return [one.at_s for one in self.asked if one.message.get_type() not in idle]

    def tracks(self) -> dict[str, list[Mark]]:
        """What PX4 told, from the client's first word on."""
        return tracks(self.told, self.asked_parameters)


def _stamps(name: str) -> list[float]:
    data, at, stamps = (FOLDER / f"{name}.tlog").read_bytes(), 0, []
    while at < len(data):
        (stamp_us,) = struct.unpack_from(">Q", data, at)
        stamps.append(stamp_us / 1e6)
        start = at + 8
        size = (
            12 + data[start + 1] + 13 * (data[start + 2] & 1) if data[start] == 0xFD else 8 + data[start + 1]
        )
        at = start + size
    return stamps


def simulated(recording: Recording) -> list[Spoken]:
    """The same requests to the simulated autopilot, and what it told."""
    return run_virtual(_played(recording, ROVER if recording.rolls else QUAD), 1_790_000_000.0)


async def _played(recording: Recording, profile: VehicleProfile) -> list[Spoken]:
    ours, theirs = memory_pair()
    began_s = asyncio.get_running_loop().time()
    heard: list[Spoken] = []

    def now_s() -> float:
        return asyncio.get_running_loop().time() - began_s

    def hear(datagram: bytes) -> bool:
        heard.append(Spoken(now_s(), parse(datagram), datagram))
        return True

    await ours.open(hear)
    autopilot = Autopilot(
        theirs,
        profile,
        Waypoint(HOMES[recording.system_id]),
        recording.system_id,
        3,
        home_amsl_m=HOME_AMSL_M,
        rates=_QUIET,
        parameters=_parameters(recording),
    )
    living = asyncio.create_task(autopilot.run())
    autopilot.flight.airframe.gripper.jaws = Jaws.CLOSED  # PX4's closes when it starts, ours stands open
    battery = autopilot.flight.airframe.battery
    for at_s, do in _agenda(recording):
        await asyncio.sleep(max(0.0, at_s - now_s()))
        match do:
            case bytes():
                ours.send(do)
            case float():
                battery.left_wh = do * profile.battery_wh
            case None:
                autopilot.parameters.change(_NEAR_TOP, 0.8)
    await asyncio.sleep(max(0.0, recording.told[-1].at_s - now_s()))
    living.cancel()
    return heard


def _agenda(recording: Recording) -> Sequence[tuple[float, bytes | float | None]]:
    """What happens when: the client's frames, the battery that PX4's simulation gave it, its climb's end.

    PX4 took itself for up to a metre too low, and so its first take-off to be done up to two seconds later.
    """
    words: list[tuple[float, bytes | float | None]] = [(one.at_s, one.frame) for one in recording.asked]
    climbed = [] if recording.climbed_at_s is None else [(recording.climbed_at_s, None)]
    return sorted([*words, *recording.charge, *climbed], key=lambda entry: entry[0])


def _parameters(recording: Recording) -> dict[str, float]:
    """PX4's as recorded started: the rover's return height is another one."""
    if recording.rolls:
        return {"RTL_RETURN_ALT": 60.0, "CA_AIRFRAME": CAR}
    return STOCK if recording.climbed_at_s is None else {**STOCK, _NEAR_TOP: 0.0}
