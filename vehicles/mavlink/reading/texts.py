"""STATUSTEXT: whole sentences from chunks, and the recent ones worth an operator's eye."""

from __future__ import annotations

from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.messages import Text
from vehicles.mavlink.reading.events import text_of
from vehicles.mavlink.wire.frames import Message

KEPT_S = 30.0
KEPT = 8
_CHUNK_CHARS = 50
_WORST_TO_SHOW = common.MAV_SEVERITY_WARNING


@dataclass(slots=True)
class _Pending:
    text_id: int
    severity: int
    chunks: dict[int, str]
    ends_at: int | None = None


class Texts:
    """Joins chunked texts (one at a time, as autopilots send them) and keeps warnings for a while."""

    def __init__(self) -> None:
        self._pending: _Pending | None = None
        self._cut = ""
        self._kept: dict[str, float] = {}
        self._noted: dict[str, float] = {}

    def hear(self, message: Message, at_s: float) -> tuple[Text, ...]:
        """Take a STATUSTEXT; give the texts that are complete by it.

        A text whose chunks were lost is given with an ellipsis once the next text begins.
        """
        done: list[Text] = []
        pending = self._pending
        if pending is not None and pending.text_id != message.id:
            done.append(_join(pending))
            self._pending = None
        if message.id == 0:
            done.append(Text(message.severity, self._whole(message)))
        else:
            self._add(message)
            if self._pending is not None and _complete(self._pending):
                done.append(_join(self._pending))
                self._pending = None
        for text in done:
            if text.severity <= _WORST_TO_SHOW:
                _newest(self._kept, text.text, at_s)
        return tuple(done)

    def recent(self, at_s: float) -> tuple[str, ...]:
        """Warnings and worse of the last half minute, each once: texts, then events; oldest first."""
        if not self._kept and not self._noted:
            return ()
        since_s = at_s - KEPT_S
        noted = (text for text, heard_at_s in self._noted.items() if heard_at_s > since_s)
        return tuple(dict.fromkeys((*self.since(since_s), *noted)))

    def hear_event(self, message: Message, at_s: float) -> Text | None:
        """Take an EVENT and keep its words for people; they come back, for exchanges that wait for them."""
        text = text_of(message)
        if text is not None:
            _newest(self._noted, text.text, at_s)
        return text

    def since(self, at_s: float) -> tuple[str, ...]:
        """Warnings and worse heard after `at_s`, oldest first, as far as they are kept."""
        return tuple(text for text, heard_at_s in self._kept.items() if heard_at_s > at_s)

    def _whole(self, message: Message) -> str:
        """A text in no pieces; or, after one of full length, what goes on from that.

        PX4 numbers its texts from 0, which means that they are in no pieces, and cuts the first as any other.
        """
        before = self._cut if message.chunk_seq else ""
        self._kept.pop(_clean(before), None)
        whole = before + message.text
        self._cut = whole if len(message.text) == _CHUNK_CHARS else ""
        return _clean(whole)

    def _add(self, message: Message) -> None:
        if self._pending is None:
            self._pending = _Pending(message.id, message.severity, {})
        self._pending.chunks[message.chunk_seq] = message.text
        if len(message.text) < _CHUNK_CHARS:
            self._pending.ends_at = message.chunk_seq


def _newest(kept: dict[str, float], text: str, at_s: float) -> None:
    kept.pop(text, None)  # said again, it is the newest
    kept[text] = at_s
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _complete(pending: _Pending) -> bool:
    return pending.ends_at is not None and all(n in pending.chunks for n in range(pending.ends_at + 1))


def _join(pending: _Pending) -> Text:
    last = pending.ends_at if pending.ends_at is not None else max(pending.chunks) + 1
    return Text(pending.severity, _clean("".join(pending.chunks.get(n, "...") for n in range(last + 1))))


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()
