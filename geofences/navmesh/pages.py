"""Memory for arrays of which changed copies are made: a copy shares every page that was not written since.

On Linux large arrays lie in a file of memory that each copy maps for itself (`MAP_PRIVATE`): the processor's
own copy on write. Elsewhere, and for small ones, a copy is a copy. Reading costs the same either way.
"""

from __future__ import annotations

import mmap
import os
import sys
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

PAGE_BYTES = 4096
_LEAST_SHARED_BYTES = 2**20

Layout: TypeAlias = Sequence[tuple[tuple[int, ...], type[np.generic]]]
"""Shape and type of each array."""


class _Base:
    """A file of memory, which all copies are made from; gone with the last of them."""

    def __init__(self, size: int) -> None:
        self.file = os.memfd_create("navmesh")
        weakref.finalize(self, os.close, self.file)
        os.ftruncate(self.file, size)


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """Arrays, each from the beginning of a page on; `marks` has a byte for each page.

    Whoever writes to a copy marks what is written: unmarked pages of the next copy are those of the first.
    """

    arrays: tuple[NDArray[Any], ...]
    marks: NDArray[np.uint8]
    _layout: Layout
    _memory: NDArray[np.uint8]
    _base: _Base | None
    _is_base: bool
    """Whether writing to it writes to the base itself."""

    @staticmethod
    def of(layout: Layout) -> Pages:
        """Arrays of zeros, which may be written until the first copy is made."""
        pages = sum(_pages(shape, kind) for shape, kind in layout)
        base = _base_of(pages * PAGE_BYTES)
        memory = _aligned(pages) if base is None else _rows(mmap.mmap(base.file, pages * PAGE_BYTES))
        return _laid_out(layout, memory, np.zeros(pages, np.uint8), base, is_base=True)

    def copy(self) -> Pages:
        """The same, to be written until the next copy is made of it."""
        marks = np.zeros_like(self.marks) if self._is_base else self.marks.copy()
        if self._base is None:
            memory = _aligned(len(self._memory))
            memory[:] = self._memory
        else:
            memory = _rows(mmap.mmap(self._base.file, self._memory.size, access=mmap.ACCESS_COPY))
            written = np.flatnonzero(marks)
            memory[written] = self._memory[written]
        return _laid_out(self._layout, memory, marks, self._base, is_base=False)

    def marks_of(self) -> list[NDArray[np.uint8]]:
        """The marks of each array."""
        ends = np.cumsum([_pages(shape, kind) for shape, kind in self._layout])
        return np.split(self.marks, ends[:-1])

    @property
    def own_bytes(self) -> int:
        """How much the next copy has to copy of what else it would share."""
        shares = self._base is not None and not self._is_base
        return PAGE_BYTES * int(np.count_nonzero(self.marks)) if shares else 0


def _base_of(size: int) -> _Base | None:
    if size < _LEAST_SHARED_BYTES or sys.platform != "linux":
        return None
    try:
        return _Base(size)
    except OSError:  # as many files as this process may have are open
        return None


def _pages(shape: tuple[int, ...], kind: type[np.generic]) -> int:
    return -(-int(np.prod(shape)) * np.dtype(kind).itemsize // PAGE_BYTES)


def _rows(mapped: mmap.mmap) -> NDArray[np.uint8]:
    return np.frombuffer(mapped, np.uint8).reshape(-1, PAGE_BYTES)


def _aligned(pages: int) -> NDArray[np.uint8]:
    room = np.zeros((pages + 1) * PAGE_BYTES, np.uint8)
    first = -room.ctypes.data % PAGE_BYTES
    return room[first : first + pages * PAGE_BYTES].reshape(pages, PAGE_BYTES)


def _laid_out(
    layout: Layout, memory: NDArray[np.uint8], marks: NDArray[np.uint8], base: _Base | None, *, is_base: bool
) -> Pages:
    found, page = [], 0
    for shape, kind in layout:
        until = page + _pages(shape, kind)
        flat = memory[page:until].reshape(-1).view(kind)
        found.append(flat[: int(np.prod(shape))].reshape(shape))
        page = until
    return Pages(tuple(found), marks, layout, memory, base, is_base)
