"""What a look at a simulated vehicle tells and settles, as the MAVLink driver has it."""

from __future__ import annotations

from geofences.reason import Because, Reason
from sitl.aboard.flight import Flight
from sitl.motion.robot import ROLLING_MPS
from vehicles.mission import Mission, MissionId, VehiclePlan
from vehicles.telemetry import Landed, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Command,
    Grip,
    Land,
    LetGo,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
)


def settle(command: Command, look: Telemetry, held: MissionId | None) -> Accepted | Refused | None:
    """`Accepted` where it does so already, `Refused` where its state forbids it, None: ask it."""
    on_mission = look.armed and look.mode is Mode.MISSION
    moving = look.landed is Landed.IN_MOTION
    settled: Accepted | Refused | None = None
    match command:
        case Start(mission_id) | Resume(mission_id) if mission_id != held:
            text = f"It holds {_name(held)}: there is nothing to go on with."
            settled = refused(Because.INPUT, "mission_id", text)
        case Start() | Resume() if on_mission:
            settled = Accepted()
        case Start() if moving:
            settled = refused(Because.BUSY, "start", "It is in motion already; ask it to resume instead.")
        case Resume() if not look.armed:
            settled = refused(Because.BUSY, "resume", "It is disarmed: there is nothing to resume.")
        case Grip() if moving:
            settled = refused(Because.BUSY, "grip", "It is in motion; a parcel is taken aboard at rest.")
        case LetGo() if moving:
            settled = refused(Because.BUSY, "let_go", "It is in motion; a parcel is given back at rest.")
        case ShutDown() if not look.armed:
            settled = Accepted()
        case Land() | Return() if not look.armed and not moving:
            settled = _down_already(command)
        case ShutDown() if moving:
            text = "It is in motion; it can be shut down at rest only."
            settled = refused(Because.BUSY, "shut_down", text)
        case _:
            pass
    return settled


def _down_already(command: Command) -> Accepted | Refused:
    if isinstance(command, Land):
        return Accepted()
    return refused(Because.BUSY, "return", "It is disarmed on the ground: it does not fly home by itself.")


def settle_load(plan: VehiclePlan, held: Mission | None, flight: Flight) -> Accepted | Refused | None:
    """What a look settles before a plan is sent: the mission under way is loaded, and no other may be."""
    if flight.armed and held == plan.mission:
        return Accepted()
    if flight.armed and flight.mode is not Mode.HOLD:
        text = f"It is under way in mode {flight.mode.value}; hold it before giving it another plan."
        return refused(Because.BUSY, plan.mission.vehicle_id, text)
    return None


def landed(flight: Flight) -> Landed:
    """Whether it stands; a robot's motion is told by its speed."""
    moving = flight.airframe.body.speed_mps > ROLLING_MPS
    if flight.airframe.flies:
        moving = not flight.airframe.on_ground
    return Landed.IN_MOTION if moving else Landed.ON_GROUND


def refused(because: Because, subject: str, text: str) -> Refused:
    """A "no" for one reason."""
    return Refused((Reason(because, subject, text),))


def _name(held: MissionId | None) -> str:
    return "no mission of ours" if held is None else "another mission"
