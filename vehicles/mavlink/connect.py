"""From what a configuration says to a vehicle: the one place where links, identity and driver meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geofences.zone import Medium
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.contact import Contact
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.drone import Drone
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.links.tlog_record import RecordedLink, Recorder
from vehicles.mavlink.rover import Rover
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.mavlink.wire.signing import Signer
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile


def connect(
    urls: str | Sequence[str],
    vehicle_id: VehicleId,
    profile: VehicleProfile,
    identity: Identity = Identity(),  # noqa: B008 - a frozen value
    *,
    autopilot: Autopilot | None = None,
    care: Care = Care.LEAVE,
    return_height_m: float | None = None,
    switchboard: Switchboard | None = None,
    recorder: Recorder | None = None,
    signer_for: Callable[[int], Signer] | None = None,
) -> Craft:
    """The vehicle that is reached by one link or several (see `endpoint`), the preferred first.

    Vehicles that share a port, a radio or a broker need one `switchboard`. Nothing is opened before the
    vehicle is entered. Raises `LinkError` for a URL that is none or that is somebody else's.
    """
    board = switchboard or Switchboard()
    links = [board.link(url, identity) for url in ((urls,) if isinstance(urls, str) else urls)]
    return over(
        links if recorder is None else [RecordedLink(link, recorder) for link in links],
        vehicle_id,
        profile,
        identity,
        autopilot=autopilot,
        care=care,
        return_height_m=return_height_m,
        notices=recorder.notices if recorder else tuple,
        signer_for=signer_for,
    )


def over(
    links: Link | Sequence[Link],
    vehicle_id: VehicleId,
    profile: VehicleProfile,
    identity: Identity = Identity(),  # noqa: B008 - a frozen value
    *,
    autopilot: Autopilot | None = None,
    care: Care = Care.LEAVE,
    return_height_m: float | None = None,
    notices: Callable[[], tuple[str, ...]] = tuple,
    signer_for: Callable[[int], Signer] | None = None,
) -> Craft:
    """The vehicle at the other end of one link, or of several, the preferred first.

    `autopilot` None: what its heartbeat says. `care` says what is done about its parameters;
    `return_height_m` above home is what its own return must fly at, in place of the least height of its
    profile's cruise. `notices` tells what else an operator should read of it. `signer_for` gives each link,
    by its number, what signs there: then nothing unsigned is believed.
    """
    several = links if isinstance(links, Sequence) else (links,)
    contact = Contact(
        vehicle_id,
        profile,
        identity,
        lambda hear, keeps: Bond(several, identity, hear, GCS_SYSTEM, signer_for, keeps=keeps),
        autopilot=autopilot,
        recording=notices,
    )
    return craft(contact, care=care, return_height_m=return_height_m)


def craft(contact: Contact, *, care: Care, return_height_m: float | None) -> Craft:
    """The vehicle at the other end of a contact, as its profile says what it moves in."""
    kind = Drone if contact.profile.medium is Medium.AIR else Rover
    return kind(contact, care=care, return_height_m=return_height_m)
