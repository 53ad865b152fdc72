"""Couriers held to the contract of all vehicles, as far as people are vehicles: nobody switches them off.

What is left out, and why: they take off and fall from nowhere (`test_land...` is said of rest here), grip by
hand, hold no fence, and their phone's silence is a telephone's, not a radio's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from geofences.reason import Because
from sitl.courier import SimulatedPhone
from sitl.courier_trip import Manner
from sitl.faults import Fault
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.contracts import test_vehicle as contract
from tests.contracts.stands import HOME, MISSION, SEED, START_UTC_S, VEHICLE, Body, Stand, ready, until
from vehicles.clock import now_s
from vehicles.courier import Answer, Card, Courier, Said
from vehicles.mission import MissionId
from vehicles.profile import VehicleProfile
from vehicles.profiles import COURIER
from vehicles.telemetry import MissionProgress, Mode
from vehicles.vehicle import Accepted, Land, Refused, Start, Unanswered, Vehicle

WILLING = Manner(declines_frac=0.0, nobody_home_frac=0.0)
CALLS_IN_S = 2.0

KEPT: tuple[Callable[[Stand, VehicleProfile], None], ...] = (
    contract.test_it_is_heard_ready_at_home,
    contract.test_a_delivery_from_grip_to_dock,
    contract.test_hold_stops_it_and_resume_goes_on,
    contract.test_what_must_not_be_done_in_motion_is_refused_and_changes_nothing,
)
KEPT_BY_ANY: tuple[Callable[[Stand], None], ...] = (
    contract.test_a_vehicle_nobody_has_heard_is_refused_by_its_link,
    contract.test_only_the_mission_that_was_loaded_can_be_started,
    contract.test_starting_twice_sets_off_once,
    contract.test_return_brings_it_home_without_finishing_the_mission,
    contract.test_what_stands_disarmed_is_down_already_and_stays_as_it_is,
    contract.test_loading_the_mission_it_has_under_way_changes_nothing,
    contract.test_a_second_plan_replaces_the_first,
    contract.test_a_held_vehicle_takes_another_plan_and_resumes_on_it,
    contract.test_a_cancelled_load_leaves_it_fit_for_the_next,
)


class Calling:
    """A phone that calls in some seconds after it was switched on, and is deaf from `deaf_from_s` on."""

    def __init__(self, manner: Manner, deaf_from_s: float = 1e9) -> None:
        self._phone = SimulatedPhone(VEHICLE, COURIER, HOME, SEED, manner=manner)
        self._deaf_from_s = deaf_from_s
        self._begun_at_s = now_s()

    @property
    def said(self) -> Said | None:
        return self._phone.said if now_s() - self._begun_at_s >= CALLS_IN_S else None

    async def show(self, card: Card) -> Answer | None:
        if now_s() - self._begun_at_s >= self._deaf_from_s:
            await asyncio.sleep(30.0)
            return None
        return await self._phone.show(card)


def courier(manner: Manner = WILLING, deaf_from_s: float = 1e9) -> Stand:
    def stand(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
        assert not faults, "a person's phone has none of these"

        async def main() -> None:
            ridden = profile if profile.ridden else COURIER  # what is said of any vehicle is said of a drone
            vehicle: Vehicle = Courier(VEHICLE, ridden, Calling(manner, deaf_from_s))
            async with vehicle:
                await body(vehicle)

        run_virtual(main(), START_UTC_S)

    return stand


@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.__name__)
def test_couriers_keep_the_contract(case: Callable[[Stand, VehicleProfile], None]) -> None:
    case(courier(), COURIER)


@pytest.mark.parametrize("case", KEPT_BY_ANY, ids=lambda case: case.__name__)
def test_couriers_keep_what_any_vehicle_does(case: Callable[[Stand], None]) -> None:
    case(courier())


def test_a_courier_asked_to_land_stops_where_they_are_and_the_trip_stays_theirs() -> None:
    async def body(vehicle: Vehicle) -> None:
        await contract.under_way(vehicle)
        assert await vehicle.command(Land()) == Accepted()
        held = await until(vehicle, lambda seen: seen.mode is Mode.HOLD, 10.0)
        assert (held.progress.mission_id, held.carrying) == (MISSION, True)

    courier()(COURIER, body)


def test_a_courier_may_decline_and_that_is_no_fault() -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        outcome = await vehicle.load(stands.plan(COURIER))
        assert isinstance(outcome, Refused)
        assert {reason.because for reason in outcome.reasons} == {Because.DECLINED}
        seen = await ready(vehicle)
        assert seen.progress.mission_id is None
        assert contract.subjects(await vehicle.command(Start(MISSION))) == {Because.INPUT}

    courier(Manner(declines_frac=1.0))(COURIER, body)


def test_a_phone_that_nobody_looks_at_is_no_answer_and_no_exception() -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        assert isinstance(await vehicle.load(stands.plan(COURIER)), Unanswered)
        assert vehicle.telemetry is not None
        assert vehicle.telemetry.progress.mission_id is None

    courier(deaf_from_s=0.0)(COURIER, body)


def test_after_a_delivery_the_next_trip_begins_at_its_first_leg() -> None:
    async def body(vehicle: Vehicle) -> None:
        await contract.under_way(vehicle)
        await until(vehicle, lambda seen: seen.progress.legs_done == contract.LEGS)
        assert await vehicle.load(stands.plan(COURIER, MissionId(8))) == Accepted()
        seen = vehicle.telemetry
        assert seen is not None
        assert seen.progress == MissionProgress(MissionId(8), 0)

    courier()(COURIER, body)
