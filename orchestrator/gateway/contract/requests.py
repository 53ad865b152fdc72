"""What the API accepts. Unknown fields are refused; numbers are finite and never strings."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.gateway.contract.instants import InstantS

_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$"
_LABEL = r"^[^\x00-\x1f\x7f]+$"
_CODE = r"^[0-9 ]{1,12}$"
PATTERNS_IN_WORDS = {
    _ID: "must be letters, digits and . _ : - only, and begin with a letter or a digit",
    _LABEL: "must be one line of text, without control characters",
    _CODE: "must be digits and spaces, 12 of them at most",
}
"""What people are told when text does not match a pattern."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_ID)]
Code = Annotated[str, StringConstraints(pattern=_CODE)]
Label = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=_LABEL),
]


LatDeg = Annotated[float, Field(ge=-90.0, le=90.0, description="WGS84 degrees.", examples=[60.1699])]
LonDeg = Annotated[float, Field(ge=-180.0, le=180.0, description="WGS84 degrees.", examples=[24.9384])]
HeightM = Annotated[
    float, Field(ge=-1000.0, le=100_000.0, description="Metres above ground.", examples=[120.0])
]


class Wanted(BaseModel):
    """Strict about types and names: what is not understood is refused, not guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class OverrideWanted(Wanted):
    """An operator's word about an order's dispatch: pin and forbid name a vehicle, prioritise a weight."""

    wish: Literal["pin", "forbid", "hold", "prioritise", "release"] = Field(examples=["pin"])
    vehicle_id: Id | None = Field(default=None, description="For pin and forbid.", examples=["D3"])
    weight: float | None = Field(
        default=None, gt=0.0, le=100.0, description="For prioritise: 1 is ordinary, 5 counts five times."
    )

    @model_validator(mode="after")
    def _what_goes_with_it(self) -> Self:
        if (self.vehicle_id is not None) is not (self.wish in {"pin", "forbid"}):
            raise ValueError("vehicle_id: needed for pin and forbid, and only for them")
        if (self.weight is not None) is not (self.wish == "prioritise"):
            raise ValueError("weight: needed for prioritise, and only for it")
        return self


class CircleWanted(Wanted):
    """A circle over ground."""

    lat_deg: LatDeg
    lon_deg: LonDeg
    radius_m: float = Field(ge=1.0, le=100_000.0, examples=[120.0])


class CornerWanted(Wanted):
    """A corner of a ring."""

    lat_deg: LatDeg
    lon_deg: LonDeg


class ZoneWanted(Wanted):
    """An area to close: a `circle`, or a `ring` of corners, open or closed.

    From `from_s` (now, when left out) until `until_s`, or for `duration_s`; without either until it is opened
    again. Instants are fleet time, UTC seconds.
    """

    zone_id: Id | None = Field(default=None, description="Made up when left out.", examples=["FIRE-7"])
    name: Label = Field(examples=["Fire at Kamppi"])
    circle: CircleWanted | None = None
    ring: list[CornerWanted] | None = Field(
        default=None, min_length=3, max_length=1000, description="Its corners in order, in place of a circle."
    )
    lower_agl_m: HeightM = 0.0
    upper_agl_m: HeightM = 1000.0
    from_s: InstantS | None = Field(default=None, description="Now, when left out.")
    until_s: InstantS | None = Field(default=None, description="Until it is opened again, when left out.")
    duration_s: float | None = Field(default=None, gt=0.0, le=31_536_000.0, examples=[1800.0])
    binds: list[Literal["air", "sidewalk"]] = Field(default=["air"], min_length=1)
    reason: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _one_shape_and_one_end(self) -> Self:
        if (self.circle is None) == (self.ring is None):
            raise ValueError("circle: give either circle or ring")
        if self.ring is not None and len({(corner.lat_deg, corner.lon_deg) for corner in self.ring}) < 3:
            raise ValueError("ring: must have three different corners at least")
        if self.until_s is not None and self.duration_s is not None:
            raise ValueError("duration_s: give either until_s or duration_s")
        if self.lower_agl_m >= self.upper_agl_m:
            raise ValueError("upper_agl_m: must be above lower_agl_m")
        return self


class CodeWanted(Wanted):
    """What the recipient typed at a locker."""

    code: Code = Field(examples=["4821"])


class PlaceChoice(Wanted):
    """Which of its order's places a recipient would have it go to, as `choices` numbers them."""

    place: int = Field(ge=0, le=100, examples=[1])


class FoundWanted(Wanted):
    """Where somebody found a parcel who looked for it: on its hub's shelf, still aboard, or nowhere."""

    where: Literal["shelf", "aboard", "lost"] = Field(examples=["shelf"])


class AskWanted(Wanted):
    """What to ask of a vehicle: hold, resume, return or land."""

    ask: Literal["hold", "resume", "return", "land"] = Field(examples=["hold"])
