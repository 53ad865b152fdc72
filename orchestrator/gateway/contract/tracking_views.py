"""What a recipient may know: nothing of other orders, and where the vehicle is only once it is near."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrator.gateway.contract.views import View

PlaceKind = Literal["doorstep", "pad", "kerb", "locker", "hub"]


class WindowView(View):
    """When to expect the parcel, UTC seconds."""

    from_s: float
    until_s: float


class TrackedPlaceView(View):
    """One of the places that an order may go to, by the number with which it is chosen."""

    place: int
    label: str
    kind: PlaceKind
    chosen: bool


class TrackingView(View):
    """What a recipient may know: nothing of other orders, and the position only when it is near."""

    now_s: float
    order_id: str
    status: Literal[
        "waiting",
        "being_fetched",
        "assigned",
        "on_the_way",
        "nearby",
        "to_collect",
        "delivered",
        "failed",
        "cancelled",
        "absent",
    ]
    text: str
    window: WindowView | None
    asked: WindowView | None = Field(description="The window that was asked for, where one was.")
    deadline_s: float
    late_because: str | None = Field(
        description="Why it comes later than promised, or may; null where that is not known."
    )
    proof_of_age: bool = Field(description="Whether a proof of age will be asked for at the door.")
    delivered_at_s: float | None
    vehicle_kind: Literal["drone", "robot", "courier"] | None
    position: tuple[float, float] | None = Field(description="[longitude, latitude], only when near.")
    drop_off: str
    at: tuple[float, float] = Field(description="[longitude, latitude] of where it goes.")
    kind: PlaceKind = Field(description="What sort of place that is.")
    instead_of: str | None = Field(description="Where it was wished to go, when nobody can come there.")
    choices: tuple[TrackedPlaceView, ...] = Field(
        description="Where it may go instead, while there is a choice: until it is about to leave."
    )
    code: str | None = Field(
        description="What the recipient tells a courier, or types at a locker; null once it is over."
    )
    collect_at: tuple[float, float] | None = Field(
        description="[longitude, latitude] of where it waits to be collected."
    )
    collect_by_s: float | None = Field(description="Until when it waits in a locker.")
    photo_url: str | None = Field(description="A picture of where it was left, where one was taken.")
    proof: Literal["code", "photo", "locker", "counter"] | None = Field(
        description="What shows that it was handed over, where a courier showed it."
    )
    out_of_locker: bool = Field(
        description="It counts as collected; `absent` tells that it was not in there."
    )
