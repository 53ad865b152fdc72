"""What a zone says beyond its one line: why it is there, under what conditions one may fly, whom to ask."""

from __future__ import annotations

from geofences.zone import Authority, Exempt, Zone


def longer(zone: Zone) -> tuple[str, ...]:
    """The lines below "EFHE-12 'Meilahti helipad' (PROHIBITED, 0-150 m AGL, always)"; none that is empty."""
    why = " ".join(filter(None, (zone.reason, f"({zone.reason_info})" if zone.reason_info else "")))
    lines = (
        f"reason: {why}" if why else "",
        f"conditions: {zone.conditions}" if zone.conditions else "",
        f"message: {zone.message}" if zone.message else "",
        *(f"ask: {contact(authority)}" for authority in zone.authorities),
        _exempt(zone.exempt),
    )
    return tuple(line for line in lines if line and not line.endswith(": "))


def contact(authority: Authority) -> str:
    """Whom to ask, how, what for, and how long before: "Traficom, +358 1, AUTHORIZATION, P5D before"."""
    said = (
        authority.name,
        authority.service,
        authority.contact_name,
        authority.phone,
        authority.email,
        authority.site_url,
        authority.purpose.value if authority.purpose else "",
        f"{authority.interval_before} before" if authority.interval_before else "",
    )
    return ", ".join(part for part in said if part)


def _exempt(exempt: Exempt) -> str:
    classes = ", ".join(sorted(one.value for one in exempt.classes))
    below = f"below {exempt.below_kg:g} kg" if exempt.below_kg > 0.0 else ""
    said = " and ".join(filter(None, (classes, below)))
    return f"does not bind: {said}" if said else ""
