"""How this house's kernels become machine code: numba, compiled once a machine and kept by the source.

Only the entries (called from Python) have a cache; what they call is compiled into them, at their first
call: a family's `prepare` makes it, before any clock starts. numba keys its cache by the file of the entry
alone; a change of what it calls would go unnoticed, so the entry's name carries a digest of its folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from numba import njit

from geofences import compiled as recipe
from geofences.compiled import allocating, compiled, inlined

__all__ = ["allocating", "compiled", "entry", "inlined"]

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])
_SHARED = (Path(__file__), Path(__file__).with_name("draws.py"), Path(recipe.__file__))


def entry(kernel: _Kernel) -> _Kernel:
    """A kernel that Python calls, always with the same types; it holds no lock while it works."""
    folder = Path(kernel.__code__.co_filename).parent
    sources = (*sorted(folder.glob("*.py")), *_SHARED)
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    kernel.__qualname__ = f"{kernel.__name__}_{digest}"
    return cast("_Kernel", njit(cache=True, nogil=True, error_model="numpy")(kernel))
