"""From a URL and a profile to a vehicle."""

from __future__ import annotations

from collections.abc import Sequence

from geofences.zone import Medium
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.drone import Drone
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.link import Link
from vehicles.mavlink.rover import Rover
from vehicles.mavlink.udp import UdpLink
from vehicles.mavlink.upkeep import Care
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile


def connect(
    url: str,
    vehicle_id: VehicleId,
    profile: VehicleProfile,
    *,
    care: Care = Care.LEAVE,
    return_height_m: float | None = None,
) -> Craft:
    """The vehicle at `udpin:HOST:PORT` (it sends to us) or `udpout:HOST:PORT` (it listens there).

    Nothing is opened before the vehicle is entered. Raises `LinkError` for a URL that is none.
    """
    return over(UdpLink(url), vehicle_id, profile, care=care, return_height_m=return_height_m)


def over(
    links: Link | Sequence[Link],
    vehicle_id: VehicleId,
    profile: VehicleProfile,
    identity: Identity = Identity(),  # noqa: B008 - a frozen value
    *,
    care: Care = Care.LEAVE,
    return_height_m: float | None = None,
) -> Craft:
    """The vehicle at the other end of one link, or of several, the preferred first.

    `care` says what is done about its parameters; `return_height_m` above home is what its own return must
    fly at, in place of the least height of its profile's cruise.
    """
    several = links if isinstance(links, Sequence) else (links,)
    match profile.medium:
        case Medium.AIR:
            return Drone(
                vehicle_id,
                profile,
                several,
                identity=identity,
                care=care,
                return_height_m=return_height_m,
            )
        case Medium.SIDEWALK:
            return Rover(
                vehicle_id,
                profile,
                several,
                identity=identity,
                care=care,
                return_height_m=return_height_m,
            )
