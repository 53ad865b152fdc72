"""Real ArduPilot in simulation: one process for each vehicle, with the physics of its own SITL.

Where an ArduPilot comes from and how to try it: docs/ardupilot.md. Instance i has system id i + 1 and
speaks to 14640 + i on loopback; its other serial ports are closed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from geofences.path import Waypoint
from orchestrator.ending import BadInput, Failed
from sitl.real_autopilots import Launch, program
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Telemetry

HIGHEST_INSTANCE = 99
_PORT = 14640
_CLOSED = "none:0"
_SETTINGS = "sanderling.parm"
_FRAME = "sanderling.json"
_SLEEK = '{"refSpd": 30.0, "refAngle": 45.0, "mdrag_coef": 0.05}\n'
"""What its multicopter is like, else as ArduPilot has it: by its own drag it leans by all it may, 30 deg,
at 10 m/s, and goes no faster; a delivery drone is built for 15."""
_PACK_V = 12.6
"""SIM_BATT_VOLTAGE."""

_ANY: Mapping[str, float] = MappingProxyType(
    {
        # A simulated sensor without any offset counts as one that was never calibrated.
        **{f"INS_ACC{n}OFFS_{axis}": 0.001 for n in ("", "2") for axis in "XYZ"},
        **{f"INS_ACC{n}SCAL_{axis}": 1.001 for n in ("", "2") for axis in "XYZ"},
        "BATT_MONITOR": 4,
        "GRIP_ENABLE": 1,
        "GRIP_TYPE": 1,
        "SERVO9_FUNCTION": 28,
        "MAV_GCS_SYSID": GCS_SYSTEM,
        "SYSID_MYGCS": GCS_SYSTEM,  # its name before 4.7
    }
)


class Model(Enum):
    """A vehicle that ArduPilot can simulate by itself: the name it is asked for by."""

    QUAD = "quad"
    ROVER = "rover"

    @property
    def program(self) -> str:
        """What ArduPilot calls the program that flies or drives it."""
        match self:
            case Model.QUAD:
                return "arducopter"
            case Model.ROVER:
                return "ardurover"

    @property
    def sitl_name(self) -> str:
        """What ArduPilot's own physics calls it."""
        match self:
            case Model.QUAD:
                return f"+:{_FRAME}"
            case Model.ROVER:
                return "rover"

    @property
    def profile(self) -> VehicleProfile:
        """What the fleet takes it for."""
        return SIDEWALK_ROBOT if self is Model.ROVER else DELIVERY_DRONE

    @property
    def settings(self) -> Mapping[str, float]:
        """Parameters that make the simulated machine what it is; how it shall behave is the driver's."""
        # Its own pack of 3.3 Ah is half empty after a kilometre, and nothing charges it on its pad.
        pack = {"BATT_CAPACITY": round(1000.0 * self.profile.battery_wh / _PACK_V)}
        match self:
            case Model.QUAD:
                return {**_ANY, **pack, "FRAME_CLASS": 1, "FRAME_TYPE": 0}
            case Model.ROVER:
                return {**_ANY, **pack, "FRAME_CLASS": 1}


@dataclass(frozen=True, slots=True)
class ArduPilot:
    """Starts instances of `binary` from `first` on; `speed` is fleet seconds to one of the machine."""

    binary: Path
    model: Model
    speed: float = 1.0
    first: int = 0
    ready_within_s: float = 90.0

    def launch(self, number: int, home: Waypoint, folder: Path, home_amsl_m: float) -> Launch:
        """How instance `first + number` is started on the ground at `home`, `home_amsl_m` above the sea.

        Its settings are written into `folder`. Raises `BadInput` when there are too many, `Failed` when
        the folder cannot be written.
        """
        instance = self.first + number
        if instance > HIGHEST_INSTANCE:
            raise BadInput(f"--count, --first: there is no port for ArduPilot's instance {instance}")
        settings = folder / _SETTINGS
        lines = {**self.model.settings, "MAV_SYSID": instance + 1, "SYSID_THISMAV": instance + 1}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            settings.write_text("".join(f"{name} {value:g}\n" for name, value in lines.items()), "utf-8")
            (folder / _FRAME).write_text(_SLEEK, "utf-8")
        except OSError as error:
            raise Failed(f"{settings}: {error.strerror}") from error
        return Launch(
            name=f"ardupilot-{instance}",
            command=(str(self.binary), *self._words(instance, home, home_amsl_m)),
            folder=folder,
            url=f"udpin:127.0.0.1:{_PORT + instance}",
            system_id=instance + 1,
            logs=("logs/*.BIN",),
        )

    def ready(self, telemetry: Telemetry) -> bool:
        """Whether it can arm: what it says itself."""
        return telemetry.health.ready

    def _words(self, instance: int, home: Waypoint, home_amsl_m: float) -> tuple[str, ...]:
        at = home.position
        return (
            *("-S", "--wipe", "--model", self.model.sitl_name, "--speedup", f"{self.speed:g}"),
            *("--instance", str(instance), "--defaults", _SETTINGS),
            *("--home", f"{at.lat_deg:.7f},{at.lon_deg:.7f},{home_amsl_m:.1f},0"),
            *("--serial0", f"udpclient:127.0.0.1:{_PORT + instance}"),
            *("--serial1", _CLOSED, "--serial2", _CLOSED),
        )


def model(name: str | None, binary: Path) -> Model:
    """The model of that name, or where none is named the one that `binary` is called after.

    Raises `BadInput` for a name that is none, and for a program that does not fit it.
    """
    named = next((one for one in Model if binary.name.startswith(one.program)), None)
    if name is None:
        if named is None:
            raise BadInput(f"--model: {binary.name} does not say which vehicle it is; quad or rover?")
        return named
    try:
        asked = Model(name)
    except ValueError as error:
        known = ", ".join(one.value for one in Model)
        raise BadInput(f"--model: {name!r} is not one of {known}") from error
    if named not in (None, asked):
        raise BadInput(f"--model: {binary.name} is no {asked.value}; that is {asked.program}")
    return asked


def source(binary: Path | None) -> Path:
    """The ArduPilot that a user named, here or by SANDERLING_ARDUPILOT.

    Raises `BadInput` for none, and for one that cannot be run.
    """
    named = os.environ.get("SANDERLING_ARDUPILOT")
    if binary is None and named:
        binary = Path(named)
    if binary is None:
        raise BadInput(
            "--binary: which ArduPilot? Name its program (arducopter, say) here or in SANDERLING_ARDUPILOT; "
            "docs/ardupilot.md tells where to get one"
        )
    return program("--binary", binary)
