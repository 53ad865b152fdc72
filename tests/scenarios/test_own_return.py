"""A vehicle that is to come home and has no planned way: the fleet never sends it through a zone instead."""

from __future__ import annotations

import asyncio

from geofences.reason import Because, Reason
from orchestrator.operations.commanding.homeward import homeward_id
from orchestrator.record.events import Ask, AskAnswered, MissionEnded, ParcelReturned, VehicleFaulted
from orchestrator.record.state import MissionPhase
from sitl.direct.vehicle import DirectVehicle
from tests.orchestrator.operations.town import D1, DOOR, NO_FLY, OTHER_DOOR, PADS, R1, at, order, profile_of
from tests.scenarios.theatre import Outliving, Stage, play, stage
from vehicles.mission import VehicleId, VehiclePlan
from vehicles.vehicle import Hold, Outcome, Refused, Return


class Wayless(Outliving):
    """Takes no plan for the way home, until told otherwise: a full memory, a link that drops parts."""

    takes_way_home = False

    async def load(self, plan: VehiclePlan) -> Outcome:
        first = self.loads[0].mission.mission_id if self.loads else plan.mission.mission_id
        if plan.mission.mission_id == homeward_id(first) and not self.takes_way_home:
            self.loads.append(plan)
            return Refused((Reason(Because.LINK, self.vehicle_id, "No room."),))
        return await super().load(plan)


def wayless(vehicle_id: VehicleId) -> Wayless:
    return Wayless(DirectVehicle(vehicle_id, profile_of(vehicle_id), PADS[vehicle_id].at, 1))


def returns(it: Stage[Wayless], vehicle_id: VehicleId) -> int:
    return sum(isinstance(command, Return) for command in it.vehicles[vehicle_id].told)


async def called_back(it: Stage[Wayless], vehicle_id: VehicleId, after_s: float) -> None:
    await it.until_phase(vehicle_id, MissionPhase.UNDER_WAY)
    await asyncio.sleep(after_s)
    await it.ask(vehicle_id, Ask.RETURN)
    await it.until(lambda state: state.vehicles[vehicle_id].asked is None, 120.0)


def test_behind_a_zone_it_holds_says_which_and_comes_home_once_it_takes_the_way() -> None:
    async def scene() -> None:
        async with stage([wayless(D1)]) as it:
            await it.place(order("O1", door=OTHER_DOOR))
            await called_back(it, D1, 55.0)
            (answer,) = it.events(AskAnswered)
            assert not answer.done
            assert NO_FLY.zone_id in answer.text
            (fault,) = it.events(VehicleFaulted)
            assert [reason.subject for reason in fault.reasons] == [D1, NO_FLY.zone_id]
            assert "hovers 45 m up where it stopped" in fault.reasons[0].text
            assert "D1 needs help" in it.state.alerts[f"fault:{D1}"].text
            assert it.state.alerts[f"fault:{D1}"].severity.value == "critical"
            assert isinstance(it.vehicles[D1].told[-1], Hold)
            tried = len(it.vehicles[D1].loads)
            await asyncio.sleep(120.0)
            assert len(it.vehicles[D1].loads) > tried, "the way home is tried again"
            assert len(it.events(VehicleFaulted)) == 1, "and told once"
            it.vehicles[D1].takes_way_home = True
            await it.until(lambda _: bool(it.events(MissionEnded)), 300.0)
            assert returns(it, D1) == 0
            assert len(it.events(ParcelReturned)) == 1
            await it.until_over(600.0)
            assert f"fault:{D1}" not in it.state.alerts

    play(scene)


def test_where_no_zone_lies_across_its_own_return_brings_it_home() -> None:
    async def scene() -> None:
        async with stage([wayless(D1)]) as it:
            await it.place(order("O1", door=DOOR))
            await called_back(it, D1, 40.0)
            assert returns(it, D1) == 1
            await it.until_over(600.0)
            assert it.events(VehicleFaulted) == []

    play(scene)


def test_a_robot_is_never_sent_straight_across_the_roads() -> None:
    async def scene() -> None:
        async with stage([wayless(R1)]) as it:
            await it.place(order("O1", door=at(500.0, -5.0)))
            await called_back(it, R1, 100.0)
            (fault,) = it.events(VehicleFaulted)
            assert fault.reasons[1].because is Because.NO_FOOTPATH
            assert returns(it, R1) == 0
            it.vehicles[R1].takes_way_home = True
            await it.until(lambda _: bool(it.events(MissionEnded)), 400.0)
            assert len(it.events(ParcelReturned)) == 1

    play(scene)
