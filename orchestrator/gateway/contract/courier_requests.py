"""What a courier's phone sends: where it is, and what was tapped since it last got through."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.gateway.contract.instants import InstantS
from orchestrator.gateway.contract.requests import Code, Id, Label, LatDeg, LonDeg, Wanted

MOST_TAPS = 50
MOST_PHOTO_CHARS = 60_000
"""A picture travels as base64 in one body of 64 KiB at most: some 44 KB of JPEG."""


class HereWanted(Wanted):
    """Where the phone is: WGS84; within so many metres (68 %), as the phone itself says."""

    lat_deg: LatDeg
    lon_deg: LonDeg
    accuracy_m: float = Field(ge=0.0, le=100_000.0, examples=[8.0])
    speed_mps: float = Field(default=0.0, ge=0.0, le=60.0)
    heading_deg: float = Field(default=0.0, ge=0.0, le=360.0)


class AnyTap(Wanted):
    """`id` is the phone's own, never used twice: a tap that is sent again counts once."""

    id: Id = Field(examples=["t-1790000000123-7"])


class AnswerTap(AnyTap):
    """Yes or no to the card shown; `text` says why not."""

    kind: Literal["yes", "no"]
    card_id: int = Field(ge=1)
    text: Label = "Not now."


class TookTap(AnyTap):
    """A parcel is in the bag."""

    kind: Literal["took"]
    parcel_id: Id


class ArrivedTap(AnyTap):
    """The courier stands where the order is to be fetched, or where it goes."""

    kind: Literal["arrived"]
    order_id: Id


class FetchedTap(AnyTap):
    """The order's parcels are in the bag, from where they were to be fetched."""

    kind: Literal["fetched"]
    order_id: Id


class NotFetchedTap(AnyTap):
    """The order's parcels were not given where they were to be fetched, and why."""

    kind: Literal["not_fetched"]
    order_id: Id
    why: Literal["not_there", "closed", "refused", "no_room"]
    text: Label | None = None


class HandedOverTap(AnyTap):
    """The order's parcels are handed over; at a door `code` or `photo` (base64 of a JPEG) shows it.

    `age_checked`: the courier has looked at a proof of the recipient's age. Needed where the stop says so.
    """

    kind: Literal["handed_over"]
    order_id: Id
    age_checked: bool = False
    code: Code | None = None
    photo: str | None = Field(default=None, max_length=MOST_PHOTO_CHARS)


class KeptTap(AnyTap):
    """The order's parcels were not handed over, and come back."""

    kind: Literal["kept"]
    order_id: Id
    why: Label = Field(examples=["nobody was there"])


class BackTap(AnyTap):
    """Back at the hub."""

    kind: Literal["back"]


class ShiftTap(AnyTap):
    """The shift begins, or lasts until another time (fleet time, UTC seconds)."""

    kind: Literal["begin_shift"]
    until_s: InstantS


class PlainTap(AnyTap):
    """A break, and the end of the shift."""

    kind: Literal["take_break", "end_shift"]


class ProblemTap(AnyTap):
    """What is the matter, for people to help; none: nothing any more."""

    kind: Literal["problem"]
    text: Label | None = None


Tap = Annotated[
    AnswerTap
    | TookTap
    | ArrivedTap
    | FetchedTap
    | NotFetchedTap
    | HandedOverTap
    | KeptTap
    | BackTap
    | ShiftTap
    | PlainTap
    | ProblemTap,
    Field(discriminator="kind"),
]


class CallWanted(Wanted):
    """One call of the phone: taps in the order in which they were made."""

    here: HereWanted | None = None
    taps: list[Tap] = Field(
        default_factory=list, max_length=MOST_TAPS, description="What was tapped since it last got through."
    )
