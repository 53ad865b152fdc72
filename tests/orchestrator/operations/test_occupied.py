"""Why a vehicle cannot set out just now: which of the reasons it is, and until when."""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because
from orchestrator.operations.dispatching.occupied import all_occupied, occupied
from orchestrator.operations.dispatching.quoting import answers, asking
from orchestrator.operations.watching.readiness import Seen
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.test_decide import what
from tests.orchestrator.operations.town import (
    D1,
    D2,
    H1,
    START_S,
    at,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.clock import iso
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE

NEAR = at(300.0, 60.0)
IDLE = ready_fleet(D1, D2, orders=[order("O1", door=NEAR)])


def why(state: FleetState, vehicle_id: VehicleId, seen: Seen, now_s: float = START_S) -> tuple[Because, str]:
    reason = occupied(state, seen, state.vehicles[vehicle_id], now_s)
    return reason.because, reason.text


def clock(at_s: float) -> str:
    return f"{iso(at_s)[11:16]} UTC"


def test_at_work_until_it_is_expected_back() -> None:
    (given,) = [one for one in what(IDLE) if isinstance(one, MissionPlanned)]
    name = given.mission.vehicle_id
    state = state_after([given], IDLE)
    text = f"At work on order O1 until about {clock(given.end_at_s)}."
    assert why(state, name, {name: sample(name)}) == (Because.BUSY, text)


def test_charging_says_how_full_it_is_and_until_when() -> None:
    lacks_wh = 0.2 * DELIVERY_DRONE.battery_wh
    until_s = START_S + 3600.0 * lacks_wh / DELIVERY_DRONE.charge_w
    text = f"Charging: at 30%, and 50% at about {clock(until_s)}."
    assert why(IDLE, D1, {D1: sample(D1, battery_frac=0.3)}) == (Because.ENERGY, text)


def test_not_heard_says_since_when() -> None:
    text = f"Not heard since {clock(START_S)}."
    assert why(IDLE, D1, {D1: sample(D1)}, START_S + 600.0) == (Because.LINK, text)
    assert why(IDLE, D1, {}) == (Because.LINK, "Not heard yet.")


def test_of_a_whole_hub_each_kind_is_told_once_with_who_is_free_first() -> None:
    seen = {D1: sample(D1, battery_frac=0.2), D2: sample(D2, battery_frac=0.4)}
    told = all_occupied(IDLE, seen, list(IDLE.vehicles.values()), START_S)
    assert told[D1] == told[D2]
    assert told[D1].subject == H1
    assert told[D1].text.startswith("Charging: at 40%, and 50% at about ")
    assert told[D1].text.endswith(" (D2, the first).")


def test_a_parcel_is_answered_with_which_it_is() -> None:
    seen = {D1: sample(D1, battery_frac=0.2), D2: replace(sample(D2), heard_at_s=START_S - 900.0)}
    it = asking(IDLE, seen, surroundings(), START_S, (H1,))
    found = answers(it, IDLE.parcels[order("O1").parcels[0].parcel_id])
    kinds = {name: [r.because for r in said] for name, said in found.items() if isinstance(said, tuple)}
    assert kinds == {D1: [Because.ENERGY], D2: [Because.LINK]}
