"""Areas closed and opened over HTTP: by operators alone, journaled with who, and told whose way they bar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from geofences.zone import ZoneId
from orchestrator.gateway.http import create_app
from orchestrator.record.events import ZoneRemoved
from tests.orchestrator.gateway.conftest import NOW_S, Asker, Depot, a_service
from tests.orchestrator.record.story import CENTRE, D1, delivery

HERE = {"lat_deg": CENTRE.lat_deg, "lon_deg": CENTRE.lon_deg, "radius_m": 120.0}
FIRE: dict[str, Any] = {
    "zone_id": "FIRE-7",
    "name": "Fire at the market",
    "circle": HERE,
    "duration_s": 1800.0,
}


def corners(*places: tuple[float, float]) -> list[dict[str, float]]:
    return [{"lat_deg": lat_deg, "lon_deg": lon_deg} for lat_deg, lon_deg in places]


BOW_TIE = corners((60.1, 24.9), (60.2, 25.0), (60.2, 24.9), (60.1, 25.0))


async def test_an_area_is_closed_at_once_and_tells_whose_way_it_bars(
    anna: httpx.AsyncClient, depot: Depot
) -> None:
    await depot.writer.facts(*delivery()[:4])
    answer = await anna.post("/v1/zones", json=FIRE | {"from_s": NOW_S - 950.0})
    assert answer.status_code == 201
    closed = answer.json()
    assert (closed["zone_id"], closed["by"]) == ("FIRE-7", "anna")
    assert [(barred["vehicle_id"], barred["mission_id"]) for barred in closed["barred"]] == [("D1", 1)]
    assert "Fire at the market" in closed["barred"][0]["why"]
    zone = depot.writer.state.zones[closed["zone_id"]]
    assert (zone.from_s, zone.until_s) == (NOW_S - 950.0, NOW_S + 850.0)
    mission_id = depot.writer.state.vehicles[D1].mission_id
    assert mission_id is not None
    assert depot.writer.state.missions[mission_id].closed is not None


async def test_a_ring_and_a_name_made_up(anna: httpx.AsyncClient, depot: Depot) -> None:
    ring = corners((60.1, 24.9), (60.2, 24.9), (60.1, 25.0), (60.1, 24.9))
    answer = await anna.post("/v1/zones", json={"name": "Parade", "ring": ring, "binds": ["air", "sidewalk"]})
    assert answer.status_code == 201
    (zone,) = depot.writer.state.zones.values()
    assert answer.json()["zone_id"] == zone.zone_id
    assert (len(zone.corners), zone.until_s, len(zone.binds)) == (4, None, 2)


async def test_an_area_is_opened_again_and_the_journal_knows_who(
    anna: httpx.AsyncClient, depot: Depot
) -> None:
    await anna.post("/v1/zones", json=FIRE)
    with depot.writer.subscribe() as feed:
        answer = await anna.delete("/v1/zones/FIRE-7")
        entry = feed.get_nowait()
    assert answer.status_code == 204
    assert getattr(entry, "event", None) == ZoneRemoved(ZoneId("FIRE-7"), "anna")
    assert not depot.writer.state.zones
    assert (await anna.delete("/v1/zones/FIRE-7")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"circle": None}, "circle"),
        ({"ring": corners((60.0, 24.0), (60.1, 24.0), (60.0, 24.1))}, "circle"),
        ({"circle": None, "ring": corners((60.0, 24.0), (60.0, 24.0), (60.1, 24.0))}, "ring"),
        ({"circle": HERE | {"radius_m": 0.0}}, "circle.radius_m"),
        ({"circle": HERE | {"radius_m": 1e-300}}, "circle.radius_m"),
        ({"circle": None, "ring": corners((60.0, 24.0), (60.1, 24.1), (60.2, 24.2))}, "ring"),
        (
            {"circle": None, "ring": corners((-90.0, -180.0), (90.0, -180.0), (90.0, 180.0), (-90, 180))},
            "ring",
        ),
        ({"circle": None, "ring": corners((60.0, -60.0), (61.0, 60.0), (62.0, -60.0))}, "ring"),
        ({"circle": HERE | {"lat_deg": 10.0}}, "circle"),
        ({"circle": HERE | {"lon_deg": -HERE["lon_deg"]}}, "circle"),
        ({"circle": None, "ring": corners((61.0, 24.9), (61.1, 24.9), (61.0, 25.0))}, "ring"),
        ({"circle": None, "ring": BOW_TIE}, "ring"),
        ({"until_s": NOW_S + 5.0}, "duration_s"),
        ({"duration_s": None, "until_s": NOW_S - 1.0}, "until_s"),
        ({"lower_agl_m": 2000.0}, "upper_agl_m"),
        ({"binds": []}, "binds"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_no_area_is_refused_by_field(
    anna: httpx.AsyncClient, depot: Depot, change: dict[str, Any], field: str
) -> None:
    answer = await anna.post("/v1/zones", json=FIRE | change)
    assert answer.status_code == 422
    assert field in [problem["field"] for problem in answer.json()["problems"]]
    assert not depot.writer.state.zones


async def test_a_ring_that_crosses_itself_is_told_where(anna: httpx.AsyncClient) -> None:
    answer = await anna.post("/v1/zones", json=FIRE | {"circle": None, "ring": BOW_TIE})
    (problem,) = answer.json()["problems"]
    assert "crosses itself at 60.15000, 24.95000" in problem["reason"]
    sound = [BOW_TIE[0], BOW_TIE[2], BOW_TIE[1], BOW_TIE[3], BOW_TIE[0]]  # closed, as GeoJSON has it
    assert (await anna.post("/v1/zones", json=FIRE | {"circle": None, "ring": sound})).status_code == 201


async def test_an_area_that_reaches_onto_the_map_from_beside_it_is_closed(anna: httpx.AsyncClient) -> None:
    beside = HERE | {"lon_deg": 25.05, "radius_m": 3000.0}  # the map ends 2.8 km west of it
    assert (await anna.post("/v1/zones", json=FIRE | {"circle": beside})).status_code == 201


async def test_an_area_is_closed_once_and_by_operators_alone(
    anna: httpx.AsyncClient, shop: httpx.AsyncClient, depot: Depot
) -> None:
    assert (await shop.post("/v1/zones", json=FIRE)).status_code == 403
    assert not depot.writer.state.zones
    assert (await anna.post("/v1/zones", json=FIRE)).status_code == 201
    assert (await anna.post("/v1/zones", json=FIRE)).status_code == 409
    assert (await shop.delete("/v1/zones/FIRE-7")).status_code == 403
    assert len(depot.writer.state.zones) == 1


@pytest.mark.parametrize(("lon_deg", "status"), [(179.95, 201), (-179.95, 201), (-179.0, 422), (0.05, 422)])
async def test_a_map_across_the_antimeridian_has_areas_on_both_sides(
    depot: Depot, lon_deg: float, status: int
) -> None:
    here = a_service(depot)
    service = replace(here, city=replace(here.city, bbox=(179.9, -16.9, 180.1, -16.7)))
    circle = {"lat_deg": -16.8, "lon_deg": lon_deg, "radius_m": 50.0}
    async with Asker(create_app(service)).as_("anna") as desk:
        assert (await desk.post("/v1/zones", json=FIRE | {"circle": circle})).status_code == status


async def test_an_area_off_the_map_is_closed_where_vehicles_may_go(anna: httpx.AsyncClient) -> None:
    beside = HERE | {"lon_deg": 25.03, "radius_m": 50.0}  # some five kilometres from the hub
    answer = await anna.post("/v1/zones", json={"name": "Fire", "circle": beside})
    assert answer.status_code == 201, answer.text
