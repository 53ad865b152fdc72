"""What every table of the configuration is, and the words that many of them share.

Pydantic stands at this edge only: tables are frozen, and what the rooms get are their own values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Label = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""What people read: one line."""


def _has_no_zero(file: Path) -> Path:
    if "\0" in str(file):
        raise ValueError("no file's name has a zero byte in it")
    return file


File = Annotated[Path, Strict(strict=False), AfterValidator(_has_no_zero)]
"""A file's name, as text."""
ONE_OF = Strict(strict=False)
"""Of an enum: the file has its word."""
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Table(BaseModel):
    """A table of the file: frozen, and a key that it does not know is refused, as is a value of another type.

    TOML has types of its own: `"8765"` and `true` are no numbers (taken for one, `port = true` was port 1).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
