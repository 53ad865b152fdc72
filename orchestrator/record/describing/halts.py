"""Vehicles that stand still on their missions, in words."""

from __future__ import annotations

from typing import assert_never

from geofences.position import GeoPoint, distance_m
from orchestrator.record.state import FleetState, Halt, Pause
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
