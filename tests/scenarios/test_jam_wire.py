"""A gripper that jams over MAVLink: the parcel comes home, and is delivered once it opens again."""

from __future__ import annotations

from orchestrator.record.events import MissionFailed, ParcelHandedOver, ParcelReturned
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, PADS, at, order, profile_of
from tests.scenarios.theatre import play, stage
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair


def test_a_jammed_gripper_brings_the_parcel_home_and_the_order_is_planned_again() -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        jam = Fault(Kind.STUCK_GRIPPER, 25.0, 300.0)
        autopilot = Autopilot(theirs, profile_of(D1), PADS[D1].at, 7, 5, faults=[jam])
        async with living(autopilot.run()), stage([over(ours, D1, profile_of(D1))]) as it:
            await it.place(order("O1", door=at(500.0, -5.0)))
            await it.until(
                lambda state: any(m.phase is MissionPhase.ENDED for m in state.missions.values()), 900.0
            )
            (failed,) = it.events(MissionFailed)
            assert "did not let go" in failed.reasons[0].text
            assert len(it.events(ParcelReturned)) == 1
            assert it.events(ParcelHandedOver) == []
            await it.until_over(2400.0)
            assert len(it.events(ParcelHandedOver)) == 1
            assert [parcel.phase for parcel in it.state.parcels.values()] == [ParcelPhase.DELIVERED]

    play(scene)
