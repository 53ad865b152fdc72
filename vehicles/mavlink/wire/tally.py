"""How often each message of one vehicle came over one link: heard one by one, or kept in rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.row import Row


class Stream:
    """One message of the vehicle: how often it came (when wanted: came whole), and how it is read."""

    __slots__ = ("count", "message_id", "read", "seed")

    def __init__(self, message_id: int, seed: bytes, read: Callable[[bytes], Message | None] | None) -> None:
        self.message_id = message_id
        self.count = 0
        self.seed = seed
        self.read = read


class Tally:
    """The streams by the header bytes that name source and message, and what rows counted that are gone."""

    def __init__(self) -> None:
        self.streams: dict[bytes, Stream] = {}
        self._parsed, self._unwanted = 0, Counter[int]()

    def take_over(self, row: Row | None) -> None:
        """That row is used no more; what it counted stays."""
        if row is not None:
            self._parsed += row.parsed
            self._unwanted.update(row.unwanted)

    def parsed(self, row: Row | None) -> int:
        """How many came whole and are read, those of the present row with them."""
        heard = sum(stream.count for stream in self.streams.values() if stream.read is not None)
        return heard + self._parsed + (0 if row is None else row.parsed)

    def unwanted(self, row: Row | None) -> dict[int, int]:
        """By message id, how many came that nobody here reads."""
        found = {} if row is None else row.unwanted
        if self._unwanted:
            found = dict(self._unwanted + Counter(found))
        for stream in self.streams.values():
            if stream.read is None and stream.count:
                found[stream.message_id] = found.get(stream.message_id, 0) + stream.count
        return found
