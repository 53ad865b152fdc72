"""The official ED-318 schema (draft-07, github.com/UASGeoZones/ED-318, April 2024), as rules.

Written from Schema_GeoZones.json and those it refers to; a test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from geofences.formats.schema import (
    Either,
    Form,
    ListOf,
    Members,
    Null,
    Number,
    Rule,
    Text,
    Violation,
    one_of,
    violations,
)

_TEXTS = ListOf(Members({"text": Text(most=200), "lang": Text(most=5)}, frozenset({"lang"})))
_WHEN = Text(form=Form.DATE_TIME)
_EVENT = one_of("BMCT", "SR", "SS", "EECT")
_DAILY = Members(
    {
        "day": ListOf(one_of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY")),
        "startTime": Text(form=Form.TIME),
        "startEvent": _EVENT,
        "endTime": Text(form=Form.TIME),
        "endEvent": _EVENT,
    },
    frozenset({"day"}),
    closed=True,
)
_PERIOD = Members({"startDateTime": _WHEN, "endDateTime": _WHEN, "schedule": ListOf(_DAILY)}, closed=True)
_AUTHORITY = Members(
    {
        "name": _TEXTS,
        "service": _TEXTS,
        "contactName": _TEXTS,
        "siteURL": Text(form=Form.URI),
        "email": Text(form=Form.EMAIL),
        "phone": Text(most=200),
        "purpose": one_of("AUTHORIZATION", "NOTIFICATION", "INFORMATION"),
        "intervalBefore": Text(),
    },
    frozenset({"purpose"}),
)
_REASONS = (
    "AIR_TRAFFIC",
    "SENSITIVE",
    "PRIVACY",
    "POPULATION",
    "NATURE",
    "NOISE",
    "EMERGENCY",
    "DAR",
    "OTHER",
)
_SOURCE = Members(
    {
        "creationDate": Text(),
        "updateDateTime": Text(),
        "originator": Members({"text": Text(most=200), "lang": Text(most=5)}, frozenset({"lang"})),
    }
)
_PROPERTIES = Members(
    {
        "identifier": Text(most=7),
        "country": Text(least=3, most=3),
        "name": _TEXTS,
        "type": one_of("USPACE", "PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION"),
        "variant": one_of("COMMON", "CUSTOMIZED"),
        "restrictionConditions": Text(),
        "region": Number(whole=True),
        "reason": ListOf(one_of(*_REASONS), most=9),
        "otherReasonInfo": _TEXTS,
        "regulationExemption": one_of("YES", "NO"),
        "message": _TEXTS,
        "zoneAuthority": ListOf(_AUTHORITY, least=1),
        "limitedApplicability": ListOf(_PERIOD),
        "dataSource": _SOURCE,
        "extendedProperties": Members(),
    },
    frozenset({"identifier", "country", "type", "variant", "zoneAuthority"}),
    closed=True,
)

_DATUM = one_of("AGL", "AMSL", "WGS84")
_LAYER = Members(
    {
        "upper": Number(),
        "upperReference": _DATUM,
        "lower": Number(),
        "lowerReference": _DATUM,
        "uom": one_of("m", "ft"),
    }
)
_BBOX = ListOf(Number(), least=4)
_POSITION = ListOf(Number(), least=2)
_RING = ListOf(_POSITION, least=4)


def _geometry(kind: str, coordinates: Rule) -> Members:
    rules = {"type": one_of(kind), "coordinates": coordinates, "bbox": _BBOX, "layer": _LAYER}
    return Members(rules, frozenset({"type", "coordinates"}))


_SIMPLE = (
    _geometry("Point", _POSITION),
    _geometry("LineString", ListOf(_POSITION, least=2)),
    _geometry("Polygon", ListOf(_RING)),
    _geometry("MultiPoint", ListOf(_POSITION)),
    _geometry("MultiLineString", ListOf(ListOf(_POSITION, least=2))),
    _geometry("MultiPolygon", ListOf(ListOf(_RING))),
)
_COLLECTION = Members(
    {
        "type": one_of("GeometryCollection"),
        "geometries": ListOf(Either(_SIMPLE)),
        "bbox": _BBOX,
        "layer": _LAYER,
    },
    frozenset({"type", "geometries"}),
)
_FEATURE = Members(
    {
        "type": one_of("Feature"),
        "id": Either((Number(), Text())),
        "properties": Either((Null(), _PROPERTIES)),
        "geometry": Either((Null(), *_SIMPLE, _COLLECTION)),
        "bbox": _BBOX,
    },
    frozenset({"type", "properties", "geometry"}),
)
_METADATA = Members(
    {
        "validFrom": _WHEN,
        "validTo": _WHEN,
        "issued": _WHEN,
        "provider": _TEXTS,
        "description": _TEXTS,
        "otherGeoid": Text(),
        "technicalLimitations": _TEXTS,
    }
)
_FILE = Members(
    {
        "type": one_of("FeatureCollection"),
        "name": Text(most=200),
        "bbox": _BBOX,
        "metadata": _METADATA,
        "features": ListOf(_FEATURE),
    },
    frozenset({"type", "features"}),
)


def against_schema(document: object) -> Iterator[Violation]:
    """All that the official schema does not accept in a document, a JSON path and a reason each."""
    return violations(document, _FILE)
