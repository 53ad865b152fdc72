"""The configuration's file: read once, refused by file, field and reason.

Relative file names are read from the folder of the configuration file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orchestrator.config.fleet import Config
from orchestrator.ending import BadInput
from orchestrator.files.whole import read_file

_MOST_MIB = 4
"""Some 10,000 vehicles."""


def read_config(path: Path) -> Config:
    """Read a configuration file. Raises `BadInput` naming file, field and reason."""
    try:
        table = tomllib.loads(read_file(path, _MOST_MIB).decode())
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not TOML: {error}") from error
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        raise BadInput("\n".join(f"{path}: {line}" for line in _complaints(error))) from error
    return _beside(config, path.parent)


def _complaints(error: ValidationError) -> list[str]:
    """One line for each complaint: the dotted field, then the reason."""
    lines = []
    items = error.errors()
    for item in items:
        within = [other for other in items if other["loc"][: len(item["loc"])] == item["loc"]]
        if item["type"] == "too_short" and len(within) > 1:
            continue  # a list whose members are refused is not empty
        place = ".".join(str(part) for part in item["loc"])
        lines.append(f"{place}: {_in_words(item)}" if place else _in_words(item))
    return lines


def _in_words(item: Mapping[str, Any]) -> str:
    """What is wrong, in TOML's words."""
    match item["type"]:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "is missing"
        case "tuple_type":
            return "must be a list, in square brackets"
        case "path_type":
            return "must be text, the name of a file"
        case "too_short":
            return f"must have {item['ctx']['min_length']} at least"
        case _:
            return str(item["msg"]).removeprefix("Value error, ")


def _beside(config: Config, folder: Path) -> Config:
    """The same configuration with its file names resolved against the folder it was read from."""
    area = config.area.model_copy(
        update={
            "map": folder / config.area.map,
            "zones": tuple(folder / zone for zone in config.area.zones),
            "terrain": tuple(folder / tile for tile in config.area.terrain),
        }
    )
    recording = config.recording
    if recording is not None:
        recording = recording.model_copy(update={"folder": folder / recording.folder})
    signing = config.signing
    if signing is not None:
        files = {"keys": folder / signing.keys, "stamps": folder / signing.stamps}
        signing = signing.model_copy(update=files)
    update = {"area": area, "journal": folder / config.journal, "recording": recording, "signing": signing}
    return config.model_copy(update=update)
