"""Instants as numbers, in any body: UTC seconds, and what is said to one who counts milliseconds."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

_LAST_S = 253402300799.0
"""The end of the year 9999."""


def _counts_seconds(value: object) -> object:
    if isinstance(value, int | float) and value > _LAST_S:
        raise ValueError("must be UTC seconds, of a year before 10000; this may be milliseconds")
    return value


InstantS = Annotated[float, BeforeValidator(_counts_seconds), Field(ge=0.0, le=_LAST_S)]
"""UTC seconds of the years 1970 to 9999."""
