"""`sanderling path`: plan one path among zones, and say what it costs."""

from __future__ import annotations

from dataclasses import replace

from geofences.airspace import Airspace
from geofences.airways.least_risk import density_about
from geofences.free_space import SLAB_M
from geofences.ground.terrain import Terrain
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Waypoint
from geofences.position import LocalFrame
from geofences.reason import Reason
from geofences.sidewalk import Footpaths
from geofences.verifying.heights import is_uneven
from geofences.zone import Kind, Medium, Polygon
from orchestrator.commands.path_answer import Answer, NoWay
from orchestrator.commands.path_question import Question
from orchestrator.ending import BadInput
from orchestrator.files.maps import read_map
from orchestrator.files.zones import Strictness, read_zones
from orchestrator.operations.planning.alternates import abroad_of, alternates
from orchestrator.operations.planning.best_path import HORIZON_S, BestPath, Risk, Wish, best_path
from orchestrator.operations.planning.draft import LAYER_STEP_M
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh
from vehicles.lift import lift_refusals
from vehicles.mission import Alternate, Dock, LandingPlace, Travel
from vehicles.schedule import schedule
from vehicles.wind import Wind


def answer(question: Question) -> Answer | NoWay:
    """Plan from start to goal, ground to ground. Raises `BadInput` naming the option or file."""
    buildings: tuple[Obstacle, ...] = ()
    area: Polygon | None = None
    frame = LocalFrame(question.start)
    footpaths = Footpaths(frame, ())
    if question.map_file is not None:
        read = read_map(question.map_file, "--map")
        buildings, footpaths, area = read.buildings, Footpaths(frame, read.footways), read.area
    profile = question.profile
    kind = Kind(profile.medium, mass_kg=profile.mass_kg + profile.max_payload_kg)
    zones = read_zones(question.files.zones, Strictness.SAFE).zones
    binding = [zone for zone in zones if not zone.exempt.covers(kind)]
    airspace = Airspace(frame, binding, buildings, question.terrain(), area)
    surroundings = Surroundings(airspace, footpaths, above_isa_k=question.air.above_isa_k)
    if profile.medium is Medium.SIDEWALK:
        return _on_foot(question, surroundings)
    return _in_the_air(question, surroundings)


def _on_foot(question: Question, surroundings: Surroundings) -> Answer | NoWay:
    profile = question.profile
    if question.map_file is None:
        raise BadInput(f"--map: a {profile.name} keeps to footpaths; name a map that has them")
    weather = _weather(question, surroundings, 0.0)
    if weather:
        return NoWay(weather)
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
        return NoWay(found.reasons)
    legs = (Travel(found, profile.cruise_mps), Dock(found.waypoints[-1]))
    timed = schedule(profile, legs, question.at_s).timed
    return Answer(found, timed, mission_energy_wh(profile, legs, _air(question, surroundings)))


def _in_the_air(question: Question, surroundings: Surroundings) -> Answer | NoWay:
    profile, airspace = question.profile, surroundings.airspace
    margins = surroundings.margins_for(profile)
    heights_agl_m = _heights_agl_m(question, uneven=is_uneven(airspace.ground))
    calm_agl_m = tuple(h for h in heights_agl_m if not _weather(question, surroundings, h))
    if not calm_agl_m:
        return NoWay(_weather(question, surroundings, min(heights_agl_m)))
    wish = Wish(
        airspace=airspace,
        profile=profile,
        margins=replace(margins, ceiling_agl_m=profile.max_cruise_height_agl_m),
        start=Waypoint(question.start),
        goal=Waypoint(question.goal),
        heights_agl_m=calm_agl_m,
        air=_air(question, surroundings),
        depart_s=question.at_s,
        latest_s=question.latest_s,
        early_s=surroundings.volumes.early_s,
        late_s=surroundings.volumes.late_s,
        risk=_risk(question, airspace.frame),
    )
    notes = _notes(airspace)
    found = best_path(wish)
    if isinstance(found, NoPath):
        return NoWay(found.reasons, notes)
    if thin := lift_refusals(profile, found.legs, wish.air):
        return NoWay(thin, notes)
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
    abroad = replace(abroad, margins=wish.margins, air=wish.air)
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


def _air(question: Question, surroundings: Surroundings) -> Atmosphere:
    return replace(surroundings.air_for(question.profile), wind=question.air.wind)


def _weather(question: Question, surroundings: Surroundings, height_agl_m: float) -> tuple[Reason, ...]:
    """Why the wind between the ground and a height is too strong for the vehicle; empty where it is not."""
    wind = question.air.wind
    strongest_mps = wind.strongest_mps(0.0, height_agl_m) if isinstance(wind, Wind) else wind
    return replace(surroundings, wind_mps=strongest_mps).weather_refusal(question.profile)


def _heights_agl_m(question: Question, *, uneven: bool) -> tuple[float, ...]:
    """The heights to choose from: the one that is asked for, or every layer of the profile."""
    profile, asked_agl_m = question.profile, question.height_agl_m
    highest_agl_m = profile.max_cruise_height_agl_m - (SLAB_M if uneven else 0.0)
    if asked_agl_m is None:
        lowest_agl_m = min(profile.min_cruise_height_agl_m, highest_agl_m)
        steps = int((highest_agl_m - lowest_agl_m) / LAYER_STEP_M) + 1
        return tuple(lowest_agl_m + step * LAYER_STEP_M for step in range(steps))
    if not 0.0 < asked_agl_m <= highest_agl_m:
        over = f", {SLAB_M:g} m of them to follow the ground" if uneven else ""
        raise BadInput(
            f"--height-m {asked_agl_m:g}: a {profile.name} flies above 0"
            f" and up to {profile.max_cruise_height_agl_m:g} m above ground{over}"
        )
    return (asked_agl_m,)
