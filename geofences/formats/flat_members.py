"""Members that ED-318 nests, where a publisher wrote them among a zone's own.

Spain's files come out of a geographic database, whose rows are flat: the layer lies beside the geometry, or
its figures, the authority's and the hours lie among the properties. Where the standard's own member is there
too, that one counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats.notes import Notes

LAYER = "verticalLayer"
_LAYER = (
    *("lower", "lowerReference", "upper", "upperReference", "uom", "UOM", "lowerLimit", "upperLimit"),
    *("lowerVerticalReference", "upperVerticalReference", "uomDimensions"),
)
_NESTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    LAYER: tuple((name, name) for name in _LAYER),
    "zoneAuthority": (
        ("name_authority", "name"),
        *((name, name) for name in ("purpose", "intervalBefore", "service", "contactName", "siteURL")),
        *((name, name) for name in ("email", "phone")),
        *((f"authority{name}", name.lower()) for name in ("Name", "Service", "Email", "Phone")),
    ),
    "limitedApplicability": tuple((name, name) for name in ("startDateTime", "endDateTime")),
}
_LIMITS = frozenset({"lower", "upper", "lowerLimit", "upperLimit", "uom", "uomDimensions"})
_HOURS = ("day", "startTime", "startEvent", "endTime", "endEvent")
_Json = Mapping[str, object]


def gathered(properties: _Json, notes: Notes) -> _Json:
    """The same properties with flat members where the standard has them, each noted."""
    found = dict(properties)
    for member, names in _NESTED.items():
        here = [name for name, _ in names if name in found]
        hours = [name for name in _HOURS if name in found] if member == "limitedApplicability" else []
        if not (here or hours) or found.get(member) or (member == LAYER and not _LIMITS & found.keys()):
            continue
        said = {inner: found.pop(name) for name, inner in names if name in found}
        said = {name: value for name, value in said.items() if value not in (None, "")}
        daily = {name: value for name in hours if (value := found.pop(name)) not in (None, "")}
        if daily:
            said["schedule"] = [daily]
        notes.add(
            f"properties.{member}",
            [*here, *hours],
            f"the members of {member}, which lie among the properties",
        )
        if said:
            found[member] = said if member == LAYER else [said]
    return found


def beside(properties: _Json, geometry: object, notes: Notes) -> object:
    """The layer for a geometry that has none of its own: the one among the properties; or None."""
    layer = properties.get(LAYER)
    if layer is None or (isinstance(geometry, dict) and (geometry.get("layer") or geometry.get(LAYER))):
        return None
    notes.add(f"properties.{LAYER}", layer, "the layer of the geometry")
    return layer
