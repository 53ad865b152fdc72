"""Zones in plain GeoJSON (RFC 7946): areas with properties, under the names that people give them.

Documented in docs/zones.md: `id`, `name`, `restriction` (or `type`), `lower`, `upper` (numbers with
`lower_datum`, `upper_datum` and `unit`, or words, "500 ft AGL"), `radius_m` for a point, `reason`,
`message`, `conditions`, `binds`, `from`, `until`. A feature without an area is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from geofences.formats import said as properties_said
from geofences.formats import said_limits
from geofences.formats.notes import Notes, Texts, UnreadableError, shown
from geofences.formats.reading import Finding, FormatError, Reading
from geofences.formats.said import Said
from geofences.formats.zone_document import as_feature, read_features, unique
from geofences.formats.zone_geometry import flat_footprints
from geofences.zone import Volume, Zone

FORMAT = "geojson"


def read_document(document: object, findings: list[Finding]) -> Reading:
    """Zones of a parsed document: a collection, one feature, or a bare geometry. Raises `FormatError`."""
    if not isinstance(document, dict):
        raise FormatError("file", "is not a JSON object")
    kind = document.get("type")
    bare = {"type": "Feature", "geometry": document, "properties": {}}
    features: object = [document if kind == "Feature" else bare]
    if kind == "FeatureCollection":
        features = document.get("features")
    if not isinstance(features, list):
        raise FormatError("features", f"{shown(features)} is not a list")
    return read_features(
        FORMAT,
        features,
        texts=Texts.PLAIN,
        name_of=_name_for_notes,
        zone_of=_zone,
        findings=findings,
        where="features",
    )


def _name_for_notes(feature: object, place: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    outer = feature.get("id") if isinstance(feature, dict) else None
    return Said(properties if isinstance(properties, dict) else {}).identifier(outer) or place


def _zone(found: object, notes: Notes, seen: dict[str, int]) -> Zone:
    feature = as_feature(found)
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise UnreadableError("properties", f"{shown(properties)} is not an object")
    said = Said(properties or {})
    radius_m = said.radius_m(notes)
    drawn = flat_footprints(feature.get("geometry"), radius_m, notes)
    band = said_limits.limits(said, notes)
    return zone_of(said, [Volume(footprint, *band) for footprint in drawn], notes, seen)


def zone_of(said: Said, volumes: Sequence[Volume], notes: Notes, seen: dict[str, int]) -> Zone:
    """A zone of what is said beside its volumes."""
    said.note_unknown(notes)
    return Zone(
        zone_id=unique(notes, notes.zone_id, "id", seen),
        name=said.text("name"),
        restriction=properties_said.restriction(said, notes),
        volumes=tuple(volumes),
        applicability=tuple(properties_said.applicability(said, notes)),
        binds=properties_said.binds(said, notes),
        reason=said.text("reason"),
        message=said.text("message"),
        country=said.text("country"),
        conditions=said.text("conditions"),
    )
