"""What became of every order and vehicle: the document of `--report`, and an order's one status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from geofences.reason import sentences
from orchestrator.orders.custody import InLocker, Lost, OnVehicle, WithSender
from orchestrator.orders.order import Order, OrderId
from orchestrator.record.detours import diversions, not_by
from orchestrator.record.events import Entry
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.lateness import why_late
from orchestrator.record.state import (
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    OrderState,
    ParcelPhase,
    ParcelState,
    VehicleState,
    parcels_of,
)
from vehicles.clock import iso
from vehicles.mission import MissionId, ParcelId, VehicleId


class OrderStatus(Enum):
    """Where an order stands, over all its parcels."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


def order_status(state: FleetState, order_id: OrderId) -> OrderStatus:
    """The status of an order: DELIVERED once all parcels are, FAILED as soon as one is lost or not handed on.

    Else a cancelled order is CANCELLED, and any other as far as its foremost open parcel.
    Raises `KeyError` when there is no such order.
    """
    phases = {parcel.phase for parcel in parcels_of(state, order_id)}
    if phases == {ParcelPhase.DELIVERED}:
        return OrderStatus.DELIVERED
    if phases & {ParcelPhase.LOST, ParcelPhase.UNCOLLECTED, ParcelPhase.NOT_FETCHED}:
        return OrderStatus.FAILED
    if state.orders[order_id].cancelled_by is not None:
        return OrderStatus.CANCELLED
    for phase in (ParcelPhase.ON_THE_WAY, ParcelPhase.ASSIGNED):
        if phase in phases:
            return OrderStatus(phase.value)
    return OrderStatus.WAITING


def last_delivered_at_s(parcels: Sequence[ParcelState]) -> float | None:
    """When the last of an order's parcels was handed over (UTC seconds); None while one was not."""
    times = [parcel.delivered_at_s for parcel in parcels if parcel.delivered_at_s is not None]
    return max(times) if len(times) == len(parcels) else None


def report(
    state: FleetState, entries: Iterable[Entry], *, seed: int | None, wall_s: float, fleet_s: float
) -> dict[str, Any]:
    """The document of `--report`: plain JSON values, times UTC seconds.

    `state` is what `entries`, the whole journal, led to; the invariants are checked on the entries
    alone. `wall_s` is how long the run took, `fleet_s` how much fleet time passed in it.
    """
    missions = _missions_by_order(state)
    rows = [_order_row(state, order, missions.get(order_id, [])) for order_id, order in _by_time(state)]
    vehicles = [_vehicle_row(state, vehicle) for _, vehicle in sorted(state.vehicles.items())]
    return {
        "orders": rows,
        "vehicles": vehicles,
        "paces": {name: _pace(longer) for name, longer in sorted(state.paces.items())},
        "invariants": {"broken": list(broken_invariants(entries))},
        "seed": seed,
        "wall_s": wall_s,
        "fleet_s": fleet_s,
    }


def _pace(longer: Sequence[float]) -> dict[str, Any]:
    """By what share the last hand-overs of a kind outlasted their plans: half of them, and four of five."""
    ordered = sorted(longer)
    return {
        "hand_overs": len(ordered),
        "half_later_frac": ordered[(len(ordered) - 1) // 2],
        "four_of_five_later_frac": ordered[-(-4 * len(ordered) // 5) - 1],
    }


def _by_time(state: FleetState) -> list[tuple[OrderId, OrderState]]:
    return sorted(state.orders.items(), key=lambda item: (item[1].order.placed_at_s, item[0]))


def _missions_by_order(state: FleetState) -> Mapping[OrderId, list[MissionState]]:
    found: dict[OrderId, list[MissionState]] = {}
    for _, mission in sorted(state.missions.items()):
        orders = dict.fromkeys(state.parcels[parcel_id].order_id for parcel_id in mission.plan.parcel_ids)
        for order_id in orders:
            found.setdefault(order_id, []).append(mission)
    return found


def _order_row(state: FleetState, placed: OrderState, missions: list[MissionState]) -> dict[str, Any]:
    order = placed.order
    parcels = parcels_of(state, order.order_id)
    delivered_at_s = last_delivered_at_s(parcels)
    flown = [mission for mission in missions if mission.started_at_s is not None]
    vehicle_ids = _in_turn(mission.plan.mission.vehicle_id for mission in flown or missions[-1:])
    return {
        "id": order.order_id,
        "vehicle_id": vehicle_ids[-1] if vehicle_ids else None,
        "vehicle_ids": vehicle_ids,
        "state": order_status(state, order.order_id).value,
        "hub_id": placed.hub_id,
        "address": order.drop_off.label,
        "placed_at_s": order.placed_at_s,
        "deadline_s": order.deadline_s,
        "delivered_at_s": delivered_at_s,
        "on_time": None if delivered_at_s is None else delivered_at_s <= order.deadline_s,
        "late_s": None if delivered_at_s is None else max(0.0, delivered_at_s - order.deadline_s),
        "distance_m": sum(_distance_m(m) * _share_frac(state, m, order) for m in flown) if flown else None,
        "energy_wh": sum(_energy_wh(m) * _share_frac(state, m, order) for m in flown) if flown else None,
        "energy_from": _energy_from(flown),
        "measured": all(mission.phase is MissionPhase.ENDED for mission in flown) if flown else None,
        "reason": why_late(state, placed) if delivered_at_s is not None else _reason(placed, parcels),
        "diversions": diversions(parcels),
        "not_by": not_by(state, flown or missions),
    }


def _share_frac(state: FleetState, mission: MissionState, order: Order) -> float:
    """The order's part of a mission that carries several orders: by the number of parcels."""
    carried = mission.plan.parcel_ids
    return sum(state.parcels[parcel_id].order_id == order.order_id for parcel_id in carried) / len(carried)


def _in_turn(vehicle_ids: Iterable[VehicleId]) -> list[VehicleId]:
    return list(dict.fromkeys(vehicle_ids))


def _distance_m(mission: MissionState) -> float:
    return mission.plan.distance_m if mission.distance_m is None else mission.distance_m


def _energy_wh(mission: MissionState) -> float:
    return mission.plan.energy_wh if mission.energy_wh is None else mission.energy_wh


def _energy_from(missions: Iterable[MissionState]) -> list[str]:
    """How their energy is known, each once: by `EnergyFrom`, "planned" where it is not known."""
    told = (None if mission.energy_wh is None else mission.energy_from for mission in missions)
    return sorted({"planned" if one is None else one.value for one in told})


def _reason(placed: OrderState, parcels: tuple[ParcelState, ...]) -> str:
    """Why an order is not delivered (invariant 5: no order is dropped without a word)."""
    if placed.cancelled_by is not None:
        return f"Cancelled by {placed.cancelled_by}."
    return " ".join(_why(parcel) for parcel in parcels if parcel.phase is not ParcelPhase.DELIVERED)


def _why(parcel: ParcelState) -> str:
    name = parcel.parcel.parcel_id
    if isinstance(parcel.keeper, Lost):
        heard = f"last heard at {iso(parcel.keeper.last_heard_at_s)}, {parcel.keeper.last_position}"
        return f"{name} is lost with {parcel.keeper.vehicle_id}, {heard}."
    if parcel.phase is ParcelPhase.UNCOLLECTED:
        return f"{name} was not collected from its locker, and is back at the hub."
    said = sentences(parcel.reasons)
    if parcel.phase is ParcelPhase.NOT_FETCHED:
        return f"{name} was not given to be fetched. {said}".rstrip()
    if isinstance(parcel.keeper, OnVehicle):
        return said if parcel.in_doubt else f"{name} is aboard {parcel.keeper.vehicle_id}. {said}".rstrip()
    if isinstance(parcel.keeper, WithSender | InLocker):
        return f"{name} is still to be fetched: {said or 'it waits for its turn.'}"
    return f"{name} is at the hub: {said or 'it waits for its turn.'}"


def _vehicle_row(state: FleetState, vehicle: VehicleState) -> dict[str, Any]:
    missions = [m for m in state.missions.values() if m.plan.mission.vehicle_id == vehicle.vehicle_id]
    flown = sorted(
        (mission for mission in missions if mission.started_at_s is not None),
        key=lambda mission: mission.plan.mission.mission_id,
    )
    carried = [state.parcels[p] for m in flown for p in m.plan.parcel_ids if _last_of(state, p) == _id(m)]
    return {
        "id": vehicle.vehicle_id,
        "kind": vehicle.profile.kind.value,
        "profile": vehicle.profile.name,
        "hub_id": vehicle.hub_id,
        "missions": len(flown),
        "delivered": sum(parcel.phase is ParcelPhase.DELIVERED for parcel in carried),
        "distance_m": sum(_distance_m(mission) for mission in flown),
        "energy_wh": sum(_energy_wh(mission) for mission in flown),
        "energy_from": _energy_from(flown),
        "state": _vehicle_state(vehicle),
    }


def _last_of(state: FleetState, parcel_id: ParcelId) -> MissionId | None:
    return state.parcels[parcel_id].mission_id


def _id(mission: MissionState) -> int:
    return mission.plan.mission.mission_id


def _vehicle_state(vehicle: VehicleState) -> str:
    if vehicle.link is not LinkState.UP:
        return {LinkState.NEVER: "never heard", LinkState.LOST: "silent"}.get(vehicle.link, "missing")
    if vehicle.fault:
        return "faulted"
    if vehicle.mission_id is not None:
        return "on a mission"
    return "ready" if vehicle.ready else "resting"
