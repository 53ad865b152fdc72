"""`sanderling sitl`: a fleet of real autopilots in simulation, flown by the demonstration or by `serve`.

Every instance is met through the very link the orchestrator will use, and only when all can arm does
the fleet begin. Consoles and flight logs stay in one folder.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from geofences.zone import Medium
from orchestrator.app import Station
from orchestrator.commands.serve import stopped
from orchestrator.ending import BadInput
from orchestrator.terminal import out
from sitl import demo
from sitl.loop import run_scaled
from sitl.real_autopilots import Launch, RealAutopilots, Starter
from sitl.scenario import CITY
from sitl.setting import Setting
from vehicles.clock import iso, machine_now_s
from vehicles.mavlink.connect import connect
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.vehicle import Vehicle

_PADS_APART_M = 6.0
_GROUND_AMSL_M = 10.0
"""Of the city that is shipped, as its scenarios say."""


@dataclass(frozen=True, slots=True)
class RealFleet:
    """`count` vehicles that `starter` starts, their logs below `logs`; `speed` as the starter's."""

    starter: Starter
    profile: VehicleProfile
    count: int
    speed: float
    logs: Path

    def meet(self, launch: Launch) -> Vehicle:
        """The vehicle that a launch starts, for as long as it is waited for."""
        return connect(launch.url, VehicleId(launch.name), self.profile)

    def launches(self, homes: Sequence[Waypoint], home_amsl_m: float) -> list[Launch]:
        """How each is started at its home. Raises `BadInput` when that cannot be."""
        folder = self.logs / iso(machine_now_s()).translate({ord("-"): None, ord(":"): None})
        launches = []
        for number, home in enumerate(homes):
            launches.append(self.starter.launch(number, home, folder / f"{number}", home_amsl_m))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"--logs {self.logs}: {error.strerror}") from error
        return launches


@asynccontextmanager
async def running(fleet: RealFleet, launches: Sequence[Launch]) -> AsyncIterator[RealAutopilots]:
    """All of them running and able to arm; raises `Failed` with the last words of one that is not."""
    autopilots = RealAutopilots(launches)
    try:
        async with autopilots:
            out.print(f"Starting {len(launches)}: waiting until each can arm ...")
            await autopilots.ready(fleet.starter, fleet.meet)
            yield autopilots
    finally:
        for file in autopilots.logs():
            out.print(f"log: {file}", highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Flown:
    """What a demonstration with real autopilots is asked for; as in `demo.Options`."""

    parcels: int
    port: int | None
    data: Path
    report: Path | None


_ONLY_WITH = "only with --demo"
_OF_THE_DEMO = dict.fromkeys(("parcels", "port", "data", "report", "headless"), _ONLY_WITH)
_OF_STANDING_BY = {
    "home": "not with --demo, which has them stand on its hubs' pads",
    "config_out": "not with --demo, which commands them itself",
}


def check_options(given: Collection[str], *, demo: bool) -> None:
    """Raises `BadInput` for an option that was said and would be passed over."""
    for name, why in (_OF_STANDING_BY if demo else _OF_THE_DEMO).items():
        if name in given:
            raise BadInput(f"--{name.replace('_', '-')}: {why}")


def run(fleet: RealFleet, home: GeoPoint, config_out: Path | None, flown: Flown | None) -> None:
    """Have them fly the demonstration where one is asked for, and stand by at `home` where none is.

    Raises `BadInput` or `Failed`.
    """
    if flown is not None:
        fly_demo(fleet, flown)
    else:
        stand_by(fleet, home, config_out)


def fly_demo(fleet: RealFleet, flown: Flown) -> None:
    """Run the demonstration with real autopilots on its hubs' pads. Raises `BadInput` or `Failed`."""
    flies = fleet.profile.medium is Medium.AIR
    drones, robots = (fleet.count, 0) if flies else (0, fleet.count)
    options = demo.Options(
        drones, robots, flown.parcels, fleet.speed, None, flown.port, flown.data, flown.report
    )

    @asynccontextmanager
    async def cast(setting: Setting, _: demo.Options) -> AsyncIterator[demo.Cast]:
        pads = [berth.pad.at for berth in setting.berths]
        launches = fleet.launches(pads, setting.scenario.city.ground_amsl_m)
        async with running(fleet, launches) as autopilots:
            stations = [
                Station(
                    connect(launch.url, berth.vehicle_id, berth.profile, care=Care.SET),
                    berth.hub.hub_id,
                    berth.pad,
                )
                for launch, berth in zip(launches, setting.berths, strict=True)
            ]
            ids = zip(stations, autopilots.process_ids.values(), strict=True)
            yield demo.Cast(stations, {station.vehicle.vehicle_id: pid for station, pid in ids})

    demo.run(options, cast)


def stand_by(fleet: RealFleet, home: GeoPoint, config_out: Path | None) -> None:
    """Start them in a row from `home` eastwards, on the shipped city's ground, until SIGINT or SIGTERM.

    `config_out` gets a configuration with which `sanderling serve` commands them.
    Raises `BadInput`, and `Failed` when one cannot arm or ends by itself.
    """
    pads = [Waypoint(destination(home, 90.0, number * _PADS_APART_M)) for number in range(fleet.count)]
    launches = fleet.launches(pads, _GROUND_AMSL_M)
    if config_out is not None:
        try:
            config_out.write_text(_config(fleet, launches, pads), encoding="utf-8")
        except OSError as error:
            raise BadInput(f"--config-out {config_out}: {error.strerror}") from error

    async def main() -> None:
        async with running(fleet, launches) as autopilots:
            for launch in launches:
                out.print(f"{launch.name}: {launch.url}, system id {launch.system_id}", highlight=False)
            if config_out is not None:
                out.print(f"Command them with: sanderling serve --config {config_out}", highlight=False)
            out.print("They can arm. Ctrl-C ends them.")
            stop, end = asyncio.create_task(stopped()), asyncio.create_task(autopilots.ended())
            try:
                await asyncio.wait({stop, end}, return_when=asyncio.FIRST_COMPLETED)
                if end.done():
                    end.result()
            finally:
                stop.cancel()
                end.cancel()
                await asyncio.gather(stop, end, return_exceptions=True)

    run_scaled(main(), fleet.speed)


def _config(fleet: RealFleet, launches: Sequence[Launch], pads: Sequence[Waypoint]) -> str:
    """A configuration for `serve`: one hub, a pad for each vehicle, on the city map that is shipped."""
    home = pads[0].position
    lines = [
        "[area]",
        f'map = "{CITY / "helsinki.geojson.gz"}"',
        f'zones = ["{CITY / "zones.ed318.json"}"]',
        f"ground_amsl_m = {_GROUND_AMSL_M:g}",
        "",
        "[gateway]",
        'loopback_operator = "operator"',
        "",
        "[[hubs]]",
        'id = "hub"',
        'name = "Simulated hub"',
        f"lat_deg = {home.lat_deg:.7f}",
        f"lon_deg = {home.lon_deg:.7f}",
    ]
    for number, pad in enumerate(pads, start=1):
        lines += ["", "[[hubs.pads]]", f'id = "pad-{number}"']
        lines += [f"lat_deg = {pad.position.lat_deg:.7f}", f"lon_deg = {pad.position.lon_deg:.7f}"]
    for number, launch in enumerate(launches, start=1):
        lines += ["", "[[vehicles]]", f'id = "{launch.name}"', f'profile = "{fleet.profile.name}"']
        lines += [f'url = "{launch.url}"', 'hub = "hub"', f'pad = "pad-{number}"', 'parameters = "set"']
    return "\n".join(lines) + "\n"
