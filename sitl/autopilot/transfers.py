"""Mission protocol, the vehicle's side: receives and gives out mission, fence and rally lists.

https://mavlink.io/en/services/mission.html, with what PX4 makes of it: one transfer at a time, a request
repeated every 250 ms, given up after 5 s without MISSION_ACK, and ids of the plans in extension fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from sitl.aboard import words
from sitl.aboard.said import Said
from sitl.autopilot import shapes
from sitl.autopilot.channel import Peer
from sitl.autopilot.items import Item, Part, is_misplaced, plan_id, unreadable
from sitl.autopilot.outgoing import Message

_REPEAT_S = 0.25
_GIVE_UP_S = 5.0
_MOST_ITEMS = {Part.MISSION: 10_000, Part.FENCE: 64, Part.RALLY: 32}
"""What PX4's storage holds (dataman.h); a longer list is refused before its first item."""


@dataclass(slots=True)
class _Upload:
    peer: Peer
    part: Part
    count: int
    items: list[Item] = field(default_factory=list)
    asked_at_s: float = 0.0
    heard_at_s: float = 0.0
    in_floats: bool = False


@dataclass(slots=True)
class _Download:
    peer: Peer
    part: Part
    heard_at_s: float


class Transfers:
    """The three lists of one vehicle and the transfer under way. `taken` is told of each new list.

    `current` tells the mission's present item, which PX4 marks in any list that is read back.
    """

    def __init__(
        self,
        taken: Callable[[Part, Sequence[Item]], None],
        say: Callable[[Said], None],
        current: Callable[[], int],
    ) -> None:
        self.lists: dict[Part, tuple[Item, ...]] = dict.fromkeys(Part, ())
        self._reckoned: tuple[object, tuple[int, int, int]] = (((), (), ()), (0, 0, 0))
        self._taken = taken
        self._say = say
        self._current = current
        self._active: _Upload | _Download | None = None
        self._partner: Peer | None = None
        self._taken_count = 0

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._active is not None

    def plan_ids(self) -> tuple[int, int, int]:
        """Ids of mission, fence and rally list; reckoned anew only when a list is another one."""
        lists = (self.lists[Part.MISSION], self.lists[Part.FENCE], self.lists[Part.RALLY])
        if lists != self._reckoned[0]:
            mission, fence, rally = lists
            self._reckoned = lists, (plan_id(mission), plan_id(fence), plan_id(rally))
        return self._reckoned[1]

    def hear(self, message: Message, peer: Peer, now_s: float) -> None:
        """A message of the mission protocol, meant for this vehicle."""
        match message.get_type():
            case "MISSION_COUNT":
                self._begin_upload(message, peer, now_s)
            case "MISSION_ITEM_INT" | "MISSION_ITEM":
                self._take_item(message, peer, now_s)
            case "MISSION_REQUEST_LIST":
                self._begin_download(message, peer, now_s)
            case "MISSION_REQUEST_INT" | "MISSION_REQUEST":
                self._give_item(message, peer, now_s)
            case "MISSION_ACK":
                self._end(message, peer)
            case "MISSION_CLEAR_ALL":
                self._clear(message, peer)

    def tick(self, now_s: float) -> None:
        """Ask again for what did not come; give up on who went away."""
        active = self._active
        if active is None:
            return
        if now_s - active.heard_at_s >= _GIVE_UP_S:
            self._active = None
            self._say(words.TRANSFER_TIMED_OUT)
        elif isinstance(active, _Upload) and now_s - active.asked_at_s >= _REPEAT_S:
            self._ask(active, now_s)

    # -- towards the vehicle -------------------------------------------------------------------

    def _begin_upload(self, message: Message, peer: Peer, now_s: float) -> None:
        active = self._active
        if isinstance(active, _Upload) and active.peer == peer and not active.items:
            self._ask(active, now_s)  # it only says again what began this upload
        elif active is not None:
            busy = words.UPLOAD_BUSY if isinstance(active, _Upload) else words.COUNT_WHILE_READ
            if active.peer == peer or isinstance(active, _Download):
                self._say(busy)
            self._ack(peer, message.mission_type, common.MAV_MISSION_ERROR)
        elif message.count > _MOST_ITEMS.get(message.mission_type, 0):
            self._ack(peer, message.mission_type, common.MAV_MISSION_NO_SPACE)
        elif message.count == 0:
            if message.mission_type in set(Part):
                self._store(Part(message.mission_type), ())
            self._ack(peer, message.mission_type, common.MAV_MISSION_ACCEPTED)
        else:
            upload = _Upload(peer, Part(message.mission_type), message.count, heard_at_s=now_s)
            self._active, self._partner = upload, peer
            self._ask(upload, now_s)

    def _take_item(self, message: Message, peer: Peer, now_s: float) -> None:
        upload = self._active
        if peer != self._partner:
            self._say(words.ITEM_OF_STRANGER)
            return
        if not isinstance(upload, _Upload):
            self._take_late_item(message, peer)
            return
        if upload.part != message.mission_type:
            self._ack(peer, upload.part, common.MAV_MISSION_ERROR)
            return
        upload.heard_at_s = now_s
        upload.in_floats = upload.in_floats or message.get_type() == "MISSION_ITEM"
        if message.seq != len(upload.items):
            return  # an old one again; the request is repeated by itself
        item = Item.of(message)
        refused = unreadable(item, ints=not upload.in_floats)
        if refused is None and is_misplaced(item, upload.part):
            refused = int(common.MAV_MISSION_ERROR)
        elif refused is not None:
            self._say(words.ITEM_INVALID)
        if refused is not None:
            self._active = None
            self._ack(peer, upload.part, refused)
            return
        upload.items.append(item)
        if len(upload.items) < upload.count:
            self._ask(upload, now_s)
            return
        self._active, self._taken_count = None, upload.count
        self._store(upload.part, tuple(upload.items))
        self._ack(peer, upload.part, common.MAV_MISSION_ACCEPTED)

    def _take_late_item(self, message: Message, peer: Peer) -> None:
        """An item that nobody waits for: the last one again, or a client's mistake."""
        again = self._active is None and message.seq + 1 == self._taken_count
        if not again:
            self._say(words.ITEM_OF_NO_TRANSFER if self._active is None else words.ITEM_WHILE_READ)
        result = common.MAV_MISSION_ACCEPTED if again else common.MAV_MISSION_ERROR
        self._ack(peer, message.mission_type, result)

    def _ask(self, upload: _Upload, now_s: float) -> None:
        upload.asked_at_s = now_s
        request = shapes.MISSION_REQUEST if upload.in_floats else shapes.MISSION_REQUEST_INT
        peer = upload.peer
        peer.out.send(request, len(upload.items), peer.system_id, peer.component_id, upload.part)

    def _store(self, part: Part, items: tuple[Item, ...]) -> None:
        same = plan_id(items) == plan_id(self.lists[part]) and len(items) == len(self.lists[part])
        self.lists[part] = items
        if not (same and part is Part.MISSION and items):
            self._taken(part, items)

    # -- from the vehicle ----------------------------------------------------------------------

    def _begin_download(self, message: Message, peer: Peer, now_s: float) -> None:
        if isinstance(self._active, _Upload):
            self._say(words.READ_WHILE_SENT)
            return
        known = message.mission_type in set(Part)
        items = self.lists[Part(message.mission_type)] if known else ()
        self._active, self._partner = None, peer
        if items:
            self._active = _Download(peer, Part(message.mission_type), now_s)
        values = (len(items), peer.system_id, peer.component_id, message.mission_type, plan_id(items))
        peer.out.send(shapes.MISSION_COUNT, *values)

    def _give_item(self, message: Message, peer: Peer, now_s: float) -> None:
        """An item of the list that is read; a wrong one ends the transfer. Without one, PX4 is silent."""
        download = self._active
        if peer != self._partner:
            self._say(words.PARTNER_UNKNOWN)
            return
        if not isinstance(download, _Download) or download.part != message.mission_type:
            return
        items = self.lists[download.part]
        if message.seq >= len(items):
            self._active = None
            self._ack(peer, message.mission_type, common.MAV_MISSION_ERROR)
            self._say(words.ITEM_UNEXPECTED)
            return
        download.heard_at_s = now_s
        item = items[message.seq].read_back()
        peer.out.send(
            shapes.MISSION_ITEM_INT,
            *item.params,
            item.x,
            item.y,
            item.z,
            message.seq,
            item.command,
            peer.system_id,
            peer.component_id,
            item.frame,
            int(message.seq == self._current()),
            item.autocontinue if download.part is not Part.FENCE else 0,
            download.part,
        )

    def _end(self, message: Message, peer: Peer) -> None:
        active = self._active
        if peer != self._partner:
            self._say(words.ACK_OF_STRANGER)
            return
        if active is None or active.part != message.mission_type:
            return
        cancelled = message.type == common.MAV_MISSION_OPERATION_CANCELLED
        if isinstance(active, _Download) or cancelled:
            self._active = None

    def _clear(self, message: Message, peer: Peer) -> None:
        if self._active is not None:
            self._say(words.CLEARED_WHILE_BUSY)
            return
        for part in Part:
            if message.mission_type in {part, common.MAV_MISSION_TYPE_ALL}:
                self._store(part, ())
        self._ack(peer, message.mission_type, common.MAV_MISSION_ACCEPTED)

    def _ack(self, peer: Peer, mission_type: int, result: int) -> None:
        opaque_id = plan_id(self.lists[Part(mission_type)]) if mission_type in set(Part) else 0
        values = (peer.system_id, peer.component_id, result, mission_type, opaque_id)
        peer.out.send(shapes.MISSION_ACK, *values)
