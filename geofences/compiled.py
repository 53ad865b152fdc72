"""How kernels become machine code: numba, compiled once a machine and kept beside the source.

Only the entries (called from Python) have signatures and a cache; what they call is compiled into them.
numba keys its cache by the file of the entry alone, so that a change of what an entry calls would go
unnoticed: the entry's name therefore carries a digest of all sources in its folder, and of this one. Kernels
use nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


@lru_cache
def _digest(folder: Path) -> str:
    sources = sorted(folder.glob("*.py"))
    shared = [Path(__file__)] if folder != Path(__file__).parent else []
    return hashlib.sha256(b"".join(source.read_bytes() for source in (*sources, *shared))).hexdigest()[:12]


def compiled(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call, and that makes no arrays: counting their users takes most time."""
    return _inner(kernel, _nrt=False)


def inlined(kernel: _Kernel) -> _Kernel:
    """The same, made part of whatever calls it: for what a search does thousands of times."""
    return _inner(kernel, _nrt=False, forceinline=True)


def allocating(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call, and that makes arrays."""
    return _inner(kernel, _nrt=True)


def _inner(kernel: _Kernel, **how: bool) -> _Kernel:
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **how}
    return cast("_Kernel", njit(error_model="numpy", **options)(kernel))


def entry(signature: str) -> Callable[[_Kernel], _Kernel]:
    """A kernel that Python calls; it holds no lock while it works."""

    def decorate(kernel: _Kernel) -> _Kernel:
        folder = Path(kernel.__code__.co_filename).parent
        kernel.__qualname__ = f"{kernel.__name__}_{_digest(folder)}"
        return cast("_Kernel", njit(signature, cache=True, nogil=True, error_model="numpy")(kernel))

    return decorate
