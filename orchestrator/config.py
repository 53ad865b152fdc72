"""What `sanderling serve` is told: one TOML file, parsed once, every wrong word named by its place.

Pydantic stands at this edge only: `Config` is frozen, and what the rooms get are their own values.
Relative file names are read from the folder of the configuration file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from geofences.path import Waypoint
from geofences.position import GeoPoint
from geofences.zone import Medium
from orchestrator.config_gateway import GatewayConfig, check_people
from orchestrator.config_lockers import Latitude, LockerConfig, Longitude
from orchestrator.config_vehicles import (
    File,
    Label,
    Name,
    RecordingConfig,
    SigningConfig,
    Table,
    VehicleConfig,
)
from orchestrator.orders.order import Hub, HubId, Pad, PadId
from vehicles.mavlink.links.endpoint import shown
from vehicles.mission import LandingPlace
from vehicles.profiles import PROFILES
from vehicles.wind import Wind, WindAt

_MOST_BYTES = 4 << 20
"""The largest file: some 10,000 vehicles. A device is read no further."""


class ConfigError(Exception):
    """The configuration cannot be used. The text names the file, the field and the reason."""


class PadConfig(Table):
    """A landing pad or dock: WGS84, on the ground."""

    id: Name
    lat_deg: Latitude
    lon_deg: Longitude


class HubConfig(Table):
    """A hub and its pads."""

    id: Name
    name: Label
    lat_deg: Latitude
    lon_deg: Longitude
    pads: tuple[PadConfig, ...] = Field(min_length=1, strict=False)

    def hub(self) -> Hub:
        """The hub as the rooms know it."""
        pads = tuple(Pad(PadId(pad.id), Waypoint(GeoPoint(pad.lat_deg, pad.lon_deg))) for pad in self.pads)
        return Hub(HubId(self.id), self.name, GeoPoint(self.lat_deg, self.lon_deg), pads)


class RallyConfig(Table):
    """A place on the ground that is kept free for aircraft that cannot go on."""

    id: Name
    lat_deg: float = Field(ge=-90, le=90)
    lon_deg: float = Field(ge=-180, le=180)

    def place(self) -> LandingPlace:
        """The place."""
        return LandingPlace(self.id, Waypoint(GeoPoint(self.lat_deg, self.lon_deg)))


class AreaConfig(Table):
    """Where the fleet works: the map (`.geojson.gz`), zone files (ED-318), ground height AMSL.

    `terrain` are tiles of a height model or folders of them; with them the ground is as they have it, and
    `home_tolerance_m` is by how much a vehicle's own home may differ from that.
    `return_height_m` is the height above home at which an aircraft left alone must return: above everything
    that stands here. Without it the least height of the profile's cruise counts. `own_return`: "clear" sends
    no aircraft where a zone closes its autopilot's own straight way home at every height, "any" does. `rally`
    are places to land besides home: each flight has the best of them with it.
    """

    map: File
    zones: tuple[File, ...] = Field(default=(), strict=False)
    ground_amsl_m: float = Field(default=0.0, ge=-500, le=9000)
    terrain: tuple[File, ...] = Field(default=(), strict=False)
    home_tolerance_m: float = Field(default=15.0, gt=0, le=200)
    return_height_m: float | None = Field(default=None, ge=10, le=3000)
    own_return: Literal["clear", "any"] = "clear"
    rally: tuple[RallyConfig, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one_ground(self) -> Self:
        if self.terrain and "ground_amsl_m" in self.model_fields_set:
            raise ValueError("terrain, ground_amsl_m: choose one: tiles tell how high the ground is")
        return self


class WindConfig(Table):
    """The wind at a height above ground; `from_deg` is where it blows from, clockwise from north."""

    height_agl_m: float = Field(ge=0, le=1000)
    wind_mps: float = Field(ge=0, le=60)
    from_deg: float = Field(ge=0, le=360)


class WeatherConfig(Table):
    """The wind every plan reckons with, from any side, metres per second."""

    wind_mps: float = Field(default=5.0, ge=0, le=60)
    aloft: tuple[WindConfig, ...] = Field(default=(), strict=False)

    def wind(self) -> Wind | None:
        """The wind by height; None where it is not told. Raises `ValueError` where heights do not rise."""
        winds = (WindAt(one.height_agl_m, one.wind_mps, one.from_deg) for one in self.aloft)
        return Wind(tuple(winds)) if self.aloft else None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        try:
            self.wind()
        except ValueError as error:
            raise ValueError(f"aloft: {error}") from error
        return self


class Config(Table):
    """Everything `serve` needs. Cross-checked when built: ids unique, hubs, pads, profiles known."""

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
        check_people(self.gateway, [vehicle.id for vehicle in self.vehicles if vehicle.ridden])
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
    spots: dict[tuple[float, float], str] = {}
    for hub in hubs:
        for pad in hub.pads:
            name = f"{hub.id} {pad.id}"
            other = spots.setdefault((pad.lat_deg, pad.lon_deg), name)
            if other != name:
                raise ValueError(f"hubs: pad {name} and pad {other} are one and the same place")


def _check_vehicles(vehicles: Sequence[VehicleConfig], pads: Mapping[str, set[str]]) -> None:
    taken: set[tuple[str, str]] = set()
    names: set[str] = set()
    heard: dict[tuple[str, int | None], str] = {}
    for vehicle in vehicles:
        where = f"vehicle {vehicle.id}"
        if vehicle.id in names:
            raise ValueError(f"{where}: this id is used twice")
        if vehicle.profile not in PROFILES:
            known = ", ".join(PROFILES)
            raise ValueError(f"{where}: unknown profile {vehicle.profile!r} (known: {known})")
        if vehicle.handover not in (None, "hover") and PROFILES[vehicle.profile].medium is Medium.SIDEWALK:
            raise ValueError(f"{where}: handover: a robot opens its lid, it has no {vehicle.handover!r}")
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


def read_config(path: Path) -> Config:
    """Read a configuration file. Raises `ConfigError` naming file, field and reason."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise ConfigError(f"{path}: more than {_MOST_BYTES >> 20} MiB are not read")
        table = tomllib.loads(text.decode())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in complaints(error))) from error
    return _beside(config, path.parent)


def complaints(error: ValidationError) -> list[str]:
    """One line for each complaint: the dotted field, then the reason."""
    lines = []
    items = error.errors()
    for item in items:
        within = [other for other in items if other["loc"][: len(item["loc"])] == item["loc"]]
        if item["type"] == "too_short" and len(within) > 1:
            continue  # a list whose members are refused is not empty
        place = ".".join(str(part) for part in item["loc"])
        lines.append(f"{place}: {_in_words(item)}" if place else _in_words(item))
    return lines


def _in_words(item: Mapping[str, Any]) -> str:
    """What is wrong, in TOML's words."""
    match item["type"]:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "is missing"
        case "tuple_type":
            return "must be a list, in square brackets"
        case "path_type":
            return "must be text, the name of a file"
        case "too_short":
            return f"must have {item['ctx']['min_length']} at least"
        case _:
            return str(item["msg"]).removeprefix("Value error, ")


def _beside(config: Config, folder: Path) -> Config:
    """The same configuration with its file names resolved against the folder it was read from."""
    area = config.area.model_copy(
        update={
            "map": folder / config.area.map,
            "zones": tuple(folder / zone for zone in config.area.zones),
            "terrain": tuple(folder / tile for tile in config.area.terrain),
        }
    )
    recording = config.recording
    if recording is not None:
        recording = recording.model_copy(update={"folder": folder / recording.folder})
    signing = config.signing
    if signing is not None:
        files = {"keys": folder / signing.keys, "stamps": folder / signing.stamps}
        signing = signing.model_copy(update=files)
    update = {"area": area, "journal": folder / config.journal, "recording": recording, "signing": signing}
    return config.model_copy(update=update)
