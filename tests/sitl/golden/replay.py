"""Has a recording's client talk to the simulated autopilot: its own frames, at their recorded times."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unittest import mock

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl import robot
from sitl.autopilot.rates import PX4_OFFBOARD, Rates
from sitl.autopilot.server import Autopilot
from sitl.gripper import Jaws
from sitl.loop import run_virtual
from sitl.steps import ChangeSpeed, Step
from tests.sitl.golden.dialogue import Clock, Mark, Spoken, parse, tracks
from tests.vehicles.mavlink.recordings import FOLDER, frames
from vehicles.mavlink.links.link import memory_pair
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

HOMES = {1: GeoPoint(47.3977420, 8.5455940), 2: GeoPoint(47.3979420, 8.5455940)}
"""Where PX4's instances stood, by system id."""
HOME_AMSL_M = 489.4
QUAD = replace(DELIVERY_DRONE, name="sih-quad")
ROVER = replace(SIDEWALK_ROBOT, name="sih-rover")
_RATES: Rates = {**PX4_OFFBOARD, 30: 2.0, 31: 0.0, 32: 2.0, 33: 4.0, 111: 0.5, 141: 0.5, 74: 1.0}
_QUIET: Rates = {number: rate_hz for number, rate_hz in _RATES.items() if rate_hz}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the airframe of a recording covered ground and height, smooth starts and corners included.

    PX4's quadrotor flies 5 m/s, takes off at 1.5 and lands at 0.7, ours each at one speed: the golden
    dialogues are about what is said, not about motion.
    """

    cruise_mps: float = 3.4
    climb_mps: float = 1.0
    descend_mps: float = 1.0
    overspeed: float = 1.0
    """PX4's rover, told to drive 1 m/s, drove 1.45 m/s and straighter."""


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


def simulated(recording: Recording, pace: Pace) -> dict[str, list[Mark]]:
    """The same requests to the simulated autopilot, and what it told."""
    profile = replace(
        ROVER if recording.rolls else QUAD,
        cruise_mps=pace.cruise_mps,
        climb_mps=pace.climb_mps,
        descend_mps=pace.descend_mps,
    )
    with mock.patch.multiple(robot, _ACCELERATION_MPS2=4.0, BRAKING_MPS2=2.0):  # a car, not a sidewalk robot
        heard = run_virtual(_played(recording, profile, pace), 1_790_000_000.0)
    return tracks(heard, recording.asked_parameters)


async def _played(recording: Recording, profile: VehicleProfile, pace: Pace) -> list[Spoken]:
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
    as_read = autopilot.reader.steps
    autopilot.reader.steps = lambda items: tuple(_faster(step, pace) for step in as_read(items))  # type: ignore[method-assign]
    living = asyncio.create_task(autopilot.run())
    autopilot.flight.airframe.gripper.jaws = Jaws.CLOSED  # PX4's closes when it starts, ours stands open
    battery = autopilot.flight.airframe.battery
    for at_s, do in _agenda(recording):
        await asyncio.sleep(max(0.0, at_s - now_s()))
        if isinstance(do, bytes):
            ours.send(do)
        else:
            battery.left_wh = do * profile.battery_wh
    await asyncio.sleep(max(0.0, recording.told[-1].at_s - now_s()))
    living.cancel()
    return heard


def _faster(step: Step, pace: Pace) -> Step:
    return ChangeSpeed(step.speed_mps * pace.overspeed) if isinstance(step, ChangeSpeed) else step


def _agenda(recording: Recording) -> Sequence[tuple[float, bytes | float]]:
    """What happens when: the client's frames, and the battery that PX4's simulation gave it."""
    words: list[tuple[float, bytes | float]] = [(one.at_s, one.frame) for one in recording.asked]
    return sorted([*words, *recording.charge], key=lambda entry: entry[0])


def _parameters(recording: Recording) -> dict[str, float]:
    """PX4's as recorded started: the rover's return height is another one."""
    return {"RTL_RETURN_ALT": 60.0} if recording.rolls else {}
