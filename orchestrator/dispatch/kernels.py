"""How the families' kernels become machine code: numba, compiled once a machine and kept by the source.

Only the entries (called from Python) have a cache; what they call is compiled into them, at their first
call: a family's `prepare` makes it, before any clock starts. numba keys its cache by the file of the entry
alone; a change of what it calls would go unnoticed, so the entry's name carries a digest of its folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def compiled(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call; it makes no arrays."""
    return _inner(kernel, _nrt=False)


def allocating(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call, and that makes arrays."""
    return _inner(kernel, _nrt=True)


def _inner(kernel: _Kernel, *, _nrt: bool) -> _Kernel:
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": _nrt}
    return cast("_Kernel", njit(error_model="numpy", **options)(kernel))


def entry(file: str) -> Callable[[_Kernel], _Kernel]:
    """A kernel that Python calls, in this source `file`; it holds no lock while it works."""
    room = hashlib.sha256(b"".join(s.read_bytes() for s in sorted(Path(file).parent.glob("*.py"))))
    room.update(b"".join(Path(__file__).with_name(n).read_bytes() for n in ("kernels.py", "draws.py")))
    digest = room.hexdigest()[:12]

    def decorate(kernel: _Kernel) -> _Kernel:
        kernel.__qualname__ = f"{kernel.__name__}_{digest}"
        return cast("_Kernel", njit(cache=True, nogil=True, error_model="numpy")(kernel))

    return decorate
