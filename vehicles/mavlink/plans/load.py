"""Fence, rally points and mission as one transaction: all of them verified on the vehicle, or none.

A vehicle keeps each list whole but not the three together, and a link may die between any two
messages. So the order is what keeps it safe. On the ground the mission goes first: from then on until
the last message nothing can be started, and whatever fails, the vehicle ends without a mission. In the
air, where clearing would make PX4 stop, it must hold; only lists that differ are sent, and after a
failure it gets its former ones back, with the item it had come to as the current one. Each list is
proven by the id that the vehicle gives it, or else read back; at last it must say of itself that it
can fly the mission. Why so: docs/decisions/0016-vehicle-plan.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.clock import now_s
from vehicles.mavlink.autopilots.autopilot import Autopilot, PlanIds
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.lists import Item, PlanPart, same_item
from vehicles.mavlink.plans.encode import EncodedPlan
from vehicles.mavlink.plans.ids import px4_plan_id
from vehicles.mavlink.plans.jump import Jump, Jumped, JumpOutcome
from vehicles.mavlink.plans.settle import Expected, Failure, Settle
from vehicles.mavlink.plans.transfer import (
    Declined,
    Download,
    Read,
    ReadOutcome,
    Silent,
    Unconfirmed,
    Upload,
    Uploaded,
    UploadOutcome,
)
from vehicles.mavlink.reading.texts import Texts
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

CHECKED_AFTER_S = 1.6
"""In the air it goes on saying that the mission before was flyable until it has checked the new one."""
_RESULTS = {
    value: name.removeprefix("MAV_MISSION_").lower().replace("_", " ")
    for name, value in vars(common).items()
    if name.startswith("MAV_MISSION_") and isinstance(value, int) and "TYPE" not in name
}
_ORDER = (PlanPart.FENCE, PlanPart.RALLY, PlanPart.MISSION)


@dataclass(slots=True)
class _Work:
    """One transaction under way: which lists were touched, and the ids that the vehicle gave them."""

    touched: set[PlanPart] = field(default_factory=set)
    ids: dict[PlanPart, int] = field(default_factory=dict)


class PlanLoader:
    """Loads plans onto one vehicle, and is the one to know which it holds."""

    def __init__(self, exchange: Exchange, autopilot: Autopilot, texts: Texts) -> None:
        self._exchange = exchange
        self._autopilot = autopilot
        self._texts = texts
        self._held: EncodedPlan | None = None
        self._ids: dict[PlanPart, int] = {}

    @property
    def held(self) -> EncodedPlan | None:
        """The plan that the vehicle holds whole, as it was last seen; None: none of ours, or nobody knows."""
        return self._held

    @property
    def mission_list_id(self) -> int:
        """The id that the vehicle gave the mission of the plan it holds; 0 where it gives none."""
        return self._ids.get(PlanPart.MISSION, 0)

    async def load(self, plan: EncodedPlan, *, airborne: bool, seq: int) -> Outcome:
        """Give it `plan`; `seq` is the item of its former mission that it has come to.

        Afterwards `held` is the new plan, or after a failure in the air the former one, or none.
        """
        former, work = (self._held if airborne else None), _Work()
        self._held = None  # until it is seen to be whole
        failure = await (self._change(plan, former, work) if airborne else self._replace(plan, work))
        if failure is None:
            self._held, self._ids = plan, self._ids | work.ids
            return Accepted()
        undone = await (self._give_back(former, work, seq) if former is not None else self._empty())
        if undone is None:
            self._held = former
        return _outcome(plan, failure, undone, former)

    async def recognise(self, plan: EncodedPlan) -> bool:
        """Whether the vehicle holds the mission of `plan` already. Only reads: it may be asked in flight."""
        read: ReadOutcome = await self._exchange.run(Download(PlanPart.MISSION))
        if not isinstance(read, Read) or self._difference(PlanPart.MISSION, plan.mission.items, read.items):
            return False
        self._held, self._ids = plan, {}
        return True

    async def replaced(self) -> Refused | None:
        """Why the plan it was given is not the one that it would start; read back where no id tells.

        An autopilot without ids does not say that somebody else gave it another mission of as many items.
        """
        if self._held is None or self._autopilot.plan.ids is PlanIds.ECHOED:
            return None
        read: ReadOutcome = await self._exchange.run(Download(PlanPart.MISSION))
        items = self._held.mission.items
        if isinstance(read, Read) and not self._difference(PlanPart.MISSION, items, read.items):
            return None
        text = "Its mission does not read back as the one it was given: load it again."
        return Refused((Reason(Because.AUTOPILOT, "mission_id", text),))

    async def _replace(self, plan: EncodedPlan, work: _Work) -> Failure | None:
        """On the ground: no mission until all the rest is there."""
        return await self._put(PlanPart.MISSION, (), work) or await self._put_all(plan, _ORDER, work, 0, 0.0)

    async def _change(self, plan: EncodedPlan, former: EncodedPlan | None, work: _Work) -> Failure | None:
        """In the air: only what differs. Most changes are one list, which a vehicle changes at once."""
        differ = [
            part
            for part in _ORDER
            if former is None or part is PlanPart.MISSION or former.items(part) != plan.items(part)
        ]
        work.ids.update(
            {part: self._ids[part] for part in _ORDER if part not in differ and part in self._ids}
        )
        return await self._put_all(plan, differ, work, 0, CHECKED_AFTER_S)

    async def _give_back(self, former: EncodedPlan, work: _Work, seq: int) -> Failure | None:
        parts = [part for part in _ORDER if part in work.touched]
        again = _Work()
        failure = await self._put_all(former, parts, again, seq, CHECKED_AFTER_S)
        self._ids |= again.ids
        return failure

    async def checked_again(self, outcome: Outcome) -> bool:
        """Whether a start was refused for a mission that was being checked anew, and is flyable by now.

        PX4 does so when its home moves or a parameter changes, for a tenth of a second a corner of its fence.
        """
        if self._held is None or not isinstance(outcome, Refused):
            return False
        words = " ".join(reason.text for reason in outcome.reasons)
        if not any(text in words for text in self._autopilot.rechecks):
            return False
        count, fence_items = len(self._held.mission.items), len(self._held.fence)
        settled = await self._exchange.run(Settle(Expected(count, 0, {}, 0.0, (), fence_items)))
        return not isinstance(settled, Failure)

    async def jump(self, seq: int) -> bool:
        """Make item `seq` of the mission the current one, in any mode; whether the vehicle shows it."""
        jumped: JumpOutcome = await self._exchange.run(Jump(seq))
        return isinstance(jumped, Jumped)

    async def _empty(self) -> Failure | None:
        self._ids = {}
        for part in (PlanPart.MISSION, PlanPart.FENCE, PlanPart.RALLY):
            if failure := await self._put(part, (), _Work()):
                return failure
        return None

    async def _put_all(
        self,
        plan: EncodedPlan,
        parts: list[PlanPart] | tuple[PlanPart, ...],
        work: _Work,
        seq: int,
        after_s: float,
    ) -> Failure | None:
        begun_at_s = now_s()
        for part in parts:
            if failure := await self._put(part, plan.items(part), work):
                return failure
        if seq != 0:  # item 0 is made the current one by the upload itself
            jumped: JumpOutcome = await self._exchange.run(Jump(seq))
            if not isinstance(jumped, Jumped):
                return _failed("It could not be put back to where it was", jumped)
        complaints = self._autopilot.complaints
        count, fence_items = len(plan.mission.items), len(plan.fence)
        settle = Settle(Expected(count, seq, dict(work.ids), after_s, complaints, fence_items))
        settled = await self._exchange.run(settle)
        for text in self._texts.since(begun_at_s):  # of the fence it complains while the mission follows
            if text.startswith(complaints):
                return Failure(f'It says: "{text}"', certain=True)
        return settled if isinstance(settled, Failure) else None

    async def _put(self, part: PlanPart, items: tuple[Item, ...], work: _Work) -> Failure | None:
        """One list, proven to be there. It may be sent twice: the same list twice is the list once."""
        name = part.name.lower()
        work.touched.add(part)
        work.ids.pop(part, None)
        uploaded = await self._upload(part, items)
        if not isinstance(uploaded, Uploaded | Unconfirmed):
            return _failed(f"Its {name} could not be uploaded", uploaded)
        if isinstance(uploaded, Uploaded) and uploaded.plan_id != 0:
            work.ids[part] = uploaded.plan_id
            echoed = self._autopilot.plan.ids is PlanIds.ECHOED
            if echoed and uploaded.plan_id == px4_plan_id(items):
                return None
        read: ReadOutcome = await self._exchange.run(Download(part))
        if not isinstance(read, Read):
            return _failed(f"Its {name} could not be read back", read)
        difference = self._difference(part, items, read.items)
        return Failure(difference, certain=True) if difference else None

    async def _upload(self, part: PlanPart, items: tuple[Item, ...]) -> UploadOutcome:
        quirks = self._autopilot.plan
        listed = quirks.listed(part, items)
        manners = (quirks.calling_off, quirks.passing)
        outcome: UploadOutcome = await self._exchange.run(Upload(part, listed, *manners))
        if isinstance(outcome, Silent) and outcome.awaited != "any request":
            # It had answered and then fell silent: it restarted, or gave up on a bad link.
            outcome = await self._exchange.run(Upload(part, listed, *manners))
        return outcome

    def _difference(self, part: PlanPart, items: tuple[Item, ...], read: tuple[Item, ...]) -> str:
        """How a list that was read back differs from the one given; empty where it does not."""
        quirks = self._autopilot.plan
        begins = quirks.first_item.mission_seq if part is PlanPart.MISSION else 0
        return _difference(part, quirks.kept(part, items), read[begins:])


def _difference(part: PlanPart, sent: tuple[Item, ...], read: tuple[Item, ...]) -> str:
    """How a list that was read back differs from the one that was sent; empty where it does not."""
    name = part.name.lower()
    if len(read) != len(sent):
        return f"Its {name} reads back with {len(read)} items in place of {len(sent)}"
    for seq, (given, got) in enumerate(zip(sent, read, strict=True)):
        if not same_item(given, got, part):
            return f"Item {seq} of its {name} reads back as {got}, not {given}"
    return ""


def _failed(what: str, outcome: UploadOutcome | ReadOutcome | JumpOutcome) -> Failure:
    if isinstance(outcome, Declined):
        result = _RESULTS.get(outcome.result, f"MAV_MISSION_RESULT {outcome.result}")
        return Failure(f"{what}: {result}", certain=True)
    awaited = getattr(outcome, "awaited", "the end of the transfer")
    return Failure(f"{what}: nothing was heard of {awaited}", certain=False)


def _outcome(
    plan: EncodedPlan, failure: Failure, undone: Failure | None, former: EncodedPlan | None
) -> Refused | Unanswered:
    text = f"The plan of mission {plan.mission.mission_id} was not taken. {failure.text}"
    if undone is not None:
        return Unanswered(f"{text}. Undoing it failed too: {undone.text}. What it holds now is not known")
    if not failure.certain:
        return Unanswered(f"{text}. It now holds {'its former plan' if former else 'no plan'}")
    return Refused((Reason(Because.AUTOPILOT, "plan", text),))
