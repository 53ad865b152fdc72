"""From the record to what is shown of alerts. Pure."""

from __future__ import annotations

from orchestrator.gateway.contract.views import AlertView
from orchestrator.record.state import Alert, FleetState
from orchestrator.record.writer import Trouble


def alert_view(state: FleetState, alert: Alert) -> AlertView:
    """An alert, with the order of the parcel that it is about."""
    parcel = None if alert.parcel_id is None else state.parcels.get(alert.parcel_id)
    return AlertView(
        key=alert.key,
        severity=alert.severity.value,
        text=alert.text,
        raised_at_s=alert.raised_at_s,
        vehicle_id=alert.vehicle_id,
        order_id=None if parcel is None else parcel.order_id,
        lat_deg=None if alert.position is None else alert.position.lat_deg,
        lon_deg=None if alert.position is None else alert.position.lon_deg,
        acknowledged_by=alert.acknowledged_by,
    )


def unkept_view(trouble: Trouble) -> AlertView:
    """The alert that is in no journal: that nothing is kept in it."""
    return AlertView(
        key="journal",
        severity="critical",
        text=f"Nothing new is kept: {trouble.text}. Hold and land still reach vehicles.",
        raised_at_s=trouble.since_s,
        vehicle_id=None,
        order_id=None,
        lat_deg=None,
        lon_deg=None,
        acknowledged_by=None,
    )
