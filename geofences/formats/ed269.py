"""UAS geographical zones in ED-269 JSON (EUROCAE ED-269, 2020): national files of before ED-318.

Lists of zones come as `UASZoneList` or `features`, or bare; texts are plain; each zone has a list of
volumes. As with ED-318, every zone is read or refused, and what deviates is read larger and noted.
"""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats import zone_members
from geofences.formats.notes import Notes, Texts, shown
from geofences.formats.reading import Finding, FormatError, Reading
from geofences.formats.zone_document import as_feature, parsed, read_features, unique
from geofences.formats.zone_geometry import outermost, stacked_volumes, volumes
from geofences.formats.zone_times import applicability
from geofences.zone import Restriction, Volume, Zone

FORMAT = "ed269"
_LISTS = ("UASZoneList", "features", "UASZones", "uasZoneList", "zones")
_RESTRICTIONS = {restriction.value: restriction for restriction in Restriction}
_KNOWN = frozenset(
    {
        *("identifier", "country", "name", "type", "restriction", "restrictionConditions", "region"),
        *("reason", "otherReasonInfo", "regulationExemption", "uSpaceClass", "message", "applicability"),
        *("zoneAuthority", "geometry", "extendedProperties", "title"),
    }
)
_ALIASES = frozenset({"reasons", "limitedApplicability", "UASZone", "properties", "id", "variant"})
_Json = Mapping[str, object]


def read(data: bytes) -> Reading:
    """Read a file of zones. Raises `FormatError` when it is not ED-269 at all: no JSON, no list of zones."""
    findings: list[Finding] = []
    return read_document(parsed(data, findings), findings)


def read_document(document: object, findings: list[Finding]) -> Reading:
    """The same of a parsed document; `findings` are those made so far."""
    found, where = document, "file"
    if isinstance(document, dict):
        where = next((name for name in _LISTS if name in document), _LISTS[0])
        found = document.get(where)
        more = [name for name in _LISTS if name != where and name in document]
        if more:
            raise FormatError(more[0], f"is a second list of zones, beside {where}")
    if isinstance(found, dict) and isinstance(found.get("UASZone"), list):
        findings.append(Finding("", where, '"an object"', "the list UASZone in it"))
        found = found["UASZone"]
    if not isinstance(found, list):
        raise FormatError(where, f"{shown(found)} is not a list of zones")
    if where not in _LISTS[:2]:
        findings.append(Finding("", where, shown(where), "the list of zones"))
    return read_features(
        FORMAT,
        found,
        texts=Texts.PLAIN,
        name_of=_name_for_notes,
        zone_of=_zone,
        findings=findings,
        where=where,
    )


def _members(feature: object) -> _Json:
    """A zone's members, wherever they are nested."""
    if not isinstance(feature, dict):
        return {}
    inner = [feature.get(name) for name in ("properties", "UASZone")]
    nested = [held for held in inner if isinstance(held, dict)]
    return {name: value for held in (feature, *nested) for name, value in held.items()}


def _name_for_notes(feature: object, place: str) -> str:
    members = _members(feature)
    found = members.get("identifier") or members.get("id")
    return str(found).strip() if isinstance(found, str | int) and str(found).strip() else place


def _zone(found: object, notes: Notes, seen: dict[str, int]) -> Zone:
    feature = as_feature(found)
    members = _members(feature)
    for name in ("UASZone", "properties"):
        if name in feature:
            notes.add(name, name, "the zone itself")
    zone_id = unique(notes, members.get("identifier"), "identifier", seen)
    for name in sorted(members.keys() - _KNOWN - _ALIASES):
        notes.add(name, members[name], "nothing: the standard has no such member")
    areas = _areas(members.get("geometry"), notes)
    periods = notes.member(members, "applicability", ("limitedApplicability",), "")
    reasons = notes.member(members, "reason", ("reasons",), "")
    own = zone_members.own_extension(members.get("extendedProperties"), "extendedProperties")
    terms = members.get("restrictionConditions")
    return Zone(
        zone_id=zone_id,
        name=notes.text(members.get("name"), "name"),
        restriction=_restriction(members, notes),
        volumes=areas,
        applicability=applicability(periods, notes, "applicability", outermost(areas)),
        binds=own.binds,
        exempt=own.exempt,
        reason=zone_members.reasons(reasons, notes, "reason"),
        reason_info=notes.text(members.get("otherReasonInfo"), "otherReasonInfo"),
        message=notes.text(members.get("message"), "message"),
        authorities=zone_members.authorities(members.get("zoneAuthority"), notes, "zoneAuthority"),
        country=zone_members.country(members.get("country"), notes, "country"),
        conditions=zone_members.conditions(terms, notes, "restrictionConditions"),
    )


def _areas(geometry: object, notes: Notes) -> tuple[Volume, ...]:
    """A list of volumes; or, in files that are half ED-318, GeoJSON with a layer."""
    if isinstance(geometry, dict) and "horizontalProjection" not in geometry:
        notes.add("geometry", geometry.get("type"), "GeoJSON as ED-318 has it")
        return volumes(geometry, notes)
    return stacked_volumes(geometry, notes)


def _restriction(members: _Json, notes: Notes) -> Restriction:
    """ED-269 says in `restriction` what ED-318 says in `type`."""
    value, where = members.get("restriction"), "restriction"
    if value is None and zone_members.is_restriction(members.get("type")):
        notes.add(where, value, "the member type")
        value, where = members.get("type"), "type"
    return zone_members.restriction(value, _RESTRICTIONS, notes, where)
