"""How steps of motion become machine code, for many vehicles: numba, compiled once a machine and kept.

What is marked `compiled` stays a plain function of Python, by which few vehicles are stepped: a process of
one need not load a compiler. Both round alike. As in `geofences.compiled`, what is kept carries a digest of
all that is compiled into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

_Step = TypeVar("_Step", bound=Callable[..., object])
_SOURCES = (
    *(
        "battery.py",
        "car.py",
        "compiled.py",
        "consumption.py",
        "copter.py",
        "maths.py",
        "robot.py",
        "smoothing.py",
    ),
    *("state.py", "stepping.py", "tracking.py", "turbulence.py", "wing.py"),
)
_marked: list[Callable[..., object]] = []


def compiled(step: _Step) -> _Step:
    """A function of one vehicle's numbers that becomes part of what `machine_code` makes."""
    _marked.append(step)
    return step


@cache
def machine_code(step: _Step, *more: Path) -> _Step:
    """The same function as machine code, of rows of numbers. `more`: sources elsewhere that it is made of."""
    from numba import njit  # noqa: PLC0415 - a third of a second that few vehicles need not wait for
    from numba.extending import register_jitable  # noqa: PLC0415

    while _marked:
        register_jitable(error_model="numpy")(_marked.pop())
    here = Path(__file__).parent
    sources = (*(here / name for name in _SOURCES), *more)
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    step.__qualname__ = f"{step.__name__}_{digest[:12]}"
    return cast("_Step", njit(cache=True, error_model="numpy")(step))
