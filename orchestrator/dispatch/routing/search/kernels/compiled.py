"""How this room's kernels become machine code: numba, compiled once a machine and kept beside the source.

Only the entries (called from Python) have a cache; what they call is compiled into them. Their arguments are
always of the same types, so that there is one machine code of each. numba keeps its cache by the file of the
entry alone, so that a change of what an entry calls would go unnoticed: the entry's name therefore carries
a digest of all sources of this room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def _digest() -> str:
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


_SOURCES = _digest()


def compiled(kernel: _Kernel) -> _Kernel:
    """A kernel that becomes part of the kernels that call it, and makes no arrays.

    Handing over some fifty arrays takes longer than most of what is done with them.
    """
    return _inner(kernel, forceinline=True)


def called(kernel: _Kernel) -> _Kernel:
    """The same for a long kernel that is called from many places: so machine code is made of it only once."""
    return _inner(kernel)


def _inner(kernel: _Kernel, **how: bool) -> _Kernel:
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, **how}
    return cast("_Kernel", njit(error_model="numpy", **options)(kernel))


def entry(kernel: _Kernel) -> _Kernel:
    """A kernel that Python calls; it holds no lock while it works."""
    kernel.__qualname__ = f"{kernel.__name__}_{_SOURCES}"
    return cast("_Kernel", njit(cache=True, nogil=True, error_model="numpy")(kernel))
