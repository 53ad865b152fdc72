"""Which simulated vehicle stands where: so many drones and robots, spread evenly over the hubs' pads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geofences.zone import Medium
from orchestrator.ending import BadInput
from orchestrator.orders.order import Hub, HubId, Pad
from sitl.city.places import Places, read_places
from sitl.scenario import CityFiles
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import CHEST_ROBOT, COURIER, DELIVERY_DRONE, SIDEWALK_ROBOT


@dataclass(frozen=True, slots=True)
class Berth:
    """A vehicle to be simulated, and the pad or dock at a hub that is its own."""

    vehicle_id: VehicleId
    profile: VehicleProfile
    hub: Hub
    pad: Pad


def with_room(files: CityFiles, *, drones: int, robots: int) -> CityFiles:
    """The city's files, with other places of the same city where its own have too few pads or docks.

    Of those beside them (`places*.json`) the one with the least room that is enough; where none is, its own.
    """
    if _has_room(read_places(files.places_file), drones, robots):
        return files
    others = [(read_places(file), file) for file in sorted(files.places_file.parent.glob("places*.json"))]
    enough = [
        (_room(places, Medium.AIR), file) for places, file in others if _has_room(places, drones, robots)
    ]
    return replace(files, places_file=min(enough)[1]) if enough else files


def _has_room(places: Places, drones: int, robots: int) -> bool:
    return drones <= _room(places, Medium.AIR) and robots <= _room(places, Medium.SIDEWALK)


def _room(places: Places, medium: Medium) -> int:
    return sum(len(places.pads(hub.hub_id, medium)) for hub in places.hubs)


def muster(
    places: Places, *, drones: int, robots: int, couriers: int = 0, compartments: int = 1
) -> tuple[Berth, ...]:
    """Drones D1, D2, ..., robots R1, ... and couriers C1, ..., dealt to the hubs in turn.

    Couriers leave their bicycles at docks that no robot has.

    Raises `BadInput` when the hubs have fewer pads or docks than vehicles are asked for.
    """
    free = {
        medium: {hub.hub_id: list(places.pads(hub.hub_id, medium)) for hub in places.hubs}
        for medium in Medium
    }
    robot = SIDEWALK_ROBOT if compartments == SIDEWALK_ROBOT.compartments else CHEST_ROBOT
    return (
        *_dealt(places, free, "D", "drones", DELIVERY_DRONE, drones),
        *_dealt(places, free, "R", "robots", robot, robots),
        *_dealt(places, free, "C", "couriers", COURIER, couriers),
    )


def _dealt(  # noqa: PLR0917
    places: Places,
    all_free: dict[Medium, dict[HubId, list[Pad]]],
    letter: str,
    word: str,
    profile: VehicleProfile,
    count: int,
) -> list[Berth]:
    free = all_free[profile.medium]
    room = sum(len(pads) for pads in free.values())
    if count > room:
        kind = "pads" if profile.medium is Medium.AIR else "docks"
        raise BadInput(f"{word}: {count} asked for, but the hubs have {room} {kind}")
    berths: list[Berth] = []
    turn = 0
    while len(berths) < count:
        hub = places.hubs[turn % len(places.hubs)]
        turn += 1
        if free[hub.hub_id]:
            vehicle_id = VehicleId(f"{letter}{len(berths) + 1}")
            berths.append(Berth(vehicle_id, profile, hub, free[hub.hub_id].pop(0)))
    return berths
