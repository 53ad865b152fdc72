"""A scenario made concrete: the places, the site, who stands where, and what will be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from geofences.ground.terrain import Terrain
from geofences.reason import clauses
from geofences.verifying.heights import is_uneven
from orchestrator.ending import BadInput
from orchestrator.files.site import Site, read_site
from orchestrator.files.terrain import read_terrain
from orchestrator.operations.planning.draft import Infeasible, Job, drafts
from orchestrator.orders.order import DropOffPlace, Hub, HubId, Pad, Parcel
from orchestrator.standing import Stands, check_pads
from sitl.city.places import Places, read_places
from sitl.demand import TimedOrderRequest, demand
from sitl.motion.copter import Air
from sitl.muster import Berth, muster
from sitl.scenario import CityFiles, Scenario
from sitl.vehicle_faults import refuse_strangers
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile

_LONGEST_S = 3600.0
"""After the last order, how long its place must stay open to the vehicles that can serve it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything a run needs that was in files."""

    scenario: Scenario
    places: Places
    site: Site
    berths: tuple[Berth, ...]

    @property
    def terrain(self) -> Terrain | None:
        """The ground that its vehicles fly over; None where it is flat."""
        ground = self.site.surroundings.airspace.ground
        return ground if is_uneven(ground) else None

    def home_amsl_m(self, pad: Pad) -> float:
        """How high above the sea a pad is."""
        ground = self.site.surroundings.airspace.ground
        return (None if ground is None else ground.height_amsl_m(pad.at.position)) or 0.0

    @property
    def air(self) -> Air:
        """What its vehicles fly through: still, and as warm as its weather says."""
        return Air(above_isa_k=self.scenario.above_isa_k)

    def wishes(self, start_s: float) -> Sequence[TimedOrderRequest]:
        """The scenario's seeded demand, beginning at `start_s`, UTC seconds.

        Raises `BadInput` where the fleet can bring nothing anywhere.
        """
        asked = self.scenario.demand
        self._refuse_grounded()
        until_s = start_s + asked.over_s + _LONGEST_S

        @cache
        def serves(hub: Hub, place: DropOffPlace, profile: VehicleProfile) -> bool:
            if self.site.surroundings.refusals(place, profile, start_s, until_s):
                return False
            pad = self.places.pads(hub.hub_id, profile.medium)[0]
            heaviest = Parcel(ParcelId("demand"), profile.max_payload_kg)
            job = Job(VehicleId("demand"), profile, pad, heaviest, place, battery_frac=1.0)
            return not isinstance(drafts(job, self.site.surroundings, start_s), Infeasible)

        return demand(
            self.places,
            serves,
            fleet=self._fleet(),
            seed=self.scenario.seed,
            count=asked.orders,
            over_s=asked.over_s,
            start_s=start_s,
            flexible_frac=asked.flexible_frac,
            asking_frac=asked.asking_frac,
        )

    def _refuse_grounded(self) -> None:
        """Raises `BadInput` where the wind is above the limit of every kind: nothing would be brought."""
        kinds = dict.fromkeys(berth.profile for berth in self.berths)
        refused = [reason for kind in kinds for reason in self.site.surroundings.weather_refusal(kind)]
        if len(refused) == len(kinds):
            raise BadInput(f"weather.wind_mps: {clauses(refused)}: nobody would set out")

    def _fleet(self) -> dict[HubId, list[VehicleProfile]]:
        fleet: dict[HubId, list[VehicleProfile]] = {}
        for berth in self.berths:
            fleet.setdefault(berth.hub.hub_id, []).append(berth.profile)
        return fleet


def _ground(files: CityFiles, places: Places) -> Terrain | float:
    hubs = [(f"hub {hub.hub_id}", hub.position) for hub in places.hubs]
    pads = [(f"pad {pad.pad_id}", pad.at.position) for hub in places.hubs for pad in hub.pads]
    found = read_terrain(files.terrain, "city.terrain", [*hubs, *pads])
    return files.ground_amsl_m if found is None else found


def set_up(scenario: Scenario) -> Setting:
    """Read all that a scenario names. Raises `BadInput` naming what cannot be used."""
    files = scenario.city
    places = read_places(files.places_file)
    site = read_site(
        files.map_file,
        files.zone_files,
        ground=_ground(files, places),
        wind_mps=scenario.wind_mps,
        above_isa_k=scenario.above_isa_k,
        lockers=places.lockers,
    )
    berths = muster(
        places,
        drones=scenario.drones,
        robots=scenario.robots,
        couriers=scenario.couriers,
        compartments=scenario.compartments,
    )
    standing = {
        (berth.hub.hub_id, berth.pad.pad_id): Stands(berth.vehicle_id, berth.profile) for berth in berths
    }
    try:
        check_pads(places.hubs, standing, site.surroundings)
    except BadInput as error:
        raise BadInput(f"{files.places_file.name}: {error}") from error
    published = {zone.zone_id for zone in site.surroundings.airspace.zones}
    for one in scenario.changes.pop_ups:
        if one.name in published:
            raise BadInput(f"pop_up_zones.name: {one.name} is a published zone")
    refuse_strangers(scenario.faults, {berth.vehicle_id for berth in berths})
    return Setting(scenario, places, site, berths)
