"""What we say in an exchange, as values: the exchanges know no pymavlink, no socket and no clock."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.exchanges.lists import Item, PlanPart


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is to be done: degrees * 1e7, metres above sea level (NaN: as high as it is).

    Above the sea because COMMAND_LONG names no frame, and autopilots then take it to be that.
    """

    lat_e7: int
    lon_e7: int
    alt_amsl_m: float


@dataclass(frozen=True, slots=True)
class SayCommandInt:
    """COMMAND_INT: a command with a place. It has no count of repetitions."""

    command: int
    params: tuple[float, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class SayCancel:
    """COMMAND_CANCEL: stop carrying out that command."""

    command: int


@dataclass(frozen=True, slots=True)
class SayReadParameter:
    """PARAM_REQUEST_READ by name."""

    name: str


@dataclass(frozen=True, slots=True)
class SayParameter:
    """PARAM_SET. `value` is as it travels: `parameters` knows what it means."""

    name: str
    value: float
    kind: int


@dataclass(frozen=True, slots=True)
class SayCommand:
    """COMMAND_LONG. `send` counts repetitions of one and the same command, from 0."""

    command: int
    params: tuple[float, ...]
    send: int = 0


@dataclass(frozen=True, slots=True)
class SayCount:
    """MISSION_COUNT: a list of that many items follows if you ask for them. 0 clears."""

    part: PlanPart
    count: int


@dataclass(frozen=True, slots=True)
class SayItem:
    """MISSION_ITEM_INT."""

    part: PlanPart
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class SayList:
    """MISSION_REQUEST_LIST: asks how many items the vehicle holds."""

    part: PlanPart


@dataclass(frozen=True, slots=True)
class SayRequest:
    """MISSION_REQUEST_INT: let me have that item."""

    part: PlanPart
    seq: int


@dataclass(frozen=True, slots=True)
class SayEnd:
    """MISSION_ACK from us: the read is complete, or the transfer is called off."""

    part: PlanPart
    result: int


@dataclass(frozen=True, slots=True)
class SayClear:
    """MISSION_CLEAR_ALL of one list."""

    part: PlanPart


@dataclass(frozen=True, slots=True)
class SayCurrent:
    """MISSION_SET_CURRENT."""

    seq: int


Saying = (
    SayCommand
    | SayCommandInt
    | SayCancel
    | SayReadParameter
    | SayParameter
    | SayCount
    | SayItem
    | SayList
    | SayRequest
    | SayEnd
    | SayClear
    | SayCurrent
)
