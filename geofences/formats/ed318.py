"""UAS geographical zones in ED-318 GeoJSON (EUROCAE ED-318, schema of github.com/UASGeoZones/ED-318).

Real national files mostly fail the official schema. Every feature ends up as a zone or as refused;
what deviates and can be read safely (larger, longer, stricter) is read and becomes a finding. Own
extension: `extendedProperties.sanderling.binds`, a list of AIR and SIDEWALK, says whom a zone binds.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from geofences.formats.authorities import authority
from geofences.formats.notes import Notes, UnreadableError, shown
from geofences.formats.reading import FormatError, Reading, RefusedZone
from geofences.formats.zone_geometry import volumes
from geofences.formats.zone_times import applicability, instant_s
from geofences.zone import Authority, Medium, Restriction, Zone, ZoneId

FORMAT = "ED-318"
_RESTRICTIONS = {
    "PROHIBITED": Restriction.PROHIBITED,
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    "CONDITIONAL": Restriction.CONDITIONAL,
    "NO_RESTRICTION": Restriction.NO_RESTRICTION,
}
_KNOWN = frozenset(
    {
        *("identifier", "country", "name", "type", "variant", "restrictionConditions", "region", "reason"),
        *("otherReasonInfo", "regulationExemption", "message", "zoneAuthority", "limitedApplicability"),
        *("dataSource", "extendedProperties"),
    }
)
_ALIASES = frozenset({"reasons", "applicability", "UASZone"})
_Json = Mapping[str, object]


def read(data: bytes) -> Reading:
    """Read a file of zones. Raises `FormatError` when it is not ED-318 at all.

    That is: no JSON, no FeatureCollection, no list of features, or metadata of another kind.
    """
    document, features = _document(data)
    findings, zones, refused = [], [], []
    file_notes = Notes("")
    _check_metadata(document.get("metadata"), file_notes)
    findings.extend(file_notes.findings)
    seen: set[str] = set()
    for i, feature in enumerate(features):
        notes = Notes(_name_for_notes(feature, i))
        try:
            zone = _zone(feature, notes, seen)
        except UnreadableError as error:
            refused.append(RefusedZone(notes.zone_id, f"features[{i}].{error.field}", error.reason))
        else:
            zones.append(zone)
        findings.extend(notes.findings)
    return Reading(FORMAT, tuple(zones), tuple(findings), tuple(refused))


def _document(data: bytes) -> tuple[_Json, list[object]]:
    """The file's one object, and the features in it."""
    try:
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FormatError("file", f"is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise FormatError("file", "is not a JSON object")
    if document.get("type") != "FeatureCollection":
        raise FormatError("type", f"{shown(document.get('type'))} is not FeatureCollection")
    features = document.get("features")
    if not isinstance(features, list):
        raise FormatError("features", f"{shown(features)} is not a list")
    return document, features


def _check_metadata(metadata: object, notes: Notes) -> None:
    """Validity dates of the collection narrow no zone; but metadata of a wrong kind is no ED-318."""
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        raise FormatError("metadata", f"{shown(metadata)} is not an object")
    for name in ("validFrom", "validTo", "issued"):
        value = metadata.get(name)
        if value is not None and not isinstance(value, str):
            raise FormatError(f"metadata.{name}", f"{shown(value)} is not a date-time")
        instant_s(value, notes, f"metadata.{name}", ends=name == "validTo")


def _properties(feature: object) -> _Json | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return None
    nested = properties.get("UASZone")
    return {**properties, **nested} if isinstance(nested, dict) else properties


def _name_for_notes(feature: object, i: int) -> str:
    properties = _properties(feature) or {}
    found = properties.get("identifier") or (feature.get("id") if isinstance(feature, dict) else None)
    return str(found).strip() if isinstance(found, str | int) and str(found).strip() else f"features[{i}]"


def _zone(feature: object, notes: Notes, seen: set[str]) -> Zone:
    if not isinstance(feature, dict):
        raise UnreadableError("type", f"{shown(feature)} is not a Feature")
    properties = _properties(feature)
    if properties is None:
        raise UnreadableError("properties", f"{shown(feature.get('properties'))} is not an object")
    if "UASZone" in properties:
        notes.add("properties.UASZone", "UASZone", "the properties themselves")
    zone_id = _identifier(properties, notes, seen)
    for name in sorted(properties.keys() - _KNOWN - _ALIASES):
        notes.add(f"properties.{name}", properties[name], "nothing: the standard has no such member")
    periods = notes.member(properties, "limitedApplicability", ("applicability",), "properties")
    reasons = notes.member(properties, "reason", ("reasons",), "properties")
    return Zone(
        zone_id=zone_id,
        name=notes.text(properties.get("name"), "properties.name"),
        restriction=_restriction(properties.get("type"), notes),
        volumes=volumes(feature.get("geometry"), notes),
        applicability=applicability(periods, notes, "properties.limitedApplicability"),
        binds=_binds(properties.get("extendedProperties")),
        reason=", ".join(str(reason) for reason in notes.as_list(reasons, "properties.reason")),
        message=notes.text(properties.get("message"), "properties.message"),
        authorities=_authorities(properties.get("zoneAuthority"), notes),
        country=_country(properties.get("country"), notes),
    )


def _identifier(properties: _Json, notes: Notes, seen: set[str]) -> ZoneId:
    if properties.get("identifier") != notes.zone_id:
        notes.add("properties.identifier", properties.get("identifier"), notes.zone_id)
    unique, count = notes.zone_id, 1
    while unique in seen:
        count += 1
        unique = f"{notes.zone_id}~{count}"
    if count > 1:
        notes.add("properties.identifier", notes.zone_id, f"{unique}, as another feature has that identifier")
    seen.add(unique)
    return ZoneId(unique)


def _restriction(value: object, notes: Notes) -> Restriction:
    if isinstance(value, str) and value in _RESTRICTIONS:
        return _RESTRICTIONS[value]
    plain = value.strip().upper() if isinstance(value, str) else ""
    if plain in {"USPACE", "REQ_AUTHORISATION"}:
        restriction = Restriction.REQ_AUTHORISATION
    else:
        restriction = _RESTRICTIONS.get(plain, Restriction.PROHIBITED)
    notes.add("properties.type", value, restriction.value)
    return restriction


def _authorities(value: object, notes: Notes) -> tuple[Authority, ...]:
    """Whom to ask. Raises nothing: who cannot be read is noted, and the zone stands as it is."""
    where, found = "properties.zoneAuthority", []
    for i, entry in enumerate(notes.as_list(value, where)):
        if isinstance(entry, dict):
            found.append(authority(entry, notes, f"{where}[{i}]"))
        else:
            notes.add(f"{where}[{i}]", entry, "no authority")
    return tuple(dict.fromkeys(found))


def _country(value: object, notes: Notes) -> str:
    if isinstance(value, str) and len(value) == 3:
        return value
    notes.add("properties.country", value, "no country" if not isinstance(value, str) else value)
    return value if isinstance(value, str) else ""


def _binds(extended: object) -> frozenset[Medium]:
    """Whom the zone binds: aircraft, unless our own extension says otherwise."""
    own = extended.get("sanderling") if isinstance(extended, dict) else None
    if own is None:
        return frozenset({Medium.AIR})
    where = "properties.extendedProperties.sanderling"
    names = own.get("binds") if isinstance(own, dict) else None
    if not isinstance(own, dict) or not isinstance(names, list) or set(own) != {"binds"}:
        raise UnreadableError(where, f"{shown(own)} is not an object with a list `binds` alone")
    known = {medium.name: medium for medium in Medium}
    for name in names:
        if name not in known:
            raise UnreadableError(f"{where}.binds", f"{shown(name)} is not one of {', '.join(known)}")
    return frozenset(known[name] for name in names)
