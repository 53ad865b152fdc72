"""What may differ between autopilots, as data: filled in by `px4` and `ardupilot`, joined in `autopilots`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.safe_set import Needs, Safe
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.own_return import OwnReturn
from vehicles.profile import Airframe
from vehicles.telemetry import Mode

AIRFRAMES: Mapping[int, Airframe] = MappingProxyType(
    {
        common.MAV_TYPE_QUADROTOR: Airframe.MULTICOPTER,
        common.MAV_TYPE_COAXIAL: Airframe.MULTICOPTER,
        common.MAV_TYPE_HELICOPTER: Airframe.MULTICOPTER,
        common.MAV_TYPE_HEXAROTOR: Airframe.MULTICOPTER,
        common.MAV_TYPE_OCTOROTOR: Airframe.MULTICOPTER,
        common.MAV_TYPE_TRICOPTER: Airframe.MULTICOPTER,
        common.MAV_TYPE_DODECAROTOR: Airframe.MULTICOPTER,
        common.MAV_TYPE_DECAROTOR: Airframe.MULTICOPTER,
        common.MAV_TYPE_VTOL_DUOROTOR: Airframe.VTOL,
        common.MAV_TYPE_VTOL_QUADROTOR: Airframe.VTOL,
        common.MAV_TYPE_VTOL_TILTROTOR: Airframe.VTOL,
        22: Airframe.VTOL,  # MAV_TYPE_VTOL_FIXEDROTOR, which the dialect at hand calls reserved
        23: Airframe.VTOL,  # MAV_TYPE_VTOL_TAILSITTER
        24: Airframe.VTOL,  # MAV_TYPE_VTOL_TILTWING
        common.MAV_TYPE_GROUND_ROVER: Airframe.ROVER,
    }
)
"""MAV_TYPEs that a delivery can be made with, and what they are to the fleet."""

STANDARD_MODES: Mapping[int, Mode] = MappingProxyType(
    {
        1: Mode.MANUAL,  # MAV_STANDARD_MODE_POSITION_HOLD: a person steers
        2: Mode.OTHER,  # ORBIT
        3: Mode.MANUAL,  # CRUISE
        4: Mode.MANUAL,  # ALTITUDE_HOLD
        5: Mode.RETURN,  # SAFE_RECOVERY
        6: Mode.MISSION,
        7: Mode.LAND,
        8: Mode.TAKE_OFF,
    }
)
"""MAV_STANDARD_MODE of CURRENT_MODE: what a mode does, whatever its custom number. 0 is none of them."""


@dataclass(frozen=True, slots=True)
class NamedMode:
    """A custom mode: what it is to the fleet, and the autopilot's own name for it."""

    mode: Mode
    text: str


@dataclass(frozen=True, slots=True)
class ModeNumbers:
    """What DO_SET_MODE wants: parameter 2 (custom mode; PX4's main mode) and 3 (PX4's sub mode)."""

    main: int
    sub: int = 0


class Arming(Enum):
    """What MISSION_START does about arming."""

    BY_MISSION_START = "MISSION_START arms by itself"
    BEFORE_MISSION_START = "it must be armed first, by COMPONENT_ARM_DISARM"


@dataclass(frozen=True, slots=True)
class Starting:
    """How a loaded mission is set off: `from_mode` first where one is given, MISSION_START last."""

    arming: Arming
    from_mode: ModeNumbers | None = None


class Values(Enum):
    """How a whole number travels in PARAM_SET and PARAM_VALUE, both of which carry a float."""

    BYTEWISE = "the bytes of the integer"
    BY_VALUE = "converted to a float"


class FirstItem(Enum):
    """What item 0 of a mission is."""

    MISSION = "the mission begins there"
    HOME = "it is the home position; the mission begins with item 1"

    @property
    def mission_seq(self) -> int:
        """The autopilot's number of the first item of what we call the mission."""
        return 1 if self is FirstItem.HOME else 0


class PlanIds(Enum):
    """Whether `opaque_id`, `mission_id`, `fence_id` and `rally_points_id` are told."""

    ECHOED = "told in MISSION_ACK and MISSION_CURRENT"
    NONE = "not told: a list is read back"


class CallingOff(Enum):
    """How an upload that was begun is ended before its time."""

    BY_ACK = "MISSION_ACK with OPERATION_CANCELLED"
    BY_CLEARING = "MISSION_CLEAR_ALL; a MISSION_ACK from us is not listened to"


class Winching(Enum):
    """How a mission has a winch hand over; its hook lets go by itself once the parcel stands."""

    DELIVERS = "it is told to deliver, and lowers, lets go and reels in by itself"
    BY_LENGTH = "it is told the line to let out, and to take in"


PASSING = frozenset({common.MAV_MISSION_ERROR})
"""MAV_MISSION_RESULTs that do not always end an upload. PX4 answers ERROR to an offer while another transfer
is under way, which it forgets after 5 s, and to a late copy of this very offer, and then goes on."""


class Ending(Enum):
    """How a mission that ends with a landing tells that it is over."""

    COMPLETE = "its state says COMPLETE"
    DISARMED = "it disarms on the ground at its last item, and then stands at its first one again"


def _as_it_is(_: PlanPart, items: tuple[Item, ...]) -> tuple[Item, ...]:
    return items


def _unraised(items: tuple[Item, ...], _height_m: float) -> tuple[Item, ...]:
    return items


def _can(_: tuple[Item, ...]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class PlanQuirks:
    """What is particular about the mission protocol.

    `passing` are results after which an upload may go on: the offer is made again, or the next item asked
    for. `listed` gives a list as it is sent, `kept` what it reads back as, without an item that is no part of
    the mission. `cannot` tells why a mission's items would be taken and not be done, or nothing. `winching`
    is what its missions can have a winch do. `raised` gives a mission's items the heights that they need
    beyond what they ask for, by how high home is above the sea.
    """

    first_item: FirstItem
    ids: PlanIds
    calling_off: CallingOff = CallingOff.BY_ACK
    passing: frozenset[int] = PASSING
    ending: Ending = Ending.COMPLETE
    listed: Callable[[PlanPart, tuple[Item, ...]], tuple[Item, ...]] = _as_it_is
    kept: Callable[[PlanPart, tuple[Item, ...]], tuple[Item, ...]] = _as_it_is
    cannot: Callable[[tuple[Item, ...]], str] = _can
    winching: Winching = Winching.DELIVERS
    raised: Callable[[tuple[Item, ...], float], tuple[Item, ...]] = _unraised


@dataclass(frozen=True, slots=True)
class Autopilot:
    """One autopilot: its MAV_AUTOPILOT, its modes, how it is set off, its parameters, its words.

    `modes` gives for each airframe the custom modes of its heartbeat; `orders` the numbers that set a
    mode. `streams_hz` maps message ids to rates; whatever else arrives is switched off. `complaints` are
    beginnings of its texts that mean an uploaded plan will not be obeyed, though every message of it was
    acknowledged; `release_failures` those that mean a gripper did not let go. `disarms` are the airframes
    that disarm by themselves at the end of a mission. `safe_set` declares what its parameters must be.
    `rechecks` are texts with which it refuses to start a mission that it is checking anew. `climbs_above_m`:
    it begins a mission in the air with a climb where the next place is so much higher; None: it never does.
    `own_return` is how it comes home by itself, from the values of its parameters `return_names`; None where
    they do not tell. `speed_limits` names for an airframe the parameter that no mission is flown faster than.
    """

    name: str
    mav_autopilot: int
    modes: Mapping[Airframe, Mapping[int, NamedMode]]
    orders: Mapping[Airframe, Mapping[Mode, ModeNumbers]]
    starting: Mapping[Airframe, Starting]
    streams_hz: Mapping[int, float]
    complaints: tuple[str, ...]
    release_failures: tuple[str, ...]
    values: Values
    safe_set: Callable[[Needs], tuple[Safe, ...]]
    plan: PlanQuirks
    disarms: frozenset[Airframe]
    return_names: tuple[str, ...]
    own_return: Callable[[Mapping[str, float | None], Airframe], OwnReturn | None]
    speed_limits: Mapping[Airframe, str]
    rechecks: tuple[str, ...] = ()
    climbs_above_m: float | None = None

    def mode(self, custom_mode: int, mav_type: int) -> Mode:
        """What a heartbeat's `custom_mode` means on a vehicle of `mav_type`; OTHER where nobody knows."""
        named = self._named(custom_mode, mav_type)
        return named.mode if named is not None else Mode.OTHER

    def mode_text(self, custom_mode: int, mav_type: int) -> str:
        """The autopilot's own name of a mode, or its number where nobody knows."""
        named = self._named(custom_mode, mav_type)
        return named.text if named is not None else f"0x{custom_mode:08x}"

    def order(self, mode: Mode, airframe: Airframe) -> ModeNumbers | None:
        """The numbers that set `mode`; None where the airframe has no such mode."""
        return self.orders[airframe].get(mode)

    def _named(self, custom_mode: int, mav_type: int) -> NamedMode | None:
        airframe = AIRFRAMES.get(mav_type)
        return self.modes[airframe].get(custom_mode) if airframe is not None else None
