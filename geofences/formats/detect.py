"""Which format a file of zones is in: told by what is in it, never by its name."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from geofences.formats.reading import Finding, FormatError
from geofences.formats.zone_document import check_size, encoding_of, parsed

_ED269_LISTS = frozenset({"UASZoneList", "UASZones", "uasZoneList"})
_ED318_PROPERTIES = frozenset({"zoneAuthority", "limitedApplicability", "restrictionConditions", "UASZone"})
_ED318_METADATA = frozenset(
    {"provider", "issued", "validFrom", "validTo", "otherGeoid", "technicalLimitation"}
)
_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
_OPENAIR = re.compile(r"A[CNLH]\s|D[PCBA][\s\d]|V\s*[XD]\s*=", re.IGNORECASE)
_SAMPLE = 50
_HEAD_BYTES = 65_536
_Json = Mapping[str, object]


class Format(Enum):
    """A format that zones can be read from."""

    ED318 = "ed318"
    ED269 = "ed269"
    GEOJSON = "geojson"
    KML = "kml"
    OPENAIR = "openair"
    QGC_PLAN = "qgc_plan"
    WAYPOINTS = "waypoints"
    FENCE = "fen"


@dataclass(frozen=True, slots=True)
class Detected:
    """The format, and the document where it is JSON (parsed once, since it may be large)."""

    format: Format
    document: object = None
    findings: tuple[Finding, ...] = ()


def detect(data: bytes) -> Detected:
    """Tell the format. Raises `FormatError` when it is none of those known."""
    check_size(data)
    head = _head(data)
    if data[:4] == b"PK\x03\x04" or head[:1] == "<":
        return Detected(Format.KML)
    if head[:1] in {"{", "["}:
        findings: list[Finding] = []
        document = parsed(data, findings)
        return Detected(_json_format(document), document, tuple(findings))
    if head.startswith("QGC WPL"):
        return Detected(Format.WAYPOINTS)
    return Detected(_text_format(head))


def _head(data: bytes) -> str:
    """What a file begins with; in which language it is beyond ASCII does not matter here."""
    encoding = encoding_of(data)
    plain = "latin-1" if encoding == "utf-8-sig" else encoding
    return data[:_HEAD_BYTES].removeprefix(BOM_UTF8).decode(plain, errors="replace").lstrip()


def _json_format(document: object) -> Format:
    if isinstance(document, list):
        return Format.ED269
    if not isinstance(document, dict):
        raise FormatError("file", "is not a JSON object")
    if document.get("fileType") == "Plan" or {"mission", "geoFence"} & document.keys():
        return Format.QGC_PLAN
    if _ED269_LISTS & document.keys():
        return Format.ED269
    return _feature_format(document)


def _feature_format(document: _Json) -> Format:
    kind, features = document.get("type"), document.get("features")
    kind = kind if isinstance(kind, str) else None
    sample = [f for f in features[:_SAMPLE] if isinstance(f, dict)] if isinstance(features, list) else []
    if any(_is_ed269(feature) for feature in sample):
        return Format.ED269
    if kind == "Feature":
        return Format.ED318 if _is_ed318(document) else Format.GEOJSON
    if kind in _GEOMETRIES:
        return Format.GEOJSON
    if kind != "FeatureCollection" and not isinstance(features, list):
        raise FormatError("type", f"no kind of zone file is known with the members {_listed(document)}")
    metadata = document.get("metadata")
    official = isinstance(metadata, dict) and bool(_ED318_METADATA & metadata.keys())
    plain = sample and kind == "FeatureCollection" and not (official or any(_is_ed318(f) for f in sample))
    return Format.GEOJSON if plain else Format.ED318


def _listed(document: _Json) -> str:
    return ", ".join(list(document)[:6]) or "none"


def _is_ed269(feature: _Json) -> bool:
    """Its geometry is a list of volumes; or its restriction lies beside it, not in GeoJSON's properties."""
    geometry = feature.get("geometry")
    return (
        isinstance(geometry, list)
        or (isinstance(geometry, dict) and "horizontalProjection" in geometry)
        or ("restriction" in feature and "properties" not in feature)
    )


def _is_ed318(feature: _Json) -> bool:
    properties, geometry = feature.get("properties"), feature.get("geometry")
    said = properties.keys() if isinstance(properties, dict) else frozenset()
    layered = isinstance(geometry, dict) and bool({"layer", "extent", "verticalLayer"} & geometry.keys())
    typed = {"identifier", "type"} <= set(said) and bool({"country", "variant", "reason", "reasons"} & said)
    return bool(_ED318_PROPERTIES & said) or layered or typed


def _text_format(head: str) -> Format:
    """Lines of records (OpenAir), or of two numbers each (a fence of Mission Planner)."""
    lines = [line.strip() for line in head.splitlines()]
    told = [line for line in lines if line and line[0] not in "*#"]
    if not told:
        if any(line.startswith("*") for line in lines):
            return Format.OPENAIR
        raise FormatError("file", "is empty" if not head else "holds nothing but remarks")
    if told[0].upper().startswith("RALLY") or all(_is_place(line) for line in told[:-1] or told):
        return Format.FENCE
    if any(_OPENAIR.match(line) for line in told):
        return Format.OPENAIR
    raise FormatError("file", f"{told[0][:40]!r} begins no kind of zone file that is known")


def _is_place(line: str) -> bool:
    columns = line.replace(",", " ").replace(";", " ").split()
    try:
        return len(columns) in {2, 3} and all(abs(float(column)) < 1e6 for column in columns)
    except ValueError:
        return False
