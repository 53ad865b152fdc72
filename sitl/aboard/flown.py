"""What a simulated vehicle does by itself: its body and autopilot from step to step."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, inf, isinf

from sitl.aboard import words
from sitl.aboard.airframe import Airframe, Motors
from sitl.aboard.arming import READY_AFTER_S
from sitl.aboard.errands import (
    Errand,
    Velocity,
    mission_errand,
    return_errand,
    simple_errand,
    velocity_errand,
)
from sitl.aboard.fence import Fence
from sitl.aboard.guard import Guard
from sitl.aboard.homing import Homing
from sitl.aboard.onboard_mission import Finish, OnboardMission
from sitl.aboard.said import Said
from sitl.aboard.way_home import Haven
from sitl.faults import Faults, Kind
from sitl.motion.body import Place
from sitl.motion.copter import Air
from sitl.motion.ground import Ground, level_m
from sitl.motion.quiet import RESTLESS
from sitl.motion.robot import ROLLING_MPS
from sitl.motion.settings import Settings
from sitl.motion.stepping import MOVING_STEP_S, PARKED_STEP_S
from sitl.motion.steps import GoHome, GoTo, LandAt, TakeOff, WingTakeOff
from sitl.motion.swarm import Swarm
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Mode

_ALERT_S = 3.0  # after a command the grid stays fine for so long
ERRANDS = frozenset({Mode.MISSION, Mode.HOLD, Mode.TAKE_OFF, Mode.OTHER, Mode.MANUAL})
"""Modes that a vehicle falls back on after a return or landing, when chosen. OTHER is OFFBOARD."""


class Flown:
    """A vehicle and its autopilot, in a flat frame about its home. `boot_at_s` is fleet time (UTC seconds).

    Heights are above home, whatever the `ground` does below.
    `say` gets what it says to people, `reached` the index of each mission step that is done, `attended` is
    called after each turn of its autopilot.
    `steady_step_s` is the step while it only follows a line or waits: longer is cheaper; see `Swarm`.
    """

    def __init__(
        self,
        profile: VehicleProfile,
        boot_at_s: float,
        seed: int,
        *,
        wind: Air | None = None,
        battery_frac: float = 1.0,
        settings: Settings | None = None,
        faults: Faults | None = None,
        steady_step_s: float = MOVING_STEP_S,
        pad_amsl_m: float = 0.0,
        swarm: Swarm | None = None,
        ground: Ground = level_m,
    ) -> None:
        self.profile = profile
        self.pad_amsl_m = pad_amsl_m
        self.settings = settings or Settings()
        self.faults = Faults() if faults is None else faults  # an empty one is shared and filled by hand
        self.airframe = Airframe(
            profile,
            seed,
            wind or Air(),
            battery_frac,
            self.faults,
            settings=self.settings,
            swarm=swarm,
            ground=ground,
            pad_amsl_m=pad_amsl_m,
        )
        self.mission, self.fence = OnboardMission(), Fence()
        self.rally: tuple[Place, ...] = ()
        self.homing = Homing(lambda: self.airframe.body.place)
        self.guard = Guard()
        self.mode = self.chosen_mode = self.wanted_mode = Mode.HOLD
        self.armed = False
        self.say: Callable[[Said], None] = lambda _: None
        self.reached: Callable[[int], None] = lambda _: None
        self.attended: Callable[[], None] = lambda: None
        self.rising, self.up_since_age_s = False, 0.0
        self.take_off_height_m: float | None = None
        self._velocity: Velocity | None = None
        self._doing = Errand()
        self._back_to: Place | None = None
        self._velocity_age_s = self._suffered_age_s = 0.0
        self.armed_since_age_s = 0.0
        self._still_since_age_s = 0.0
        self._steady_step_s = steady_step_s
        self.boot_at_s = boot_at_s

    @property
    def boot_at_s(self) -> float:
        """Fleet time of its start, UTC seconds."""
        return self._boot_at_s

    @boot_at_s.setter
    def boot_at_s(self, at_s: float) -> None:
        # All boot on one grid, so that those of a swarm are stepped at the same instants: at once.
        self._boot_at_s = at_s = at_s if isinf(at_s) else floor(at_s / MOVING_STEP_S) * MOVING_STEP_S
        self.airframe.start(at_s, (PARKED_STEP_S, self._steady_step_s), self._attend, self._look_around)
        self.airframe.touch(0.0, READY_AFTER_S + 1.0)

    @property
    def age_s(self) -> float:
        """Seconds since its start, of the present state."""
        return self.airframe.age_s

    @property
    def at_s(self) -> float:
        """Fleet time of the present state, UTC seconds."""
        return self._boot_at_s + self.airframe.age_s

    def look(self, at_s: float) -> None:
        """Let time pass up to the last step of the grid at or before fleet time `at_s`."""
        self.airframe.look(at_s)

    def touch(self, at_s: float) -> None:
        """Let time pass up to fleet time `at_s` exactly, because something is about to be commanded."""
        self.airframe.look(at_s)
        age_s = min(at_s - self._boot_at_s, self.faults.off_s)
        self.airframe.touch(max(age_s, self.airframe.age_s), _ALERT_S)

    def tell(self, said: Said) -> None:
        """Say something to whoever listens now."""
        self.say(said)

    def disarm(self, *, by: str, force: bool = False) -> tuple[str, ...]:
        """Stop the motors. Refused off the ground or in motion unless forced, which makes an aircraft fall.

        Never refused to what rolls, as PX4 does it (`is_ground_vehicle` in its commander).
        """
        rests = self.airframe.on_ground and self.airframe.body.speed_mps <= ROLLING_MPS
        if self.armed and self.airframe.flies and not rests and not force:
            return ("Not landed",)
        if self.armed:
            self.say(words.disarmed_by(by))
        self.armed = False
        self.airframe.settle()
        self.guard.calm(self.age_s)
        if self.mode not in ERRANDS:
            self.mode = self.chosen_mode
        self.wanted_mode = self.mode
        self._engage()
        return ()

    def enter(self, mode: Mode, *, back: bool = False) -> None:
        """Go into a mode, whoever wants it; see `Watched`."""
        self.mode = mode
        airborne = back and self.airframe.flies and not self.airframe.on_ground
        self._back_to = self.airframe.body.place if airborne else None
        if mode is Mode.MISSION:
            self.mission.reached = False
        if not self.guard.failsafe:
            self.wanted_mode = mode
        self._engage()

    def _engage(self, *, quietly: bool = False) -> None:
        """Give the pilot what the mode in force means now."""
        self._still_since_age_s = self.age_s
        errand = self._errand(begins=not quietly) if self.armed else Errand()
        self.rising, self._doing = False, errand
        if not quietly:
            for said in errand.says:
                self.say(said)
        self.airframe.pilot.engage(errand.steps, errand.index, self.age_s)
        self.airframe.run(self._motors())
        self.airframe.stir()

    def _errand(self, *, begins: bool) -> Errand:
        match self.mode:
            case Mode.MISSION:
                return mission_errand(self.mission, self.airframe, self.homing.place, begins=begins)
            case Mode.RETURN if not self.airframe.on_ground:
                haven = Haven(self.homing.place, self.rally, *self.mission.offered)
                return return_errand(self.airframe, haven, self.settings, self.pad_amsl_m)
            case Mode.HOLD if self._back_to is not None:
                return Errand((GoTo(self._back_to, hold_s=inf),))
            case Mode.OTHER if self._velocity is not None:
                return velocity_errand(self.airframe, self._velocity)
            case _:
                return simple_errand(self.mode, self.airframe, self.take_off_height_m, lost=self.guard.lost)

    def _motors(self) -> Motors:
        if not self.armed:
            return Motors.OFF
        spool_up_s = self.settings.spool_up_s if self.airframe.flies else 0.0
        idle = self.airframe.pilot.step is None or self.age_s - self.armed_since_age_s < spool_up_s
        return Motors.IDLING if self.airframe.on_ground and idle else Motors.WORKING

    def _attend(self) -> None:
        """Something is due: the autopilot's turn."""
        motors = self._motors()
        self.airframe.run(motors)
        done = self.airframe.attend()
        if self.airframe.jams:
            self.say(words.GRIPPER_STUCK)
        if motors is Motors.WORKING:
            self._follow(done)
        elif motors is Motors.IDLING:
            self._tire()
        self.airframe.run(self._motors())
        self.airframe.stir()
        self.attended()

    def _look_around(self) -> None:
        """Twice a second, unless all is quiet: what may happen at any time, what the failsafes make of it."""
        self.airframe.look_down()
        self.airframe.suffer()
        self._break()
        self.homing.watch(self)
        self.airframe.rest(self.guard.quiet(self) if self.guard.watch(self) else RESTLESS)
        self.attended()

    def _follow(self, done: list[int]) -> None:
        """What the autopilot makes of a step of motion."""
        airframe = self.airframe
        if airframe.on_ground and airframe.has_left_the_ground():
            airframe.on_ground = False
            self.rising = isinstance(airframe.pilot.step, TakeOff | WingTakeOff)
            self.say(words.TAKE_OFF_SEEN)
            self.homing.leave(self)
        for index in done:
            self._finish_step(index)
        if isinstance(airframe.pilot.step, GoHome):
            self.enter(Mode.RETURN)
        elif airframe.pilot.step is None and done:
            self._finish_errand()
        if airframe.battery.left_wh <= 0.0 and not airframe.on_ground:
            self.say(words.BATTERY_EMPTY)
            self.disarm(by="loss of power", force=True)

    def _break(self) -> None:
        """What leaves an aircraft without lift, and an OFFBOARD vehicle without orders."""
        since_age_s, self._suffered_age_s = self._suffered_age_s, self.age_s
        if not self.armed:
            return
        aloft = self.airframe.flies and not self.airframe.on_ground
        if aloft and self.faults.began(Kind.MOTOR_LOSS, since_age_s, self.age_s):
            self.say(words.MOTOR_FAILED)
            self.disarm(by="lockdown", force=True)
        if self.mode is Mode.OTHER and self.age_s - self._velocity_age_s > self.settings.offboard_loss_s:
            self._velocity = None
            self.guard.lose_orders(self)

    def _finish_step(self, index: int) -> None:
        step = self.airframe.pilot.steps[index]
        if (said := self._doing.tells.get(index + 1)) is not None:
            self.say(said)
        if isinstance(step, TakeOff | WingTakeOff):
            self.rising = False
        if isinstance(step, LandAt):
            self.airframe.settle()
            self._still_since_age_s = self.age_s
            self.say(words.LANDING_SEEN)
        if self.mode is Mode.MISSION:
            self.mission.index = min(index + 1, len(self.mission.steps) - 1)
            self.mission.reached = True
            self.reached(index)

    def _finish_errand(self) -> None:
        """All steps of the mode in force are done."""
        if self.mode is Mode.MISSION:
            self.mission.finish = Finish.BY_MISSION
            if self.airframe.on_ground and self.airframe.flies:
                self.say(words.FINISHED_LANDED)
                self.disarm(by="landing")
            else:
                self.say(words.FINISHED_IN_AIR)
                self.chosen_mode = Mode.HOLD
                self.enter(Mode.HOLD)
        elif self.mode is Mode.TAKE_OFF:
            self.chosen_mode = Mode.HOLD
            self.enter(Mode.HOLD)
        elif self._doing.ends is not None:
            self.mission.finish = Finish.BY_MISSION
            self.say(self._doing.ends)
        elif self.mission.finish is Finish.NOT_YET and self.mode is Mode.LAND:
            self.mission.finish = Finish.BY_OTHER_LANDING

    def _tire(self) -> None:
        """Disarm by itself: two seconds after landing, ten when nobody has it do anything."""
        if self.airframe.pilot.step is not None:
            return
        waited_s = self.age_s - self._still_since_age_s
        if self.mode not in ERRANDS and waited_s >= self.settings.disarm_landed_s:
            self.disarm(by="landing")
        elif self.airframe.flies and waited_s >= self.settings.disarm_idle_s:
            self.disarm(by="auto preflight disarming")
