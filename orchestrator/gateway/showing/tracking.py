"""From the record to what a recipient's page shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.customers.eta import Etas
from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import TrackingSecret
from orchestrator.customers.look import Look
from orchestrator.customers.tracking import Stage, Tracking, photo_of, tracking
from orchestrator.gateway.contract.tracking_views import TrackedPlaceView, TrackingView, WindowView
from orchestrator.orders.order import OrderId

_NO_CODE = {Stage.CANCELLED, Stage.FAILED, Stage.DELIVERED, Stage.ABSENT}
"""Nothing is to be had with the code then."""


def tracking_view(
    look: Look, order_id: OrderId, etas: Etas, secret: TrackingSecret, link: str
) -> TrackingView:
    """An order as its recipient sees it, who follows it by `link`. Raises `KeyError` for no such order."""
    seen = tracking(look, order_id, etas)
    position, there = seen.position, seen.collect_at
    order = look.state.orders[order_id].order
    return TrackingView(
        now_s=look.now_s,
        order_id=order_id,
        status=seen.stage.value,
        text=seen.text,
        window=_window_view(seen.window),
        asked=_window_view(seen.asked),
        deadline_s=order.deadline_s,
        late_because=seen.late_because,
        proof_of_age=seen.proof_of_age,
        delivered_at_s=seen.delivered_at_s,
        vehicle_kind=None if seen.kind is None else seen.kind.value,
        position=None if position is None else (position.lon_deg, position.lat_deg),
        drop_off=seen.place.label,
        at=(seen.place.position.lon_deg, seen.place.position.lat_deg),
        kind=seen.place.kind.value,
        instead_of=None if seen.wished is None else seen.wished.label,
        choices=tuple(_choices(seen)),
        code=None if seen.stage in _NO_CODE else hand_code(order, secret),
        photo_url=f"{link}/photo" if photo_of(look.state, order_id) else None,
        proof=None if seen.proof is None else seen.proof.value,
        collect_at=None if there is None else (there.lon_deg, there.lat_deg),
        collect_by_s=seen.collect_by_s,
        out_of_locker=seen.out_of_locker,
    )


def _choices(seen: Tracking) -> Iterator[TrackedPlaceView]:
    wished = seen.wished or seen.place
    for number, place in enumerate(seen.choices):
        yield TrackedPlaceView(place=number, label=place.label, kind=place.kind.value, chosen=place == wished)


def _window_view(window: tuple[float, float] | None) -> WindowView | None:
    return None if window is None else WindowView(from_s=window[0], until_s=window[1])
