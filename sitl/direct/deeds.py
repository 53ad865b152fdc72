"""What a fleet command asks of the autopilot of a simulated vehicle in this process, and its objections."""

from __future__ import annotations

from typing import assert_never

from sitl.aboard.flight import Flight
from sitl.aboard.gripper import Jaws
from sitl.aboard.onboard_mission import Finish
from sitl.direct.sample import Sampler
from sitl.motion.robot import ROLLING_MPS
from vehicles.telemetry import Mode
from vehicles.vehicle import Command, Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start


def do(flight: Flight, sampler: Sampler, command: Command) -> tuple[str, ...]:
    """Tell the autopilot to; its objections. What comes of it shows later."""
    objections: tuple[str, ...] = ()
    match command:
        case Grip(parcel_id):
            flight.airframe.grip(Jaws.CLOSED, sampler.mass_kg(parcel_id), flight.age_s)
        case LetGo():
            flight.airframe.grip(Jaws.OPEN, 0.0, flight.age_s)
        case Start():
            objections = flight.start(0)
            if objections and not flight.armed:
                flight.choose(Mode.HOLD)  # as a driver has it do: armed in Mission it would set off
        case Resume():
            objections = _resume(flight)
        case Hold():
            objections = flight.choose(Mode.HOLD)
        case Return():
            objections = flight.choose(Mode.RETURN)
        case Land():
            objections = _land(flight)
        case ShutDown():
            objections = flight.disarm(by="external command")
        case _:
            assert_never(command)
    return objections


def _resume(flight: Flight) -> tuple[str, ...]:
    """Go on along its line, as a driver has it: a mission sent to its item in flight begins with no climb."""
    objections = flight.choose(Mode.MISSION)
    goes_on = not objections and flight.mission.finish is Finish.NOT_YET
    if goes_on and flight.airframe.flies and not flight.airframe.on_ground:
        flight.jump(flight.mission.index)
    return objections


def _land(flight: Flight) -> tuple[str, ...]:
    """A robot stops, and is disarmed where that is at rest; a drone lands."""
    if flight.airframe.flies:
        return flight.choose(Mode.LAND)
    flight.choose(Mode.HOLD)
    if flight.airframe.body.speed_mps <= ROLLING_MPS:
        flight.disarm(by="external command")
    return ()
