"""Small valid files of every format that zones are read from, to be spoilt."""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from typing import Any

import orjson

from tests.geofences.formats.sound import SOUND
from tests.geofences.formats.test_ed269 import ZONE


def _ed318() -> Any:  # noqa: ANN401 - a JSON document
    document = deepcopy(SOUND)
    feature = document["features"][0]
    feature["properties"]["limitedApplicability"] = [
        {
            "startDateTime": "2026-01-01T00:00:00Z",
            "endDateTime": "2027-01-01T00:00:00.00000000+02:00",
            "schedule": [{"day": ["MON", "ANY"], "startTime": "08:00:00Z", "endEvent": "SS"}],
        }
    ]
    feature["properties"]["extendedProperties"] = {"sanderling": {"binds": ["AIR"], "exemptClasses": ["C0"]}}
    circle = deepcopy(feature)
    circle["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [
            {
                "type": "Point",
                "coordinates": [24.9, 60.1],
                "extent": {"subType": "Circle", "radius": 350},
                "layer": {**feature["geometry"]["layer"], "uom": "ft", "upper": 99999},
            }
        ],
    }
    document["features"].append(circle)
    return document


def _ed269() -> Any:  # noqa: ANN401 - a JSON document
    zone = deepcopy(ZONE)
    zone["applicability"] = [
        {"permanent": "NO", "schedule": [{"day": ["SAT"], "startTime": "08:00Z", "endTime": "09:00Z"}]}
    ]
    volume = deepcopy(ZONE["geometry"][0])
    volume["horizontalProjection"] = {"type": "Circle", "center": [24.9, 60.1], "radius": 350}
    zone["geometry"].append(volume)
    return {"UASZoneList": [zone]}


_RING = [[24.9, 60.1, 5], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]]
_GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": 7,
            "geometry": {"type": "Polygon", "coordinates": [_RING]},
            "properties": {
                "name": "Harbour",
                "restriction": "PROHIBITED",
                "lower": "GND",
                "upper": "500 ft AGL",
                "until": "2027-01-01T00:00:00Z",
                "binds": ["air"],
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[_RING], [_RING]]},
            "properties": {"radius_m": 30, "upper": 120, "upper_datum": "AGL", "unit": "m"},
        },
    ],
}
_FENCE = {"version": 2, "circles": [], "polygons": []}
_PLAN: Any = {
    "fileType": "Plan",
    "version": 1,
    "groundStation": "QGroundControl",
    "mission": {
        "version": 2,
        "items": [
            {
                "type": "SimpleItem",
                "command": 22,
                "frame": 3,
                "params": [0, 0, 0, None, 60.1, 24.9, 20],
                "autoContinue": True,
            }
        ],
        "plannedHomePosition": [60.1, 24.9, 12.0],
        "vehicleType": 2,
    },
    "geoFence": {
        "version": 2,
        "polygons": [
            {"inclusion": True, "polygon": [[60.1, 24.9], [60.2, 24.9], [60.2, 25.0]], "version": 1},
            {"inclusion": False, "polygon": [[60.1, 24.9], [60.12, 24.9], [60.12, 24.95]], "version": 1},
        ],
        "circles": [{"inclusion": False, "circle": {"center": [60.15, 24.95], "radius": 50}, "version": 1}],
    },
    "rallyPoints": {"version": 2, "points": [[60.1, 24.9, 30]]},
}
_KML = b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Zones</name><Folder><Placemark id="a">
<name>Harbour</name><description><![CDATA[<b>Ask</b>]]></description>
<TimeSpan><begin>2026-01-01</begin><end>2026-12-31T00:00:00Z</end></TimeSpan>
<ExtendedData><Data name="restriction"><value>PROHIBITED</value></Data>
<SchemaData><SimpleData name="UPPER_LIMIT">500 ft AGL</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode><outerBoundaryIs>
<LinearRing><coordinates>24.9,60.1,50 25.0,60.1,50 25.0,60.2,50 24.9,60.1,50</coordinates></LinearRing>
</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>24.95,60.11 24.96,60.11 24.96,60.12 24.95,60.11
</coordinates></LinearRing></innerBoundaryIs></Polygon><Point><coordinates>24.9,60.1</coordinates></Point>
</MultiGeometry></Placemark></Folder></Document></kml>"""
_OPENAIR = b"""* Made up
AC R
AY TRA
AN EFR1 Harbour
AH FL 95
AL 500ft AGL
AA 2026-01-01T12:00Z/2026-01-01T13:00Z
DP 60:10:00 N 024:50:00 E
V D=+
V X=60:12.000 N 024:55.000 E
DB 60:12:30 N 024:55:00 E, 60:11:30 N 024:55:00 E
DA 0.5,90,180
DP 60:10:00 N 024:50:00 E

AC Q
AN Range
AH UNL
AL SFC
V X=60:12:00 N 024:55:00 E
DC 0.8
AC D
AN Airway
AH 1000M MSL
AL GND
V W=2.5
DY 60:10:00 N 024:50:00 E
DY 60:20:00 N 024:50:00 E
"""
_WAYPOINTS = b"""QGC WPL 110
0	1	0	16	0	0	0	0	60.1	24.9	12	1
1	0	0	5001	3	0	0	0	60.1	24.9	0	1
2	0	0	5001	3	0	0	0	60.2	24.9	0	1
3	0	0	5001	3	0	0	0	60.2	25.0	0	1
4	0	0	5004	50	0	0	0	60.15	24.95	0	1
5	0	3	5100	0	0	0	0	60.1	24.9	30	1
"""
_FEN = b"""#saved by Mission Planner 1.3.80
60.15 24.95
60.10 24.90
60.20 24.90
60.20 25.00
60.10 24.90
"""


def zipped(name: str, data: bytes) -> bytes:
    """An archive of one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


SEEDS: dict[str, tuple[bytes, ...]] = {
    "ed318": (orjson.dumps(_ed318()),),
    "ed269": (orjson.dumps(_ed269()),),
    "geojson": (orjson.dumps(_GEOJSON),),
    "qgc_plan": (orjson.dumps(_PLAN),),
    "kml": (_KML, _KML, _KML, zipped("doc.kml", _KML)),
    "openair": (_OPENAIR,),
    "waypoints": (_WAYPOINTS,),
    "fen": (_FEN, b"RALLY 60.1 24.9 30 40 0 0\n"),
}
