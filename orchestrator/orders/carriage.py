"""Whether a kind of vehicle can carry a parcel at all: its mass, size, temperature and skills."""

from __future__ import annotations

from collections.abc import Collection

from geofences.reason import Because, Reason
from orchestrator.orders.order import Parcel
from vehicles.cargo import SIZES, Skill, Temperature
from vehicles.profile import VehicleProfile

_MEANT = {
    Temperature.CHILLED: "chilled (0 to 5 C)",
    Temperature.FROZEN: "frozen (-18 C or below)",
    Temperature.HOT: "hot (60 C or above)",
}
_NEEDED = {Skill.CHECK_AGE: "somebody who checks the recipient's age"}


def unfit(
    profile: VehicleProfile, parcel: Parcel, skills: Collection[Skill], *, weighed: bool = True
) -> tuple[Reason, ...]:
    """Every reason why a kind cannot carry a parcel whose hand-over needs `skills`; empty when it can.

    With `weighed` False its mass is left out, for those who tell of that themselves.
    """
    name = profile.name
    found: list[Reason] = []
    if weighed and parcel.mass_kg > profile.max_payload_kg:
        text = f"{parcel.mass_kg:g} kg is more than a {name} may carry ({profile.max_payload_kg:g} kg)."
        found.append(Reason(Because.PAYLOAD, name, text))
    if SIZES.index(parcel.size) > SIZES.index(profile.largest):
        text = f"A {parcel.size.value} parcel is larger than a {name} takes (up to {profile.largest.value})."
        found.append(Reason(Because.SIZE, name, text))
    if parcel.temperature not in profile.temperatures:
        kept = " or ".join(sorted(kept.value for kept in profile.temperatures)) or "nothing"
        wanted = _MEANT.get(parcel.temperature, parcel.temperature.value)
        text = f"Is to be kept {wanted}; a {name} keeps parcels {kept}."
        found.append(Reason(Because.TEMPERATURE, name, text))
    found += [
        Reason(Because.SKILL, name, f"Its hand-over needs {_NEEDED[skill]}, which a {name} cannot be.")
        for skill in sorted(set(skills) - set(profile.skills), key=lambda skill: skill.value)
    ]
    return tuple(found)
