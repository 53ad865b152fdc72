from __future__ import annotations

import pytest

from geofences.zone import NOBODY, Authority, Exempt, Kind, Medium, Restriction, UasClass, Zone, ZoneId


@pytest.mark.parametrize(
    ("kind", "exempted"),
    [
        (Kind(Medium.AIR), False),
        (Kind(Medium.AIR, UasClass.C0), True),
        (Kind(Medium.AIR, UasClass.C3), False),
        (Kind(Medium.AIR, UasClass.C3, 0.249), True),
        (Kind(Medium.AIR, None, 0.25), False),
    ],
)
def test_whom_a_zone_exempts(kind: Kind, *, exempted: bool) -> None:
    assert Exempt(frozenset({UasClass.C0}), below_kg=0.25).covers(kind) is exempted
    assert not NOBODY.covers(kind)


def test_the_authorities_names_are_given_once() -> None:
    two = (Authority("Traficom"), Authority("Traficom", phone="1"), Authority(email="x@y"), Authority("ANS"))
    assert Zone(ZoneId("Z"), "", Restriction.PROHIBITED, (), authorities=two).authority == "Traficom; ANS"
