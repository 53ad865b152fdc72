"""The body of a simulated vehicle and what hangs on it: motion, battery, gripper, load, wind."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from math import inf

from geofences.zone import Medium
from sitl.aboard.gripper import Gripper, Jaws, Motion
from sitl.aboard.homing import HOME
from sitl.aboard.pilot import Pilot
from sitl.faults import Faults, Kind
from sitl.motion import robot
from sitl.motion.battery import Battery, draw
from sitl.motion.body import Body, Place
from sitl.motion.consumption import spinning_w
from sitl.motion.copter import Air
from sitl.motion.flock import Flock
from sitl.motion.ground import Ground, level_m
from sitl.motion.quiet import RESTLESS, Quiet
from sitl.motion.settings import Settings
from sitl.motion.state import Cell
from sitl.motion.steps import Lift
from sitl.motion.swarm import Swarm
from sitl.motion.turbulence import GUST_SHARE
from vehicles.handover import WinchDown
from vehicles.profile import VehicleProfile

AT_HOME_M = 3.0


class Motors(Enum):
    """What the motors do."""

    OFF = "off"
    IDLING = "idling"
    WORKING = "working"


class Airframe:
    """A vehicle without an autopilot, at rest on its home with `battery_frac` of a full battery.

    Its numbers are in its flock, which moves it, together with others. `attend` is
    called when something is due for it, after each step that made it so. `ground` is what it flies over. Its
    battery is as cold as the air at its home, `pad_amsl_m` above the sea.
    """

    def __init__(
        self,
        profile: VehicleProfile,
        seed: int,
        wind: Air,
        battery_frac: float,
        faults: Faults,
        *,
        settings: Settings | None = None,
        swarm: Swarm | None = None,
        ground: Ground = level_m,
        pad_amsl_m: float = 0.0,
    ) -> None:
        self.profile = profile
        self.flies = profile.medium is Medium.AIR
        self.faults = faults
        paced = settings or Settings()
        self._flock = (swarm or Swarm()).flock(profile, paced)
        self._number = self._flock.join(profile, seed)
        cell = self._cell
        cell.full_wh = profile.battery_wh
        cell.left_wh = profile.battery_wh * battery_frac
        cell.off_age_s = faults.off_s
        cell.pad_amsl_m, cell.above_isa_k = pad_amsl_m, wind.above_isa_k
        cell.ambient_deg_c = 15.0 - 0.0065 * pad_amsl_m + wind.above_isa_k
        cell.temperature_deg_c = cell.ambient_deg_c
        cell.wind_east_mps, cell.wind_north_mps = wind.east_mps, wind.north_mps
        if self.flies:
            cell.gust_rms_mps = GUST_SHARE * (abs(wind.east_mps) + abs(wind.north_mps))
        self.body = Body(self._flock.cells, self._number)
        self.battery = Battery(self._flock.cells, self._number)
        self.gripper = Gripper(paced)
        self.pilot = Pilot(self._flock, self._number, self.body, profile, self.gripper, settings=paced)
        self.pilot.helm.ground = ground if self.flies else level_m
        self.jams = False
        """Whether its gripper was found to have jammed just now, in a hand-over."""
        self._incoming_kg = 0.0
        self._seen_age_s = 0.0
        self._wind, self._more_mps = wind, 0.0
        self.run(Motors.OFF)
        cell.draw_w = cell.standing_w
        draw(cell, 0.0)

    @property
    def _cell(self) -> Cell:
        """Its numbers, wherever they are now."""
        return self._flock.cells[self._number]

    @property
    def berth(self) -> tuple[Flock, int]:
        """Among whom its numbers are, and which they are."""
        return self._flock, self._number

    @property
    def age_s(self) -> float:
        """Seconds since it was started, of the present state."""
        return self._cell.age_s

    @property
    def payload_kg(self) -> float:
        """What is aboard."""
        return self._cell.payload_kg

    @payload_kg.setter
    def payload_kg(self, payload_kg: float) -> None:
        self._cell.payload_kg = payload_kg

    @property
    def on_ground(self) -> bool:
        """Whether it stands."""
        return self._cell.grounded

    @on_ground.setter
    def on_ground(self, on_ground: bool) -> None:
        self._cell.grounded = on_ground

    def start(
        self,
        boot_at_s: float,
        steps_s: tuple[float, float],
        attend: Callable[[], None],
        look: Callable[[], None],
    ) -> None:
        """Exist from fleet time `boot_at_s` on. `steps_s`: how finely to step while parked, and under way."""
        cell = self._cell
        cell.boot_at_s = boot_at_s
        cell.parked_step_s, cell.steady_step_s = steps_s
        self._flock.wake(self._number, attend, look)
        self._flock.changed(self._number)

    def look(self, at_s: float) -> None:
        """Let time pass for it, and for all that move with it, up to fleet time `at_s`."""
        self._flock.look(at_s)

    def touch(self, age_s: float, alert_s: float) -> None:
        """Let time pass for it up to this age exactly, and step it finely for `alert_s` seconds more."""
        self._cell.alert_until_age_s = age_s + alert_s
        self.stir()
        self._flock.touch(self._number, age_s)

    def heard_age_s(self) -> float:
        """Its ground station was heard just now; at which age."""
        cell = self._cell
        cell.heard_age_s = age_s = cell.age_s
        return age_s

    def rest(self, quiet: Quiet) -> None:
        """Its autopilot has looked around, and has no need to again for as long as all stays `quiet`."""
        cell = self._cell
        cell.quiet_silence_s, cell.quiet_m = quiet.silence_s, quiet.clear_m
        cell.quiet_above_frac, cell.quiet_below_frac = quiet.above_frac, quiet.below_frac
        cell.quiet_east_m, cell.quiet_north_m = cell.east_m, cell.north_m
        cell.quiet_rolling = robot.lifted(cell)

    def stir(self) -> None:
        """Something is not as it was: its autopilot is to look around at its next turn."""
        self._cell.quiet_above_frac = RESTLESS.above_frac

    def look_by(self, age_s: float) -> None:
        """Have its autopilot look around at this age, if not before."""
        self._cell.look_age_s = min(self._cell.look_age_s, age_s)

    def run(self, motors: Motors) -> None:
        """What the motors do from now on. With the motors off at home, a charger fills."""
        cell = self._cell
        cell.armed = motors is not Motors.OFF
        cell.working = motors is Motors.WORKING
        cell.standing_w = spinning_w(self.profile) if motors is Motors.IDLING else self.profile.idle_w
        charging = motors is Motors.OFF and HOME.away_m(self.body) < AT_HOME_M
        cell.charging_w = self.profile.charge_w if charging else 0.0
        cell.restless = motors is Motors.IDLING or self.gripper.motion is Motion.MOVING

    def attend(self) -> list[int]:
        """Let the gripper and the pilot catch up; the pilot's steps that are done by now."""
        self.jams = self._move_gripper()
        return self.pilot.attend(self.age_s) if self._cell.working else []

    def _move_gripper(self) -> bool:
        """Let the gripper catch up; whether it has jammed just now, in a hand-over."""
        was, jaws = self.gripper.motion, self.gripper.jaws
        self.gripper.tick(self.age_s, stuck=self._is_stuck(self.age_s))
        if self.gripper.jaws is not jaws:
            self._weigh()
        jammed = self.gripper.motion is Motion.JAMMED and was is not Motion.JAMMED
        return jammed and self.gripper.hands_over is not None

    def _is_stuck(self, age_s: float) -> bool:
        """Whether what lets go cannot now: the gripper, or a winch that cannot lower."""
        lowered = isinstance(self.profile.handover, WinchDown) and self.gripper.hands_over is not None
        jammed = lowered and self.faults.active(Kind.STUCK_WINCH, age_s)
        return jammed or self.faults.active(Kind.STUCK_GRIPPER, age_s)

    @property
    def over_ground_m(self) -> float:
        """How high it is above the ground below, as last looked at."""
        return self.body.height_agl_m - self._cell.ground_m

    @property
    def over_hills(self) -> bool:
        """Whether it is off a ground that is not as high everywhere."""
        return not self.on_ground and self.pilot.helm.ground is not level_m

    def look_down(self) -> None:
        """Take the ground below to be what is below now; on the ground it stands on that."""
        if not self.on_ground:
            self._cell.ground_m = self.pilot.helm.ground(self.body.east_m, self.body.north_m)

    def suffer(self) -> None:
        """Let the faults of the airframe that are due by now happen."""
        if not self.faults:
            return
        age_s = self.age_s
        dropped = self.faults.drop_frac(self._seen_age_s, age_s)
        self._seen_age_s = age_s
        self._blow(self.faults.value(Kind.WIND, age_s))
        if dropped is not None:
            self.battery.left_wh = min(self.battery.left_wh, dropped * self.battery.full_wh)

    def _blow(self, more_mps: float) -> None:
        """So much more wind than usual, towards the east."""
        if more_mps == self._more_mps:
            return
        self._more_mps = more_mps
        cell, east_mps = self._cell, self._wind.east_mps + more_mps
        cell.wind_east_mps = east_mps
        if self.flies:
            cell.gust_rms_mps = GUST_SHARE * (abs(east_mps) + abs(self._wind.north_mps))

    def grip(self, jaws: Jaws, mass_kg: float, age_s: float) -> None:
        """Close around `mass_kg` more, or open and let all go. It takes `gripper.ACTUATION_S`."""
        self._incoming_kg = mass_kg if jaws is Jaws.CLOSED else 0.0
        self.gripper.ask(jaws, age_s)
        self._cell.restless = True
        self._weigh()

    def has_left_the_ground(self) -> bool:
        """Whether it flies now (or rolls)."""
        return self._flock.movement.lifted(self._cell)

    def settle(self) -> None:
        """Stand on the ground, where it is."""
        self.on_ground = True
        self._cell.lifts_age_s = inf
        self.pilot.helm.change(Lift.ROTORS)
        if self.flies:
            place = self.body.place
            self.body.put(Place(place.east_m, place.north_m, self._cell.ground_m))
        self.body.stop()

    def _weigh(self) -> None:
        """What is aboard after the gripper has come to rest."""
        if self.gripper.jaws is Jaws.CLOSED:
            self.payload_kg += self._incoming_kg
            self._incoming_kg = 0.0
            return
        step = self.gripper.hands_over
        left_kg = 0.0 if step is None or step.mass_kg is None else self.payload_kg - step.mass_kg
        self.payload_kg = left_kg if left_kg > 1e-6 else 0.0
        if self.payload_kg > 0.0:
            self.gripper.jaws = Jaws.CLOSED  # the lid shuts over what is still aboard
