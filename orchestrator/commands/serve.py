"""`sanderling serve`: run a fleet from a configuration file until somebody stops it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Sequence
from pathlib import Path

from geofences.ground.terrain import Terrain
from geofences.position import GeoPoint
from orchestrator.app import Station, operating
from orchestrator.config.fleet import Config
from orchestrator.config.places import PlaceConfig
from orchestrator.config.reading import read_config
from orchestrator.config.vehicles import VehicleConfig
from orchestrator.doors import open_doors
from orchestrator.ending import BadInput
from orchestrator.files.site import Site, read_site
from orchestrator.files.terrain import read_terrain
from orchestrator.gateway.contract.failures import GatewayError
from orchestrator.gateway.photos import Photos
from orchestrator.orders.order import Hub, HubId, PadId
from orchestrator.record.journal import JournalError
from orchestrator.record.sqlite import SqliteJournal, check_free
from orchestrator.record.state import FleetState, MissionPhase
from orchestrator.signing import Keyring, following, keyring
from orchestrator.standing import Stands, check_pads
from orchestrator.terminal import out
from vehicles.courier import Courier
from vehicles.mavlink.autopilots.known import ARDUPILOT, PX4
from vehicles.mavlink.connect import connect
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.links.tie import SignerFor
from vehicles.mavlink.wire.keys import KeysError
from vehicles.mavlink.wire.stamps import StampsError
from vehicles.mission import VehicleId
from vehicles.phone.handset import Handset
from vehicles.vehicle import LinkError, Vehicle

_AUTOPILOTS = {"px4": PX4, "ardupilot": ARDUPILOT}
_ABOUT: dict[type[Exception], str] = {
    BadInput: "",
    GatewayError: "",
    JournalError: "journal: ",
    KeysError: "signing.keys: ",
    LinkError: "vehicles: ",
    StampsError: "signing.stamps: ",
}
"""What in the configuration an error is about; some name that themselves."""


def run(file: Path) -> None:
    """Serve until SIGINT or SIGTERM. Raises `BadInput` for anything in the file that cannot be used."""
    config = read_config(file)
    try:
        asyncio.run(_serve(config))
    except tuple(_ABOUT) as error:
        about = next(key for kind, key in _ABOUT.items() if isinstance(error, kind))
        raise BadInput(f"{file}: {about}{error}") from error


async def _serve(config: Config) -> None:
    check_free(config.journal)  # first of all: another orchestrator may be at work with all that follows
    site = _site(config)
    _check_on_map(config, site)
    hubs = [hub.hub() for hub in config.hubs]
    check_pads(hubs, _standing(config), site.surroundings)
    journal = SqliteJournal(config.journal)
    with keyring(config.signing) as keys:
        stations = _stations(config, hubs, keys)
        vehicles = {station.vehicle.vehicle_id: station.vehicle for station in stations}
        async with (
            operating(journal, hubs, stations, site.surroundings, thinking=True) as app,
            following(keys, vehicles),
            open_doors(app, site, config.gateway, speed=1.0, photos=_photos(config)) as address,
        ):
            gc.collect()
            gc.freeze()  # a thousand vehicles' lasting objects, each looked through, held the loop for 0.5 s
            out.print(f"console: {address}   journal: {config.journal}", highlight=False, soft_wrap=True)
            await stopped()
            out.print(_left(app.state), highlight=False, soft_wrap=True, markup=False)


def _site(config: Config) -> Site:
    """Raises `BadInput` naming the table, the file and what is wrong with it."""
    ground = _ground(config)
    try:
        return read_site(
            config.area.map,
            config.area.zones,
            ground=ground,
            wind_mps=config.weather.wind_mps,
            lockers=[locker.locker() for locker in config.lockers],
            own_return=config.area.own_return,
            rally=[rally.place() for rally in config.area.rally],
            return_height_m=config.area.return_height_m,
            home_tolerance_m=config.area.home_within_m(),
            aloft=config.weather.wind(),
            above_isa_k=config.weather.above_isa_k,
        )
    except BadInput as error:
        raise BadInput(f"area: {error}") from error


def _photos(config: Config) -> Photos:
    """Pictures lie beside the journal that names them."""
    return Photos(config.journal.with_suffix(".photos"), config.gateway.photos_days)


def _ground(config: Config) -> Terrain | float:
    """The ground, known below all of the fleet's places. Raises `BadInput` naming the one where it is not."""
    found = read_terrain(config.area.terrain, "area.terrain", _places(config))
    return config.area.ground_amsl_m if found is None else found


def _places(config: Config) -> list[tuple[str, GeoPoint]]:
    """Where the fleet stands, and goes, by the field that says so."""
    named: list[tuple[str, Sequence[PlaceConfig]]] = [
        ("hubs", config.hubs),
        *((f"hubs.{n}.pads", hub.pads) for n, hub in enumerate(config.hubs)),
        ("lockers", config.lockers),
        ("area.rally", config.area.rally),
    ]
    return [(f"{field}.{n}", place.position) for field, places in named for n, place in enumerate(places)]


def _check_on_map(config: Config, site: Site) -> None:
    """Raises `BadInput` naming the first place beyond the map, from or to which nothing is ever planned."""
    corners = site.city.area.corners
    low, high = corners[0], corners[2]  # southwest and northeast, maybe across the antimeridian
    wide_deg = (high.lon_deg - low.lon_deg) % 360.0
    for field, place in _places(config):
        inside = low.lat_deg <= place.lat_deg <= high.lat_deg
        if not inside or (place.lon_deg - low.lon_deg) % 360.0 > wide_deg:
            box = f"{low.lat_deg},{low.lon_deg} to {high.lat_deg},{high.lon_deg}"
            raise BadInput(f"{field}: {place} lies outside area.map, which has {box}")


def _standing(config: Config) -> dict[tuple[HubId, PadId], Stands]:
    return {(HubId(one.hub), PadId(one.pad)): Stands(VehicleId(one.id), one.kind) for one in config.vehicles}


def _left(state: FleetState) -> str:
    """What becomes of the vehicles when nobody follows them any more."""
    busy = sorted(
        vehicle.vehicle_id
        for vehicle in state.vehicles.values()
        if vehicle.mission_id is not None
        and state.missions[vehicle.mission_id].phase in {MissionPhase.UNDER_WAY, MissionPhase.GIVEN_UP}
    )
    if not busy:
        return "stopped: no vehicle is under way"
    return (
        f"stopped: {', '.join(busy)} under way, by their own missions, which end docked; "
        "serve on the same journal goes on with them"
    )


async def stopped() -> None:
    """Return when the process is asked to stop (SIGINT, SIGTERM)."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    try:
        await asked.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _stations(config: Config, hubs: list[Hub], keys: Keyring | None) -> list[Station]:
    homes = {(str(hub.hub_id), str(pad.pad_id)): (hub, pad) for hub in hubs for pad in hub.pads}
    switchboard = Switchboard()
    stations = []
    for vehicle in config.vehicles:
        hub, pad = homes[vehicle.hub, vehicle.pad]
        if vehicle.ridden:
            rest = None if vehicle.rest is None else vehicle.rest.planned
            handset = Handset(VehicleId(vehicle.id), pad.at.position, rest)
            stations.append(Station(Courier(VehicleId(vehicle.id), vehicle.kind, handset), hub.hub_id, pad))
            continue
        signs = None if keys is None else keys.signer_for(VehicleId(vehicle.id))
        stations.append(Station(_connect(vehicle, config, switchboard, signs), hub.hub_id, pad))
    return stations


def _connect(
    vehicle: VehicleConfig, config: Config, switchboard: Switchboard, signer_for: SignerFor | None
) -> Vehicle:
    vehicle_id, profile = VehicleId(vehicle.id), vehicle.kind
    care, height_m = vehicle.parameters, config.area.return_height_m
    if vehicle.driver == "mavsdk":
        if signer_for is not None:
            raise KeysError(f"{vehicle.id} has a key, and the mavsdk driver cannot sign")
        from vehicles import mavsdk  # noqa: PLC0415 - a large native library, for those who want it

        (url,) = vehicle.links
        identity = vehicle.identity
        return mavsdk.connect(url, vehicle_id, profile, identity, care=care, return_height_m=height_m)
    return connect(
        vehicle.links,
        vehicle_id,
        profile,
        vehicle.identity,
        autopilot=_AUTOPILOTS[vehicle.autopilot] if vehicle.autopilot else None,
        care=care,
        return_height_m=height_m,
        switchboard=switchboard,
        recorder=config.recording.recorder(vehicle_id) if config.recording else None,
        signer_for=signer_for,
    )
