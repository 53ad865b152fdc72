"""What a plan file of a ground station holds: mission items, a fence and rally points, as plain values.

Commands and frames stay the numbers that MAVLink gives them (MAV_CMD, MAV_FRAME): data, not a
protocol. Whoever flies the plan says what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite, nan

from geofences.formats.reading import Finding, FormatError
from geofences.path import Waypoint
from geofences.position import GeoPoint

PLACED = frozenset({16, 17, 18, 19, 21, 22, 31, 80, 82, 84, 85, 94, 179, 189, 195, 201, 4501})
"""Commands whose parameters 5, 6 and 7 are a place; others keep plain numbers there (a trigger, a time)."""

_DO_GRIPPER, _DO_WINCH, _WINCH_DELIVER, _NAV_PAYLOAD_PLACE = 211, 42600, 4.0, 94


class Side(Enum):
    """Which side of a bound the vehicle has to stay on."""

    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One mission item. `field` names where it stood; `params` are all seven, NaN where left open.

    Where the command has a place, parameters 5 and 6 are latitude and longitude in degrees and parameter 7
    is metres in the frame's datum.
    """

    field: str
    command: int
    frame: int
    params: tuple[float, float, float, float, float, float, float]
    autocontinue: bool = True

    @property
    def position(self) -> GeoPoint | None:
        """Its place; None for a command without one, and where it is left to the autopilot (zeros or NaN)."""
        lat_deg, lon_deg = self.params[4], self.params[5]
        if self.command not in PLACED or not (isfinite(lat_deg) and isfinite(lon_deg)):
            return None
        return None if lat_deg == 0.0 and lon_deg == 0.0 else GeoPoint(lat_deg, lon_deg)

    @property
    def releases(self) -> bool:
        """Whether it lets a parcel go: a gripper opens, a winch delivers, a payload is placed."""
        gripper = self.command == _DO_GRIPPER and self.params[1] == 0.0
        winch = self.command == _DO_WINCH and self.params[1] == _WINCH_DELIVER
        return gripper or winch or self.command == _NAV_PAYLOAD_PLACE


@dataclass(frozen=True, slots=True)
class FenceRing:
    """A polygon of the fence, open, at least 3 corners. A fence knows no heights."""

    field: str
    side: Side
    corners: tuple[GeoPoint, ...]


@dataclass(frozen=True, slots=True)
class FenceDisc:
    """A circle of the fence."""

    field: str
    side: Side
    centre: GeoPoint
    radius_m: float


Bound = FenceRing | FenceDisc
"""One line of an autopilot's own fence."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """All that a file holds. Rally heights are above home. `findings` say what was read with a shrug."""

    items: tuple[PlanItem, ...]
    rings: tuple[FenceRing, ...] = ()
    discs: tuple[FenceDisc, ...] = ()
    rally_points: tuple[Waypoint, ...] = ()
    home: GeoPoint | None = None
    home_amsl_m: float | None = None
    vehicle_type: int | None = None
    findings: tuple[Finding, ...] = ()


def item(field: str, command: object, frame: object, params: Sequence[object], *, go_on: object) -> PlanItem:
    """An item from numbers as a file holds them. Raises `FormatError` naming the field."""
    if len(params) != 7:
        raise FormatError(f"{field}.params", f"holds {len(params)} numbers, not 7")
    numbers = [
        nan if value is None else number(value, f"{field}.params[{n}]") for n, value in enumerate(params)
    ]
    made = PlanItem(
        field,
        whole(command, f"{field}.command", 65535),
        whole(frame, f"{field}.frame", 255),
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]),
        autocontinue=bool(go_on),
    )
    try:
        made.position  # noqa: B018 - read for its error
    except ValueError as error:
        raise FormatError(f"{field}.params", str(error)) from error
    return made


def number(value: object, field: str) -> float:
    """A number, NaN allowed where the file writes it. Raises `FormatError` naming the field."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(field, f"{value!r} is not a number")
    if value in {float("inf"), float("-inf")}:
        raise FormatError(field, "is infinite")
    return float(value)


def whole(value: object, field: str, most: int) -> int:
    """A whole number within 0..`most`. Raises `FormatError` naming the field."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise FormatError(field, f"{value!r} is not a whole number within 0..{most}")
    return value


def place(values: object, field: str) -> GeoPoint:
    """[latitude, longitude, ...] in degrees. Raises `FormatError` naming the field."""
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) < 2:
        raise FormatError(field, "is not [latitude, longitude]")
    try:
        return GeoPoint(number(values[0], field), number(values[1], field))
    except ValueError as error:
        raise FormatError(field, str(error)) from error


def member(parent: Mapping[str, object], name: str, where: str) -> object:
    """What must be there. Raises `FormatError` naming it."""
    if name not in parent:
        raise FormatError(f"{where}.{name}".lstrip("."), "is missing")
    return parent[name]


def as_object(value: object, field: str) -> Mapping[str, object]:
    """A JSON object. Raises `FormatError` naming the field."""
    if not isinstance(value, dict):
        raise FormatError(field, "is not a JSON object")
    return value


def as_list(value: object, field: str) -> Sequence[object]:
    """A JSON list. Raises `FormatError` naming the field."""
    if not isinstance(value, list):
        raise FormatError(field, "is not a list")
    return value
