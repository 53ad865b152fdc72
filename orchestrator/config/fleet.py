"""The whole configuration: its tables, and what must hold between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from orchestrator.config.area import AreaConfig, WeatherConfig
from orchestrator.config.gateway import GatewayConfig, check_people
from orchestrator.config.places import HubConfig, LockerConfig, RallyConfig
from orchestrator.config.table import File, Table
from orchestrator.config.vehicles import RecordingConfig, SigningConfig, VehicleConfig
from vehicles.mavlink.links.endpoint import shown


class Config(Table):
    """Everything `serve` needs. Cross-checked when built: ids unique, hubs and pads known."""

    area: AreaConfig
    hubs: tuple[HubConfig, ...] = Field(min_length=1, strict=False)
    lockers: tuple[LockerConfig, ...] = Field(default=(), strict=False)
    vehicles: tuple[VehicleConfig, ...] = Field(default=(), strict=False)
    weather: WeatherConfig = WeatherConfig()
    gateway: GatewayConfig = GatewayConfig()
    recording: RecordingConfig | None = None
    signing: SigningConfig | None = None
    journal: File = Path("sanderling.journal")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_places(self.hubs, self.lockers, self.area.rally)
        _check_vehicles(self.vehicles, {hub.id: {pad.id for pad in hub.pads} for hub in self.hubs})
        ridden = [vehicle.id for vehicle in self.vehicles if vehicle.ridden]
        check_people(self.gateway, ridden, [locker.id for locker in self.lockers])
        for vehicle in self.vehicles:
            if vehicle.driver == "mavsdk" and self.recording is not None:
                raise ValueError(
                    f"vehicle {vehicle.id}: driver: what MAVSDK sends and hears cannot be recorded"
                )
        return self


def _check_places(
    hubs: Sequence[HubConfig], lockers: Sequence[LockerConfig], rally: Sequence[RallyConfig]
) -> None:
    for what, ids in (
        ("hubs: two hubs", [hub.id for hub in hubs]),
        ("lockers: two lockers", [locker.id for locker in lockers]),
        ("area.rally: two places", [place.id for place in rally]),
        *((f"hubs.{n}.pads: two pads", [pad.id for pad in hub.pads]) for n, hub in enumerate(hubs)),
    ):
        if twice := [one for one in ids if ids.count(one) > 1]:
            raise ValueError(f"{what} have the id {twice[0]!r}")


def _check_vehicles(vehicles: Sequence[VehicleConfig], pads: Mapping[str, set[str]]) -> None:
    taken: set[tuple[str, str]] = set()
    names: set[str] = set()
    heard: dict[tuple[str, int | None], str] = {}
    for vehicle in vehicles:
        where = f"vehicle {vehicle.id}"
        if vehicle.id in names:
            raise ValueError(f"{where}: this id is used twice")
        if vehicle.pad not in pads.get(vehicle.hub, set()):
            raise ValueError(f"{where}: hub {vehicle.hub!r} has no pad {vehicle.pad!r}")
        if (vehicle.hub, vehicle.pad) in taken:
            raise ValueError(f"{where}: pad {vehicle.pad!r} already belongs to another vehicle")
        for url in vehicle.links if vehicle.system_id is not None else ():
            other = heard.setdefault((url, vehicle.system_id), vehicle.id)
            if other != vehicle.id:
                raise ValueError(f"{where}: system_id: {other} is {vehicle.system_id} at {shown(url)} too")
        names.add(vehicle.id)
        taken.add((vehicle.hub, vehicle.pad))
