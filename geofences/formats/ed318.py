"""UAS geographical zones in ED-318 GeoJSON (EUROCAE ED-318, schema of github.com/UASGeoZones/ED-318).

Real national files mostly fail the official schema. Every feature ends up as a zone or as refused;
what deviates and can be read safely (larger, longer, stricter) is read and becomes a finding. Own
extension: `extendedProperties.sanderling`, see `zone_members`.
"""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats import flat_members, zone_members
from geofences.formats.notes import Notes, Texts, UnreadableError, shown
from geofences.formats.reading import Finding, FormatError, Reading
from geofences.formats.zone_document import as_feature, parsed, read_features, unique
from geofences.formats.zone_geometry import outermost, volumes
from geofences.formats.zone_times import applicability, instant_s
from geofences.zone import Restriction, Zone

FORMAT = "ed318"
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
_ALIASES = frozenset({"reasons", "applicability", "UASZone", "restriction", flat_members.LAYER})
_Json = Mapping[str, object]


def read(data: bytes) -> Reading:
    """Read a file of zones. Raises `FormatError` when it is not ED-318 at all.

    That is: no JSON, no FeatureCollection, no list of features, or metadata of another kind.
    """
    findings: list[Finding] = []
    return read_document(parsed(data, findings), findings)


def read_document(document: object, findings: list[Finding]) -> Reading:
    """The same of a parsed document; `findings` are those made so far."""
    if not isinstance(document, dict):
        raise FormatError("file", "is not a JSON object")
    kind, features = document.get("type"), document.get("features")
    if kind is None and isinstance(features, list):
        findings.append(Finding("", "type", "null", "FeatureCollection"))
    elif kind != "FeatureCollection":
        raise FormatError("type", f"{shown(kind)} is not FeatureCollection")
    if not isinstance(features, list):
        raise FormatError("features", f"{shown(features)} is not a list")
    notes = Notes("")
    _check_metadata(document.get("metadata"), notes)
    findings.extend(notes.findings)
    return read_features(
        FORMAT,
        features,
        texts=Texts.BY_LANGUAGE,
        name_of=_name_for_notes,
        zone_of=_zone,
        findings=findings,
        where="features",
    )


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


def _name_for_notes(feature: object, place: str) -> str:
    properties = _properties(feature) or {}
    found = properties.get("identifier") or (feature.get("id") if isinstance(feature, dict) else None)
    return str(found).strip() if isinstance(found, str | int) and str(found).strip() else place


def _zone(found: object, notes: Notes, seen: dict[str, int]) -> Zone:
    feature = as_feature(found)
    properties = _properties(feature)
    if properties is None:
        raise UnreadableError("properties", f"{shown(feature.get('properties'))} is not an object")
    if "UASZone" in properties:
        notes.add("properties.UASZone", "UASZone", "the properties themselves")
    zone_id = unique(notes, properties.get("identifier"), "properties.identifier", seen)
    properties = flat_members.gathered(properties, notes)
    for name in sorted(properties.keys() - _KNOWN - _ALIASES):
        notes.add(f"properties.{name}", properties[name], "nothing: the standard has no such member")
    geometry = feature.get("geometry")
    areas = volumes(geometry, notes, layer=flat_members.beside(properties, geometry, notes))
    periods = notes.member(properties, "limitedApplicability", ("applicability",), "properties")
    reasons = notes.member(properties, "reason", ("reasons",), "properties")
    own = zone_members.own_extension(properties.get("extendedProperties"), "properties.extendedProperties")
    contact = properties.get("zoneAuthority")
    info = properties.get("otherReasonInfo")
    terms = properties.get("restrictionConditions")
    return Zone(
        zone_id=zone_id,
        name=notes.text(properties.get("name"), "properties.name"),
        restriction=_restriction(properties, notes),
        volumes=areas,
        applicability=applicability(periods, notes, "properties.limitedApplicability", outermost(areas)),
        binds=own.binds,
        exempt=own.exempt,
        reason=zone_members.reasons(reasons, notes, "properties.reason"),
        reason_info=notes.text(info, "properties.otherReasonInfo"),
        message=notes.text(properties.get("message"), "properties.message"),
        authorities=zone_members.authorities(contact, notes, "properties.zoneAuthority"),
        country=zone_members.country(properties.get("country"), notes, "properties.country"),
        conditions=zone_members.conditions(terms, notes, "properties.restrictionConditions"),
    )


def _restriction(properties: _Json, notes: Notes) -> Restriction:
    """ED-318 says in `type` what ED-269 says in `restriction`."""
    value, where = properties.get("type"), "properties.type"
    other = properties.get("restriction")
    if other is not None and not zone_members.is_restriction(value):
        notes.add(where, value, "the member restriction")
        value, where = other, "properties.restriction"
    elif other is not None:
        notes.add("properties.restriction", other, "nothing: the type says it")
    return zone_members.restriction(value, _RESTRICTIONS, notes, where)
