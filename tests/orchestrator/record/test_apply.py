"""What follows from an event, and what cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.reason import Because, Reason
from orchestrator.orders.custody import AtHub, InLocker, Lost, OnVehicle, WithRecipient
from orchestrator.orders.order import HubId, OrderId
from orchestrator.record.apply import IllegalEvent, apply
from orchestrator.record.applying.orders import RETRY_AFTER_S
from orchestrator.record.events import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    BackOnPath,
    Entry,
    Event,
    HubOpened,
    LegDone,
    LinkLost,
    LinkUp,
    LowEnergy,
    MissionEnded,
    MissionFailed,
    MissionStarted,
    MissionWithdrawn,
    OffPath,
    OperatorAsked,
    OrderCancelled,
    OrderPlaced,
    ParcelDeferred,
    ParcelHandedOver,
    ParcelLoaded,
    ParcelReturned,
    PlanLoaded,
    VehicleFaulted,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
)
from orchestrator.record.state import FleetState, LinkState, MissionPhase, ParcelPhase, Severity
from orchestrator.traffic.intent import IntentState
from tests.orchestrator.record.story import (
    CENTRE,
    D1,
    D2,
    DOOR,
    H1,
    HUB,
    PADS,
    R1,
    START_S,
    WHY,
    delivery,
    joined,
    opening,
    order,
    planned,
    postponed,
    told,
)
from vehicles.mission import MissionId, ParcelId, VehicleId

M1 = MissionId(1)
P1 = ParcelId("O1-1")
SILENT: list[Event] = [LinkLost(D1, DOOR, START_S), VehicleMissing(D1, DOOR, START_S)]


def after(steps: int, *more: Event) -> FleetState:
    """The opening, the first `steps` events of a delivery by D1, and `more`."""
    return told([*opening(), *delivery()[:steps], *more])


PLANNED, LOADED, ABOARD, STARTED, HALF_WAY, DELIVERED = 1, 2, 3, 4, 5, 6


def test_custody_goes_from_hub_to_vehicle_to_recipient() -> None:
    keepers = [after(steps).parcels[P1].keeper for steps in range(8)]
    aboard, there = OnVehicle(D1), WithRecipient()
    assert keepers == [AtHub(H1)] * 3 + [aboard] * 3 + [there] * 2


def test_a_delivery_binds_and_frees_vehicle_parcel_and_intent() -> None:
    state = after(PLANNED)
    assert (state.vehicles[D1].mission_id, state.vehicles[D1].ready) == (M1, False)
    assert state.parcels[P1].phase is ParcelPhase.ASSIGNED
    assert state.missions[M1].intent_state is IntentState.ACCEPTED
    state = after(STARTED)
    assert state.missions[M1].intent_state is IntentState.ACTIVATED
    assert state.parcels[P1].phase is ParcelPhase.ON_THE_WAY
    state = after(8)
    assert (state.vehicles[D1].mission_id, state.vehicles[D1].ready) == (None, False)
    assert state.missions[M1].phase is MissionPhase.ENDED
    assert (state.missions[M1].distance_m, state.missions[M1].energy_wh) == (812.0, 21.5)
    assert state.missions[M1].intent_state is IntentState.ENDED
    assert state.parcels[P1].delivered_at_s == state.at_s - 60.0
    assert after(9).vehicles[D1].ready
    assert not after(9).alerts


def test_a_locker_keeps_what_is_handed_over_there() -> None:
    state = told([*opening(order(locker="L7")), *delivery()[:DELIVERED]])
    assert isinstance(state.parcels[P1].keeper, InLocker)
    assert state.parcels[P1].phase is ParcelPhase.DELIVERED


def test_the_parcel_may_be_gripped_before_the_plan_is_loaded() -> None:
    events = delivery()
    events[1], events[2] = events[2], events[1]
    assert told([*opening(), *events]).parcels[P1].phase is ParcelPhase.DELIVERED


def test_a_withdrawn_parcel_rests_on_the_shelf_then_waits() -> None:
    state = after(ABOARD, MissionWithdrawn(D1, M1, WHY))
    parcel = state.parcels[P1]
    assert (parcel.keeper, parcel.phase, parcel.mission_id) == (AtHub(H1), ParcelPhase.WAITING, None)
    assert (parcel.reasons, parcel.not_before_s) == (WHY, state.at_s + RETRY_AFTER_S)
    assert (state.vehicles[D1].mission_id, state.vehicles[D1].aboard) == (None, ())
    again = planned(2, D2)
    assert told([again], state).parcels[P1].mission_id == 2
    with pytest.raises(IllegalEvent, match="rests until"):
        told([again], state, step_s=1.0)


def test_what_fails_over_and_over_rests_ever_longer_and_is_said() -> None:
    state, rests, alerts = told(opening()), [], []
    for n in range(1, 8):
        tried: list[Event] = [VehicleReady(D1), planned(n, D1), MissionWithdrawn(D1, MissionId(n), WHY)]
        state = told(tried, state, step_s=700.0)
        rests.append(state.parcels[P1].not_before_s - state.at_s)
        alerts.append("stuck:O1-1" in state.alerts)
    assert rests == [20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 640.0]
    assert alerts == [False, False, True, True, True, True, True]
    assert "7 missions for O1-1 came to nothing: The vehicle" in state.alerts["stuck:O1-1"].text
    served = told([VehicleReady(D1), *delivery(8)[:DELIVERED]], state, step_s=700.0)
    assert not any(key.startswith("stuck") for key in served.alerts)
    cancelled = told([OrderCancelled(OrderId("O1"), "anna")], state)
    assert not any(key.startswith(("stuck", "late")) for key in cancelled.alerts)


def test_a_failed_mission_brings_its_parcel_back_to_the_shelf() -> None:
    state = after(HALF_WAY, MissionFailed(D1, M1, WHY))
    assert state.alerts["failed:D1"].severity is Severity.WARNING
    assert state.missions[M1].intent_state is IntentState.CONTINGENT
    state = told([MissionEnded(D1, M1, 10.0, 1.0)], state)
    assert state.parcels[P1].keeper == OnVehicle(D1)
    with pytest.raises(IllegalEvent, match="still holds O1-1"):
        told([VehicleReady(D1)], state)
    state = told([ParcelReturned(P1, H1), VehicleReady(D1)], state)
    assert state.parcels[P1].keeper == AtHub(H1)
    assert state.parcels[P1].phase is ParcelPhase.WAITING
    assert state.parcels[P1].reasons == WHY
    assert "failed:D1" not in state.alerts


def test_a_lost_link_raises_an_alert_with_the_place_and_hearing_again_clears_it() -> None:
    state = after(STARTED, LinkLost(D1, DOOR, START_S))
    alert = state.alerts["link:D1"]
    assert (alert.severity, alert.position, alert.vehicle_id) == (Severity.WARNING, DOOR, D1)
    assert "flies on by its own plan" in alert.text
    assert state.vehicles[D1].link is LinkState.LOST
    assert state.missions[M1].phase is MissionPhase.UNDER_WAY
    assert not told([LinkUp(D1)], state).alerts


def test_one_that_falls_silent_on_its_pad_or_where_it_was_told_to_hold_is_not_said_to_fly_on() -> None:
    on_its_pad = after(STARTED - 1, LinkLost(D1, DOOR, START_S)).alerts["link:D1"].text
    assert "stood on its pad when it was last heard, its mission not begun" in on_its_pad
    held = OperatorAsked(D1, Ask.HOLD, "anna"), AskAnswered(D1, Ask.HOLD, done=True, text="Done.")
    at_a_halt = after(STARTED, *held, LinkLost(D1, DOOR, START_S)).alerts["link:D1"].text
    assert "last known: held by anna since" in at_a_halt


def test_a_missing_vehicle_loses_what_it_carries_and_facts_win_when_it_is_heard_again() -> None:
    state = after(HALF_WAY, *SILENT)
    assert state.parcels[P1].keeper == Lost(D1, DOOR, START_S)
    assert state.parcels[P1].phase is ParcelPhase.LOST
    assert state.missions[M1].phase is MissionPhase.LOST
    assert state.vehicles[D1].mission_id == M1
    assert set(state.alerts) == {"missing:D1"}
    assert state.alerts["missing:D1"].severity is Severity.CRITICAL
    assert "O1-1" in state.alerts["missing:D1"].text
    back = told([LinkUp(D1)], state)
    assert back.parcels[P1].keeper == OnVehicle(D1)
    assert back.parcels[P1].phase is ParcelPhase.ON_THE_WAY
    assert not back.alerts
    late = told([ParcelHandedOver(D1, M1, P1, DOOR), MissionEnded(D1, M1, 1.0, 1.0)], back)
    assert late.parcels[P1].phase is ParcelPhase.DELIVERED


def test_a_parcel_found_by_people_is_not_lost_twice() -> None:
    state = after(HALF_WAY, *SILENT, ParcelReturned(P1, H1))
    assert state.parcels[P1].phase is ParcelPhase.WAITING
    assert told([LinkUp(D1)], state).parcels[P1].keeper == AtHub(H1)


@pytest.mark.parametrize("steps", [PLANNED, LOADED])
def test_a_vehicle_missing_before_it_took_the_parcel_leaves_it_at_the_hub(steps: int) -> None:
    state = after(steps, *SILENT)
    assert state.parcels[P1].keeper == AtHub(H1)
    assert state.parcels[P1].phase is ParcelPhase.WAITING
    assert state.missions[M1].phase is MissionPhase.WITHDRAWN
    assert state.vehicles[D1].mission_id is None
    assert told([planned(2, D2)], state).parcels[P1].mission_id == 2


def test_a_vehicle_missing_on_its_way_home_loses_no_parcel() -> None:
    state = after(DELIVERED, *SILENT)
    assert state.parcels[P1].phase is ParcelPhase.DELIVERED
    back = told([LinkUp(D1), MissionEnded(D1, M1, 1.0, 1.0), VehicleReady(D1)], state)
    assert back.vehicles[D1].ready


def test_cancelling_twice_is_refused() -> None:
    state = told([*opening(order(parcels=2)), *delivery()[:4], OrderCancelled(OrderId("O1"), "anna")])
    with pytest.raises(IllegalEvent, match=r"OrderCancelled\.order_id: O1 was cancelled by anna"):
        told([OrderCancelled(OrderId("O1"), "ben")], state)


def test_cancelling_ends_what_waits_and_calls_back_what_is_assigned() -> None:
    state = told([*opening(order(parcels=2)), planned(1, D1), OrderCancelled(OrderId("O1"), "anna")])
    assert state.parcels[ParcelId("O1-2")].phase is ParcelPhase.CANCELLED
    assert state.parcels[P1].phase is ParcelPhase.ASSIGNED
    state = told([MissionWithdrawn(D1, M1, WHY)], state)
    assert state.parcels[P1].phase is ParcelPhase.CANCELLED
    assert state.parcels[P1].keeper == AtHub(H1)


def test_a_cancelled_parcel_that_was_aboard_ends_on_the_shelf() -> None:
    events: list[Event] = [OrderCancelled(OrderId("O1"), "anna"), MissionFailed(D1, M1, WHY)]
    events += [MissionEnded(D1, M1, 1.0, 1.0), ParcelReturned(P1, H1)]
    assert after(HALF_WAY, *events).parcels[P1].phase is ParcelPhase.CANCELLED


def test_off_path_and_back() -> None:
    state = after(STARTED, OffPath(D1, M1, 12.4, DOOR))
    assert state.missions[M1].intent_state is IntentState.NONCONFORMING
    assert "12 m outside" in state.alerts["off_path:D1"].text
    state = told([BackOnPath(D1, M1)], state)
    assert state.missions[M1].intent_state is IntentState.ACTIVATED
    assert not state.alerts


def test_low_energy_is_critical_until_docked() -> None:
    state = after(STARTED, LowEnergy(D1, M1, 0.31, 0.4))
    assert state.alerts["energy:D1"].severity is Severity.CRITICAL
    assert "31%" in state.alerts["energy:D1"].text
    docked = told([ParcelHandedOver(D1, M1, P1, DOOR), MissionEnded(D1, M1, 1.0, 1.0)], state)
    assert not docked.alerts


def test_a_notice_is_an_alert_until_there_is_none() -> None:
    state = told([*opening(), VehicleNoticed(D1, ("Frames were refused: 12 unsigned",))])
    assert state.alerts["notice:D1"].text == "D1: Frames were refused: 12 unsigned."
    assert state.vehicles[D1].notices == ("Frames were refused: 12 unsigned",)
    assert not told([VehicleNoticed(D1, ())], state).alerts


def test_a_fault_bars_work_until_ready() -> None:
    state = told([*opening(), VehicleFaulted(D1, WHY)])
    assert state.alerts["fault:D1"].severity is Severity.WARNING
    with pytest.raises(IllegalEvent, match="D1 is not ready"):
        told([planned(1, D1)], state)
    ready = told([VehicleReady(D1)], state)
    assert ready.vehicles[D1].fault == ()
    assert not ready.alerts
    assert after(STARTED, VehicleFaulted(D1, WHY)).alerts["fault:D1"].severity is Severity.CRITICAL


def test_a_repeated_alert_keeps_its_age_and_acknowledgement() -> None:
    state = after(STARTED, OffPath(D1, M1, 12.0, DOOR), AlertAcknowledged("off_path:D1", "anna"))
    raised_at_s = state.alerts["off_path:D1"].raised_at_s
    again = told([OffPath(D1, M1, 30.0, CENTRE)], state).alerts["off_path:D1"]
    assert (again.raised_at_s, again.acknowledged_by, again.position) == (raised_at_s, "anna", CENTRE)


def test_an_ask_waits_for_its_answer_and_a_no_is_an_alert() -> None:
    state = told([*opening(), OperatorAsked(D1, Ask.HOLD, "anna")])
    asked = state.vehicles[D1].asked
    assert asked is not None
    assert (asked.seq, asked.ask, asked.by) == (state.seq, Ask.HOLD, "anna")
    newer = told([OperatorAsked(D1, Ask.RETURN, "ben"), AskAnswered(D1, Ask.HOLD, True, "ok")], state)  # noqa: FBT003
    assert newer.vehicles[D1].asked is not None
    state = told([AskAnswered(D1, Ask.HOLD, False, "D1 stands on its pad.")], state)  # noqa: FBT003
    assert state.vehicles[D1].asked is None
    assert not state.alerts, "of one that stands ready on its pad there is nothing to be asked"
    flies = told(
        [OperatorAsked(D1, Ask.LAND, "anna"), AskAnswered(D1, Ask.LAND, done=False, text="No.")],
        after(STARTED),
    )
    assert flies.alerts["ask:D1"].text == "D1 did not land: No."
    assert not told([OperatorAsked(D1, Ask.HOLD, "anna")], flies).alerts


def test_late_is_said_when_planned_or_still_waiting_and_forgotten_when_delivered() -> None:
    late = order(deadline_s=START_S + 100.0)
    state = told([*opening(late), ParcelDeferred(P1, WHY)])
    assert "still waiting, 4 min late" in state.alerts["late:O1-1"].text
    state = told([planned(1, D1, at_s=START_S + 1000.0)], state)
    assert "will come 17 min late" in state.alerts["late:O1-1"].text
    assert "late:O1-1" not in told(delivery()[1:DELIVERED], state).alerts


def test_hubs_and_idle_vehicles_may_change() -> None:
    state = told(opening())
    renamed = told([HubOpened(replace(HUB, name="New name"))], state)
    assert renamed.hubs[H1].name == "New name"
    moved = told([joined(D1, 3)], state)
    assert (moved.vehicles[D1].pad, moved.vehicles[D1].ready) == (PADS[3], False)


LATER = postponed(planned(1, D1), 45.0)
SOONER = postponed(planned(1, D1), -5.0)

D9, O9, P9 = VehicleId("D9"), OrderId("O9"), ParcelId("O9-1")
AIR_WITHOUT_INTENT = replace(planned(1, D1), intent=None)
ILLEGAL: list[tuple[int, Event, str]] = [
    (0, HubOpened(replace(HUB, pads=PADS[1:])), r"hub\.pads: D1 stands on P0"),
    (0, HubOpened(replace(HUB, pads=(*PADS, PADS[0]))), r"hub\.pads: two pads"),
    (0, joined(D9, 0), "pad: P0 is kept free for D1"),
    (0, replace(joined(D9, 3), hub_id=HubId("H9")), "hub_id: no hub H9"),
    (0, replace(joined(D9, 3), pad=replace(PADS[3], at=PADS[2].at)), "pad: H1 has no pad P3"),
    (1, joined(D1, 0), "vehicle_id: D1 is at work"),
    (0, OrderPlaced(order("O1")), r"order\.order_id: O1 exists"),
    (0, OrderPlaced(replace(order("O2"), hub_id=HubId("H9"))), r"order\.hub_id: no hub H9"),
    (0, OrderPlaced(replace(order("O2"), parcels=order().parcels)), r"order\.parcels: parcel O1-1 exists"),
    (0, OrderCancelled(O9, "anna"), "order_id: no order O9"),
    (6, OrderCancelled(OrderId("O1"), "anna"), "order_id: O1 has no parcel left"),
    (0, ParcelDeferred(P9, WHY), "parcel_id: no order holds a parcel O9-1"),
    (1, ParcelDeferred(P1, WHY), "parcel_id: O1-1 is assigned"),
    (0, ParcelReturned(P1, H1), "parcel_id: O1-1 is not aboard"),
    (4, ParcelReturned(P1, HubId("H2")), "hub_id: O1-1 belongs to H1"),
    (4, ParcelReturned(P1, H1), "parcel_id: mission 1 is under_way"),
    (0, planned(1, D9), r"mission\.vehicle_id: no vehicle D9"),
    (1, planned(1, D2), r"mission\.mission_id: 1 was used before"),
    (1, planned(2, D1), r"mission\.vehicle_id: D1 is bound to mission 1"),
    (1, planned(2, D2), "parcel_id: O1-1 is assigned"),
    (6, planned(2, D2), "parcel_id: O1-1 is delivered"),
    (0, planned(1, D1, "O9-1"), "parcel_id: no order holds a parcel O9-1"),
    (0, AIR_WITHOUT_INTENT, "intent: D1 flies"),
    (0, replace(planned(1, D1), energy_wh=float("nan")), "energy_wh: nan"),
    (0, replace(planned(1, D1), end_at_s=1.0), "handover_at_s: must lie between"),
    (0, replace(planned(1, D1), mission=planned(1, D1, "O7-1").mission), r"mission\.legs: needs one DropOff"),
    (0, replace(planned(1, D1), depart_at_s=-1.0), "depart_at_s: -1.0 is not a point in time"),
    (0, LinkLost(D1, DOOR, 1e12), "last_heard_at_s: 1000000000000.0 is not a point in time"),
    (0, LinkLost(D1, DOOR, float("nan")), "last_heard_at_s: nan"),
    (0, OrderPlaced(order("O2", deadline_s=1e12)), r"order\.deadline_s: 1000000000000.0 is not"),
    (0, LATER, "mission_id: no mission 1"),
    (1, SOONER, "depart_at_s: must be later"),
    (1, replace(LATER, intent=None), "intent: an aircraft reserves"),
    (1, replace(LATER, end_at_s=START_S), "handover_at_s: must lie between"),
    (4, LATER, "mission_id: mission 1 is under_way"),
    (0, PlanLoaded(D1, M1), "mission_id: no mission 1"),
    (1, PlanLoaded(D2, M1), "mission_id: D2 is bound to no mission"),
    (4, PlanLoaded(D1, M1), "mission_id: mission 1 is under_way"),
    (3, ParcelLoaded(D1, M1, P1), "mission_id: mission 1 is parcel_aboard"),
    (2, MissionStarted(D1, M1), "mission_id: mission 1 is loaded"),
    (4, MissionStarted(D1, M1), "mission_id: mission 1 is under_way"),
    (3, LegDone(D1, M1, 1, DOOR), "leg_index: mission 1 has not started"),
    (5, LegDone(D1, M1, 1, DOOR), r"leg_index: 1 is not within 2\.\.4"),
    (5, LegDone(D1, M1, 5, DOOR), r"leg_index: 5 is not within 2\.\.4"),
    (3, ParcelHandedOver(D1, M1, P1, DOOR), "mission_id: mission 1 is parcel_aboard"),
    (6, ParcelHandedOver(D1, M1, P1, DOOR), "parcel_id: O1-1 was delivered before"),
    (4, ParcelHandedOver(D2, M1, P1, DOOR), "mission_id: D2 is bound to no mission"),
    (3, MissionEnded(D1, M1, 1.0, 1.0), "mission_id: mission 1 is parcel_aboard"),
    (4, MissionEnded(D1, M1, -1.0, 1.0), "distance_m: -1.0"),
    (4, MissionWithdrawn(D1, M1, WHY), "mission_id: mission 1 is under_way"),
    (2, MissionFailed(D1, M1, WHY), "mission_id: mission 1 is loaded"),
    (8, OffPath(D1, M1, 1.0, DOOR), "mission_id: D1 is bound to no mission"),
    (0, LinkUp(D9), "vehicle_id: no vehicle D9"),
    (0, VehicleMissing(D1, DOOR, START_S), "vehicle_id: the link to D1 is up"),
    (1, VehicleReady(D1), "vehicle_id: D1 is bound to mission 1"),
    (0, AskAnswered(D1, Ask.HOLD, True, "ok"), "ask: nothing was asked of D1"),  # noqa: FBT003
    (0, AlertAcknowledged("link:D1", "anna"), "key: no alert link:D1"),
]


@pytest.mark.parametrize(("steps", "event", "said"), ILLEGAL, ids=lambda value: type(value).__name__)
def test_what_cannot_follow_is_refused_by_name(steps: int, event: Event, said: str) -> None:
    with pytest.raises(IllegalEvent, match=f"^{type(event).__name__}\\.{said}"):
        after(steps, event)


def test_only_the_keeper_hands_a_parcel_over() -> None:
    both = told([*opening(order("O1"), order("O2")), *delivery()[:4], *delivery(2, D2, "O2-1")[:4]])
    with pytest.raises(IllegalEvent, match=r"ParcelHandedOver\.parcel_id: O2-1 is not aboard D1"):
        told([ParcelHandedOver(D1, M1, ParcelId("O2-1"), DOOR)], both)


def test_silent_vehicles_get_no_work() -> None:
    with pytest.raises(IllegalEvent, match="the link to R1 is lost"):
        told([*opening(), LinkLost(R1, DOOR, START_S), planned(1, R1)])


def test_order_and_time_of_entries_are_held() -> None:
    state = told(opening())
    with pytest.raises(IllegalEvent, match=r"Entry\.at_s: .* lies before"):
        told([LinkUp(D1)], state, step_s=-1.0)
    with pytest.raises(IllegalEvent, match=r"Entry\.seq: 13 does not follow 11"):
        apply(state, Entry(13, state.at_s, LinkUp(D1)))


def test_reasons_of_a_second_failure_are_added() -> None:
    more = (Reason(Because.ENERGY, "D1", "The battery is low."),)
    state = after(HALF_WAY, MissionFailed(D1, M1, WHY), MissionFailed(D1, M1, (*WHY, *more)))
    assert state.missions[M1].reasons == (*WHY, *more)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_departure_may_move_until_the_vehicle_does(steps: int) -> None:
    before, moved = after(steps), after(steps, LATER)
    plan = moved.missions[M1].plan
    assert (plan.depart_at_s, plan.handover_at_s, plan.end_at_s) == (
        LATER.depart_at_s,
        LATER.handover_at_s,
        LATER.end_at_s,
    )
    assert plan.intent == LATER.intent
    assert plan.mission == before.missions[M1].plan.mission
    assert moved.missions[M1].phase is before.missions[M1].phase
    assert moved.parcels == before.parcels
