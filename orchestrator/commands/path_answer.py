"""What `sanderling path` answers, as a JSON document and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geofences.formats.geojson import path_feature
from geofences.ground.terrain import FlatGround, Terrain
from geofences.path import Path, TimedPath, Waypoint
from geofences.reason import Reason
from orchestrator.operations.planning.best_path import Stop
from orchestrator.terminal import out
from vehicles.clock import iso
from vehicles.mission import Alternate


@dataclass(frozen=True, slots=True)
class Answer:
    """A path with its figures; `notes` is what whoever reads it has to know."""

    path: Path
    timed: TimedPath
    energy_wh: float
    delay_s: float = 0.0
    stops: tuple[Stop, ...] = ()
    notes: tuple[str, ...] = ()
    ground: Terrain | None = None
    exposure: float | None = None
    """1,000 people per square kilometre below, times kilometres."""
    alternates: tuple[Alternate, ...] = ()


@dataclass(frozen=True, slots=True)
class NoWay:
    """Why there is no path, and what whoever reads that has to know."""

    reasons: tuple[Reason, ...]
    notes: tuple[str, ...] = ()


def document(answer: Answer | NoWay) -> dict[str, Any]:
    """The JSON document of `path --json`."""
    if isinstance(answer, NoWay):
        return {"no_path": [reason.text for reason in answer.reasons], "notes": list(answer.notes)}
    timed = answer.timed
    return path_feature(
        answer.path,
        {
            "duration_s": timed.ends_at_s - timed.starts_at_s,
            "energy_wh": answer.energy_wh,
            "height_datum": "AGL",
            "heights_agl_m": [round(at.height_agl_m, 3) for at in answer.path.waypoints],
            "alts_amsl_m": [_alt_amsl_m(at, answer.ground) for at in answer.path.waypoints],
            "ground": _ground_word(answer.ground),
            "depart_at_s": timed.starts_at_s,
            "delay_s": answer.delay_s,
            "waits": [_stop(stop) for stop in answer.stops],
            "risk_exposure": answer.exposure,
            "alternates": [_alternate(one) for one in answer.alternates],
            "notes": list(answer.notes),
            "times_s": [point.at_s for point in timed.points],
        },
    )


def _alternate(one: Alternate) -> dict[str, Any]:
    way = [[at.position.lon_deg, at.position.lat_deg, at.height_agl_m] for at in one.path.waypoints]
    return {
        "name": one.name,
        "at": [one.at.position.lon_deg, one.at.position.lat_deg],
        "after_s": one.after_s,
        "until_after_s": one.until_after_s,
        "dearest_after_s": one.dearest_after_s,
        "length_m": one.path.length_m,
        "energy_wh": one.energy_wh,
        "way": [[round(lon, 7), round(lat, 7), round(height_m, 3)] for lon, lat, height_m in way],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "at": [round(stop.at.position.lon_deg, 7), round(stop.at.position.lat_deg, 7)],
        "height_agl_m": stop.at.height_agl_m,
        "from_s": stop.from_s,
        "seconds": stop.seconds,
        "why": stop.why.text,
    }


def _alt_amsl_m(at: Waypoint, ground: Terrain | None) -> float | None:
    ground_m = None if ground is None else ground.height_amsl_m(at.position)
    return None if ground_m is None else round(ground_m + at.height_agl_m, 3)


def _ground_word(ground: Terrain | None) -> str:
    if ground is None:
        return "unknown"
    return "flat" if isinstance(ground, FlatGround) else "tiles"


def print_answer(answer: Answer | NoWay) -> None:
    """The same for people."""
    if isinstance(answer, NoWay):
        for reason in answer.reasons:
            out.print(f"no path: {reason.text}", markup=False, soft_wrap=True)
    else:
        _print_path(answer)
    for note in answer.notes:
        out.print(note, markup=False, highlight=False, soft_wrap=True)


def _print_path(answer: Answer) -> None:
    path, timed = answer.path, answer.timed
    for at in path.waypoints:
        alt_m = _alt_amsl_m(at, answer.ground)
        above_sea = "" if alt_m is None else f"  {alt_m:7.1f} m AMSL"
        out.print(f"{at.position}  {at.height_agl_m:5.1f} m AGL{above_sea}", highlight=False)
    took = f"{path.length_m:.0f} m, {timed.ends_at_s - timed.starts_at_s:.0f} s, {answer.energy_wh:.1f} Wh"
    around = f"; around {', '.join(path.avoided)}" if path.avoided else ""
    people = "" if answer.exposure is None else f"; {answer.exposure:.2f} km x 1,000 people per km2"
    text = f"departs {iso(timed.starts_at_s)}; {took}{people}{around}"
    out.print(text, markup=False, highlight=False, soft_wrap=True)
    for one in answer.alternates:
        span = f"{one.after_s:.0f} to {one.until_after_s:.0f} s"
        most = f"{one.path.length_m:.0f} m and {one.energy_wh:.1f} Wh at most"
        text = f"from {span} best landed at {one.name}: {most}"
        out.print(text, markup=False, highlight=False)
