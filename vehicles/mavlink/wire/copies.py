"""The same words over several links: which copies are news, and which are old or doubled.

A vehicle says everything on each of its links, and a slow link brings it seconds late. An old heartbeat
must not set the mode back, and an old position must not pass for a restart.
"""

from __future__ import annotations

from vehicles.mavlink.wire.frames import Message

SPARE_AFTER_S = 1.0
"""What is said again and again counts from a spare link when the best one brought none for so long."""
_BEST_LIVES_S = 3.0
_OVERTAKEN_MS = 5000
"""A time since boot that goes back by more is a restart's, whatever our clock says."""
_JITTER_MS = 500
"""Words take so much longer or less long to come; a look at the sockets gives all that it finds one time."""
_APART_MS = 100
"""Messages of one moment are dated apart by less: each tells when what is in it was measured."""
_SAID_ONCE = frozenset({"STATUSTEXT", "EVENT"})
_NEVER = -float("inf")


def began_anew(boot_ms: int, at_s: float, before_ms: int, before_at_s: float) -> bool:
    """Whether a time since boot that came at `at_s` is of a later life than the one that came before it.

    A message that was overtaken is of a life that had begun by then: only a restart can have begun after the
    words before came, surely so when it began clearly later. Compiled too (`sift`).
    """
    back_ms, since_ms = before_ms - boot_ms, (at_s - before_at_s) * 1e3
    maybe_after, surely_after = boot_ms < since_ms + _JITTER_MS, boot_ms < since_ms - _JITTER_MS
    least_ms = _APART_MS if surely_after else _JITTER_MS if maybe_after else _OVERTAKEN_MS
    return back_ms > least_ms


class Copies:
    """Remembers for one vehicle what came over which link."""

    def __init__(self) -> None:
        self._best_at_s: dict[str, float] = {}
        self._best_heard_at_s = _NEVER
        self._boots: dict[int, tuple[int, float]] = {}
        self._newest_boot_ms: dict[str, int] = {}

    def news(self, index: int, best: int, message: Message, at_s: float) -> bool:
        """Whether `message`, come over link `index` while `best` is the best one, tells anything new.

        What answers us always does: it names the exchange that it belongs to.
        """
        kind = message.get_type()
        boot_ms = getattr(message, "time_boot_ms", None)
        if boot_ms is not None:
            return self.told(index, best, kind, int(boot_ms), at_s)
        return self.told(index, best, kind, None, at_s) or hasattr(message, "target_component")

    def told(self, index: int, best: int, kind: str, boot_ms: int | None, at_s: float) -> bool:
        """The same of a message of that kind which answers nobody; `boot_ms` is its time since boot."""
        if index == best:
            self._best_heard_at_s = at_s
        if boot_ms is not None:
            return self._newer(index, best, kind, boot_ms, at_s)
        if index == best:
            self._best_at_s[kind] = at_s
            return True
        if kind in _SAID_ONCE:  # pieces are numbered by link: one link's or the other's, never mixed
            return self._best_is_silent(at_s)
        return at_s - self._best_at_s.get(kind, _NEVER) > SPARE_AFTER_S

    def _newer(self, index: int, best: int, kind: str, boot_ms: int, at_s: float) -> bool:
        """Whether a time since boot is the newest of its kind; or less, because the vehicle began anew."""
        before, self._boots[index] = self._boots.get(index, (0, at_s)), (boot_ms, at_s)
        newest_ms = self._newest_boot_ms.get(kind, -1)
        if began_anew(boot_ms, at_s, *before) or (boot_ms < newest_ms and self._best_is_silent(at_s)):
            self._newest_boot_ms.clear()
        elif boot_ms < newest_ms or (boot_ms == newest_ms and index != best):
            return False
        self._newest_boot_ms[kind] = boot_ms
        return True

    def _best_is_silent(self, at_s: float) -> bool:
        return at_s - self._best_heard_at_s > _BEST_LIVES_S
