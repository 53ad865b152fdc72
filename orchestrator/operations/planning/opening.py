"""A flight that waits on its pad for the end of a zone's hours, as `sanderling path --latest` plans it.

Asked only where no way is open now. The same search in time (`geofences.airways.timely`) is given whole
missions: for each way out the way back that goes with it, so that neither of them meets a zone while it
applies.
"""

from __future__ import annotations

from dataclasses import dataclass

from geofences.airspace import Airspace
from geofences.airways.layer_costs import Flight
from geofences.airways.timely import Planner, Times, cheapest
from geofences.path import NoPath, Path, TimedPath, Waypoint
from geofences.reason import Because, Reason
from geofences.verifying.blocks import ZoneBlock
from geofences.zone import Medium
from orchestrator.operations.planning.draft import Draft, Infeasible, Job, drafted, layers, mission_legs
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.planning.ways import Window
from vehicles.energy import mission_energy_wh
from vehicles.profile import Airframe
from vehicles.schedule import schedule

LONGEST_WAIT_S = 600.0
"""A vehicle is not bound to a parcel for longer than this before it may set out."""

_AIR_COSTS_W = 1e6
"""Nobody waits in the air who can wait on the pad."""
_LONGEST_FLIGHT_S = 1800.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft, how much later than asked it departs, and what it waits for."""

    draft: Draft
    delay_s: float
    waits_for: tuple[Reason, ...]


def first_open(job: Job, surroundings: Surroundings, depart_at_s: float) -> Opened | None:
    """The cheapest flight that leaves up to `LONGEST_WAIT_S` later; None where none may, or can.

    It keeps clear of hours also when it flies as early or late as its reservation allows. None for a VTOL.
    """
    profile = job.profile
    if profile.medium is not Medium.AIR or profile.airframe is Airframe.VTOL:
        return None
    widths, margins = surroundings.volumes, surroundings.margins_for(profile)
    pairs: dict[Path, Path] = {}
    until_s = depart_at_s + LONGEST_WAIT_S + _LONGEST_FLIGHT_S

    def find(airspace: Airspace) -> tuple[Path, ...] | NoPath:
        found = _pairs(job, surroundings, airspace, Window(depart_at_s, until_s))
        if isinstance(found, NoPath):
            return found
        pairs.update(found)
        return tuple(found)

    planner = Planner(
        find=find,
        time=lambda out: _timed(job, out, pairs[out]),
        wh=lambda out: _energy_wh(job, surroundings, out, pairs[out]),
    )
    times = Times(
        depart_s=depart_at_s,
        latest_s=until_s,
        may_leave_later=True,
        early_s=widths.early_s,
        late_s=widths.late_s,
        idle_w=profile.idle_w,
        hover_w=_AIR_COSTS_W,
    )
    timely = cheapest(surroundings.airspace, planner, times, margins)
    if isinstance(timely, NoPath) or timely.waits or timely.delay_s > LONGEST_WAIT_S:
        return None
    length_s = _timed(job, timely.path, pairs[timely.path]).ends_at_s
    flown = Window(depart_at_s + timely.delay_s, depart_at_s + timely.delay_s + length_s)
    draft = drafted(job, surroundings, timely.path, pairs[timely.path], flown)
    return Opened(draft, timely.delay_s, timely.waits_for) if isinstance(draft, Draft) else None


def _pairs(
    job: Job, surroundings: Surroundings, airspace: Airspace, window: Window
) -> dict[Path, Path] | NoPath:
    """Ways out among what binds all the time, at each height, with the way back at the same."""
    from geofences.airways.layers import single  # noqa: PLC0415 - it imports numba, which takes a moment

    profile = job.profile
    margins = surroundings.margins_for(profile)
    flight = Flight(layers(profile, surroundings), window.from_s, window.until_s, margins)
    drop = Waypoint(job.place.position, profile.handover_height_agl_m)
    found: dict[Path, Path] = {}
    walls: list[Reason] = []
    for height_m in flight.heights_agl_m:
        out = single(airspace, job.pad.at, drop, flight, height_m)
        back = single(airspace, drop, job.pad.at, flight, height_m)
        if isinstance(out, Path) and isinstance(back, Path):
            found[out] = back
        walls += [one for way in (out, back) if isinstance(way, NoPath) for one in way.reasons]
    return found or NoPath(tuple(dict.fromkeys(walls)))


def _timed(job: Job, out: Path, back: Path) -> TimedPath:
    return schedule(job.profile, mission_legs(job, out, back), 0.0).timed


def _energy_wh(job: Job, surroundings: Surroundings, out: Path, back: Path) -> float:
    legs = mission_legs(job, out, back)
    return mission_energy_wh(job.profile, legs, surroundings.air_for(job.profile))


def may_open(shut: Infeasible, surroundings: Surroundings, depart_at_s: float) -> bool:
    """Whether some zone that stands in the way has an end that can be waited for."""
    subjects = {reason.subject for reason in shut.reasons if reason.because is Because.ZONE}
    until_s = depart_at_s + LONGEST_WAIT_S
    return bool(subjects) and any(
        isinstance(block, ZoneBlock)
        and block.zone.zone_id in subjects
        and all(high <= until_s for low, high in block.windows(depart_at_s, until_s) if low <= depart_at_s)
        for block in surroundings.airspace.blocks
    )
