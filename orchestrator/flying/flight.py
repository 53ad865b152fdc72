"""One flight followed from the upload to the disarm: looked at four times a second, commanded where need be.

The vehicle flies by its own plan, home included; nothing here is needed for it to come back. What it
does of its own accord is told and let be; only where it stands still is it told to go on, once, and then
to return.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from geofences.zone import Medium
from orchestrator.ending import Failed
from orchestrator.flying.flown import Flown, Phase
from orchestrator.flying.lasting import Lasting
from orchestrator.flying.straying import Straying, straying
from orchestrator.flying.trip import MISSION, PARCEL, Trip
from orchestrator.flying.words import said, warned
from orchestrator.operations.watching.sight import unasked
from vehicles.clock import now_s
from vehicles.telemetry import Landed, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Grip,
    Hold,
    Outcome,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
    Vehicle,
    Wired,
)

LOOK_S = 0.25
LOST_S = 5.0
"""Telemetry older than this is a lost link."""
GIVES_UP_S = 600.0
"""A vehicle that is not heard for so long after it should be home is given up."""
STANDS_S = 15.0
"""A vehicle that stops by itself for longer is told to go on; then to come home."""
_SURELY_S = 1.5
"""The mode may be heard before the item that it belongs to: a return for longer is the vehicle's own."""
CHECKS_AGAIN_S = 8.0
"""As long as PX4 takes to check a mission against the 64 corners that its fence may have."""
ON_GROUND_S = 60.0
"""A drone that stands armed on the ground in mid-mission for longer is switched off: people may be near."""
_STARTS_WITHIN_S = 20.0
_SETTLES_S = 3.0
_STILL_MPS = 0.3


@dataclass(slots=True)
class Flight:
    """Flies one trip. `asked_to_stop` is set when the person at the keyboard has had enough."""

    vehicle: Vehicle
    trip: Trip
    tell: Callable[[str], None]
    asked_to_stop: asyncio.Event
    system_id: int
    kind: str
    findings: list[str] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    _phase: tuple[str, float] | None = None
    _done: int = 0
    _coming_home: bool = False
    _lost_since_s: float | None = None
    _by_itself: Lasting = field(default_factory=Lasting)
    _stood: Lasting = field(default_factory=Lasting)
    _grounded: Lasting = field(default_factory=Lasting)
    _disarmed: Lasting = field(default_factory=Lasting)
    _resumed: bool = False
    _left_ground: bool = False
    _boots: int = 0
    _straying: Straying | None = None

    def __post_init__(self) -> None:
        self._straying = straying(self.trip, self.vehicle.profile)

    async def fly(self) -> Flown:
        """All of it. Raises `Failed` with the reasons where it does not start."""
        self._boots = self.vehicle.boots if isinstance(self.vehicle, Wired) else 0
        self.begin("upload")
        await self._must(self.vehicle.load(self.trip.plan), "did not take its plan")
        if self.trip.releases and not self.asked_to_stop.is_set():
            await self._grip()
        if self.asked_to_stop.is_set():
            raise Failed("stopped before it started")
        self.begin("start")
        await self._start()
        await self._follow()
        return self.so_far()

    @property
    def started(self) -> bool:
        """Whether it may have been told to start."""
        return any(phase.name == "start" for phase in self.phases) or (
            self._phase is not None and self._phase[0] == "start"
        )

    def so_far(self) -> Flown:
        """How it stands, or ended."""
        self.begin(None)
        off = self._straying
        for text in off.in_the_end() if off is not None else ():
            self.find(text)
        seen = self.vehicle.telemetry
        assert seen is not None  # noqa: S101 - it was made for where the vehicle stood
        released = bool(self.trip.releases) and self._done > max(self.trip.releases)
        return Flown(
            self.system_id,
            self.kind,
            len(self.trip.releases),
            delivered=released and seen.carrying is not True,
            landed=seen.landed is not Landed.IN_MOTION,
            disarmed=not seen.armed,
            whole=self._done == len(self.trip.names),
            phases=tuple(self.phases),
            findings=tuple(self.findings),
            off=off.most if off is not None else None,
        )

    def begin(self, name: str | None) -> None:
        """The next phase begins; None when all is over."""
        at_s = round(now_s(), 3)
        if self._phase is not None:
            if self._phase[0] == name:
                return
            self.phases.append(Phase(*self._phase, at_s))
        self._phase = (name, at_s) if name is not None else None
        if name is not None:
            self.tell(name)

    def find(self, text: str) -> None:
        """Something that whoever reads the report must know; said once."""
        if text not in self.findings:
            self.findings.append(text)
            self.tell(text)

    async def _must(self, doing: Awaitable[Outcome], what: str) -> None:
        outcome = await doing
        if not isinstance(outcome, Accepted):
            raise Failed(f"The vehicle {what}: {said(outcome)}")

    async def _grip(self) -> None:
        self.begin("load")
        outcome = await self.vehicle.command(Grip(PARCEL))
        if isinstance(outcome, Accepted):
            return
        text = f"It did not close its gripper: {said(outcome)}"
        if not self.trip.plan.script:
            raise Failed(text)
        self.find(text)

    async def _start(self) -> None:
        """Sent once; after a clear no, once more. Whether an unanswered one was heard, its own state tells.

        PX4 checks its mission anew when its home moves or a parameter changes, a tenth of a second for
        each corner of its fence, and knows no valid mission meanwhile.
        """
        outcome = await self.vehicle.command(Start(MISSION))
        if isinstance(outcome, Refused):
            self.tell(f"not yet: {said(outcome)}")
            await asyncio.sleep(CHECKS_AGAIN_S)
            outcome = await self.vehicle.command(Start(MISSION))
        if isinstance(outcome, Refused):
            raise Failed(f"The vehicle did not start: {said(outcome)}")
        until_s = now_s() + _STARTS_WITHIN_S
        while not ((seen := self.vehicle.telemetry) is not None and seen.armed):
            if now_s() > until_s:
                raise Failed(f"The vehicle did not start: {said(outcome)}")
            await asyncio.sleep(LOOK_S)

    async def _follow(self) -> None:
        """Until it is disarmed, or given up."""
        due_s = now_s() + 2.0 * self.trip.length_s + GIVES_UP_S
        while True:
            seen = self.vehicle.telemetry
            assert seen is not None  # noqa: S101 - it was seen to be armed
            if not self._is_lost(seen, due_s):
                self._note(seen)
                if seen.armed:
                    await self._see_to_it(seen)
                if self._is_settled(seen):
                    self._explain(seen)
                    return
            await asyncio.sleep(LOOK_S)

    def _is_settled(self, seen: Telemetry) -> bool:
        """Whether nothing more is to be heard of how it ended: its heartbeat may overtake the rest."""
        lasts_s = self._disarmed.for_s(now_s(), is_so=not seen.armed)
        complete = self._done == len(self.trip.names) and seen.landed is not Landed.IN_MOTION
        return not seen.armed and (complete or lasts_s >= _SETTLES_S)

    def _explain(self, seen: Telemetry) -> None:
        """Why it ended before all of its plan was flown, where nothing told so yet."""
        if self._done == len(self.trip.names):
            return
        if isinstance(self.vehicle, Wired) and self.vehicle.boots > self._boots:
            self.find(f"Its autopilot restarted on its way{warned(seen)}.")
        strayed = self._straying.texts if self._straying is not None else []
        if all(text in self.trip.notes for text in self.findings if text not in strayed):
            self.find(f"It was disarmed before all of its plan was flown{warned(seen)}.")

    def _is_lost(self, seen: Telemetry, due_s: float) -> bool:
        """A lost link is no reason to do anything: the plan that it flies brings it home."""
        if now_s() - seen.heard_at_s <= LOST_S:
            if self._lost_since_s is not None:
                self.find(f"It was not heard for {now_s() - self._lost_since_s:.0f} s.")
                self._lost_since_s = None
            return False
        if self._lost_since_s is None:
            self._lost_since_s = seen.heard_at_s
            self.tell("not heard: it goes on by its own plan, which ends at home")
        if self.asked_to_stop.is_set() and not self._coming_home:
            self.find("It was called back while it was not heard: it is told so when it is heard again.")
        if now_s() > due_s:
            where = f"at {seen.position}, {seen.height_agl_m:.0f} m above home"
            ago_s = now_s() - seen.heard_at_s
            raise Failed(f"It was last heard {ago_s:.0f} s ago, {where}, and should be back by now")
        return True

    def _note(self, seen: Telemetry) -> None:
        """How far it has come, and what it does by itself."""
        progress = seen.progress
        if progress.mission_id == MISSION:
            self._done = max(self._done, progress.legs_done)
        self._left_ground = self._left_ground or seen.landed is Landed.IN_MOTION
        if not seen.armed:
            return
        by_plan = self._done >= len(self.trip.names) - 1  # its last part may be a landing, or a return
        by_itself = seen.mode in {Mode.RETURN, Mode.LAND} and not (self._coming_home or by_plan)
        if self._by_itself.for_s(seen.heard_at_s, is_so=by_itself) >= _SURELY_S:
            self.find(f"It {seen.mode.value}s {unasked(seen)}{warned(seen)}.")
            self.begin("return")
        if seen.mode in {Mode.MANUAL, Mode.OTHER}:
            self.find(f"Somebody or something else flies it: mode {seen.mode_text or seen.mode.value}.")
        elif seen.mode is Mode.MISSION and progress.mission_id is None:
            self.find("It flies another mission than it was given.")
        elif seen.mode is Mode.MISSION and self._done < len(self.trip.names):
            self.begin(self.trip.names[self._done])
            self._hold_to_course(seen)

    def _hold_to_course(self, seen: Telemetry) -> None:
        """Tell where it is not where it was verified; nothing is ordered for it: see `straying`."""
        if self._straying is not None and seen.landed is Landed.IN_MOTION:
            for text in self._straying.look(seen):
                self.find(text)

    async def _see_to_it(self, seen: Telemetry) -> None:
        """The one thing to do now, if any."""
        if self.asked_to_stop.is_set() and not self._coming_home:
            self.find("It was called back from the keyboard.")
            await self.vehicle.command(Hold())
            await self._come_home()
        elif self._done == len(self.trip.names):
            await self._finish(seen)
        elif seen.mode is Mode.HOLD:
            await self._stands(seen)
        elif self._is_stuck_on_the_ground(seen):
            self.find("It stood armed on the ground: it was switched off.")
            await self.vehicle.command(ShutDown())
            self._grounded = Lasting()
        else:
            self._stood = Lasting()

    async def _finish(self, seen: Telemetry) -> None:
        """All of its plan is flown and it is still armed: a rover, or a plan that ends in the air."""
        if self.vehicle.profile.medium is Medium.SIDEWALK or seen.landed is Landed.ON_GROUND:
            if abs(seen.north_mps) + abs(seen.east_mps) < _STILL_MPS:
                await self.vehicle.command(ShutDown())
        elif not self._coming_home:
            await self._come_home()

    async def _come_home(self) -> None:
        self.begin("return")
        outcome = await self.vehicle.command(Return())
        self._coming_home = isinstance(outcome, Accepted)
        if not self._coming_home:
            self.find(f"It did not take the order to return: {said(outcome)}")

    async def _stands(self, seen: Telemetry) -> None:
        """It holds though nobody told it to."""
        if self._stood.for_s(now_s(), is_so=True) < STANDS_S:
            return
        self._stood = Lasting()
        self.find(f"It stopped on its way{warned(seen)}.")
        if not self._resumed:
            self._resumed = True
            await self.vehicle.command(Resume(MISSION))
        else:
            await self._come_home()

    def _is_stuck_on_the_ground(self, seen: Telemetry) -> bool:
        flew = self.vehicle.profile.medium is Medium.AIR and self._left_ground
        return self._grounded.for_s(now_s(), is_so=flew and seen.landed is Landed.ON_GROUND) > ON_GROUND_S
