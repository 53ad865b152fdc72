"""Meshes changed ring by ring: what a search reads of them is what their walls say, shared memory or not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.navmesh import mesh as meshes
from geofences.navmesh import pages
from geofences.navmesh.mesh import Mesh, Nowhere
from geofences.navmesh.tiles import BEYOND, BLOCKED, DEAD, MAY_BEND, PART, POINT, SINCE, UNTIL
from geofences.navmesh.topology import FACE, NONE, RELAID, RIM, SOLID, TRIANGLES, WALLS
from tests.geofences.navmesh.test_mesh import check_whole, length_m, rings_of, solid, square

Doors = dict[int, dict[int, bool]]
"""Of each tile those beside it, and whether the door there is closed as a dead end."""


@pytest.fixture(params=["copied", "shared"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    least = 0 if request.param == "shared" else 2**40
    monkeypatch.setattr(pages, "_LEAST_SHARED_BYTES", least)
    monkeypatch.setattr(meshes, "_MOST_RELAID_FRAC", 30.0)


def shapes_drawn(rng: np.random.Generator, count: int, size: int) -> list[BaseGeometry]:
    found: list[BaseGeometry] = []
    for east, north in rng.integers(0, size, (count, 2)).tolist():
        wide, high = rng.integers(1, 9, 2).tolist()
        corners = shapely.Polygon(np.add(rng.integers(0, 9, (3, 2)), (east, north)))
        found.append(corners if corners.area > 0.5 else shapely.box(east, north, east + wide, north + high))
    return found


def differing(old: list[NDArray[np.int64]], new: list[NDArray[np.int64]]) -> tuple[list, list]:  # type: ignore[type-arg]
    names = [{ring.tobytes() for ring in rings} for rings in (old, new)]
    return [r for r in old if r.tobytes() not in names[1]], [r for r in new if r.tobytes() not in names[0]]


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("seed", range(12))
def test_changed_one_by_one_it_reads_and_answers_as_one_made_anew(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(12, 60))
    shapes = shapes_drawn(rng, int(rng.integers(0, 40)), size)
    stages = [rings_of(solid(shapes))]
    for _ in range(6):
        shapes = [shape for shape in shapes if rng.random() > 0.15]
        shapes += shapes_drawn(rng, int(rng.integers(0, 3)), size)
        stages.append(rings_of(solid(shapes)))
    mesh = Mesh.of(stages[0])
    for old, new in pairwise(stages):
        before, mesh = mesh, mesh.changed(*(differing(old, new) if rng.random() < 0.7 else (old, new)))
        anew = Mesh.of(new)
        for one in (before, mesh):
            check_whole(one)
            check_read(one)
        for trip in rng.integers(-500, 100 * size + 500, (10, 4)).tolist():
            ends = (trip[0], trip[1]), (trip[2], trip[3])
            found, wanted = mesh.shortest(*ends), anew.shortest(*ends)
            if isinstance(found, Nowhere) or isinstance(wanted, Nowhere):
                assert found is wanted
            else:
                assert length_m(mesh, *ends) == pytest.approx(length_m(anew, *ends), rel=1e-9)


def check_read(mesh: Mesh) -> None:
    free = labelled(mesh)
    tile_of = {t: int(mesh._rows[t, FACE]) for t in free}
    assert {t for t, is_free in free.items() if is_free} == {t for t, n in tile_of.items() if n != SOLID}
    tiles = {n: t for t, n in tile_of.items() if n != SOLID}
    assert len(tiles) == sum(free.values())
    doors = {n: checked_doors(mesh, t, n) for n, t in tiles.items()}
    check_parts(mesh, doors)
    check_dead_ends(mesh, doors)
    assert all(int(hint) in free for hint in mesh._hints.flat)


def labelled(mesh: Mesh) -> dict[int, bool]:
    """Of each triangle whether it is free, as its walls tell from the rim on."""
    rows, first = mesh._rows.tolist(), int(mesh._at[0])
    free, waiting = {first: True}, [first]
    while waiting:
        t = waiting.pop()
        for k in range(3):
            u = rows[t][3 + k]
            if u != NONE and u not in free:
                free[u] = free[t] ^ bool((rows[t][WALLS] >> k) & 1)
                waiting.append(u)
    assert len(free) == sum(row[0] != NONE for row in rows[: mesh._counts[TRIANGLES]])
    return free


def checked_doors(mesh: Mesh, t: int, tile: int) -> dict[int, bool]:
    row, read, doors = mesh._rows[t].tolist(), mesh._tiles[tile].tolist(), {}
    for k in range(3):
        p, u, door = row[k], row[3 + k], read[BEYOND + k]
        assert read[POINT + k] == p
        assert read[2 * k : 2 * k + 2] == mesh._points[p].tolist()
        walls = walls_about(mesh, p)
        assert (read[MAY_BEND] >> k) & 1 == (walls is not None)
        if walls is not None:
            assert mesh._turns[p].tolist() == [
                int(x) for q in walls for x in mesh._points[q] - mesh._points[p]
            ]
        if u == NONE or (row[WALLS] >> k) & 1:
            assert door == BLOCKED
        else:
            side = mesh._rows[u, 3:6].tolist().index(t)
            assert (door if door >= 0 else DEAD - door) == int(mesh._rows[u, FACE]) * 4 + side
            doors[int(mesh._rows[u, FACE])] = door <= DEAD
    return doors


def walls_about(mesh: Mesh, p: int) -> tuple[int, int] | None:
    """The points right and left of the free space that turns by more than half a turn about a point."""
    if p < RIM:
        return None
    t = int(mesh._at[p])
    round_it: list[tuple[int, int, int, bool]] = []
    while not round_it or t != round_it[0][0]:
        row = mesh._rows[t].tolist()
        k = row[:3].index(p)
        round_it.append((t, row[(k + 1) % 3], (row[WALLS] >> (k + 2) % 3) & 1, row[FACE] != SOLID))
        t = row[3 + (k + 1) % 3]
    walls = [(q, is_free) for _, q, wall, is_free in round_it if wall]
    for (right, is_free), (left, _) in zip(walls, [*walls[1:], *walls[:1]], strict=True):
        a, b = (mesh._points[q] - mesh._points[p] for q in (right, left))
        if is_free and int(a[0]) * int(b[1]) - int(a[1]) * int(b[0]) < 0:
            return right, left
    return None


def reached(doors: Doors, first: int, *, into_dead_ends_only: bool = False) -> set[int]:
    found, waiting = {first}, [first]
    while waiting:
        for tile, dead in doors[waiting.pop()].items():
            if tile not in found and (dead or not into_dead_ends_only):
                found.add(tile)
                waiting.append(tile)
    return found


def check_parts(mesh: Mesh, doors: Doors) -> None:
    parts: dict[int, set[int]] = {}
    for tile in doors:
        parts.setdefault(int(mesh._tiles[tile, PART]), set()).add(tile)
    assert all(reached(doors, min(tiles)) == tiles for tiles in parts.values())


def check_dead_ends(mesh: Mesh, doors: Doors) -> None:
    """Those tiles are in dead ends that can be taken off leaf by leaf; each run is what lies behind."""
    left = {tile: set(beside) for tile, beside in doors.items()}
    leaves = [tile for tile, beside in left.items() if len(beside) == 1]
    taken: set[int] = set()
    while leaves:
        tile = leaves.pop()
        if len(left[tile]) == 1:
            taken.add(tile)
            (beside,) = left.pop(tile)
            left[tile] = set()
            left[beside].discard(tile)
            if len(left[beside]) == 1:
                leaves.append(beside)
    runs = {tile: mesh._tiles[tile, [SINCE, UNTIL]].tolist() for tile in doors}
    dead = {tile for tile, (_, until) in runs.items() if until}
    for tile in dead ^ taken:  # a part without a way round: which of its tiles is the last may differ
        part = reached(doors, tile)
        assert sum(len(doors[one]) for one in part) == 2 * (len(part) - 1)
        assert len(part - dead) == len(part - taken) == 1
    for tile in dead:
        since, until = runs[tile]
        behind = reached(doors, tile, into_dead_ends_only=True)
        assert behind == {one for one in dead if since <= runs[one][0] < until}
        assert until - since == len(behind)
        assert list(doors[tile].values()).count(False) == 1


@pytest.mark.usefixtures("memory")
def test_a_ring_around_others_turns_free_and_solid_about() -> None:
    inner = [square(0, 0, 10), square(100, 0, 10)]
    mesh = Mesh.of(inner).changed([], [square(50, 0, 500)])
    check_read(mesh)
    assert mesh.shortest((0, 0), (5, 5)) is not Nowhere.CLOSED
    assert mesh.shortest((50, 0), (50, 50)) is Nowhere.CLOSED


def test_much_changed_one_by_one_it_is_numbered_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_LEAST_SHARED_BYTES", 0)
    mesh = Mesh.of([square(1000 * i, 0, 300) for i in range(40)])
    relaid = [0]
    for i in range(40):
        mesh = mesh.changed([square(1000 * i, 0, 300)], [square(1000 * i, 7, 300)])
        relaid.append(int(mesh._counts[RELAID]))
    assert any(after < before for before, after in pairwise(relaid))
    check_read(mesh)


def test_a_copy_shares_what_is_not_marked() -> None:
    first = pages.Pages.of([((3, 1024), np.int64), ((2**20,), np.uint8)])
    first.arrays[0][:] = 1
    second = first.copy()
    second.arrays[0][1, 0] = 2
    second.marks_of()[0][2] = 1
    third = second.copy()
    assert first.arrays[0].sum() == 3 * 1024
    assert third.arrays[0][1, 0] == 2
    assert second.own_bytes == (pages.PAGE_BYTES if second._base is not None else 0)
    third.arrays[0][2] = 9
    assert second.arrays[0][2, 0] == 1


@pytest.mark.usefixtures("memory")
def test_what_a_change_does_not_mark_is_as_it_was_before_all_changes() -> None:
    rings = [square(1000 * i, 1000 * j, 300) for i in range(40) for j in range(40)]
    first = mesh = Mesh.of(rings)
    if first._pages._base is None:
        return
    for i in (3, 700, 1111, 1599):
        mesh = mesh.changed([rings[i]], [rings[i] + 9])
        same = mesh._pages.marks == 0
        assert (mesh._pages._memory[same] == first._pages._memory[same]).all()
        assert 0.0 < np.mean(~same) < 0.5


@pytest.mark.usefixtures("memory")
def test_a_court_is_shut_and_opened_again() -> None:
    """Most of what lies in it and around it is not touched, and is another part all the same."""
    wall = shapely.box(0, 0, 10_000, 10_000).difference(shapely.box(500, 500, 9_500, 9_500))
    open_wall = wall.difference(shapely.box(4_000, -1, 5_000, 600))
    inside = [square(1000 * i, 1000 * j, 200) for i in range(1, 10) for j in range(2, 10)]
    outside = [square(1000 * i, -1000 * j, 200) for i in range(10) for j in range(1, 5)]
    way = (1500, 1500), (500, -500)
    mesh = Mesh.of([*rings_of(open_wall), *inside, *outside])
    open_m = length_m(mesh, *way)
    for _ in range(2):
        shut = mesh.changed(rings_of(open_wall), rings_of(wall))
        check_read(shut)
        assert shut.shortest(*way) is Nowhere.APART
        mesh = shut.changed(rings_of(wall), rings_of(open_wall))
        check_read(mesh)
        assert length_m(mesh, *way) == open_m
