"""ED-269's data model as rules: EUROCAE ED-269 (2020) as InterUSS has it in `uas_standards.eurocae_ed269`.

EUROCAE publishes no JSON schema. Lists of zones come as `UASZoneList` or `features`; files write null
for what they do not say, which counts as absent.
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


def _perhaps(rule: Rule) -> Either:
    return Either((Null(), rule))


_WHEN, _AT = _perhaps(Text(form=Form.DATE_TIME)), _perhaps(Text(form=Form.TIME))
_SHORT = _perhaps(Text(most=200))
_DAILY = Members(
    {
        "day": ListOf(one_of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY"), most=7),
        "startTime": _AT,
        "endTime": _AT,
    },
    frozenset({"day"}),
    closed=True,
)
_PERIOD = Members(
    {
        "permanent": one_of("YES", "NO"),
        "startDateTime": _WHEN,
        "endDateTime": _WHEN,
        "schedule": _perhaps(ListOf(_DAILY)),
    },
    frozenset({"permanent"}),
    closed=True,
)
_AUTHORITY = Members(
    {
        "name": _SHORT,
        "service": _SHORT,
        "contactName": _SHORT,
        "siteURL": _perhaps(Text(form=Form.URI)),
        "email": _perhaps(Text(form=Form.EMAIL)),
        "phone": _SHORT,
        "purpose": _perhaps(one_of("AUTHORIZATION", "NOTIFICATION", "INFORMATION")),
        "intervalBefore": _perhaps(Text()),
    },
    closed=True,
)
_REASONS = (
    *("AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE"),
    *("FOREIGN_TERRITORY", "EMERGENCY", "OTHER"),
)
_POSITION = ListOf(Number(), least=2)
_PROJECTION = Either(
    (
        Members(
            {"type": one_of("Polygon"), "coordinates": ListOf(ListOf(_POSITION, least=4), least=1)},
            frozenset({"type", "coordinates"}),
        ),
        Members(
            {"type": one_of("Circle"), "center": _POSITION, "radius": Number()},
            frozenset({"type", "center", "radius"}),
        ),
    )
)
_DATUM = one_of("AGL", "AMSL")
_VOLUME = Members(
    {
        "uomDimensions": one_of("M", "FT"),
        "lowerLimit": _perhaps(Number()),
        "lowerVerticalReference": _DATUM,
        "upperLimit": _perhaps(Number()),
        "upperVerticalReference": _DATUM,
        "horizontalProjection": _PROJECTION,
    },
    frozenset({"uomDimensions", "lowerVerticalReference", "upperVerticalReference", "horizontalProjection"}),
    closed=True,
)
_ZONE = Members(
    {
        "identifier": Text(least=1, most=7),
        "country": Text(least=3, most=3),
        "name": _SHORT,
        "type": one_of("COMMON", "CUSTOMIZED"),
        "restriction": one_of("PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"),
        "restrictionConditions": _perhaps(Either((Text(), ListOf(Text())))),
        "region": _perhaps(Number(whole=True)),
        "reason": _perhaps(ListOf(one_of(*_REASONS), most=9)),
        "otherReasonInfo": _perhaps(Text(most=30)),
        "regulationExemption": _perhaps(one_of("YES", "NO")),
        "uSpaceClass": _perhaps(Either((Text(most=100), ListOf(Text(most=100))))),
        "message": _SHORT,
        "applicability": ListOf(_PERIOD, least=1),
        "zoneAuthority": ListOf(_AUTHORITY, least=1),
        "geometry": ListOf(_VOLUME, least=1),
        "extendedProperties": _perhaps(Members()),
        "title": _perhaps(Text()),
    },
    frozenset({"identifier", "country", "type", "restriction", "applicability", "zoneAuthority", "geometry"}),
    closed=True,
)
_ZONES = ListOf(_ZONE)


def against_schema(document: object) -> Iterator[Violation]:
    """All that the standard's data model does not accept in a document, a JSON path and a reason each."""
    name = "UASZoneList" if isinstance(document, dict) and "UASZoneList" in document else "features"
    return violations(document, Members({name: _ZONES}, frozenset({name})))
