"""Vehicles that stand still on their missions, in words."""

from __future__ import annotations

from typing import assert_never

from geofences.position import GeoPoint, distance_m
from geofences.reason import Reason, sentences
from orchestrator.record.facts.vehicles import VehicleWentOn
from orchestrator.record.state import FleetState, Halt, MissionPhase, Pause
from orchestrator.record.taken_back import cancelled_reason, taken_back, withheld
from vehicles.clock import time_of_day
from vehicles.mission import VehicleId


def of_halt(halt: Halt) -> str:
    """How it stands still, by whom and since when; no full stop."""
    since = time_of_day(halt.since_s)
    asked = f", asked by {halt.by}" if halt.by else ""
    match halt.pause:
        case Pause.HELD:
            return f"Held by {halt.by} since {since}" if halt.by else f"Holds on nobody's order since {since}"
        case Pause.LANDING:
            return f"Landing since {since}{asked}"
        case Pause.LANDED:
            return f"Stands switched off since {since}{asked}"
    assert_never(halt.pause)


def unknown_until(state: FleetState, vehicle_id: VehicleId) -> str | None:
    """Why nobody can say when what a vehicle carries is there: it stands still. None while it does not."""
    vehicle = state.vehicles[vehicle_id]
    if vehicle.halt is None:
        return None
    words = of_halt(vehicle.halt)
    return f"{vehicle_id}: {words[0].lower()}{words[1:]}. Nobody can say when it goes on."


def of_landing(state: FleetState, vehicle_id: VehicleId, position: GeoPoint) -> str:
    """Where it stands, with what, and what people can do about it."""
    vehicle = state.vehicles.get(vehicle_id)
    if vehicle is None:
        return f"{vehicle_id} stands switched off at {position}."
    away_m = distance_m(position, vehicle.pad.at.position)
    holds = f" with {', '.join(vehicle.aboard)} aboard" if vehicle.aboard else ""
    return (
        f"{vehicle_id} stands switched off{holds}, {away_m:.0f} m from its pad:"
        " ask it to return, or have it fetched."
    )


def of_going_on(event: VehicleWentOn) -> str:
    """That it moves although somebody had it stand still, and why."""
    held = f"{event.vehicle_id} was held by {event.by} and moves" if event.by else f"{event.vehicle_id} moves"
    if event.reasons:
        return f"{held} again: {sentences(event.reasons)}"
    return f"{held} again, without an operator's word for it."


def once_resumed(state: FleetState, vehicle_id: VehicleId) -> tuple[str, tuple[Reason, ...]] | None:
    """What one that is held does when it is resumed other than going on as planned, and why; else None."""
    vehicle = state.vehicles[vehicle_id]
    if vehicle.halt is None or vehicle.halt.pause is not Pause.HELD or vehicle.mission_id is None:
        return None
    mission = state.missions[vehicle.mission_id]
    under_way = mission.phase is MissionPhase.UNDER_WAY
    if under_way and (cancelled := cancelled_reason(state, mission)) is not None:
        return "gives its mission up", (cancelled,)
    closed = mission.closed  # for good, once it is given up: what closed before it was held is dealt with
    if closed is not None and closed.reasons and (under_way or closed.seq > vehicle.halt.seq):
        return "is planned anew", closed.reasons
    if not under_way or vehicle.profile.ridden:
        return None
    orders = dict.fromkeys(state.parcels[one].order_id for one in withheld(state, mission))
    why = tuple(taken_back(state.orders[order_id]) for order_id in orders)
    return ("goes on without it", why) if why else None


def of_waiting(state: FleetState, vehicle_id: VehicleId) -> str | None:
    """The same as a sentence for people, with who has it hold; None where it goes on as planned."""
    halt, waits = state.vehicles[vehicle_id].halt, once_resumed(state, vehicle_id)
    if halt is None or waits is None:
        return None
    deed, reasons = waits
    held = f"{vehicle_id} is held by {halt.by}" if halt.by else f"{vehicle_id} holds on nobody's order here"
    return f"{sentences(reasons)} {held}, and {deed} when it is resumed."
