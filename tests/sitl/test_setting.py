"""The shipped city at the front door: what the demo takes in, and what it turns away with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.position import GeoPoint
from geofences.reason import Because
from orchestrator.operations.dispatching.admission import reaches_of
from orchestrator.orders.intake import Rejected, intake
from orchestrator.orders.order import DropOffKind, DropOffPlace, HubId, LockerId, Order, OrderId
from orchestrator.orders.request import OrderRequest, ParcelRequest
from orchestrator.record.state import FleetState, VehicleState
from sitl.scenario import read_scenario
from sitl.setting import set_up

SETTING = set_up(read_scenario("demo"))
NOW_S = SETTING.scenario.start_utc_s
RAUTATIENTORI = HubId("rautatientori")


def asked(lat_deg: float, lon_deg: float, kind: str, locker: str | None = None) -> Order | Rejected:
    vehicles = {
        berth.vehicle_id: VehicleState(berth.vehicle_id, berth.profile, berth.hub.hub_id, berth.pad)
        for berth in SETTING.berths
    }
    empty = FleetState()
    state = replace(empty, vehicles=empty.vehicles.update(vehicles))
    locker_id = None if locker is None else LockerId(locker)
    place = DropOffPlace(GeoPoint(lat_deg, lon_deg), DropOffKind(kind), "Kamppi", locker_id)
    around = SETTING.site.surroundings
    return intake(
        OrderRequest(OrderId("O1"), RAUTATIENTORI, (ParcelRequest(1.2),), place, NOW_S + 2400.0, "shop"),
        hubs={hub.hub_id: hub for hub in SETTING.places.hubs},
        fleet={RAUTATIENTORI: [b.profile for b in SETTING.berths if b.hub.hub_id == RAUTATIENTORI]},
        lockers={one.locker_id: one for one in around.lockers},
        known=(),
        reaches=reaches_of(state, around),
        now_s=NOW_S,
    )


def test_the_order_of_the_readme_is_taken_in() -> None:
    assert isinstance(asked(60.1699, 24.9384, "doorstep"), Order)


def test_every_locker_of_the_city_is_known() -> None:
    assert len(SETTING.site.surroundings.lockers) >= 6
    one = SETTING.places.lockers[0]
    at = one.position
    assert isinstance(asked(at.lat_deg, at.lon_deg, "locker", one.locker_id), Order)
    assert isinstance(asked(at.lat_deg, at.lon_deg, "locker", "nope"), Rejected)


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(60.1850, 24.9500), (60.160, 24.960)])
def test_a_place_off_the_map_is_refused(lat_deg: float, lon_deg: float) -> None:
    answer = asked(lat_deg, lon_deg, "doorstep")
    assert isinstance(answer, Rejected)
    assert {reason.because for reason in answer.reasons} == {Because.AREA}
    assert all("lies outside the area" in reason.text for reason in answer.reasons)


@pytest.mark.parametrize("kind", ["doorstep", "kerb"])
def test_the_parliament_is_refused_to_drones_and_robots_alike(kind: str) -> None:
    answer = asked(60.1725, 24.9333, kind)
    assert isinstance(answer, Rejected)
    assert {reason.subject for reason in answer.reasons} == {"drop_off"}
