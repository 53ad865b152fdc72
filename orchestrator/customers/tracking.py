"""What a recipient may see of their order, and when.

Thresholds as Google's Fleet Engine has them: where the vehicle is shows only once the parcel is
aboard and it is both near in distance and near in time, so that nobody can follow a vehicle from
its hub, learn where it was before, or watch it go home. Other orders never show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint, distance_m
from geofences.reason import Because
from orchestrator.customers.eta import Eta, Etas, waits_on_its_way
from orchestrator.customers.look import Look
from orchestrator.orders.custody import AtHub, InLocker, OnVehicle
from orchestrator.orders.lockers import COLLECT_WITHIN_S
from orchestrator.orders.order import DropOffPlace, OrderId
from orchestrator.record.applying.choices import may_choose
from orchestrator.record.events import Proof
from orchestrator.record.locker_rooms import place_of
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase, ParcelState, parcels_of
from vehicles.cargo import Skill
from vehicles.profile import Kind

_WINDOW_STEP_S = 60.0


class Stage(Enum):
    """An order as its recipient sees it."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    BEING_FETCHED = "being_fetched"
    ON_THE_WAY = "on_the_way"
    NEARBY = "nearby"
    TO_COLLECT = "to_collect"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How near the vehicle must be before its position shows: metres over ground, seconds to hand-over."""

    distance_m: float = 600.0
    time_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Tracking:
    """The recipient's view. `window` is whole minutes, UTC seconds from 1970; `position` only when near.

    `asked` is the window that was asked for, `proof_of_age` whether somebody will look at one at the door,
    `collect_at` where the recipient goes for it once it lies there. `place` is where it goes, `wished` the
    place that was wished for, where that is another; `choices` are the places to choose from while there is a
    choice. `late_because` is why it comes later than promised, or may. `out_of_locker`: it counts as taken
    out of a locker, and nobody has told otherwise.
    """

    stage: Stage
    text: str
    window: tuple[float, float] | None
    late_because: str | None
    asked: tuple[float, float] | None
    proof_of_age: bool
    delivered_at_s: float | None
    kind: Kind | None
    position: GeoPoint | None
    place: DropOffPlace
    wished: DropOffPlace | None
    choices: tuple[DropOffPlace, ...]
    collect_at: GeoPoint | None
    collect_by_s: float | None
    proof: Proof | None
    out_of_locker: bool


_THERE = (Stage.TO_COLLECT, Stage.DELIVERED)
_OVER = (*_THERE, Stage.FAILED, Stage.CANCELLED, Stage.ABSENT)
_HAVE_PROOF = " Have a proof of your age at hand: you will be asked for it."


def tracking(look: Look, order_id: OrderId, etas: Etas, thresholds: Thresholds = Thresholds()) -> Tracking:
    """The recipient's view of an order. Raises `KeyError` when there is no such order."""
    placed = look.state.orders[order_id]
    parcels = parcels_of(look.state, order_id)
    eta = etas.of_order(look, order_id)
    near = _near(look, parcels, etas, thresholds)
    stage = _stage(parcels, cancelled=placed.cancelled_by is not None)
    if stage is Stage.ON_THE_WAY and near is not None:
        stage = Stage.NEARBY
    place = next((p.diverted.place for p in parcels if p.diverted), placed.drop_off)
    waits = [by_s for parcel in parcels if (by_s := collect_by_s(parcel)) is not None]
    delivered = [parcel.delivered_at_s for parcel in parcels if parcel.delivered_at_s is not None]
    order = placed.order
    to_show = Skill.CHECK_AGE in order.skills and stage not in _OVER
    return Tracking(
        stage=stage,
        text=_sentence(look.state, stage, parcels) + (_HAVE_PROOF if to_show else ""),
        window=None if eta is None else _minutes(eta),
        late_because=_late_because(look, parcels, eta, order.deadline_s),
        asked=None if order.earliest_at_s is None else (order.earliest_at_s, order.deadline_s),
        proof_of_age=to_show,
        delivered_at_s=max(delivered) if stage in _THERE and delivered else None,
        kind=_kind(look.state, parcels),
        position=near,
        place=place,
        wished=None if place == placed.drop_off else placed.drop_off,
        choices=placed.order.places if len(placed.places) > 1 and may_choose(look.state, order_id) else (),
        collect_at=place.position if stage is Stage.TO_COLLECT else None,
        collect_by_s=min(waits) if stage is Stage.TO_COLLECT else None,
        proof=next((p.proved.proof for p in parcels if p.proved is not None and stage in _THERE), None),
        out_of_locker=stage is Stage.DELIVERED and place.locker_id is not None,
    )


def collect_by_s(parcel: ParcelState) -> float | None:
    """Until when a parcel waits in a locker (UTC seconds); None when it is not there."""
    if not isinstance(parcel.keeper, InLocker) or parcel.delivered_at_s is None:
        return None
    return parcel.delivered_at_s + COLLECT_WITHIN_S


def proved_by(state: FleetState, order_id: OrderId) -> tuple[str, ...]:
    """The pictures that show the hand-overs of an order, by name."""
    shown = [parcel.proved for parcel in parcels_of(state, order_id) if parcel.proved is not None]
    return tuple(proof.photo_sha256 for proof in shown if proof.photo_sha256)


def photo_of(state: FleetState, order_id: OrderId) -> str | None:
    """The last picture of where an order was left; None where none was taken."""
    return next(iter(reversed(proved_by(state, order_id))), None)


_SENTENCES: Mapping[Stage, str] = {
    Stage.WAITING: "Your order is being prepared.",
    Stage.ASSIGNED: "Your order is about to leave.",
    Stage.BEING_FETCHED: "Your order is being fetched.",
    Stage.ON_THE_WAY: "Your order is on its way.",
    Stage.NEARBY: "Your order is almost there.",
    Stage.TO_COLLECT: "Your order waits for you in the locker. Open it with your code.",
    Stage.DELIVERED: "Your order has been delivered.",
    Stage.FAILED: "Something went wrong with your order. The sender has been told.",
    Stage.CANCELLED: "Your order was cancelled.",
    Stage.ABSENT: "It was not in the locker. The sender has been told, and looks for it.",
}


_HELD_UP: Mapping[Because, str] = {
    Because.WEATHER: "The weather keeps our vehicles back.",
    Because.ZONE: "The airspace on the way is closed just now.",
    Because.BUSY: "Many orders came at once.",
    Because.SHIFT: "Many orders came at once.",
}
"""What a recipient is told of why it waits: nothing of vehicles, and nothing of other orders."""


def _late_because(
    look: Look, parcels: Sequence[ParcelState], eta: Eta | None, deadline_s: float
) -> str | None:
    """Of what is not handed over yet; the first cause that can be told."""
    if max(look.now_s, 0.0 if eta is None else eta.until_s) <= deadline_s:
        return None
    causes = {reason.because for one in parcels if one.delivered_at_s is None for reason in one.reasons}
    return next((text for cause, text in _HELD_UP.items() if cause in causes), None)


_WAITS_ON_ITS_WAY = "Your order is waiting on its way. You see here when it comes, as soon as that is known."


def _sentence(state: FleetState, stage: Stage, parcels: Sequence[ParcelState]) -> str:
    waits = stage is Stage.ON_THE_WAY and waits_on_its_way(state, parcels) is not None
    return _WAITS_ON_ITS_WAY if waits else _SENTENCES[stage]


def _stage(  # noqa: PLR0911 - one answer a stage
    parcels: Sequence[ParcelState], *, cancelled: bool
) -> Stage:
    phases = {parcel.phase for parcel in parcels}
    if any(parcel.absent_by for parcel in parcels):
        return Stage.ABSENT
    if any(parcel.expired_at_s is not None for parcel in parcels) or ParcelPhase.UNCOLLECTED in phases:
        return Stage.FAILED
    if phases == {ParcelPhase.DELIVERED}:
        waits = any(isinstance(parcel.keeper, InLocker) for parcel in parcels)
        return Stage.TO_COLLECT if waits else Stage.DELIVERED
    if cancelled or ParcelPhase.CANCELLED in phases:
        return Stage.CANCELLED
    if phases & {ParcelPhase.LOST, ParcelPhase.NOT_FETCHED}:
        return Stage.FAILED
    if ParcelPhase.ON_THE_WAY in phases:
        return Stage.ON_THE_WAY
    return _before_it_left(parcels) if ParcelPhase.ASSIGNED in phases else Stage.WAITING


def _before_it_left(parcels: Sequence[ParcelState]) -> Stage:
    fetched = all(isinstance(parcel.keeper, AtHub | OnVehicle) for parcel in parcels)
    return Stage.ASSIGNED if fetched else Stage.BEING_FETCHED


def _minutes(eta: Eta) -> tuple[float, float]:
    """The window, widened to whole minutes: nothing finer is promised."""
    return (
        eta.from_s // _WINDOW_STEP_S * _WINDOW_STEP_S,
        -(-eta.until_s // _WINDOW_STEP_S) * _WINDOW_STEP_S,
    )


def _kind(state: FleetState, parcels: Sequence[ParcelState]) -> Kind | None:
    """How it comes, while it is coming."""
    for parcel in parcels:
        if parcel.phase in {ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY} and parcel.mission_id is not None:
            mission = state.missions[parcel.mission_id]
            return state.vehicles[mission.plan.mission.vehicle_id].profile.kind
    return None


def _near(look: Look, parcels: Sequence[ParcelState], etas: Etas, thresholds: Thresholds) -> GeoPoint | None:
    """Where the vehicle with a parcel aboard is, once it is near; None otherwise."""
    for parcel in parcels:
        if not isinstance(parcel.keeper, OnVehicle) or parcel.mission_id is None:
            continue
        if look.state.missions[parcel.mission_id].phase is not MissionPhase.UNDER_WAY:
            continue
        sample = look.fresh(parcel.keeper.vehicle_id)
        eta = etas.of_parcel(look, parcel)
        if sample is None or eta is None or eta.at_s - look.now_s > thresholds.time_s:
            continue
        there = place_of(look.state, parcel).position
        if distance_m(sample.position, there) <= thresholds.distance_m:
            return sample.position
    return None
