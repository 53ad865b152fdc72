"""Solids of any shape, on a grid and merged where they touch; changed one by one in little time.

Merging is kept to clusters of solids that touch: what is not touched by a change stays as it is. What a
cluster's outline is depends on its members alone, not on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geofences.verifying.indexed import Indexed, as_array

TOUCH_M = 0.001
"""Solids this near to each other are merged: no way leads between them."""

Ring = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Solids that touch, and all of them as one outline on the grid."""

    members: tuple[Hashable, ...]
    area: BaseGeometry


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """Solids by key, on a grid of `step_m`; `clusters` are apart from each other by more than `TOUCH_M`."""

    step_m: float
    shapes: Mapping[Hashable, BaseGeometry]
    clusters: NDArray[np.object_]
    _cluster_of: Mapping[Hashable, Cluster]
    _areas: Indexed

    @staticmethod
    def of(shapes: Mapping[Hashable, BaseGeometry], step_m: float) -> Merged:
        """These solids on a grid, merged where they touch."""
        clusters = _clustered(shapes, step_m)
        areas = Indexed.of([cluster.area for cluster in clusters])
        return Merged(step_m, dict(shapes), as_array(clusters), _by_member(clusters), areas)

    def near(self, place: BaseGeometry, within_m: float) -> list[Cluster]:
        """The clusters within that distance of a place."""
        found = self._areas.near(place, within_m)
        return [self.clusters[i] for i in sorted(found.tolist())]

    def about(self, place: BaseGeometry) -> list[Cluster]:
        """The clusters that may enclose a place: those whose box it is in."""
        return [self.clusters[i] for i in sorted(self._areas.boxed(place).tolist())]

    def changed(
        self, gone: Collection[Hashable], come: Mapping[Hashable, BaseGeometry]
    ) -> tuple[Merged, list[Cluster], list[Cluster]]:
        """The same without some solids and with others; the clusters that are no more, and the new ones."""
        out = {key for key in gone if key in self.shapes}
        places = sorted(self._touched(out, come.values()))
        old: list[Cluster] = self.clusters[places].tolist()
        left = {key: self.shapes[key] for cluster in old for key in cluster.members if key not in out}
        new = _clustered({**left, **come}, self.step_m)
        shapes, cluster_of = dict(self.shapes), dict(self._cluster_of)
        for key in out:
            del shapes[key], cluster_of[key]
        shapes.update(come)
        cluster_of.update(_by_member(new))
        kept = np.delete(self.clusters, places)
        areas = self._areas.changed(places, [cluster.area for cluster in new], len(kept))
        clusters = np.concatenate((kept, as_array(new)))
        return Merged(self.step_m, shapes, clusters, cluster_of, areas), old, new

    def _touched(self, gone: Iterable[Hashable], come: Iterable[BaseGeometry]) -> set[int]:
        """The places of the clusters that lose a member, or that a new one touches."""
        found: set[int] = set()
        for shape in come:
            found.update(self._areas.near(shape, TOUCH_M).tolist())
        for cluster in {id(self._cluster_of[key]): self._cluster_of[key] for key in gone}.values():
            near = self._areas.boxed(cluster.area).tolist()
            found.update(i for i in near if self.clusters[i] is cluster)
        return found


def _by_member(clusters: Iterable[Cluster]) -> dict[Hashable, Cluster]:
    return {key: cluster for cluster in clusters for key in cluster.members}


def rings(clusters: Sequence[Cluster] | NDArray[np.object_], step_m: float) -> list[Ring]:
    """All rings of their outlines: grid steps east and north, open."""
    areas = [cluster.area for cluster in clusters]
    lines = shapely.get_rings(shapely.get_parts(np.array(areas, dtype=object)))
    corners, of = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(corners / step_m).astype(np.int64)
    ends = np.flatnonzero(np.diff(of, append=-1))  # the last corner of a ring is its first again
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    return [steps[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _clustered(shapes: Mapping[Hashable, BaseGeometry], step_m: float) -> list[Cluster]:
    if not shapes:
        return []
    if len(shapes) == 1:
        (area,) = _on_grid(as_array(list(shapes.values())), step_m)
        return [Cluster(tuple(shapes), area)]
    keys, solids = list(shapes), np.array(list(shapes.values()), dtype=object)
    order = np.lexsort(np.asarray(shapely.bounds(solids)).T)
    keys, solids = [keys[i] for i in order], solids[order]
    one, other = shapely.STRtree(solids).query(solids, predicate="dwithin", distance=TOUCH_M)
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(keys), len(keys)))
    count, labels = connected_components(links, directed=False)
    groups = np.split(np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels, minlength=count))[:-1])
    single = np.array([len(group) == 1 for group in groups])
    alone = np.array([group[0] for group in groups], dtype=np.int64)[single]
    areas = np.empty(len(groups), dtype=object)
    areas[single] = _on_grid(solids[alone], step_m)
    for i in np.flatnonzero(~single):
        areas[i] = shapely.union_all(solids[groups[i]], grid_size=step_m)
    return [Cluster(tuple(keys[i] for i in group), area) for group, area in zip(groups, areas, strict=True)]


def _on_grid(solids: NDArray[np.object_], step_m: float) -> NDArray[np.object_]:
    """Each with its corners moved to the grid; where it would then cross itself, the slow and sure way."""
    moved: NDArray[np.object_] = shapely.transform(solids, lambda corners: np.rint(corners / step_m) * step_m)
    broken = ~np.asarray(shapely.is_valid(moved), dtype=bool)
    moved[broken] = shapely.set_precision(solids[broken], step_m)
    return moved
