"""What the compiled kernels of the wire share: the shapes of what they take, and their names on the disk.

Compiled by numba once a machine and kept beside the source, under a name for all that is compiled into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import from_dtype, types

from vehicles.mavlink.wire.rows import ROW

BYTES, INTS, INTS_OF, SHORTS = types.uint8[::1], types.int32[::1], types.int32[:], types.int16[::1]
ROWS: Any = from_dtype(ROW)[::1]
_BAKED_IN = (
    *("compiled.py", "copies.py", "frames.py", "layouts.py", "loss.py"),
    *("rows.py", "seals.py", "sense.py", "sift.py", "wanted.py"),
)


def named(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """By all that is compiled into it: numba itself would notice a change of its own file alone."""
    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join((here / name).read_bytes() for name in _BAKED_IN)).hexdigest()
    kernel.__qualname__ = f"{kernel.__name__}_{digest[:12]}"
    return kernel
