"""Parcels fetched on the way: what a courier taps there is journaled before the phone moves on."""

from __future__ import annotations

from collections.abc import Sequence

from geofences.reason import Because, Reason
from orchestrator.gateway.acts.courier_stops import at_this_stop, each
from orchestrator.gateway.contract.courier_requests import NotFetchedTap
from orchestrator.gateway.door.principals import Rider
from orchestrator.gateway.service import Service
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.applying.fetches import out_of_lockers, still_to_fetch
from orchestrator.record.events import Event, MissionStarted, ParcelFetched, ParcelNotFetched
from orchestrator.record.state import MOVING, FleetState, MissionPhase, MissionState, ParcelPhase
from vehicles.mission import ParcelId, PickUp, VehicleId
from vehicles.phone.handset import Handset

_WORDS = {
    "not_there": "it was not there",
    "closed": "the place was closed",
    "refused": "the sender would not give it",
    "no_room": "there is no room for it",
}


class Fetching:
    """The couriers' fetches."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def fetched(self, handset: Handset, by: Rider, order_id: str) -> str | None:
        """All that is to be fetched of an order is in the bag; why that does not count."""
        awaited = at_this_stop(self._service.writer.state, handset.ride.trip, PickUp, order_id)
        why_not = self._next(handset, awaited, got=True)
        if why_not is not None:
            return why_not
        why_not = await self._journal(awaited, by)
        return why_not or each(handset.ride.fetched, awaited)

    async def not_fetched(self, handset: Handset, by: Rider, tap: NotFetchedTap) -> str | None:
        """Nothing of an order was given, and why; why that does not count.

        A locker's door may have been opened by then, and the locker have told that it was taken out.
        """
        awaited = at_this_stop(self._service.writer.state, handset.ride.trip, PickUp, tap.order_id)
        empty = tap.why == "not_there" and self._told_by_locker(by, awaited)
        why_not = None if empty else self._next(handset, awaited, got=False)
        if why_not is not None:
            return why_not
        words = _WORDS[tap.why] + (f" ({tap.text})" if tap.text else "")
        for_good = tap.why == "refused"

        def decide(state: FleetState) -> Sequence[Event]:
            mission = _bound(state, by.rides)
            if mission is None or mission.phase not in (MissionPhase.PARCEL_ABOARD, MissionPhase.UNDER_WAY):
                return ()
            own = mission.plan.mission.mission_id
            opened = out_of_lockers(state, mission) if empty else ()
            left = [one for one in (*still_to_fetch(state, mission), *opened) if one in awaited]
            return (
                *(_begun(mission) if left else ()),
                *(
                    ParcelNotFetched(
                        by.rides,
                        own,
                        one,
                        (Reason(Because.SENDER, one, f"{one} was not given to {by.rides}: {words}."),),
                        for_good,
                        by.name,
                    )
                    for one in left
                ),
            )

        await self._service.writer.write(decide)
        return each(
            handset.ride.not_inside if empty else lambda one: handset.ride.missed(one, words), awaited
        )

    def _told_by_locker(self, by: Rider, awaited: Sequence[ParcelId]) -> bool:
        """Whether all of these count as aboard, out of a locker."""
        state = self._service.writer.state
        mission = _bound(state, by.rides)
        return mission is not None and bool(awaited) and set(awaited) <= set(out_of_lockers(state, mission))

    def _next(self, handset: Handset, awaited: Sequence[ParcelId], *, got: bool) -> str | None:
        """Why these are not what the courier fetches now."""
        if not awaited or handset.ride.trip is None:
            return "That order is not to be fetched on your trip."
        after = handset.ride.trip.fetched(awaited[0], got=got)
        return after if isinstance(after, str) else None

    async def _journal(self, awaited: Sequence[ParcelId], by: Rider) -> str | None:
        """Custody passes to the courier; what they have already is no news."""
        gone: list[ParcelId] = []
        full: list[bool] = []

        def decide(state: FleetState) -> Sequence[Event]:
            mission = _bound(state, by.rides)
            left = [one for one in awaited if not _had(state, by.rides, one)]
            gone.extend(one for one in left if mission is None or not _may_take(state, mission, one))
            vehicle = state.vehicles[by.rides]
            full.append(len(vehicle.aboard) + len(left) > vehicle.profile.compartments)
            if mission is None or gone or not left or full[-1]:
                return ()
            return (*_begun(mission), *(fetch(mission, one, by.name) for one in left))

        await self._service.writer.write(decide)
        if gone:
            return f"{gone[0]} is not for you to fetch any more: leave it where it is."
        return "You carry as much as you may: leave it there, and say so." if any(full) else None


def fetch(mission: MissionState, parcel_id: ParcelId, by: str) -> ParcelFetched:
    """That the vehicle of a mission has a parcel that it was to fetch, as `by` says."""
    plan = mission.plan.mission
    leg = next(leg for leg in plan.fetches if leg.parcel_id == parcel_id)
    return ParcelFetched(plan.vehicle_id, plan.mission_id, parcel_id, leg.at.position, by)


def _bound(state: FleetState, vehicle_id: VehicleId) -> MissionState | None:
    mission_id = state.vehicles[vehicle_id].mission_id
    return None if mission_id is None else state.missions[mission_id]


def _begun(mission: MissionState) -> tuple[Event, ...]:
    """Whoever stands at a pick-up has set out, also where no session has noted that yet."""
    plan = mission.plan.mission
    early = mission.phase is MissionPhase.PARCEL_ABOARD
    return (MissionStarted(plan.vehicle_id, plan.mission_id),) if early else ()


def _had(state: FleetState, vehicle_id: VehicleId, parcel_id: ParcelId) -> bool:
    """Whether the courier had the parcel from its sender, now or before it was handed on."""
    parcel = state.parcels[parcel_id]
    return parcel.keeper == OnVehicle(vehicle_id) or parcel.phase is ParcelPhase.DELIVERED


def _may_take(state: FleetState, mission: MissionState, parcel_id: ParcelId) -> bool:
    """To be fetched by this mission; or by nobody else, since that was given up."""
    if mission.phase not in (MissionPhase.PARCEL_ABOARD, *MOVING):
        return False
    left_behind = parcel_id in mission.missed and state.parcels[parcel_id].phase is ParcelPhase.WAITING
    return left_behind or parcel_id in still_to_fetch(state, mission)
