"""`sanderling path`: plan one path among zones, and say what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from geofences.airspace import Airspace
from geofences.formats.geojson import path_feature
from geofences.heights import is_uneven
from geofences.least_risk import density_about
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path, TimedPath, Waypoint
from geofences.position import LocalFrame
from geofences.reason import Reason
from geofences.sidewalk import Footpaths
from geofences.terrain import FlatGround, Terrain
from geofences.zone import Kind, Medium, Polygon
from orchestrator.commands.path_question import Question, read_map
from orchestrator.ending import BadInput
from orchestrator.operations.alternates import abroad_of, alternates
from orchestrator.operations.best_path import HORIZON_S, BestPath, Risk, Stop, Wish, best_path
from orchestrator.operations.draft import LAYER_STEP_M
from orchestrator.operations.surroundings import Surroundings
from orchestrator.terminal import out
from orchestrator.zone_files import Strictness, read_zones
from vehicles.clock import iso
from vehicles.energy import mission_energy_wh
from vehicles.mission import Alternate, Dock, LandingPlace, Travel
from vehicles.schedule import schedule
from vehicles.wind import Wind

_SLAB_M = 15.0
"""Over uneven ground, by how much more than its cruise height a path may be above it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A path with its figures, or why there is none; `notes` is what whoever reads it has to know."""

    path: Path | None
    no_path: NoPath | None
    timed: TimedPath | None = None
    energy_wh: float = 0.0
    delay_s: float = 0.0
    stops: tuple[Stop, ...] = ()
    notes: tuple[str, ...] = ()
    ground: Terrain | None = None
    exposure: float | None = None
    """1,000 people per square kilometre below, times kilometres."""
    alternates: tuple[Alternate, ...] = ()


def answer(question: Question) -> Answer:
    """Plan from start to goal, ground to ground. Raises `BadInput` naming the option or file."""
    buildings: tuple[Obstacle, ...] = ()
    area: Polygon | None = None
    frame = LocalFrame(question.start)
    footpaths = Footpaths(frame, ())
    if question.map_file is not None:
        read = read_map(question.map_file)
        buildings, footpaths, area = read.buildings, Footpaths(frame, read.footways), read.area
    profile = question.profile
    kind = Kind(profile.medium, mass_kg=profile.mass_kg + profile.max_payload_kg)
    zones = read_zones(question.files.zones, Strictness.SAFE).zones
    binding = [zone for zone in zones if not zone.exempt.covers(kind)]
    airspace = Airspace(frame, binding, buildings, question.terrain(), area)
    surroundings = Surroundings(airspace, footpaths)
    if profile.medium is Medium.SIDEWALK:
        return _on_foot(question, surroundings)
    return _in_the_air(question, surroundings)


def _on_foot(question: Question, surroundings: Surroundings) -> Answer:
    profile = question.profile
    if question.map_file is None:
        raise BadInput(f"--map: a {profile.name} keeps to footpaths; name a map that has them")
    weather = _weather(question, surroundings, 0.0)
    if weather:
        return Answer(None, NoPath(weather))
    margins = surroundings.margins_for(profile)
    found = surroundings.footpaths.route(
        question.start,
        question.goal,
        surroundings.airspace,
        question.at_s,
        question.at_s + HORIZON_S,
        margins,
    )
    if isinstance(found, NoPath):
        return Answer(None, found)
    legs = (Travel(found, profile.cruise_mps), Dock(found.waypoints[-1]))
    timed = schedule(profile, legs, question.at_s).timed
    return Answer(found, None, timed, mission_energy_wh(profile, legs, question.wind_mps))


def _in_the_air(question: Question, surroundings: Surroundings) -> Answer:
    profile, airspace = question.profile, surroundings.airspace
    margins = surroundings.margins_for(profile)
    heights_agl_m = _heights_agl_m(question, uneven=is_uneven(airspace.ground))
    calm_agl_m = tuple(h for h in heights_agl_m if not _weather(question, surroundings, h))
    if not calm_agl_m:
        return Answer(None, NoPath(_weather(question, surroundings, min(heights_agl_m))))
    wish = Wish(
        airspace=airspace,
        profile=profile,
        margins=replace(margins, ceiling_agl_m=_ceiling_agl_m(question)),
        start=Waypoint(question.start),
        goal=Waypoint(question.goal),
        heights_agl_m=calm_agl_m,
        wind_mps=question.wind_mps,
        depart_s=question.at_s,
        latest_s=question.latest_s,
        early_s=surroundings.volumes.early_s,
        late_s=surroundings.volumes.late_s,
        risk=_risk(question, airspace.frame),
    )
    notes = _notes(airspace)
    found = best_path(wish)
    if isinstance(found, NoPath):
        return Answer(None, found, notes=notes)
    exposure = None if wish.risk is None else wish.risk.exposure(found.path, airspace.frame)
    landings = _landings(question, found, surroundings, wish)
    return replace(_told(found, notes, airspace.ground), exposure=exposure, alternates=landings)


def _landings(
    question: Question, found: BestPath, surroundings: Surroundings, wish: Wish
) -> tuple[Alternate, ...]:
    """The best of the start and all rally points, with a full battery."""
    abroad = abroad_of(
        found.timed,
        question.profile,
        surroundings,
        battery_frac=1.0,
        payload_kg=0.0,
        energy_wh=found.energy_wh,
    )
    abroad = replace(abroad, margins=wish.margins, wind_mps=question.wind_mps)
    places = [LandingPlace("start", Waypoint(question.start))]
    places += [LandingPlace(f"rally {n}", Waypoint(at)) for n, at in enumerate(question.rally, start=1)]
    return alternates(found.timed, places, abroad)


def _risk(question: Question, frame: LocalFrame) -> Risk | None:
    people = question.population()
    if people is None or question.risk is None:
        return None
    ends = (frame.to_local(question.start), frame.to_local(question.goal))
    return Risk(density_about(people, frame, ends), question.risk.weight_wh)


def _told(found: BestPath, notes: tuple[str, ...], ground: Terrain | None) -> Answer:
    later = [f"leaves {found.delay_s:.0f} s later: {reason}" for reason in found.waits_for]
    waits = [
        f"waits {stop.seconds:.0f} s in the air at {stop.at.position}: {stop.why}" for stop in found.stops
    ]
    return Answer(
        found.path,
        None,
        found.timed,
        found.energy_wh,
        found.delay_s,
        found.stops,
        (*notes, *later, *waits),
        ground,
    )


def _notes(airspace: Airspace) -> tuple[str, ...]:
    """What was read larger because the ground is not known."""
    unsure = (
        [block.label for block in airspace.blocks if block.needs_ground] if airspace.ground is None else []
    )
    if not unsure:
        return ()
    names = ", ".join(dict.fromkeys(unsure[:3])) + (f" and {len(unsure) - 3} more" if len(unsure) > 3 else "")
    unknown = "the height of the ground is not known (--terrain, --ground-m)"
    return (f"{unknown}: limits above the sea of {names} are taken from the ground up",)


def _ceiling_agl_m(question: Question) -> float:
    return question.profile.max_cruise_height_agl_m


def _weather(question: Question, surroundings: Surroundings, height_agl_m: float) -> tuple[Reason, ...]:
    """Why the wind between the ground and a height is too strong for the vehicle; empty where it is not."""
    wind = question.wind_mps
    strongest_mps = wind.strongest_mps(0.0, height_agl_m) if isinstance(wind, Wind) else wind
    return replace(surroundings, wind_mps=strongest_mps).weather_refusal(question.profile)


def _heights_agl_m(question: Question, *, uneven: bool) -> tuple[float, ...]:
    """The heights to choose from: the one that is asked for, or every layer of the profile."""
    profile, asked_agl_m = question.profile, question.height_agl_m
    highest_agl_m = profile.max_cruise_height_agl_m - (_SLAB_M if uneven else 0.0)
    if asked_agl_m is None:
        lowest_agl_m = min(profile.min_cruise_height_agl_m, highest_agl_m)
        steps = int((highest_agl_m - lowest_agl_m) / LAYER_STEP_M) + 1
        return tuple(lowest_agl_m + step * LAYER_STEP_M for step in range(steps))
    if not 0.0 < asked_agl_m <= highest_agl_m:
        over = f", {_SLAB_M:g} m of them to follow the ground" if uneven else ""
        raise BadInput(
            f"--height-m {asked_agl_m:g}: a {profile.name} flies above 0"
            f" and up to {profile.max_cruise_height_agl_m:g} m above ground{over}"
        )
    return (asked_agl_m,)


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document of `path --json` (DESIGN.md section 10)."""
    if answer.path is None or answer.timed is None:
        reasons = answer.no_path.reasons if answer.no_path is not None else ()
        return {"no_path": [reason.text for reason in reasons], "notes": list(answer.notes)}
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


def print_answer(answer: Answer) -> None:
    """The same for people."""
    if answer.path is None or answer.timed is None:
        for reason in answer.no_path.reasons if answer.no_path is not None else ():
            out.print(f"no path: {reason.text}", markup=False, soft_wrap=True)
    else:
        _print_path(answer.path, answer.timed, answer)
    for note in answer.notes:
        out.print(note, markup=False, highlight=False, soft_wrap=True)


def _print_path(path: Path, timed: TimedPath, answer: Answer) -> None:
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
