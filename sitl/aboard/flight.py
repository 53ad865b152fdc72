"""One simulated vehicle with its autopilot's behaviour: modes, arming, missions, failsafes. No I/O, no clock.

Both faces stand on this: `sitl.direct.vehicle` (in process) and `sitl.autopilot` (MAVLink). Time is stepped
on a grid of the vehicle's own, so that what happens does not depend on who looks when: `look` steps the
grid up to an instant, `touch` also closes the step under way, for a command. It follows what PX4 was
seen to do; where it departs from that, the docstring says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitl.aboard import arming, words
from sitl.aboard.arming import READY_AFTER_S
from sitl.aboard.errands import Velocity
from sitl.aboard.feasibility import on_the_wire
from sitl.aboard.fence import Fence
from sitl.aboard.flown import ERRANDS, Flown
from sitl.aboard.guard import Guard
from sitl.aboard.onboard_mission import Finish, MissionState
from sitl.faults import Kind
from sitl.motion.body import Place
from sitl.motion.steps import GoTo, Lift, Step
from vehicles.telemetry import Mode


@dataclass(frozen=True, slots=True)
class Lists:
    """What an autopilot is given to hold: fence, rally points, mission, and the step to begin with."""

    fence: Fence
    rally: tuple[Place, ...]
    steps: tuple[Step, ...]
    index: int


class Flight(Flown):
    """A vehicle with what people and ground stations may have it do; built as `Flown` is."""

    @property
    def carrying(self) -> bool:
        """Whether a parcel is aboard."""
        return self.airframe.payload_kg > 0.0

    @property
    def mission_state(self) -> MissionState:
        """The mission's state as PX4 would say it, its oddities outside MISSION mode included."""
        return self.mission.state(self.age_s, self.mode)

    @property
    def lists(self) -> Lists:
        """What it holds."""
        return Lists(self.fence, self.rally, self.mission.steps, self.mission.index)

    def take(self, lists: Lists) -> None:
        """Hold other lists, the fence first: a mission is checked against it."""
        self.load_fence(lists.fence)
        self.rally = lists.rally
        self.load(lists.steps, lists.index)

    def arming_objections(self) -> tuple[str, ...]:
        """Why it will not arm now; empty when it will."""
        return arming.objections(
            self.airframe.battery.frac,
            self.age_s - self.up_since_age_s,
            self.settings,
            self.guard,
            broken=self.faults.active(Kind.NO_ARM, self.age_s),
        )

    def may_arm(self) -> bool:
        """Whether it would arm, in the mode that is in force."""
        if self.airframe.pilot.helm.lift is Lift.WING:
            return False
        return (
            not self.arming_objections() and arming.may_be_armed_in(self.mode) and self.may_enter(self.mode)
        )

    def may_enter(self, mode: Mode) -> bool:
        """Whether what a mode needs is there."""
        steered = self._velocity is not None
        return arming.may_enter(mode, self.mission, self.age_s, self.guard, steered=steered)

    def arm(self, *, by: str = "") -> tuple[str, ...]:
        """Arm, and begin what the mode says. Empty when armed, else the objections. Silent without `by`."""
        if self.armed:
            return ()
        against = self.arming_objections()
        if not against and not self.may_arm():
            against = (f"It cannot be armed in mode {self.mode.value}",)
        if not against:
            if self.mission.finish is Finish.BY_OTHER_LANDING:
                self.mission.finish = Finish.NOT_YET
            self.armed = True
            self.armed_since_age_s = self.age_s
            if by:
                self.say(words.armed_by(by))
            self.homing.leave(self)
            self._engage()
        return against

    def reboot(self) -> None:
        """Start anew. In the air the motors stop; mission, fence and rally points are kept."""
        self.say = lambda _: None
        self.disarm(by="reboot", force=True)
        self.guard = Guard()
        self.mode = self.chosen_mode = self.wanted_mode = Mode.HOLD
        self._velocity = None
        self.airframe.gripper.restart()
        self.mission.reached, self.mission.finish = False, Finish.NOT_YET
        self.up_since_age_s = self.age_s
        self.airframe.touch(self.age_s, READY_AFTER_S + 1.0)
        self.load_fence(self.fence)

    def choose(self, mode: Mode) -> tuple[str, ...]:
        """A person or ground station picks a mode. Armed, what the mode needs must be there.

        Empty when it is in force, else the objections.
        """
        if self.armed and not self.may_enter(mode):
            return (
                self.mission.refused or "No valid mission" if mode is Mode.MISSION else "Not possible now",
            )
        self.guard.override(self)
        if mode in ERRANDS:
            self.chosen_mode = mode
        self.wanted_mode = mode
        if mode is not self.mode or mode is Mode.TAKE_OFF or not self.armed:
            self.enter(mode)
        return ()

    def go_to(self, place: Place) -> None:
        """Hold at another place: go there and stay (MAVLink: DO_REPOSITION)."""
        self.choose(Mode.HOLD)
        if self.armed:
            self.airframe.pilot.engage((GoTo(place),), 0, self.age_s)

    def change(self, to: Lift) -> None:
        """Have a VTOL be carried by something else from now on (MAVLink: DO_VTOL_TRANSITION)."""
        self.airframe.pilot.helm.lift = to
        if self.armed and not self.airframe.on_ground:
            self._engage(quietly=True)

    def steer(self, wanted: Velocity) -> None:
        """A computer on board says what it wants; heeded in OFFBOARD."""
        changed = wanted != self._velocity
        self._velocity, self._velocity_age_s = wanted, self.age_s
        if changed and self.mode is Mode.OTHER:
            self._engage()

    def start(self, index: int | None) -> tuple[str, ...]:
        """Run the mission, from `index` on or from where it was left, and arm for it.

        Its mode is Mission from then on, as PX4's is, also where it does not arm.
        """
        if not self.mission.may_fly(self.age_s):
            return (self.mission.refused or "No valid mission",)
        against = () if self.armed else self.arming_objections()
        if index is not None and not against:
            self.mission.jump(index)
        if self.armed:
            self.enter(self.mode)
        self.choose(Mode.MISSION)
        return against or self.arm(by="mission start")

    def load(self, steps: tuple[Step, ...], current: int | None) -> None:
        """Take a new mission (none: clear it); one that is flown goes on with the new steps."""
        self.mission.replace(steps, current, self.age_s)
        self._check()
        if self.mission.objection:
            self.say(on_the_wire(self.mission.objection))
        if self.mode is Mode.MISSION and self.armed:
            if steps and not self.mission.refused:
                self._engage(quietly=True)
            else:
                self.say(words.NO_MISSION)
                self.enter(Mode.HOLD, back=True)

    def heed(self, steps: tuple[Step, ...]) -> None:
        """The same mission, its heights counted anew: home has moved."""
        if steps != self.mission.steps:
            self.mission.steps = steps
            if self.mode is Mode.MISSION and self.armed:
                self._engage(quietly=True)

    def jump(self, index: int) -> None:
        """Go on with another mission step, also in flight (MAVLink: MISSION_SET_CURRENT)."""
        self.mission.jump(index)
        if self.mode is Mode.MISSION:
            self._engage(quietly=True)

    def load_fence(self, fence: Fence) -> None:
        """Take a new fence. One that the vehicle breaks already is kept but not enforced."""
        self.fence = fence
        self.guard.set_fence(self)
        self.airframe.stir()
        self.mission.await_fence(fence.corners, self.age_s)
        self._check()

    def _check(self) -> None:
        home, on_ground = self.homing.place, self.airframe.on_ground
        self.mission.check(self.profile.medium, self.guard.fence.enforced, home, on_ground=on_ground)
