"""Where a run's time goes: the processor's time of this process, sampled, by what it was spent on."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

_EVERY_S = 0.005
_HERE = Path(__file__).parents[1]


class Where:
    """Samples the main thread while it is entered, every 5 ms of the processor.

    `parts` names what each part of the program is, by the beginning of a file's path in the project. A sample
    counts for the innermost function whose file is named; what none names is "the rest".
    """

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._parts = {str(_HERE / start): part for start, part in parts.items()}
        self._of: dict[str, str | None] = {}
        self._seen = Counter[str]()

    def __enter__(self) -> Self:
        """Begin."""
        self._before = signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, self._before)

    def shares(self) -> dict[str, float]:
        """By part the share of all samples, the largest first."""
        count = max(1, self._seen.total())
        return {part: number / count for part, number in self._seen.most_common()}

    def _sample(self, _: int, frame: FrameType | None) -> None:
        while frame is not None:
            part = self._part_of(frame.f_code.co_filename)
            if part is not None:
                self._seen[part] += 1
                return
            frame = frame.f_back
        self._seen["the rest"] += 1

    def _part_of(self, file: str) -> str | None:
        if file not in self._of:
            named = [part for start, part in self._parts.items() if file.startswith(start)]
            self._of[file] = named[0] if named else None
        return self._of[file]
