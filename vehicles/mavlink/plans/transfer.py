"""The MAVLink mission protocol as pure state machines: messages and times in, messages and outcomes out.

No socket, no clock: whoever drives one calls `start`, then `receive` for each message and `tick`
when `wake_at_s` has come, and sends what they return, until `outcome` is there. Times are seconds
on any one clock. Protocol: mavlink.io/en/services/mission.html; how PX4 differs: docs/mavlink.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import PASSING, CallingOff
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.messages import Counted, Ended, GotItem, Heard, Requested
from vehicles.mavlink.exchanges.sayings import (
    SayClear,
    SayCount,
    SayEnd,
    Saying,
    SayItem,
    SayList,
    SayRequest,
)

REPLY_WITHIN_S = 0.75
"""Half the protocol's time for an answer to MISSION_COUNT and MISSION_REQUEST_LIST, and asked twice as often:
with 30 % loss each way, five questions go unanswered one time in thirty, ten one time in a thousand."""
ITEM_WITHIN_S = 0.5
"""Twice the protocol's time for an item: PX4 was seen to take long while it writes to its storage."""
SENDS = 10
SERVES = 40
"""How often one item is given. A vehicle that asks on for it, at its 4 Hz, stores nothing."""
CONFIRMS_WITHIN_S = 3.0
"""From giving the last item to its acknowledgement; without one the list is read back."""
GIVES_UP_AFTER_S = 6.0
"""PX4 drops a transfer in silence after 5 s; asking on after that is of no use."""
ASKS_AGAIN_WITHIN_S = 1.5
"""ArduPilot asks for an item again after 1 s."""
LARGEST_LIST = 10_000
"""PX4's own limit; a count beyond it is a broken answer, not a list to read."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The vehicle acknowledged the whole list. `plan_id` is the id it gave it, 0 for none."""

    plan_id: int = 0


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The vehicle took every item, but its acknowledgement never came: read back to know."""


@dataclass(frozen=True, slots=True)
class Read:
    """The list the vehicle holds."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Declined:
    """The vehicle ended the transfer with that MAV_MISSION_RESULT."""

    result: int


@dataclass(frozen=True, slots=True)
class Silent:
    """The vehicle did not say what was due: `awaited` names it."""

    awaited: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """We called it off."""


UploadOutcome = Uploaded | Unconfirmed | Declined | Silent | Cancelled
ReadOutcome = Read | Declined | Silent | Cancelled


class Upload:
    """Gives a vehicle one list. The vehicle leads: it asks for each item, as often as it likes."""

    def __init__(
        self,
        part: PlanPart,
        items: tuple[Item, ...],
        calling_off: CallingOff = CallingOff.BY_ACK,
        passing: frozenset[int] = PASSING,
    ) -> None:
        self.part = part
        self.outcome: UploadOutcome | None = None
        self.wake_at_s = 0.0
        self.items = items
        self._calling_off = calling_off
        self._passing = passing
        self._sends = 0
        self._served: Counter[int] = Counter()
        self._error: int | None = None

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Offer the list."""
        return self._offer(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Answer what belongs to this transfer; anything else changes nothing."""
        if self.outcome is not None:
            return ()
        match heard:
            case Requested(part=self.part, seq=seq):
                return self._serve(seq, at_s)
            case Ended(part=self.part, result=result, plan_id=plan_id):
                self._ended(result, plan_id, at_s)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed: offer again, or give up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if not self._served and self._sends < SENDS:
            return self._offer(at_s)
        if self._error is not None:
            self.outcome = Declined(self._error)
        elif self._is_served():
            self.outcome = Unconfirmed()
            return ()
        else:
            self.outcome = Silent(
                f"request for item {max(self._served) + 1}" if self._served else "any request"
            )
        return self._call_off()

    def cancel(self) -> tuple[Saying, ...]:
        """Call it off; frees a PX4 for the next transfer at once."""
        if self.outcome is not None:
            return ()
        self.outcome = Cancelled()
        return self._call_off()

    def _offer(self, at_s: float) -> tuple[Saying, ...]:
        self._sends += 1
        self.wake_at_s = at_s + REPLY_WITHIN_S
        return (SayCount(self.part, len(self.items)),)

    def _serve(self, seq: int, at_s: float) -> tuple[Saying, ...]:
        if seq >= len(self.items):
            self.outcome = Declined(common.MAV_MISSION_INVALID_SEQUENCE)
            return self._call_off()
        if self._served[seq] >= SERVES:
            self.outcome = Silent(f"anything but requests for item {seq}")
            return self._call_off()
        self._error = None
        self._served[seq] += 1
        self.wake_at_s = at_s + (CONFIRMS_WITHIN_S if self._is_served() else GIVES_UP_AFTER_S)
        return (SayItem(self.part, seq, self.items[seq]),)

    def _ended(self, result: int, plan_id: int, at_s: float) -> None:
        if result in self._passing:
            self._error = result
            repeated = result == common.MAV_MISSION_INVALID_SEQUENCE
            self.wake_at_s = at_s + (ASKS_AGAIN_WITHIN_S if repeated else REPLY_WITHIN_S)
        elif result != common.MAV_MISSION_ACCEPTED:
            self.outcome = Declined(result)
        elif self._is_served():
            self.outcome = Uploaded(plan_id)
        # An acceptance before every item was asked for cannot mean this list: it is ignored.

    def _is_served(self) -> bool:
        return len(self._served) == len(self.items)

    def _call_off(self) -> tuple[Saying, ...]:
        if self._calling_off is CallingOff.BY_CLEARING:
            return (SayClear(self.part),)
        return (SayEnd(self.part, common.MAV_MISSION_OPERATION_CANCELLED),)


class Download:
    """Reads one list from a vehicle. We lead: we ask for each item in turn."""

    def __init__(self, part: PlanPart) -> None:
        self.part = part
        self.outcome: ReadOutcome | None = None
        self.wake_at_s = 0.0
        self._count: int | None = None
        self._items: list[Item] = []
        self._sends = 0
        self._progress_at_s = 0.0

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Ask how many items there are."""
        return self._ask(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Take the count and the items in order; anything else changes nothing."""
        if self.outcome is not None:
            return ()
        match heard:
            case Counted(part=self.part, count=count) if self._count is None:
                return self._counted(count, at_s)
            case GotItem(part=self.part, seq=seq, item=item) if self._due(seq):
                self._items.append(item)
                return self._next(at_s)
            case Ended(part=self.part, result=result) if result != common.MAV_MISSION_ACCEPTED:
                self.outcome = Declined(result)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed: ask again, or give up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if self._count is None:
            if self._sends < SENDS:
                return self._ask(at_s)
            self.outcome = Silent("item count")
            return ()
        if at_s - self._progress_at_s >= GIVES_UP_AFTER_S:
            self.outcome = Silent(f"item {len(self._items)}")
            return (SayEnd(self.part, common.MAV_MISSION_OPERATION_CANCELLED),)
        return self._ask(at_s)

    def cancel(self) -> tuple[Saying, ...]:
        """Call it off."""
        if self.outcome is not None:
            return ()
        self.outcome = Cancelled()
        return (SayEnd(self.part, common.MAV_MISSION_OPERATION_CANCELLED),)

    def _due(self, seq: int) -> bool:
        return self._count is not None and seq == len(self._items)

    def _counted(self, count: int, at_s: float) -> tuple[Saying, ...]:
        if count > LARGEST_LIST:
            self.outcome = Declined(common.MAV_MISSION_ERROR)
            return (SayEnd(self.part, common.MAV_MISSION_OPERATION_CANCELLED),)
        self._count = count
        return self._next(at_s)

    def _next(self, at_s: float) -> tuple[Saying, ...]:
        self._progress_at_s = at_s
        if len(self._items) == self._count:
            self.outcome = Read(tuple(self._items))
            return (SayEnd(self.part, common.MAV_MISSION_ACCEPTED),)
        return self._ask(at_s)

    def _ask(self, at_s: float) -> tuple[Saying, ...]:
        self._sends += 1
        self.wake_at_s = at_s + (REPLY_WITHIN_S if self._count is None else ITEM_WITHIN_S)
        if self._count is None:
            return (SayList(self.part),)
        return (SayRequest(self.part, len(self._items)),)
