"""How this room's kernels become machine code: numba, compiled once a machine and kept beside the source.

As in `geofences.compiled`: only the entry has a cache; what it calls is compiled into it, and its
name carries a digest of the kernels' sources, so that a change of any of them is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])
_SOURCES = (
    "tables.py",
    "compiled.py",
    "trips_kernel.py",
    "trips_insert.py",
    "trips_ruin.py",
    "trips_search.py",
)


def _digest() -> str:
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _SOURCES)).hexdigest()[:12]


_NAMED_FOR = _digest()


def compiled(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call, and that makes no arrays: counting their users takes most time."""
    return _inner(kernel, _nrt=False)


def inlined(kernel: _Kernel) -> _Kernel:
    """The same, made part of its caller: handing over all tables takes longer than most of what is done."""
    return _inner(kernel, _nrt=False, forceinline=True)


def allocating(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call, and that makes arrays."""
    return _inner(kernel, _nrt=True)


def _inner(kernel: _Kernel, **how: bool) -> _Kernel:
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **how}
    return cast("_Kernel", njit(error_model="numpy", **options)(kernel))


def entry(kernel: _Kernel) -> _Kernel:
    """A kernel that Python calls; it holds no lock while it works."""
    kernel.__qualname__ = f"{kernel.__name__}_{_NAMED_FOR}"
    return cast("_Kernel", njit(cache=True, nogil=True, error_model="numpy")(kernel))
