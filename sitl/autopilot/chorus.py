"""Many simulated autopilots that say what they say by themselves together, by machine code (`singing`).

Packing and framing a message takes ten microseconds of Python, and each vehicle sends sixteen a second. So
who has one link in memory, no faults and no key leaves that to the chorus: position and battery are read
where the machine code that steps vehicles has them, its words (mode, landed, current item) are packed when
they may be others. Answers, texts, events and whatever else is rare it sends itself, numbered with the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sitl.autopilot.ether import Ether, VehicleEnd
from sitl.autopilot.singer import SINGER, SOURCES, STRIDE, SUNG, drafts
from sitl.autopilot.singing import sing
from sitl.autopilot.voice import NEVER_S, Voice
from sitl.motion.compiled import machine_code

if TYPE_CHECKING:
    from sitl.autopilot.server import Autopilot
    from sitl.motion.flock import Flock

_AT_ONCE = 1024
_KINDS = {shape.number: kind for kind, shape in enumerate(SUNG)}


class Chorus:
    """Those of `autopilots` that can sing, all of one `ether`; they do from now on."""

    def __init__(self, autopilots: Sequence[Autopilot], ether: Ether) -> None:
        self._ether = ether
        self._flocks: list[tuple[Flock, np.ndarray]] = []
        made = drafts()
        self._paper = made, tuple(draft.view(np.uint8) for draft in made)
        numbers = np.zeros(_AT_ONCE, np.int32), np.zeros(_AT_ONCE, np.int32)
        self._frames = np.zeros(_AT_ONCE * STRIDE, np.uint8), *numbers
        self._gather(autopilots)

    def _gather(self, autopilots: Sequence[Autopilot]) -> None:
        by_flock: dict[int, list[Autopilot]] = {}
        for one in autopilots:
            flock, _ = one.flight.airframe.berth
            if flock.rows is not None and len(one.channels) == 1 and not one.onboard.has_winch:
                by_flock.setdefault(id(flock), []).append(one)
        for some in by_flock.values():
            rows = np.zeros(len(some), SINGER)
            self._flocks.append((some[0].flight.airframe.berth[0], rows))
            for row, autopilot in zip(rows, some, strict=True):
                self._take_in(row, autopilot)

    def _take_in(self, row: Any, autopilot: Autopilot) -> None:  # noqa: ANN401 - a record of numpy's
        link, onboard = autopilot.channels[0].link, autopilot.onboard
        if not isinstance(link, VehicleEnd):
            return
        row["cell"] = autopilot.flight.airframe.berth[1]
        row["system"], row["port"], row["seed"] = onboard.system_id, link.port, onboard.system_id
        row["lat_e7"], row["lon_e7"] = onboard.pad_e7
        row["lat_e7_per_m"], row["lon_e7_per_m"], row["tan_per_m"] = onboard.per_m
        row["pad_amsl_m"], row["battery_cells"], row["noise_frac"] = onboard.pad_amsl_m, onboard.cells, 1.0
        row["next_age_s"] = NEVER_S
        autopilot.sing_with(Voice(row, _KINDS))

    def sing(self, at_s: float) -> None:
        """Send all that is due at fleet time `at_s`."""
        kernel = machine_code(sing, *SOURCES)
        for flock, rows in self._flocks:
            first = 0
            while first < len(rows):
                made, first = kernel(flock.rows, rows, first, at_s, self._paper, self._frames)
                self._ether.spread(*self._frames, made, at_s)
