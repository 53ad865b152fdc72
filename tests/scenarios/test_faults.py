"""What goes wrong with one vehicle stays with it: people are told, parcels accounted for, others deliver."""

from __future__ import annotations

from geofences.position import distance_m
from geofences.reason import Because
from orchestrator.orders.custody import AtHub, Lost, OnVehicle
from orchestrator.record.events import (
    LinkLost,
    LinkUp,
    LowEnergy,
    MissionEnded,
    MissionFailed,
    MissionWithdrawn,
    ParcelHandedOver,
    ParcelReturned,
    VehicleFaulted,
    VehicleMissing,
)
from orchestrator.record.state import LinkState, MissionPhase, ParcelPhase
from sitl.faults import Fault, Kind
from tests.orchestrator.operations.town import D1, D2, DOOR, OTHER_DOOR, PADS, order
from tests.scenarios.theatre import Outliving, Stage, play, stage, vehicle
from vehicles.mission import ParcelId

P1, P2 = ParcelId("O1-1"), ParcelId("O2-1")


def phase(it: Stage[Outliving], parcel_id: ParcelId) -> ParcelPhase:
    return it.state.parcels[parcel_id].phase


def test_a_vehicle_that_vanishes_in_flight_is_told_and_its_parcel_is_where_it_was_last_heard() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.POWER_OFF, 60.0)), vehicle(D2)]) as it:
            await it.place(order("O1"), order("O2"), order("O3"))
            await it.until(lambda state: state.vehicles[D1].link is LinkState.LOST, 120.0)
            assert f"link:{D1}" in it.state.alerts
            lost_at = it.entries()[-1].at_s
            assert lost_at - it.events(LinkLost)[0].last_heard_at_s < 7.0
            await it.until(lambda state: state.vehicles[D1].link is LinkState.MISSING, 600.0)
            assert f"missing:{D1}" in it.state.alerts
            (parcel_id,) = it.state.vehicles[D1].aboard
            keeper = it.state.parcels[parcel_id].keeper
            assert isinstance(keeper, Lost)
            assert 50.0 < distance_m(keeper.last_position, PADS[D1].at.position) < 700.0
            done = {event.parcel_id for event in it.events(ParcelHandedOver)}
            await it.until(
                lambda state: sum(p.phase is ParcelPhase.DELIVERED for p in state.parcels.values()) == 2,
                900.0,
            )
            assert len(it.events(VehicleMissing)) == 1
            assert parcel_id not in done

    play(scene)


def test_a_vehicle_that_is_silent_for_a_while_delivers_by_its_own_plan_and_is_believed() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.SILENT, 50.0, 120.0))]) as it:
            await it.place(order("O1"))
            await it.until_over(900.0)
            assert [type(e) for e in it.events(LinkLost)] == [LinkLost]
            assert len(it.events(LinkUp)) == 2
            assert phase(it, P1) is ParcelPhase.DELIVERED
            assert it.events(VehicleMissing) == []
            assert it.vehicles[D1].starts == 1

    play(scene)


def test_a_vehicle_that_finds_its_place_again_goes_on_by_itself_and_is_believed() -> None:
    """As PX4 does when satellites return: down, and then on with its mission, which was given up here."""

    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.NO_GPS, 55.0, 62.0))]) as it:
            await it.place(order("O1"))
            await it.until_over(900.0)
            (failed,) = it.events(MissionFailed)
            assert "lands by itself" in failed.reasons[0].text
            assert len(it.events(ParcelHandedOver)) == 1
            assert len(it.events(MissionEnded)) == 1
            assert phase(it, P1) is ParcelPhase.DELIVERED
            assert it.vehicles[D1].starts == 1

    play(scene)


def test_a_vehicle_found_again_after_it_was_given_up_brings_its_parcel_back_into_the_books() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.SILENT, 50.0, 600.0))]) as it:
            await it.place(order("O1"))
            await it.until(lambda state: isinstance(state.parcels[P1].keeper, Lost), 600.0)
            await it.until_over(900.0)
            assert phase(it, P1) is ParcelPhase.DELIVERED, "the vehicle says that it handed it over"
            assert len(it.events(ParcelHandedOver)) == 1

    play(scene)


def test_a_vehicle_that_will_not_arm_gives_its_parcel_to_another() -> None:
    async def scene() -> None:
        # ready to the eye, then arming checks fail
        async with stage([vehicle(D1, Fault(Kind.NO_ARM, 12.0)), vehicle(D2, battery_frac=0.4)]) as it:
            await it.place(order("O1"))
            await it.until_over(2400.0)
            (withdrawn,) = [e for e in it.events(MissionWithdrawn) if e.vehicle_id == D1][:1]
            assert withdrawn.reasons[0].because is Because.AUTOPILOT
            assert {event.vehicle_id for event in it.events(VehicleFaulted)} == {D1}
            assert [event.vehicle_id for event in it.events(ParcelHandedOver)] == [D2]
            assert it.vehicles[D1].starts <= 1

    play(scene)


def test_a_gripper_that_does_not_open_brings_the_parcel_back_and_it_is_delivered_by_another() -> None:
    async def scene() -> None:
        async with stage(
            [vehicle(D1, Fault(Kind.STUCK_GRIPPER, 30.0, 300.0)), vehicle(D2, battery_frac=0.3)]
        ) as it:
            await it.place(order("O1"))
            await it.until(
                lambda state: any(m.phase is MissionPhase.ENDED for m in state.missions.values()), 600.0
            )
            (failed,) = it.events(MissionFailed)
            assert "did not let go" in failed.reasons[0].text
            (returned,) = it.events(ParcelReturned)
            assert returned.parcel_id == P1
            assert it.state.parcels[P1].keeper == AtHub(PADS_HUB)
            await it.until_over(2400.0)
            assert len(it.events(ParcelHandedOver)) == 1

    play(scene)


def test_a_gripper_that_does_not_close_is_found_on_the_pad() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.STUCK_GRIPPER, 0.0, 40.0))]) as it:
            await it.place(order("O1"))
            await it.until_over(1200.0)
            assert it.events(MissionWithdrawn)[0].vehicle_id == D1
            assert it.events(MissionFailed) == []
            assert phase(it, P1) is ParcelPhase.DELIVERED

    play(scene)


def test_a_battery_that_drops_before_the_hand_over_brings_it_home_with_the_parcel() -> None:
    async def scene() -> None:
        fault = Fault(Kind.BATTERY, 45.0, value=0.27)
        async with stage([vehicle(D1, fault), vehicle(D2, battery_frac=0.2)]) as it:
            await it.place(order("O1", door=OTHER_DOOR))
            await it.until(
                lambda state: any(m.phase is MissionPhase.ENDED for m in state.missions.values()), 600.0
            )
            (low,) = it.events(LowEnergy)
            assert low.left_frac < low.needed_frac
            (failed,) = it.events(MissionFailed)
            assert failed.reasons[0].because is Because.ENERGY
            (ended,) = it.events(MissionEnded)
            assert ended.distance_m < 900.0, "it turned round"
            assert [e.parcel_id for e in it.events(ParcelReturned)] == [P1]
            await it.until_over(3600.0)
            assert phase(it, P1) is ParcelPhase.DELIVERED

    play(scene)


def test_custody_follows_the_parcel_all_along() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1", door=DOOR))
            assert it.state.parcels[P1].keeper == AtHub(PADS_HUB)
            await it.until_phase(D1, MissionPhase.PARCEL_ABOARD)
            assert it.state.parcels[P1].keeper == OnVehicle(D1)
            await it.until_over(900.0)

    play(scene)


PADS_HUB = order().hub_id
