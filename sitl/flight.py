"""One simulated vehicle with its autopilot's behaviour: modes, arming, missions, failsafes. No I/O, no clock.

Both faces stand on this: `sitl.direct` (in process) and `sitl.autopilot` (MAVLink). Time is stepped on a
grid of the vehicle's own, so that what happens does not depend on who looks when: `look` steps the
grid up to an instant, `touch` also closes the step under way, for a command. It follows what PX4 was
seen to do; where it departs from that, the docstring says so.
"""

from __future__ import annotations

from collections.abc import Callable

from sitl.airframe import Airframe, Motors
from sitl.arming import READY_AFTER_S, objections
from sitl.body import Place
from sitl.copter import Air
from sitl.faults import Faults
from sitl.fence import Fence
from sitl.flock import MOVING_STEP_S, PARKED_STEP_S
from sitl.guard import Guard
from sitl.onboard_mission import Finish, MissionState, OnboardMission
from sitl.robot import ROLLING_MPS
from sitl.said import Said, Severity
from sitl.settings import Settings
from sitl.steps import GoHome, GoTo, LandAt, Release, Step, TakeOff
from sitl.swarm import Swarm
from sitl.way_home import describe, way_home
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Mode

_SPOOL_UP_S = 1.0
_ALERT_S = 3.0  # after a command the grid stays fine for so long
_ERRANDS = frozenset({Mode.MISSION, Mode.HOLD, Mode.TAKE_OFF})
"""Modes that a vehicle falls back on after a return or landing, when a person chose them."""


class Flight:
    """A vehicle and its autopilot, in a flat frame about its home. `boot_at_s` is fleet time (UTC seconds).

    `say` gets what it says to people, `reached` the index of each mission step that is done.
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
        swarm: Swarm | None = None,
    ) -> None:
        self.profile = profile
        self.settings = settings or Settings()
        self.faults = faults or Faults()
        self.airframe = Airframe(profile, seed, wind or Air(), battery_frac, self.faults, swarm=swarm)
        self.mission = OnboardMission()
        self.fence = Fence()
        self.rally: tuple[Place, ...] = ()
        self.guard = Guard()
        self.mode = self.chosen_mode = Mode.HOLD
        self.armed = False
        self.say: Callable[[Said], None] = lambda _: None
        self.reached: Callable[[int], None] = lambda _: None
        self._steady_step_s = steady_step_s
        self._armed_age_s = 0.0
        self._still_since_age_s = 0.0
        self.boot_at_s = boot_at_s

    @property
    def boot_at_s(self) -> float:
        """Fleet time of its start, UTC seconds."""
        return self._boot_at_s

    @boot_at_s.setter
    def boot_at_s(self, at_s: float) -> None:
        self._boot_at_s = at_s
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

    @property
    def carrying(self) -> bool:
        """Whether a parcel is aboard."""
        return self.airframe.payload_kg > 0.0

    @property
    def mission_state(self) -> MissionState:
        """The mission's state as PX4 would say it, its oddities outside MISSION mode included."""
        return self.mission.state(self.age_s, self.mode, armed=self.armed)

    def arming_objections(self) -> tuple[str, ...]:
        """Why it will not arm now; empty when it will."""
        return objections(self.airframe.battery.frac, self.age_s, self.settings, self.faults, self.guard)

    def arm(self) -> tuple[str, ...]:
        """Arm, and begin what the mode says. Empty when armed, else the objections."""
        if self.armed:
            return ()
        against = self.arming_objections()
        if not against:
            self.armed = True
            self._armed_age_s = self.age_s
            self._engage()
        return against

    def disarm(self, *, by: str, force: bool = False) -> tuple[str, ...]:
        """Stop the motors. Refused in motion unless forced, which makes an aircraft fall."""
        moving = self.airframe.body.speed_mps > ROLLING_MPS or (
            self.airframe.flies and not self.airframe.on_ground
        )
        if self.armed and moving and not force:
            return ("Not landed",)
        if self.armed:
            self.say(Said(Severity.INFO, f"Disarmed by {by}"))
        self.armed = False
        self.airframe.settle()
        self.guard.calm(self.age_s)
        if self.mode not in _ERRANDS:
            self.mode = self.chosen_mode
        self._engage()
        return ()

    def choose(self, mode: Mode) -> tuple[str, ...]:
        """A person or ground station picks a mode. Empty when it is in force, else the objections."""
        if mode is Mode.MISSION and not self.mission.may_fly(self.age_s):
            return (self.mission.refused or "No valid mission",)
        self.guard.override(self.age_s)
        if mode in _ERRANDS:
            self.chosen_mode = mode
        self.enter(mode)
        return ()

    def enter(self, mode: Mode) -> None:
        """Go into a mode, whoever wants it."""
        self.mode = mode
        self._engage()

    def go_to(self, place: Place) -> None:
        """Hold at another place: go there and stay (MAVLink: DO_REPOSITION)."""
        self.choose(Mode.HOLD)
        if self.armed:
            self.airframe.pilot.engage((GoTo(place),), 0, self.age_s)

    def start(self, index: int | None) -> tuple[str, ...]:
        """Run the mission, from `index` on or from where it was left, and arm for it."""
        if not self.mission.may_fly(self.age_s):
            return (self.mission.refused or "No valid mission",)
        against = () if self.armed else self.arming_objections()
        if against:
            return against
        if index is not None:
            self.mission.jump(index)
        self.choose(Mode.MISSION)
        if not self.armed:
            self.arm()
            self.say(Said(Severity.INFO, "Armed by mission start"))
        self.say(Said(Severity.INFO, "Executing Mission"))
        return ()

    def load(self, steps: tuple[Step, ...], current: int | None) -> None:
        """Take a new mission (none: clear it); one that is flown goes on with the new steps."""
        self.mission.replace(steps, current, self.age_s)
        self.mission.check(self.profile.medium, self.fence, on_ground=self.airframe.on_ground)
        if self.mission.refused:
            self.say(Said(Severity.CRITICAL, self.mission.refused))
        if self.mode is Mode.MISSION and self.armed:
            if steps and not self.mission.refused:
                self._engage()
            else:
                self.say(Said(Severity.CRITICAL, "No valid mission available, loitering"))
                self.enter(Mode.HOLD)

    def jump(self, index: int) -> None:
        """Go on with another mission step, also in flight (MAVLink: MISSION_SET_CURRENT)."""
        self.mission.jump(index)
        if self.mode is Mode.MISSION:
            self._engage()

    def load_fence(self, fence: Fence) -> None:
        """Take a new fence. One that the vehicle breaks already is kept but not enforced."""
        self.fence = fence
        self.guard.set_fence(self)
        self.mission.check(self.profile.medium, fence, on_ground=self.airframe.on_ground)

    def _engage(self) -> None:
        """Give the pilot what the mode in force means now."""
        self._still_since_age_s = self.age_s
        steps: tuple[Step, ...] = ()
        index = 0
        if self.armed and self.mode is Mode.MISSION and self.mission.finish is Finish.NOT_YET:
            steps, index = self.mission.steps, self.mission.index
        elif self.armed and self.mode is Mode.RETURN and not self.airframe.on_ground:
            steps = way_home(self.airframe, self.rally, self.settings.return_height_m)
            self.say(Said(Severity.INFO, describe(steps)))
        elif self.armed and self.mode is Mode.LAND and not self.airframe.on_ground:
            steps = (LandAt(),)
        elif self.armed and self.mode is Mode.TAKE_OFF:
            steps = (TakeOff(self.settings.take_off_height_m),)
        self.airframe.pilot.engage(steps, index, self.age_s)
        self.airframe.run(self._motors())

    def _motors(self) -> Motors:
        if not self.armed:
            return Motors.OFF
        idle = self.airframe.pilot.step is None or self.age_s - self._armed_age_s < _SPOOL_UP_S
        return Motors.IDLING if self.airframe.on_ground and idle else Motors.WORKING

    def _attend(self) -> None:
        """Something is due: the autopilot's turn."""
        motors = self._motors()
        self.airframe.run(motors)
        done = self.airframe.attend()
        if motors is Motors.WORKING:
            self._follow(done)
        elif motors is Motors.IDLING:
            self._tire()
        self.airframe.run(self._motors())

    def _look_around(self) -> None:
        """Twice a second: what may happen at any time, and what the failsafes make of it."""
        self.airframe.suffer()
        self.guard.watch(self)

    def _follow(self, done: list[int]) -> None:
        """What the autopilot makes of a step of motion."""
        if self.airframe.on_ground and self.airframe.has_left_the_ground():
            self.airframe.on_ground = False
            self.say(Said(Severity.INFO, "Takeoff detected"))
        for index in done:
            self._finish_step(index)
        if isinstance(self.airframe.pilot.step, GoHome):
            self.enter(Mode.RETURN)
        elif self.airframe.pilot.step is None and done:
            self._finish_errand()
        if self.airframe.battery.left_wh <= 0.0 and not self.airframe.on_ground:
            self.say(Said(Severity.CRITICAL, "Battery is empty"))
            self.disarm(by="loss of power", force=True)

    def _finish_step(self, index: int) -> None:
        step = self.airframe.pilot.steps[index]
        if isinstance(step, Release) and not self.airframe.hand_over(step):
            self.say(Said(Severity.CRITICAL, "Gripper is stuck: payload not released"))
        if isinstance(step, LandAt):
            self.airframe.settle()
            self._still_since_age_s = self.age_s
            self.say(Said(Severity.INFO, "Landing detected"))
        if self.mode is Mode.MISSION:
            self.mission.index = min(index + 1, len(self.mission.steps) - 1)
            self.reached(index)

    def _finish_errand(self) -> None:
        """All steps of the mode in force are done."""
        if self.mode is Mode.MISSION:
            self.mission.finish = Finish.BY_MISSION
            if self.airframe.on_ground and self.airframe.flies:
                self.say(Said(Severity.INFO, "Mission finished, landed"))
                self.disarm(by="landing")
            else:
                self.say(Said(Severity.INFO, "Mission finished, loitering"))
                self.chosen_mode = Mode.HOLD
                self.enter(Mode.HOLD)
        elif self.mode is Mode.TAKE_OFF:
            self.chosen_mode = Mode.HOLD
            self.enter(Mode.HOLD)
        elif self.mission.finish is Finish.NOT_YET and self.mode in {Mode.RETURN, Mode.LAND}:
            self.mission.finish = Finish.BY_OTHER_LANDING

    def _tire(self) -> None:
        """Disarm by itself: two seconds after landing, ten when nobody has it do anything."""
        if self.airframe.pilot.step is not None:
            return
        waited_s = self.age_s - self._still_since_age_s
        if self.mode not in _ERRANDS and waited_s >= self.settings.disarm_landed_s:
            self.disarm(by="landing")
        elif self.airframe.flies and waited_s >= self.settings.disarm_idle_s:
            self.disarm(by="auto preflight disarming")
