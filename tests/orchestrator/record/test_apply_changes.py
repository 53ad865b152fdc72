"""A mission that goes on by another way: custody stays, the old one is over, nothing else may follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.orders.custody import OnVehicle
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    Entry,
    Event,
    LegDone,
    MissionChanged,
    MissionEnded,
    MissionPlanned,
    ParcelHandedOver,
    PlanLoaded,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import MissionPhase, ParcelPhase
from orchestrator.traffic.intent import IntentState
from tests.orchestrator.record.story import (
    CENTRE,
    D1,
    D2,
    DOOR,
    WHY,
    delivery,
    entries,
    opening,
    order,
    planned,
    told,
)
from vehicles.mission import Mission, MissionId, ParcelId, PickUp

P1 = ParcelId("O1-1")
STARTED = 4
"""Of `delivery`: it has set off."""


def rest(mission_id: int = 2) -> MissionPlanned:
    whole = planned(mission_id, D1)
    legs = tuple(leg for leg in whole.mission.legs if not isinstance(leg, PickUp))
    return replace(whole, mission=Mission(MissionId(mission_id), D1, legs), quotes=())


def changed(plan: MissionPlanned | None = None) -> MissionChanged:
    return MissionChanged(D1, MissionId(1), plan or rest(), 120.0, 4.5, WHY)


def test_the_new_mission_is_under_way_with_what_the_old_one_carried() -> None:
    state = told([*opening(), *delivery()[:STARTED], changed()])
    old, new = state.missions[MissionId(1)], state.missions[MissionId(2)]
    assert (old.phase, old.intent_state, old.distance_m) == (MissionPhase.ENDED, IntentState.ENDED, 120.0)
    assert (new.phase, new.intent_state, new.unloaded) == (
        MissionPhase.UNDER_WAY,
        IntentState.ACTIVATED,
        True,
    )
    assert state.vehicles[D1].mission_id == 2
    assert state.vehicles[D1].aboard == (P1,)
    assert state.parcels[P1].mission_id == 2
    assert (state.parcels[P1].phase, state.parcels[P1].keeper) == (ParcelPhase.ON_THE_WAY, OnVehicle(D1))
    loaded = told([PlanLoaded(D1, MissionId(2))], state)
    assert not loaded.missions[MissionId(2)].unloaded
    with pytest.raises(IllegalEvent):
        told([PlanLoaded(D1, MissionId(2))], loaded)


def test_it_ends_as_any_other_and_breaks_no_invariant() -> None:
    story = [*opening(), *delivery()[:STARTED], changed()]
    new = MissionId(2)
    after: list[Event] = [
        PlanLoaded(D1, new),
        LegDone(D1, new, 0, DOOR),
        ParcelHandedOver(D1, new, P1, DOOR),
        LegDone(D1, new, 3, CENTRE),
        MissionEnded(D1, new, 700.0, 18.0),
    ]
    state = told([*story, *after])
    assert state.parcels[P1].phase is ParcelPhase.DELIVERED
    assert state.vehicles[D1].trips == 1
    assert list(broken_invariants(entries([*story, *after]))) == []
    wrong = [*story, replace(changed(rest(3)))]
    assert any("changed, but D1 was not on it" in text for text in broken_invariants(entries(wrong)))


def test_it_is_told_with_its_reasons() -> None:
    state = told([*opening(), *delivery()[:STARTED], changed()])
    said = describe(Entry(99, state.at_s, changed()), state)
    assert said.severity.value == "warning"
    assert said.text.startswith("D1 goes on by another way, hand-over at")
    assert WHY[0].text in said.text
    assert said.order_id == "O1"


@pytest.mark.parametrize(
    ("steps", "event", "said"),
    [
        (STARTED - 1, changed(), "mission_id: mission 1 is parcel aboard"),
        (6, changed(), "plan.mission.legs: O1-1 is not aboard to be handed over"),
        (STARTED, changed(rest(1)), "plan.mission.mission_id: 1 was used before"),
        (STARTED, changed(planned(2, D1)), "plan.mission.legs: what it carries is aboard"),
        (STARTED, changed(replace(rest(), intent=None)), "plan.intent: D1 flies"),
        (STARTED, changed(replace(rest(), further_after_s=(3.0,))), "plan.further_after_s"),
        (
            STARTED,
            changed(replace(rest(), depart_at_s=-1.0)),
            "plan.depart_at_s: -1.0 is not a point in time",
        ),
        (STARTED, changed(replace(rest(), energy_wh=-1.0)), "plan.energy_wh: -1.0"),
        (STARTED, replace(changed(), distance_m=-2.0), "distance_m: -2.0"),
        (
            STARTED,
            changed(replace(rest(), mission=Mission(MissionId(2), D2, rest().mission.legs))),
            "plan.mission.vehicle_id: is not D1",
        ),
    ],
)
def test_what_cannot_follow_is_refused_by_name(steps: int, event: MissionChanged, said: str) -> None:
    state = told([*opening(order()), *delivery()[:steps]])
    with pytest.raises(IllegalEvent) as caught:
        told([event], state)
    assert said.replace("parcel aboard", "") in str(caught.value).replace("parcel_aboard", "").replace(
        "parcel aboard", ""
    )
