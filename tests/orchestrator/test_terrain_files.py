"""Tiles from files and folders, and places on ground that none of them has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geofences.position import GeoPoint
from orchestrator.ending import BadInput
from orchestrator.files.terrain import read_terrain, tile_name

HUB = ("hubs.0", GeoPoint(60.17, 24.94))


def tile(folder: Path, name: str, height_m: int, void: tuple[int, int] | None = None) -> Path:
    posts = np.full((1201, 1201), height_m, dtype=">i2")
    if void is not None:
        posts[void] = -32768
    file = folder / name
    file.write_bytes(posts.tobytes())
    return file


def test_no_tiles_are_no_height_model() -> None:
    assert read_terrain((), "area.terrain", [HUB]) is None


def test_of_a_folder_only_tiles_near_the_fleets_places_are_read(tmp_path: Path) -> None:
    tile(tmp_path, "N60E024.hgt", 40)
    tile(tmp_path, "N60E025.hgt", 50)
    (tmp_path / "N10E010.hgt").write_bytes(b"none of ours, and broken")
    (tmp_path / "README").write_text("not a tile")
    ground = read_terrain((tmp_path,), "area.terrain", [HUB])
    assert ground is not None
    assert [(t.south_deg, t.west_deg) for t in ground.tiles] == [(60, 24), (60, 25)]
    assert ground.height_amsl_m(HUB[1]) == 40.0


@pytest.mark.parametrize(
    ("name", "void", "words"),
    [
        ("N61E024.hgt", None, "area.terrain: hubs.0 at 60.170000,24.940000 is on ground that is not known;"),
        ("N60E024.hgt", (996, 1128), "N60E024.hgt has it"),
    ],
)
def test_a_place_on_unknown_ground_is_named_with_its_tile(
    tmp_path: Path, name: str, void: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_terrain((tile(tmp_path, name, 40, void),), "area.terrain", [HUB])
    assert words in str(caught.value)


def test_files_that_are_no_tiles_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "N60E024.hgt"
    broken.write_bytes(b"short")
    for path, words in (
        (broken, "5 bytes"),
        (tmp_path / ("x" * 300), "File name too long"),
        (tmp_path / "no.hgt", "No such file"),
        (tmp_path / "e", "no .hgt"),
    ):
        if path.name == "e":
            path.mkdir()
        with pytest.raises(BadInput, match=words) as caught:
            read_terrain((path,), "area.terrain", [HUB])
        assert str(path) in str(caught.value)


def test_tiles_are_named_by_their_southwest_corner() -> None:
    assert tile_name(GeoPoint(42.6, 1.5)) == "N42E001.hgt"
    assert tile_name(GeoPoint(-0.5, -0.5)) == "S01W001.hgt"
