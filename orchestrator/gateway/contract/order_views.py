"""What the API shows of orders; every field is always present. Built by `show_orders.py`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrator.gateway.contract.views import SizeName, SkillName, TemperatureName, View

OrderStatusName = Literal["waiting", "assigned", "on_the_way", "delivered", "failed", "cancelled"]
ParcelPhaseName = Literal[
    "waiting", "assigned", "on_the_way", "delivered", "cancelled", "lost", "uncollected", "not_fetched"
]
DropOffName = Literal["doorstep", "pad", "kerb", "locker", "hub"]
KeeperKind = Literal["sender", "hub", "vehicle", "locker", "recipient", "lost"]


class KeeperView(View):
    """Who holds a parcel. Position and time are known for one that is lost or in doubt: where it last was."""

    kind: KeeperKind
    id: str | None
    text: str
    lat_deg: float | None
    lon_deg: float | None
    last_heard_at_s: float | None


class ParcelView(View):
    """A parcel, its one keeper, and why it waits."""

    id: str
    mass_kg: float
    size: SizeName
    temperature: TemperatureName
    most_aboard_s: float | None = Field(description="The longest that it may be aboard.")
    phase: ParcelPhaseName
    keeper: KeeperView
    in_doubt: bool = Field(description="Nobody knows whether it is still aboard: a person is to look.")
    reasons: tuple[str, ...]
    proof: Literal["code", "photo", "locker", "counter"] | None = Field(
        description="What shows that it was handed over, where somebody showed it."
    )
    photo_url: str | None
    collect_by_s: float | None = Field(description="Until when it waits in a locker.")


class PickUpView(View):
    """Where parcels are fetched that lie at no hub."""

    kind: Literal["shop", "locker", "doorstep"]
    address: str
    lat_deg: float
    lon_deg: float
    locker_id: str | None


class WishesView(View):
    """What operators decided about an order's dispatch; `by` said the last of it."""

    pinned_to: str | None
    forbidden: tuple[str, ...]
    held: bool
    weight: float
    by: str


class OrderView(View):
    """An order, where it goes, and how it stands."""

    id: str
    status: OrderStatusName
    placed_at_s: float
    ready_at_s: float | None = Field(description="Nobody can have the parcels before.")
    earliest_at_s: float | None = Field(description="Not handed over before; with the deadline its window.")
    deadline_s: float
    delivered_at_s: float | None
    eta_s: float | None = Field(description="Predicted hand-over of the last parcel; null when unknown.")
    eta_unknown: str | None = Field(
        description="Why nobody can say when it is there, while its vehicle stands still on its way."
    )
    late_s: float | None = Field(
        description="Seconds past the deadline, of the delivery or the prediction (0 when in time)."
    )
    late_because: str | None = Field(description="Of an order that was handed over late: why.")
    hub_id: str
    also_at: tuple[str, ...] = Field(description="Other hubs where the same parcels lie as well.")
    pick_up: PickUpView | None = Field(description="Where they are fetched, when they lie at no hub.")
    skills: tuple[SkillName, ...] = Field(description="What the hand-over needs.")
    address: str
    kind: DropOffName
    lat_deg: float
    lon_deg: float
    vehicle_ids: tuple[str, ...]
    next_vehicle_id: str | None = Field(description="While it waits: who is planned to bring it.")
    alternatives: tuple[str, ...] = Field(description="Other places that will do, the most welcome first.")
    diverted_to: str | None = Field(description="One of them, where a parcel goes instead.")
    diverted_because: tuple[str, ...]
    wishes: WishesView | None
    placed_by: str
    tracking_url: str = Field(description="What the recipient may follow, without a key, until it expires.")
    hand_code: str = Field(description="What the recipient tells a courier at the door.")
    parcels: tuple[ParcelView, ...]
