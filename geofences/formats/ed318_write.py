"""Zones as ED-318 GeoJSON. What the standard has no words for is written larger, and a finding says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from geofences.formats.limit_words import FOOT_M
from geofences.formats.notes import Notes
from geofences.formats.schedule_write import periods
from geofences.formats.writing import Written
from geofences.ground import limits
from geofences.position import GeoPoint
from geofences.zone import Authority, Circle, Limit, Medium, Polygon, Restriction, Unit, Volume, Zone

_LANGUAGE = "und"
_REASONS = frozenset(
    {
        *("AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE"),
        *("EMERGENCY", "DAR", "OTHER"),
    }
)
_Json = dict[str, Any]


def write(zones: Iterable[Zone]) -> Written:
    """All zones as one FeatureCollection. Reading it again gives the same zones, but for the findings."""
    features, findings = [], []
    for zone in zones:
        notes = Notes(zone.zone_id)
        features.append(
            {"type": "Feature", "geometry": _geometry(zone.volumes, notes), "properties": _about(zone, notes)}
        )
        findings.extend(notes.findings)
    document = {"type": "FeatureCollection", "features": features}
    return Written(orjson.dumps(document, option=orjson.OPT_INDENT_2), tuple(findings))


def _about(zone: Zone, notes: Notes) -> _Json:
    if len(zone.zone_id) > 7:
        notes.add("identifier", zone.zone_id, "itself, though the schema has 7 characters")
    if len(zone.country) != 3:
        notes.add("country", zone.country, "nothing, though the schema wants three letters")
    if not zone.authorities:
        notes.add("zoneAuthority", None, "nothing, though the schema wants one")
    needs = zone.restriction is Restriction.REQ_AUTHORISATION
    reasons, info = _reasons(zone, notes)
    said = {
        "identifier": zone.zone_id,
        "country": zone.country,
        "name": _text(zone.name),
        "type": "REQ_AUTHORIZATION" if needs else zone.restriction.value,
        "variant": "COMMON",
        "restrictionConditions": zone.conditions,
        "reason": reasons,
        "otherReasonInfo": _text(info),
        "message": _text(zone.message),
        "zoneAuthority": [_authority(one, notes) for one in zone.authorities],
        "limitedApplicability": periods(zone.applicability, notes),
        "extendedProperties": _extension(zone),
    }
    return {name: value for name, value in said.items() if value}


def _reasons(zone: Zone, notes: Notes) -> tuple[list[str], str]:
    """The standard's codes, and what else is said as OTHER with words."""
    said = [reason for reason in zone.reason.split(", ") if reason]
    other = [reason for reason in said if reason not in _REASONS]
    if not other:
        return said, zone.reason_info
    notes.add("reason", ", ".join(other), "OTHER, in words")
    known = [reason for reason in said if reason in _REASONS and reason != "OTHER"]
    return [*known, "OTHER"], ", ".join(filter(None, (*other, zone.reason_info)))


def _text(text: str) -> list[_Json]:
    return [{"text": text, "lang": _LANGUAGE}] if text else []


def _authority(one: Authority, notes: Notes) -> _Json:
    if one.purpose is None:
        notes.add("zoneAuthority.purpose", None, "nothing, though the schema wants one")
    said = {
        "name": _text(one.name),
        "service": _text(one.service),
        "contactName": _text(one.contact_name),
        "siteURL": one.site_url,
        "email": one.email,
        "phone": one.phone,
        "purpose": one.purpose.value if one.purpose else "",
        "intervalBefore": one.interval_before,
    }
    return {name: value for name, value in said.items() if value}


def _extension(zone: Zone) -> _Json:
    own: _Json = {}
    if zone.binds != frozenset({Medium.AIR}):
        own["binds"] = sorted(medium.name for medium in zone.binds)
    if zone.exempt.classes:
        own["exemptClasses"] = sorted(one.value for one in zone.exempt.classes)
    if zone.exempt.below_kg > 0.0:
        own["exemptBelowKg"] = zone.exempt.below_kg
    return {"sanderling": own} if own else {}


def _geometry(volumes: tuple[Volume, ...], notes: Notes) -> _Json:
    parts = [{**shape(volume.footprint), "layer": _layer(volume, notes)} for volume in volumes]
    return parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}


def shape(footprint: Polygon | Circle) -> _Json:
    """A footprint as GeoJSON; a circle as ED-318's point with an extent."""
    if isinstance(footprint, Circle):
        extent = {"subType": "Circle", "radius": footprint.radius_m}
        return {"type": "Point", "coordinates": place(footprint.centre), "extent": extent}
    return {"type": "Polygon", "coordinates": rings(footprint)}


def rings(polygon: Polygon) -> list[list[list[float]]]:
    """The rings of a polygon, each closed with its first corner."""
    return [[place(corner) for corner in (*ring, ring[0])] for ring in (polygon.corners, *polygon.holes)]


def place(point: GeoPoint) -> list[float]:
    """Longitude, latitude."""
    return [point.lon_deg, point.lat_deg]


def _layer(volume: Volume, notes: Notes) -> _Json:
    known = [limit for limit in (volume.lower, volume.upper) if limit is not None]
    in_feet = bool(known) and all(limit.unit is Unit.FT for limit in known)
    layer: Mapping[str, Any] = {
        **_limit("lower", volume.lower, notes, in_feet=in_feet),
        **_limit("upper", volume.upper, notes, in_feet=in_feet),
        "uom": "ft" if in_feet else "m",
    }
    return dict(layer)


def _limit(side: str, limit: Limit | None, notes: Notes, *, in_feet: bool) -> _Json:
    if limit is None:
        return {}
    value_m = limit.value_m
    if limit.unit is Unit.FT and not in_feet:
        notes.add(f"layer.{side}", limits.words(limit), "the same in metres, as the other limit is")
    if limit.unit is Unit.FL:
        value_m = limits.level_reach_amsl_m(limit)[0 if side == "lower" else 1]
        notes.add(f"layer.{side}", limits.words(limit), f"{value_m:.0f} m AMSL, where it may come to lie")
    value = round(value_m / FOOT_M, 9) if in_feet else value_m
    return {side: value, f"{side}Reference": limit.datum.value}
