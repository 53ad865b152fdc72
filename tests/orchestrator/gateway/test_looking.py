"""A parcel that nobody knows the keeper of: shown so, and settled by an operator's word alone."""

from __future__ import annotations

import httpx
import pytest

from orchestrator.record.events import CustodyDoubted, MissionEnded, MissionFailed
from tests.orchestrator.gateway.conftest import Depot
from tests.orchestrator.record.story import D1, DOOR, WHY, delivery
from vehicles.mission import MissionId, ParcelId

P1, M1 = ParcelId("O1-1"), MissionId(1)


@pytest.fixture
async def doubted(depot: Depot) -> None:
    """D1 is home and does not say whether it still holds O1-1."""
    doubt = (MissionFailed(D1, M1, WHY), CustodyDoubted(D1, P1, DOOR, WHY), MissionEnded(D1, M1, 5.0, 1.0))
    await depot.writer.facts(*delivery()[:5], *doubt)


@pytest.mark.usefixtures("doubted")
async def test_it_is_told_as_aboard_when_that_was_last_said_and_asks_to_be_looked_for(
    anna: httpx.AsyncClient,
) -> None:
    (parcel,) = (await anna.get("/v1/orders/O1")).json()["parcels"]
    assert parcel["in_doubt"]
    assert parcel["keeper"]["text"] == "Aboard D1 when that last said so"
    assert parcel["keeper"]["lat_deg"] == pytest.approx(DOOR.lat_deg)
    alerts = (await anna.get("/v1/state")).json()["alerts"]
    (alert,) = (one for one in alerts if one["key"] == "custody:O1-1")
    assert alert["text"].endswith("Have somebody look, and say where it is.")


@pytest.mark.usefixtures("doubted")
@pytest.mark.parametrize(
    ("where", "kind", "status"),
    [("shelf", "hub", "waiting"), ("aboard", "vehicle", "on_the_way"), ("lost", "lost", "failed")],
)
async def test_an_operators_word_settles_it(
    anna: httpx.AsyncClient, where: str, kind: str, status: str
) -> None:
    answer = await anna.post("/v1/parcels/O1-1/found", json={"where": where})
    assert answer.status_code == 200
    order = answer.json()
    assert order["status"] == status
    assert order["parcels"][0]["keeper"]["kind"] == kind
    assert not order["parcels"][0]["in_doubt"]
    alerts = (await anna.get("/v1/state")).json()["alerts"]
    assert not [one for one in alerts if one["key"] == "custody:O1-1"]


async def test_it_is_for_operators_and_for_what_is_in_doubt(
    anna: httpx.AsyncClient, shop: httpx.AsyncClient
) -> None:
    assert (await shop.post("/v1/parcels/O1-1/found", json={"where": "shelf"})).status_code == 403
    assert (await anna.post("/v1/parcels/O9-1/found", json={"where": "shelf"})).status_code == 404
    assert (await anna.post("/v1/parcels/O1-1/found", json={"where": "sea"})).status_code == 422
    refused = await anna.post("/v1/parcels/O1-1/found", json={"where": "shelf"})
    assert refused.status_code == 409
    assert "nobody doubts where O1-1 is" in refused.json()["problems"][0]["reason"]
