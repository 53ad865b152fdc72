"""Faults of a run, each with the vehicle that it befalls: `D2:silent@60-90`, or all with `wind@30=9`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from orchestrator.ending import BadInput
from sitl.faults import WIRE_ONLY, Fault, parse
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class VehicleFault:
    """What befalls `vehicle_id`, or every vehicle where that is None."""

    vehicle_id: VehicleId | None
    fault: Fault


def parse_vehicle_fault(text: str) -> VehicleFault:
    """`VEHICLE:KIND@FROM[-UNTIL][=VALUE]`, or without a vehicle. Raises `ValueError` saying what is wrong."""
    named, colon, fault = text.rpartition(":")
    if colon and not named:
        raise ValueError(f"{text!r} names no vehicle before its colon")
    return VehicleFault(VehicleId(named) if colon else None, parse(fault))


def parse_option(texts: Iterable[str]) -> tuple[VehicleFault, ...]:
    """The values of `--fault`. Raises `BadInput`."""
    try:
        return tuple(parse_vehicle_fault(text) for text in texts)
    except ValueError as error:
        raise BadInput(f"--fault: {error}") from error


def faults_of(vehicle_id: VehicleId, faults: Iterable[VehicleFault]) -> tuple[Fault, ...]:
    """What befalls one vehicle."""
    return tuple(one.fault for one in faults if one.vehicle_id in {None, vehicle_id})


def refuse_strangers(faults: Iterable[VehicleFault], known: Collection[VehicleId]) -> None:
    """Raise `BadInput` when a fault is of a vehicle that takes no part."""
    for one in faults:
        if one.vehicle_id is not None and one.vehicle_id not in known:
            named = ", ".join(sorted(known))
            raise BadInput(f"faults: there is no vehicle {one.vehicle_id!r} (there are: {named})")


def refuse_wire_faults(faults: Iterable[VehicleFault]) -> None:
    """Raise `BadInput` when a fault would never be seen, because the vehicles are not behind a wire."""
    for one in faults:
        if one.fault.kind in WIRE_ONLY:
            kind = one.fault.kind.value
            raise BadInput(
                f"faults: {kind} shows only on MAVLink: `sanderling demo` has it, `simulate` has no wire"
            )
