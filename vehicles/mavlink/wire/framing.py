"""Whole frames out of a stream of bytes that is cut anywhere: TCP, serial lines."""

from __future__ import annotations

from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2, SIGNED, next_magic


class Framing:
    """Keeps the beginning of a frame until its end has come. At most one frame's bytes are kept."""

    def __init__(self) -> None:
        self._kept = b""

    def take(self, chunk: bytes) -> bytes:
        """Everything up to the last whole frame; dirt between frames is passed on with them."""
        data = self._kept + chunk if self._kept else chunk
        at = 0
        while at < len(data):
            size = frame_size(data, at)
            if size is None or at + size > len(data):
                break
            at += size
        self._kept = data[at:]
        return data[:at]

    def restart(self) -> None:
        """The stream begins anew: what was kept has lost its end."""
        self._kept = b""


def frame_size(data: bytes, at: int) -> int | None:
    """The size of the frame at `at`, or of the dirt there; None while too little is known."""
    if data[at] == MAGIC_V2:
        if at + 3 > len(data):
            return None
        return data[at + 1] + (25 if data[at + 2] & SIGNED else 12)
    if data[at] == MAGIC_V1:
        return None if at + 2 > len(data) else data[at + 1] + 8
    return next_magic(data, at) - at
