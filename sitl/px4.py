"""Real PX4 in simulation: one process or container for each vehicle, with PX4's own SIH physics.

Where a PX4 comes from and how to try it: docs/sitl.md. Instance i has system id i + 1 and speaks
to 14540 + i on loopback (its offboard link), from 18570 + i to 14550 for ground stations.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from geofences.path import Waypoint
from orchestrator.ending import BadInput
from sitl.real_autopilots import Launch, program
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT, SIH_VTOL
from vehicles.telemetry import Telemetry

HIGHEST_INSTANCE = 9
"""From the eleventh on, PX4 sends all of them to one port."""
_OFFBOARD_PORT = 14540
_BATTERY_LASTS_S = 3600
"""PX4's own default empties half a battery in 30 s armed: nobody could be sent anywhere."""


_DRAG = "0.05"
"""N for each m/s, on 1 kg: with PX4's default of 1 it leans by 45 degrees at 10 m/s, and goes no faster."""


class Model(Enum):
    """A vehicle that PX4 can simulate by itself: the name it is asked for by, and PX4's."""

    QUAD = "quad"
    VTOL = "vtol"
    ROVER = "rover"

    @property
    def px4_name(self) -> str:
        """What PX4_SIM_MODEL says."""
        match self:
            case Model.QUAD:
                return "sihsim_quadx"
            case Model.VTOL:
                return "sihsim_standard_vtol"
            case Model.ROVER:
                return "sihsim_rover_ackermann"

    @property
    def profile(self) -> VehicleProfile:
        """What the fleet takes it for."""
        match self:
            case Model.QUAD:
                return DELIVERY_DRONE
            case Model.VTOL:
                return SIH_VTOL
            case Model.ROVER:
                return SIDEWALK_ROBOT


@dataclass(frozen=True, slots=True)
class Binary:
    """A PX4 that was built or installed on this machine, with its `etc` beside its `bin`."""

    path: Path

    def command(self, instance: int) -> tuple[str, ...]:
        """The words that start an instance in the folder it runs in."""
        data = self.path.parent.parent / "etc"
        return (str(self.path), "-i", str(instance), "-d", str(data), "-w", ".")


@dataclass(frozen=True, slots=True)
class Image:
    """A PX4 in a container that `engine` (docker, podman) runs on this machine's own network."""

    name: str
    engine: str

    def command(self, instance: int, folder: Path, environment: dict[str, str]) -> tuple[str, ...]:
        """The words that start an instance which keeps its files in `folder`."""
        words = [self.engine, "run", "--rm", "--name", container(instance), "--network", "host"]
        words += ["--volume", f"{folder.resolve()}:/data", "--env", "XDG_DATA_HOME=/data"]
        for name, value in environment.items():
            words += ["--env", f"{name}={value}"]
        return (*words, self.name, "-d", "-i", str(instance))


def container(instance: int) -> str:
    """What the container of an instance is called."""
    return f"sanderling-px4-{instance}"


@dataclass(frozen=True, slots=True)
class Px4:
    """Starts PX4 instances from `first` on; `speed` is fleet seconds to one of the machine."""

    source: Binary | Image
    model: Model
    speed: float = 1.0
    first: int = 0
    ready_within_s: float = 60.0

    def launch(self, number: int, home: Waypoint, folder: Path, home_amsl_m: float) -> Launch:
        """How instance `first + number` is started on the ground at `home`, `home_amsl_m` above the sea.

        Raises `BadInput` when there are too many.
        """
        instance = self.first + number
        if instance > HIGHEST_INSTANCE:
            raise BadInput(f"--count, --first: PX4 has no instance {instance} with a link of its own")
        environment = self._environment(home, home_amsl_m)
        last: tuple[str, ...] = ()
        if isinstance(self.source, Binary):
            command, own = self.source.command(instance), environment
        else:
            command, own = self.source.command(instance, folder, environment), {}
            last = (self.source.engine, "rm", "--force", container(instance))
        return Launch(
            name=f"px4-{instance}",
            command=command,
            folder=folder,
            url=f"udpin:127.0.0.1:{_OFFBOARD_PORT + instance}",
            system_id=instance + 1,
            environment=own,
            last=last,
            logs=("**/log/**/*.ulg",),
        )

    def ready(self, telemetry: Telemetry) -> bool:
        """Whether it can arm: what it says itself."""
        return telemetry.health.ready

    def _environment(self, home: Waypoint, home_amsl_m: float) -> dict[str, str]:
        """What PX4's start-up script reads: the airframe that is simulated, not how it shall behave."""
        environment = {
            "PX4_SIMULATOR": "sihsim",
            "PX4_SIM_MODEL": self.model.px4_name,
            "PX4_HOME_LAT": f"{home.position.lat_deg:.7f}",
            "PX4_HOME_LON": f"{home.position.lon_deg:.7f}",
            "PX4_HOME_ALT": f"{home_amsl_m:.1f}",
            "PX4_PARAM_PD_GRIPPER_EN": "1",  # it has a gripper, and one that needs no feedback
            "PX4_PARAM_SIM_BAT_DRAIN": str(_BATTERY_LASTS_S),
            "PX4_PARAM_SIM_BAT_MIN_PCT": "0",
        }
        if self.model is Model.QUAD:
            environment["PX4_PARAM_SIH_KDV"] = _DRAG
        if self.speed != 1.0:
            environment["PX4_SIM_SPEED_FACTOR"] = f"{self.speed:g}"
        return environment


def model(name: str) -> Model:
    """The model of that name. Raises `BadInput` for a name that is none."""
    try:
        return Model(name)
    except ValueError as error:
        known = ", ".join(one.value for one in Model)
        raise BadInput(f"--model: {name!r} is not one of {known}") from error


def source(binary: Path | None, image: str | None) -> Binary | Image:
    """The PX4 that a user named, one way or the other, or else by SANDERLING_PX4.

    Raises `BadInput` for none, for both, and for one that cannot be run.
    """
    if binary is not None and image is not None:
        raise BadInput("--binary, --image: name one of them, not both")
    if image is not None:
        engine = shutil.which("docker") or shutil.which("podman")
        if engine is None:
            raise BadInput("--image: neither docker nor podman is installed here")
        return Image(image, engine)
    named = os.environ.get("SANDERLING_PX4")
    if binary is None and named:
        binary = Path(named)
    if binary is None:
        raise BadInput(
            "--binary: which PX4? Name its program here or in SANDERLING_PX4, or a container by --image; "
            "docs/sitl.md tells where to get one"
        )
    path = program("--binary", binary)
    if not (path.parent.parent / "etc" / "init.d-posix").is_dir():
        raise BadInput(f"--binary: {path} has no start-up scripts beside it (../etc/init.d-posix)")
    return Binary(path)
