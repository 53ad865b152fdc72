"""How soon a kind of vehicle could be done with a parcel of an order: what intake asks about ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from geofences.position import distance_m
from geofences.reason import Reason
from orchestrator.orders.order import DropOffKind, DropOffPlace, HubId, Order, Parcel, PickUpKind, PickUpPlace
from vehicles.profile import VehicleProfile

_MET_AS = {
    PickUpKind.SHOP: DropOffKind.DOORSTEP,
    PickUpKind.DOORSTEP: DropOffKind.DOORSTEP,
    PickUpKind.LOCKER: DropOffKind.LOCKER,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One parcel, not too heavy, by a kind of vehicle from a hub to a place, leaving within two instants."""

    hub_id: HubId
    place: DropOffPlace
    parcel: Parcel
    kind: VehicleProfile
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Reached:
    """The soonest that a parcel is handed over (fleet time), after how many seconds aboard at least."""

    handover_at_s: float
    takes_s: float


Reaches = Callable[[Run], Reached | tuple[Reason, ...]]
"""How soon a run is done, or why it cannot be done, at whatever instant it begins."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A parcel of an order, and a kind of vehicle of one of its hubs that takes it if it is light enough."""

    order: Order
    hub_id: HubId
    parcel: Parcel
    kind: VehicleProfile

    def done(self, reaches: Reaches) -> Reached | tuple[Reason, ...]:
        """At the first place where that is in time, else at the first that is reached; or why at none."""
        met_at_s = None
        if self.order.pick_up is not None:
            met = reaches(self._run(_met_at(self.order.pick_up), self.order.placed_at_s))
            if not isinstance(met, Reached):
                return self._in_field("pick_up", met)
            met_at_s = max(met.handover_at_s - self.kind.handover_s, self._ready_s)
        late: Reached | None = None
        closed: tuple[Reason, ...] = ()
        for place in self.order.places:
            found = reaches(self._run(place, self._ready_s))
            if not isinstance(found, Reached):
                closed = closed or found
                continue
            if self.order.pick_up is not None and met_at_s is not None:
                found = self._straight_on(self.order.pick_up, place, met_at_s)
            if self._in_time(found):
                return found
            late = late or found
        return late or self._in_field("drop_off", closed)

    @property
    def _ready_s(self) -> float:
        return max(self.order.placed_at_s, self.order.ready_at_s or self.order.placed_at_s)

    def _run(self, place: DropOffPlace, from_s: float) -> Run:
        light = replace(self.parcel, mass_kg=min(self.parcel.mass_kg, self.kind.max_payload_kg))
        return Run(self.hub_id, place, light, self.kind, from_s, self.order.deadline_s)

    def _straight_on(self, pick_up: PickUpPlace, place: DropOffPlace, met_at_s: float) -> Reached:
        """No way is shorter than the straight line: what is refused for this is impossible."""
        takes_s = distance_m(pick_up.position, place.position) / self.kind.cruise_mps + self.kind.handover_s
        return Reached(met_at_s + takes_s, takes_s)

    def _in_time(self, found: Reached) -> bool:
        most_s = self.parcel.most_aboard_s
        return found.handover_at_s <= self.order.deadline_s and (most_s is None or found.takes_s <= most_s)

    def _in_field(self, field: str, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        named = (f"Not by {self.kind.name}: {reason.text}" for reason in reasons)
        return tuple(
            replace(reason, subject=field, text=text) for reason, text in zip(reasons, named, strict=True)
        )


def _met_at(pick_up: PickUpPlace) -> DropOffPlace:
    """The place of pick-up as a place to go to."""
    return DropOffPlace(pick_up.position, _MET_AS[pick_up.kind], pick_up.label, pick_up.locker_id)
