from __future__ import annotations

import pytest

from geofences.zone import Authority, Exempt, Kind, Medium, Restriction, UasClass, Zone, ZoneId

ZONE = Zone(ZoneId("Z"), "", Restriction.PROHIBITED, ())


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        (Kind(Medium.AIR), True),
        (Kind(Medium.AIR, UasClass.C0), False),
        (Kind(Medium.AIR, UasClass.C3), True),
        (Kind(Medium.AIR, UasClass.C3, 0.249), False),
        (Kind(Medium.AIR, None, 0.25), True),
        (Kind(Medium.SIDEWALK), False),
    ],
)
def test_whom_a_zone_binds(kind: Kind, *, bound: bool) -> None:
    exempt = Exempt(frozenset({UasClass.C0}), below_kg=0.25)
    zone = Zone(ZoneId("Z"), "", Restriction.PROHIBITED, (), exempt=exempt)
    assert zone.binds_vehicle(kind) is bound
    assert ZONE.binds_vehicle(kind) is (kind.medium is Medium.AIR)


def test_the_authorities_names_are_given_once() -> None:
    two = (Authority("Traficom"), Authority("Traficom", phone="1"), Authority(email="x@y"), Authority("ANS"))
    assert Zone(ZoneId("Z"), "", Restriction.PROHIBITED, (), authorities=two).authority == "Traficom; ANS"
