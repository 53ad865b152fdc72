"""Fence, rally points and mission as one transaction: all of them verified on the vehicle, or none.

On the ground the old mission goes first, so that at no moment a mission can be started under
another plan's fence; whatever fails, the vehicle ends with an empty plan. In the air, where clearing
would make PX4 stop, the vehicle must hold, and after a failure it gets its former plan back, with
the item it had come to as the current one.
"""

from __future__ import annotations

from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.clock import now_s
from vehicles.mavlink.autopilots import Autopilot
from vehicles.mavlink.encode import EncodedMission
from vehicles.mavlink.exchange import Exchange
from vehicles.mavlink.messages import Current, Heard, Item, PlanPart, SayCurrent, Saying, Text, same_item
from vehicles.mavlink.mission_transfer import (
    Declined,
    Download,
    Read,
    ReadOutcome,
    Unconfirmed,
    Upload,
    Uploaded,
    UploadOutcome,
)
from vehicles.mavlink.texts import Texts
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

VALID_WITHIN_S = 5.0
"""PX4 takes up to 1.5 s to find a mission flyable, and says so at 1 or 2 Hz."""
CHECKED_AFTER_S = 1.6
"""In the air it goes on saying that the mission before was flyable until it has checked the new one."""
_RESULTS = {
    value: name.removeprefix("MAV_MISSION_").lower().replace("_", " ")
    for name, value in vars(common).items()
    if name.startswith("MAV_MISSION_") and isinstance(value, int) and "TYPE" not in name
}


@dataclass(frozen=True, slots=True)
class EncodedPlan:
    """The three lists of a plan as items."""

    mission: EncodedMission
    fence: tuple[Item, ...]
    rally: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Failure:
    text: str
    certain: bool
    """Whether the vehicle said so, or nothing at all."""


class _Settle:
    """Waits until the vehicle says that it can fly a mission of `count` items, from item `seq`.

    What it says before `checked_after_s` seconds is about the mission before.
    """

    def __init__(self, count: int, seq: int, checked_after_s: float, complaints: tuple[str, ...]) -> None:
        self.outcome: Accepted | _Failure | None = None
        self.wake_at_s = 0.0
        self._count = count
        self._seq = seq
        self._checked_after_s = checked_after_s
        self._checked_at_s = 0.0
        self._complaints = complaints
        self._newest: Current | None = None
        self._texts: list[str] = []

    def start(self, at_s: float) -> tuple[Saying, ...]:
        self.wake_at_s = at_s + VALID_WITHIN_S
        self._checked_at_s = at_s + self._checked_after_s
        return ()

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        match heard:
            case Text(text=text) if text.startswith(self._complaints):
                self.outcome = _Failure(f'It says: "{text}"', certain=True)
            case Text(severity=severity, text=text) if severity <= common.MAV_SEVERITY_WARNING:
                self._texts.append(text)
            case Current():
                return self._heard_current(heard, at_s)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        if at_s >= self.wake_at_s:
            said = f' It says: "{self._texts[-1]}".' if self._texts else ""
            known = self._newest is not None
            text = "it does not find the mission flyable" if known else "it did not say whether it can fly it"
            self.outcome = _Failure(f"Every item was acknowledged, but {text}.{said}", certain=known)
        return ()

    def cancel(self) -> tuple[Saying, ...]:
        return ()

    def _heard_current(self, current: Current, at_s: float) -> tuple[Saying, ...]:
        self._newest = current
        if current.total != self._count or current.state == common.MISSION_STATE_NO_MISSION:
            return ()
        if current.seq != self._seq:
            return (SayCurrent(self._seq),)  # a PX4 in flight keeps the index of the mission before
        if at_s >= self._checked_at_s:
            self.outcome = Accepted()
        return ()


class PlanLoader:
    """Loads plans onto one vehicle."""

    def __init__(self, exchange: Exchange, autopilot: Autopilot, texts: Texts) -> None:
        self._exchange = exchange
        self._autopilot = autopilot
        self._texts = texts
        self._former: EncodedPlan | None = None

    async def load(
        self, plan: EncodedPlan, *, airborne: bool, seq: int
    ) -> tuple[Outcome, EncodedPlan | None]:
        """Do it; also tells which plan the vehicle holds afterwards, None being none of ours.

        `seq` is the item of its former mission that it has come to.
        """
        checked_after_s = CHECKED_AFTER_S if airborne else 0.0
        failure = None if airborne else await self._put(PlanPart.MISSION, ())
        failure = failure or await self._put_all(plan, 0, checked_after_s)
        if failure is None:
            self._former = plan
            return Accepted(), plan
        kept = self._former if airborne else None
        undone = await self._undo(kept, seq)
        self._former = kept
        text = f"The plan of mission {plan.mission.mission_id} was not taken. {failure.text}"
        if undone is not None:
            return Unanswered(f"{text}. Undoing it failed too: {undone.text}"), kept
        if not failure.certain:
            return Unanswered(f"{text}. It now holds {'its former plan' if kept else 'no plan'}"), kept
        return Refused((Reason(Because.AUTOPILOT, "plan", text),)), kept

    async def recognise(self, plan: EncodedPlan) -> bool:
        """Whether the vehicle holds the mission of `plan` already. Only reads: it may be asked in flight."""
        read: ReadOutcome = await self._exchange.run(Download(PlanPart.MISSION))
        items = plan.mission.items
        if not isinstance(read, Read) or len(read.items) != len(items):
            return False
        if not all(same_item(a, b, PlanPart.MISSION) for a, b in zip(items, read.items, strict=True)):
            return False
        self._former = plan
        return True

    async def _put_all(self, plan: EncodedPlan, seq: int, checked_after_s: float) -> _Failure | None:
        begun_at_s = now_s()
        parts = (
            (PlanPart.FENCE, plan.fence),
            (PlanPart.RALLY, plan.rally),
            (PlanPart.MISSION, plan.mission.items),
        )
        for part, items in parts:
            if failure := await self._put(part, items):
                return failure
        settle = _Settle(len(plan.mission.items), seq, checked_after_s, self._autopilot.complaints)
        settled = await self._exchange.run(settle)
        for text in self._texts.since(begun_at_s):  # of the fence it complains while the mission follows
            if text.startswith(self._autopilot.complaints):
                return _Failure(f'It says: "{text}"', certain=True)
        return settled if isinstance(settled, _Failure) else None

    async def _undo(self, former: EncodedPlan | None, seq: int) -> _Failure | None:
        if former is not None:
            return await self._put_all(former, seq, CHECKED_AFTER_S)
        for part in (PlanPart.MISSION, PlanPart.FENCE, PlanPart.RALLY):
            if failure := await self._put(part, ()):
                return failure
        return None

    async def _put(self, part: PlanPart, items: tuple[Item, ...]) -> _Failure | None:
        name = part.name.lower()
        uploaded: UploadOutcome = await self._exchange.run(Upload(part, items))
        if not isinstance(uploaded, Uploaded | Unconfirmed):
            return _failed(f"Its {name} could not be uploaded", uploaded)
        read: ReadOutcome = await self._exchange.run(Download(part))
        if not isinstance(read, Read):
            return _failed(f"Its {name} could not be read back", read)
        if len(read.items) != len(items):
            text = f"Its {name} reads back with {len(read.items)} items in place of {len(items)}"
            return _Failure(text, certain=True)
        for seq, (sent, got) in enumerate(zip(items, read.items, strict=True)):
            if not same_item(sent, got, part):
                return _Failure(f"Item {seq} of its {name} reads back as {got}, not {sent}", certain=True)
        return None


def _failed(what: str, outcome: UploadOutcome | ReadOutcome) -> _Failure:
    if isinstance(outcome, Declined):
        result = _RESULTS.get(outcome.result, f"MAV_MISSION_RESULT {outcome.result}")
        return _Failure(f"{what}: {result}", certain=True)
    awaited = getattr(outcome, "awaited", "the end of the transfer")
    return _Failure(f"{what}: nothing was heard of {awaited}", certain=False)
