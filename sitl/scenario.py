"""What a simulated run consists of: one TOML file, read strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from orchestrator.files.whole import read_file
from sitl.changes import NO_CHANGES, Changes, read_changes
from sitl.fields import FieldError, Table
from sitl.vehicle_faults import VehicleFault, parse_vehicle_fault
from vehicles.profiles import CHEST_ROBOT, SIDEWALK_ROBOT

SHIPPED = Path(__file__).parent / "scenarios"
CITY = Path(__file__).parent / "city"
_WHOLE = 2**31 - 1
_MOST_MIB = 4


@dataclass(frozen=True, slots=True)
class CityFiles:
    """The files of a district, and how high its ground lies above mean sea level, metres.

    With `terrain`, tiles of a height model, it lies as they have it, and `ground_amsl_m` counts for nothing.
    """

    map_file: Path
    zone_files: tuple[Path, ...]
    places_file: Path
    ground_amsl_m: float
    terrain: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """How many orders come in, over how many seconds from the start.

    `flexible_frac` of the customers also accept the nearest locker, `asking_frac` ask for more than to be
    brought something: cold, an age check, a window, ...
    """

    orders: int
    over_s: float
    flexible_frac: float = 0.0
    asking_frac: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A run: where, when (UTC seconds), which fleet, demand and steady wind, and the seed of all chance.

    `faults` are what befalls its vehicles; times are seconds since each was started. Robots have one
    compartment or three (`compartments`). `above_isa_k` is how much warmer than standard the air is.
    """

    name: str
    start_utc_s: float
    seed: int
    city: CityFiles
    drones: int
    robots: int
    demand: Demand
    wind_mps: float
    faults: tuple[VehicleFault, ...] = ()
    couriers: int = 0
    compartments: int = 1
    changes: Changes = NO_CHANGES
    above_isa_k: float = 0.0


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with the project."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))


def read_scenario(path_or_name: str | Path) -> Scenario:
    """Read a scenario: a shipped one by its name, else a .toml file.

    File names in it are relative to it. Raises `BadInput` for a file that cannot be read, `FieldError`
    naming the file, the dotted key and what is allowed there.
    """
    file = Path(path_or_name)
    if str(path_or_name) in shipped():
        file = SHIPPED / f"{path_or_name}.toml"
    elif file.suffix != ".toml":
        known = ", ".join(shipped())
        raise FieldError(str(path_or_name), "", f"is neither a .toml file nor a scenario (known: {known})")
    try:
        values = tomllib.loads(read_file(file, _MOST_MIB).decode())
    except (ValueError, RecursionError) as error:
        raise FieldError(str(file), "", f"is not TOML: {error}") from error
    keys = ("start", "seed", "faults", "failing_frac", "city", "fleet", "demand", "weather", "pop_up_zones")
    return _scenario(file, Table(file.name, "", values, keys))


def _scenario(file: Path, whole: Table) -> Scenario:
    fleet = whole.table("fleet", ("drones", "robots", "couriers", "compartments"))
    demand = whole.table("demand", ("orders", "over_s", "flexible_frac", "asking_frac"))
    weather = whole.table("weather", ("wind_mps", "above_isa_k", "spells"))
    scenario = Scenario(
        name=file.stem,
        start_utc_s=whole.instant_s("start"),
        seed=whole.whole("seed", 0, _WHOLE),
        city=_city(file, whole.table("city", ("map", "zones", "places", "ground_amsl_m", "terrain"))),
        drones=fleet.whole("drones", 0, 10_000),
        robots=fleet.whole("robots", 0, 10_000),
        couriers=fleet.whole("couriers", 0, 10_000) if fleet.holds("couriers") else 0,
        compartments=_compartments(fleet),
        demand=Demand(
            demand.whole("orders", 1, 1_000_000),
            demand.number("over_s", 10.0, 7 * 86_400.0),
            demand.number("flexible_frac", 0.0, 1.0) if demand.holds("flexible_frac") else 0.0,
            demand.number("asking_frac", 0.0, 1.0) if demand.holds("asking_frac") else 0.0,
        ),
        wind_mps=weather.number("wind_mps", 0.0, 60.0),
        faults=_faults(whole),
        changes=read_changes(whole, weather),
        above_isa_k=weather.number("above_isa_k", -60.0, 60.0) if weather.holds("above_isa_k") else 0.0,
    )
    if scenario.drones + scenario.robots + scenario.couriers == 0:
        raise fleet.refusal("drones", "a fleet needs a drone, a robot or a courier at least")
    return scenario


def _compartments(fleet: Table) -> int:
    """Robots have one, or the chest's three; no other number is built."""
    if not fleet.holds("compartments"):
        return 1
    count = fleet.whole("compartments", 1, 3)
    if count not in {SIDEWALK_ROBOT.compartments, CHEST_ROBOT.compartments}:
        raise fleet.refusal("compartments", f"{count} is neither 1 nor 3: there are no such robots")
    return count


def _faults(whole: Table) -> tuple[VehicleFault, ...]:
    """What befalls whom, in the words of `--fault`; nothing where it is left out."""
    if not whole.holds("faults"):
        return ()
    try:
        return tuple(parse_vehicle_fault(text) for text in whole.texts("faults"))
    except ValueError as error:
        raise whole.refusal("faults", str(error)) from error


def _city(file: Path, table: Table) -> CityFiles:
    """The city's files, each beside the scenario or, by its plain name, a shipped one."""
    tiles = table.texts("terrain") if table.holds("terrain") else ()
    if tiles and table.holds("ground_amsl_m"):
        raise table.refusal("terrain", "choose one of terrain and ground_amsl_m")
    terrain = tuple(_found(file, table, "terrain", name) for name in tiles)
    return CityFiles(
        map_file=_found(file, table, "map", table.text("map")),
        zone_files=tuple(_found(file, table, "zones", name) for name in table.texts("zones")),
        places_file=_found(file, table, "places", table.text("places")),
        ground_amsl_m=0.0 if terrain else table.number("ground_amsl_m", -500.0, 9000.0),
        terrain=terrain,
    )


def _found(file: Path, table: Table, key: str, name: str) -> Path:
    for path in (file.parent / name, CITY / name):
        if path.is_file():
            return path
    raise table.refusal(key, f"there is no file {name} beside the scenario, nor among the shipped ones")
