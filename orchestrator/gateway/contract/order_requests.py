"""What the API accepts as an order. Each instant has two names: for UTC seconds, and for ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from orchestrator.gateway.contract.instants import InstantS
from orchestrator.gateway.contract.requests import Id, Label, LatDeg, LonDeg, Wanted

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
_INSTANTS = {"ready_at_s": "ready_at", "earliest_at_s": "earliest_at", "deadline_s": "deadline"}
"""Each in UTC seconds, and as text."""


class ParcelWanted(Wanted):
    """A parcel to carry."""

    mass_kg: float = Field(gt=0.0, le=1000.0, description="Mass in kilograms, more than 0.", examples=[0.8])
    size: Literal["small", "medium", "large"] = Field(
        default="medium",
        description="Which compartments, of a locker or a vehicle, take it: its size, and larger ones.",
    )
    temperature: Literal["ambient", "chilled", "frozen", "hot"] = Field(
        default="ambient",
        description="How it is kept until handed over: at 0 to 5 C, -18 C or below, 60 C or above.",
    )
    most_aboard_s: float | None = Field(
        default=None,
        gt=0.0,
        le=604_800.0,
        description="The longest that it may be on its way, from pick-up to hand-over, seconds.",
        examples=[1800.0],
    )


class PlaceWanted(Wanted):
    """Somewhere that people know by an address. `locker_id` exactly when `kind` is locker."""

    lat_deg: LatDeg
    lon_deg: LonDeg
    kind: str
    label: Label = Field(description="The address, for people.", examples=["Aleksanterinkatu 52"])
    locker_id: Id | None = Field(default=None, description="The locker, for kind locker only.")

    @model_validator(mode="after")
    def _locker_goes_with_its_id(self) -> Self:
        if (self.kind == "locker") != (self.locker_id is not None):
            raise ValueError("locker_id: needed for a locker, and only for a locker")
        return self


class DropOffWanted(PlaceWanted):
    """Where it goes. `hub_id` exactly when `kind` is hub: over its counter, for the recipient to collect."""

    kind: Literal["doorstep", "pad", "kerb", "locker", "hub"] = Field(examples=["doorstep"])
    hub_id: Id | None = Field(default=None, description="The hub, for kind hub only.")

    @model_validator(mode="after")
    def _hub_goes_with_its_id(self) -> Self:
        if (self.kind == "hub") != (self.hub_id is not None):
            raise ValueError("hub_id: needed for a hub, and only for a hub")
        return self


class PickUpWanted(PlaceWanted):
    """Where a courier fetches it."""

    kind: Literal["shop", "locker", "doorstep"] = Field(examples=["shop"])


class OrderWanted(Wanted):
    """An order to place. Of `deadline_s` and `deadline` exactly one, of the others' two names one at most.

    The parcels lie at `hub_id`, or as well at the hubs `also_at`; or a courier of `hub_id` fetches them from
    `pick_up`.
    """

    order_id: Id | None = Field(
        default=None,
        description="Your own id; sending the same order again is then harmless. Made up when left out.",
        examples=["shop-1042"],
    )
    hub_id: Id = Field(examples=["H1"])
    also_at: list[Id] = Field(
        default_factory=list, max_length=4, description="Other hubs where the same parcels lie as well."
    )
    pick_up: PickUpWanted | None = Field(
        default=None, description="Where they are fetched, when they do not lie at a hub."
    )
    parcels: list[ParcelWanted] = Field(min_length=1, max_length=20)
    drop_off: DropOffWanted
    alternatives: list[DropOffWanted] = Field(
        default_factory=list,
        max_length=4,
        description="Other places that will do as well when nobody can come there, the most welcome first.",
    )
    skills: list[Literal["check_age"]] = Field(
        default_factory=list,
        max_length=4,
        description="What the hand-over needs: check_age, somebody who looks at a proof of age.",
    )
    ready_at_s: InstantS | None = Field(
        default=None, description="Nobody can have the parcels before; now when left out."
    )
    ready_at: datetime | None = Field(default=None, strict=False, examples=["2026-09-21T14:00:00Z"])
    earliest_at_s: InstantS | None = Field(
        default=None, description="The window's begin: not handed over before."
    )
    earliest_at: datetime | None = Field(default=None, strict=False, examples=["2026-09-21T14:10:00Z"])
    deadline_s: InstantS | None = Field(
        default=None, description="The window's end, at most 7 days ahead.", examples=[1790000000.0]
    )
    deadline: datetime | None = Field(default=None, strict=False, examples=["2026-09-21T14:30:00Z"])

    @field_validator(*_INSTANTS.values(), mode="before")
    @classmethod
    def _instant_is_text(cls, value: object) -> object:
        if value is not None and not isinstance(value, str):
            raise ValueError("must be text, ISO 8601; a number belongs into the field that ends in _s")
        if isinstance(value, str) and _DATE_AND_TIME.match(value) is None:
            raise ValueError(
                "must be ISO 8601 with date, time and offset, for example 2026-09-21T14:30:00Z;"
                " UTC seconds belong into the field that ends in _s, as a number"
            )
        return value

    @model_validator(mode="after")
    def _each_instant_once(self) -> Self:
        if (self.deadline_s is None) == (self.deadline is None):
            raise ValueError("deadline_s: give either deadline_s or deadline")
        for in_s, in_words in _INSTANTS.items():
            told: datetime | None = getattr(self, in_words)
            if told is not None and getattr(self, in_s) is not None:
                raise ValueError(f"{in_s}: give either {in_s} or {in_words}")
            if told is not None and told.tzinfo is None:
                raise ValueError(f"{in_words}: needs an offset from UTC, for example Z")
            if told is not None and told.timestamp() < 0.0:
                raise ValueError(f"{in_words}: lies before 1970")
        if len(set(self.skills)) < len(self.skills):
            raise ValueError("skills: the same one twice")
        return self

    def at_s(self, field: Literal["ready_at_s", "earliest_at_s", "deadline_s"]) -> float | None:
        """An instant as UTC seconds, whichever way it was given; None when it was not."""
        told: datetime | None = getattr(self, _INSTANTS[field])
        in_s: float | None = getattr(self, field)
        return in_s if told is None else told.timestamp()
