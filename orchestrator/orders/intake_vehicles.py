"""What intake has against a wish because of the vehicles there are: nothing while one kind could do it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geofences.reason import Because, Reason
from orchestrator.orders.carriage import unfit
from orchestrator.orders.intake_reach import Errand, Reached, Reaches
from orchestrator.orders.order import HubId, Order, Parcel
from vehicles.cargo import SIZES, Skill
from vehicles.clock import iso
from vehicles.profile import VehicleProfile

_DOES = {Skill.CHECK_AGE: "checks anybody's age"}


def about_vehicles(
    order: Order, fleet: Mapping[HubId, Collection[VehicleProfile]], reaches: Reaches
) -> tuple[Reason, ...]:
    """Why no kind of vehicle of a hub that the order names could ever carry one of its parcels.

    What stands against another hub than its first names that hub's field.
    """
    found: list[Reason] = []
    for m, hub_id in enumerate((order.hub_id, *order.also_at)):
        kinds = sorted(set(fleet[hub_id]), key=repr)  # by name first
        for n, parcel in enumerate(order.parcels):
            against = _Asking(order, hub_id, parcel, f"parcels.{n}", kinds).against(reaches)
            found += against if m == 0 else [replace(one, subject=f"also_at.{m - 1}") for one in against]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Asking:
    """A parcel of an order, its field, and the kinds of vehicle of one of its hubs."""

    order: Order
    hub_id: HubId
    parcel: Parcel
    field: str
    kinds: Sequence[VehicleProfile]

    def against(self, reaches: Reaches) -> tuple[Reason, ...]:
        """Why none of the kinds could; empty while one of them could."""
        able = [kind for kind in self.kinds if not self._unfit(kind)]
        if not able:
            return tuple(self._about_nobody())
        if self.order.pick_up is not None:
            able = [kind for kind in able if kind.ridden]
            if not able:
                text = (
                    f"What flies fetches nothing, nor does a robot: no courier of {self.hub_id} can carry it."
                )
                return (Reason(Because.MEDIUM, "pick_up", text),)
        reached, closed = dict[VehicleProfile, Reached](), list[Reason]()
        for kind in able:
            found = Errand(self.order, self.hub_id, self.parcel, kind).done(reaches)
            if isinstance(found, Reached):
                reached[kind] = found
            else:
                closed += found
        heavy = self._about_mass(reached)
        if heavy or not reached:
            lift = max(kind.max_payload_kg for kind in able)
            return (*heavy, *(closed if self.parcel.mass_kg <= lift or not reached else ()))
        carried = {kind: it for kind, it in reached.items() if self.parcel.mass_kg <= kind.max_payload_kg}
        return tuple(self._about_time(carried))

    def _unfit(self, kind: VehicleProfile) -> tuple[Reason, ...]:
        return unfit(kind, self.parcel, self.order.skills, weighed=False)

    def _about_nobody(self) -> Iterator[Reason]:
        """What no vehicle there has; or, where each thing is had by one of them, what each lacks."""
        parcel, kinds = self.parcel, self.kinds
        found = list[Reason]()
        if not any(parcel.temperature in kind.temperatures for kind in kinds):
            text = f"No vehicle of {self.hub_id} keeps anything {parcel.temperature.value}."
            found.append(Reason(Because.TEMPERATURE, f"{self.field}.temperature", text))
        if all(SIZES.index(parcel.size) > SIZES.index(kind.largest) for kind in kinds):
            text = f"No vehicle of {self.hub_id} takes a {parcel.size.value} parcel."
            found.append(Reason(Because.SIZE, f"{self.field}.size", text))
        for n, skill in enumerate(self.order.skills):
            if not any(skill in kind.skills for kind in kinds):
                text = f"No vehicle of {self.hub_id} {_DOES[skill]}."
                found.append(Reason(Because.SKILL, f"skills.{n}", text))
        yield from found
        for kind in () if found else kinds:
            for reason in self._unfit(kind):
                yield replace(reason, subject=self.field, text=f"Not by {kind.name}: {reason.text}")

    def _about_mass(self, reached: Collection[VehicleProfile]) -> tuple[Reason, ...]:
        most_kg = max((kind.max_payload_kg for kind in reached), default=self.parcel.mass_kg)
        if self.parcel.mass_kg <= most_kg:
            return ()
        text = (
            f"{self.parcel.mass_kg:g} kg is more than any vehicle that can serve the place carries"
            f" ({most_kg:g} kg)."
        )
        return (Reason(Because.PAYLOAD, f"{self.field}.mass_kg", text),)

    def _about_time(self, carried: Mapping[VehicleProfile, Reached]) -> Iterator[Reason]:
        """A window too short to hand over in; ready too late for anybody; too long aboard with everybody."""
        order, most_s = self.order, self.parcel.most_aboard_s
        shortest_s = min(kind.handover_s for kind in carried)
        if order.earliest_at_s is not None and order.deadline_s - order.earliest_at_s < shortest_s:
            text = (
                f"The window is {order.deadline_s - order.earliest_at_s:.0f} s long, and a hand-over takes"
                f" {shortest_s:.0f} s at least."
            )
            yield Reason(Because.TIME_WINDOW, "earliest_at_s", text)
        ready_s, soonest_s = order.ready_at_s, min(it.handover_at_s for it in carried.values())
        if ready_s is not None and ready_s > order.placed_at_s and soonest_s > order.deadline_s:
            text = (
                f"Ready only at {iso(ready_s)}, it is handed over at {iso(soonest_s)} at the soonest,"
                f" {soonest_s - order.deadline_s:.0f} s after the deadline."
            )
            yield Reason(Because.TIME_WINDOW, "ready_at_s", text)
        aboard_s = min(it.takes_s for it in carried.values())
        if most_s is not None and aboard_s > most_s:
            text = (
                f"It is aboard for {aboard_s:.0f} s by the quickest way there is, longer than {most_s:.0f} s."
            )
            yield Reason(Because.TIME_WINDOW, f"{self.field}.most_aboard_s", text)
