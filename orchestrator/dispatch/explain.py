"""Why this vehicle: every vehicle's quote for one parcel, as rows of text, best first."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from orchestrator.record.events import MissionPlanned, Quote
from vehicles.clock import iso
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """What one vehicle would have meant for the parcel, in words. The first row is the chosen vehicle's."""

    vehicle_id: VehicleId
    text: str


def explain(plan: MissionPlanned, deadline_s: float) -> tuple[QuoteRow, ...]:
    """The choice made in `plan` for a parcel due at `deadline_s` (fleet time, UTC seconds).

    The chosen vehicle first, then the other offers by hand-over, then the refusals by vehicle id. A
    vehicle that would have been quicker but was not chosen carries another parcel of the same round.
    """
    chosen = plan.mission.vehicle_id
    margin = f"hand-over at {_clock(plan.handover_at_s)}, {_margin(deadline_s - plan.handover_at_s)}"
    first = QuoteRow(chosen, f"Chosen: {margin}, {plan.distance_m / 1000.0:.1f} km, {plan.energy_wh:.0f} Wh.")
    others = sorted((quote for quote in plan.quotes if quote.vehicle_id != chosen), key=_rank)
    return (first, *(QuoteRow(quote.vehicle_id, _text(quote, plan.handover_at_s)) for quote in others))


def _rank(quote: Quote) -> tuple[float, VehicleId]:
    return (inf if quote.handover_at_s is None else quote.handover_at_s, quote.vehicle_id)


def _text(quote: Quote, chosen_at_s: float) -> str:
    if quote.handover_at_s is None:
        return " ".join(reason.text for reason in quote.reasons) or "No reason was given."
    could, later_s = f"Could at {_clock(quote.handover_at_s)}", quote.handover_at_s - chosen_at_s
    if later_s >= 0.0:
        return f"{could}, {_span(later_s)} later."
    return f"{could}, {_span(-later_s)} sooner, but serves the fleet better elsewhere."


def _margin(early_s: float) -> str:
    return f"{_span(early_s)} before the deadline" if early_s >= 0.0 else f"{_span(-early_s)} late"


def _span(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _clock(at_s: float) -> str:
    return f"{iso(at_s)[11:19]} UTC"
