"""Draw the pictures of docs/paths.md: python scripts/path_pictures.py [FOLDER_OF_SHARED_DATA].

Helsinki comes from the city in this repository; the zones of a real file and the hills from the data beside
it, whose pictures are left alone where it is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path as File

import matplotlib as mpl
import numpy as np
import shapely

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Patch
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.formats import any_zones, city, hgt
from geofences.least_risk import density_about
from geofences.outline import outline
from geofences.path import NoPath, Waypoint
from geofences.population import PopulatedArea, PopulatedAreas
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.terrain import SrtmTiles
from geofences.zone import Circle, Medium, Polygon, Zone
from orchestrator.operations.best_path import BestPath, Risk, Wish, best_path
from vehicles.profiles import DELIVERY_DRONE
from vehicles.wind import Wind, WindAt

ROOT = File(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
NOON_S = 1_780_315_200.0  # 2026-06-01 12:00 UTC
MARGINS = Margins(4.8, 5.0, ceiling_agl_m=105.0)
LOW_LAYERS = (20.0, 30.0, 40.0, 50.0, 60.0, 75.0)
LAYERS = (45.0, 60.0, 75.0, 90.0, 105.0)
INK, QUIET, LAND, RED, BLUE, GREEN = "#1d2b33", "#8b98a0", "#f6f4ef", "#c8432b", "#1f6fb2", "#2f8f5b"
HEIGHTS = mpl.colormaps["viridis"]

plt.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "axes.titleweight": "bold",
        "axes.titlesize": 10,
        "text.color": INK,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "figure.facecolor": "white",
        "axes.facecolor": LAND,
        "savefig.dpi": 150,
    }
)


def plan(airspace: Airspace, start: GeoPoint, goal: GeoPoint, **more: object) -> BestPath:
    """A flight over the ground of an airspace; raises when there is none."""
    given: dict[str, object] = {"heights_agl_m": LAYERS, "wind_mps": 5.0, "depart_s": NOON_S} | more
    wish = Wish(airspace, DELIVERY_DRONE, MARGINS, Waypoint(start), Waypoint(goal), **given)  # type: ignore[arg-type]
    found = best_path(wish)
    if isinstance(found, NoPath):
        raise SystemExit("; ".join(reason.text for reason in found.reasons))
    return found


def line_of(found: BestPath, frame: LocalFrame) -> NDArray[np.float64]:
    """East, north and height above ground along a flight, metres."""
    places = [(frame.to_local(at.position), at.height_agl_m) for at in found.path.waypoints]
    return np.array([(place.east_m, place.north_m, height_m) for place, height_m in places])


def patch(ax: Axes, footprint: Polygon | Circle, frame: LocalFrame, **style: object) -> None:
    """A footprint, filled."""
    for part in shapely.get_parts(outline(footprint, frame).area):
        ax.add_patch(plt.Polygon(shapely.get_coordinates(part.exterior), closed=True, **style))


def finish(ax: Axes, title: str) -> None:
    """A map: metres, equal both ways."""
    ax.set_aspect("equal")
    ax.set_title(title, loc="left", pad=8)
    ax.set_xlabel("east (m)")
    ax.set_ylabel("north (m)")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def save(figure: plt.Figure, name: str) -> None:
    """Into docs/images."""
    figure.savefig(IMAGES / name, bbox_inches="tight")
    plt.close(figure)


def helsinki() -> None:
    """Paths from a hub in central Helsinki, each at its cheapest height."""
    folder = ROOT / "sitl" / "city"
    town = city.read((folder / "helsinki.geojson.gz").read_bytes())
    zones = any_zones.read((folder / "zones.ed318.json").read_bytes()).zones
    frame = LocalFrame(town.centre)
    sky = Airspace(frame, zones, town.buildings, 5.0, town.area)
    figure, ax = plt.subplots(figsize=(9.2, 8.4))
    shapes = [(outline(b.footprint, frame).area, b.height_agl_m) for b in town.buildings]
    rings = [(shapely.get_coordinates(p.exterior), h) for area, h in shapes for p in shapely.get_parts(area)]
    greys = [str(0.86 - 0.4 * min(height_m, 60.0) / 60.0) for _, height_m in rings]
    ax.add_collection(PolyCollection([ring for ring, _ in rings], facecolors=greys, edgecolors="none"))
    for zone in zones:
        for volume in zone.volumes:
            patch(ax, volume.footprint, frame, facecolor=RED, alpha=0.16, edgecolor="none")
            patch(ax, volume.footprint, frame, fill=False, edgecolor=RED, linewidth=1.0)
    hub = _free(sky, frame, (-180.0, -560.0))
    goals = [(-620.0, 620.0), (560.0, 560.0), (690.0, 40.0), (560.0, -620.0), (-700.0, -60.0), (60.0, 700.0)]
    lines = []
    for goal in goals:
        end = _free(sky, frame, goal)
        lines.append(line_of(plan(sky, hub, end, heights_agl_m=LOW_LAYERS), frame))
        ax.plot(*lines[-1][-1, :2], "o", color=INK, markersize=5, zorder=5)
    _coloured(figure, ax, lines)
    place = frame.to_local(hub)
    ax.plot(place.east_m, place.north_m, "s", color=INK, markersize=8, zorder=6)
    ax.annotate("hub", (place.east_m, place.north_m), (-32, -4), textcoords="offset points", weight="bold")
    names = [
        Patch(facecolor=RED, alpha=0.3, label="zones"),
        Patch(facecolor="0.6", label="buildings (darker: taller)"),
    ]
    ax.legend(handles=names, loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=2, frameon=False)
    finish(ax, "Central Helsinki: the cheapest path to six doors, from 20 m up")
    ax.set_xlim(-560, 620)
    ax.set_ylim(-900, 900)
    save(figure, "paths-helsinki.png")


def _free(sky: Airspace, frame: LocalFrame, near: tuple[float, float]) -> GeoPoint:
    """The nearest place over which a drone may go up and down."""
    for reach in range(0, 400, 8):
        for turn in np.linspace(0.0, 2 * np.pi, 12, endpoint=False):
            place = frame.to_geo(LocalPoint(near[0] + reach * np.cos(turn), near[1] + reach * np.sin(turn)))
            span = {"from_s": NOON_S, "until_s": NOON_S + 3600.0, "margins": MARGINS, "what": "it"}
            if not sky.column(place, 0.0, 60.0, Medium.AIR, **span):  # type: ignore[arg-type]
                return place
    raise SystemExit(f"no free place near {near}")


def _coloured(figure: plt.Figure, ax: Axes, lines: Iterable[NDArray[np.float64]]) -> None:
    norm = mpl.colors.Normalize(15.0, 80.0)
    for line in lines:
        pieces = [np.array([a[:2], b[:2]]) for a, b in pairwise(line)]
        heights = [max(a[2], b[2]) for a, b in pairwise(line)]
        ax.add_collection(LineCollection(pieces, colors="white", linewidths=5.0, zorder=3, capstyle="round"))
        drawn = LineCollection(pieces, cmap=HEIGHTS, norm=norm, linewidths=2.8, zorder=4, capstyle="round")
        drawn.set_array(np.array(heights))
        ax.add_collection(drawn)
    bar = figure.colorbar(mpl.cm.ScalarMappable(norm, HEIGHTS), ax=ax, shrink=0.55, pad=0.02)
    bar.set_label("cruise height above ground (m)")
    bar.outline.set_visible(False)


def stacked(shared: File) -> None:
    """Under the layers of an aerodrome, or around them: the zones of a real ED-269 file."""
    file = shared / "geozones/interuss-che/geo-awareness-che-1.json"
    if not file.is_file():
        return
    zones = [z for z in any_zones.read(file.read_bytes()).zones if z.name == "Flugplatz Reichenbach"]
    frame = LocalFrame(GeoPoint(46.613, 7.678))
    sky = Airspace(frame, zones, (), 700.0)
    start, goal = frame.to_geo(LocalPoint(-5600.0, 150.0)), frame.to_geo(LocalPoint(5600.0, -50.0))
    breeze = Wind((WindAt(40.0, 6.0, 90.0), WindAt(60.0, 0.0, 90.0)))
    # The file's zones apply for a year from June 2022 on.
    more = {"heights_agl_m": (40.0, 60.0, 90.0), "depart_s": 1_661_990_400.0}
    ways = [
        ("still air", plan(sky, start, goal, wind_mps=0.0, **more), BLUE),
        ("6 m/s against it at 40 m, still at 60 m", plan(sky, start, goal, wind_mps=breeze, **more), INK),
    ]
    figure, (ax, side) = plt.subplots(2, 1, figsize=(9.2, 8.2), height_ratios=(2.4, 1.2))
    for volume in (volume for zone in zones for volume in zone.volumes):
        patch(ax, volume.footprint, frame, facecolor=RED, alpha=0.13, edgecolor="none")
        patch(ax, volume.footprint, frame, fill=False, edgecolor=RED, linewidth=0.8)
        lower_m = 0.0 if volume.lower is None else volume.lower.value_m
        ring = shapely.get_coordinates(outline(volume.footprint, frame).area)
        low = ring[ring[:, 1].argmin()]
        ax.annotate(
            f"{lower_m:.0f} to 120 m", low, (0, 5), textcoords="offset points", color=RED, ha="center", size=8
        )
    for name, found, colour in ways:
        line = line_of(found, frame)
        label = f"{name}: {found.path.length_m:.0f} m, {found.energy_wh:.1f} Wh"
        ax.plot(line[:, 0], line[:, 1], color="white", linewidth=5.0, solid_capstyle="round")
        ax.plot(line[:, 0], line[:, 1], color=colour, linewidth=2.6, label=label, solid_capstyle="round")
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])
        style = "-" if colour == BLUE else (0, (4, 2))
        side.plot(along, line[:, 2], color=colour, linewidth=2.2, linestyle=style)
    _bands(side, zones, frame, line_of(ways[0][1], frame))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False)
    finish(ax, "Reichenbach aerodrome, a real ED-269 file: the cheapest path in two winds")
    ax.set_xlim(-6000, 6000)
    ax.set_ylim(-3800, 3800)
    side.set_title("Heights along the way; red: the layers that the blue path passes", loc="left", pad=6)
    side.set_xlabel("along the way (m)")
    side.set_ylabel("above ground (m)")
    side.set_ylim(0.0, 125.0)
    for one in ("top", "right"):
        side.spines[one].set_visible(False)
    figure.tight_layout()
    save(figure, "paths-layers.png")


def _bands(ax: Axes, zones: list[Zone], frame: LocalFrame, line: NDArray[np.float64]) -> None:
    track = shapely.LineString(line[:, :2])
    for volume in (volume for zone in zones for volume in zone.volumes):
        lower_m = 0.0 if volume.lower is None else volume.lower.value_m
        upper_m = 125.0 if volume.upper is None else volume.upper.value_m
        covered = shapely.intersection(track, outline(volume.footprint, frame).area)
        for piece in (part for part in shapely.get_parts(covered) if not part.is_empty):
            ends = [track.project(shapely.Point(xy)) for xy in piece.coords]
            ax.fill_between([min(ends), max(ends)], lower_m, upper_m, color=RED, alpha=0.14, linewidth=0)


def hills(shared: File) -> None:
    """Over the hills of Andorra, between 45 and 60 m above them."""
    file = shared / "terrain/N42E001.hgt.zip"
    if not file.is_file():
        return
    ground = SrtmTiles([hgt.read(file.read_bytes(), file.name)])
    start, goal = GeoPoint(42.5063, 1.5218), GeoPoint(42.5353, 1.5818)
    frame = LocalFrame(start)
    found = plan(Airspace(frame, (), (), ground), start, goal, heights_agl_m=(45.0, 60.0, 75.0, 90.0))
    line = line_of(found, frame)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])
    every = np.linspace(0.0, along[-1], 1500)
    track = np.column_stack([np.interp(every, along, line[:, i]) for i in (0, 1)])
    below = ground.heights_amsl_m(frame.to_geo_array(track))
    at = ground.heights_amsl_m(frame.to_geo_array(line[:, :2])) + line[:, 2]
    figure, ax = plt.subplots(figsize=(9.2, 4.4))
    ax.set_facecolor("white")
    ax.fill_between(every, below, below.min() - 60.0, color="#cdbfa3", linewidth=0)
    ax.fill_between(every, below + 45.0, below + 60.0, color=GREEN, alpha=0.22, linewidth=0)
    ax.plot(along, at, color=BLUE, linewidth=1.8, marker="o", markersize=3)
    ax.set_xlim(0.0, along[-1])
    ax.set_ylim(below.min() - 60.0, None)
    ax.set_title(
        f"From Andorra la Vella over a ridge: {found.path.length_m / 1000:.1f} km in {len(line)} points",
        loc="left",
        pad=8,
    )
    ax.set_xlabel("along the way (m)")
    ax.set_ylabel("above the sea (m)")
    names = [
        Patch(facecolor="#cdbfa3", label="ground (SRTM)"),
        Patch(facecolor=GREEN, alpha=0.3, label="45 to 60 m above it"),
        Patch(facecolor=BLUE, label="the path, with its points"),
    ]
    ax.legend(handles=names, loc="upper left", frameon=False)
    for one in ("top", "right"):
        ax.spines[one].set_visible(False)
    save(figure, "paths-hills.png")


def people() -> None:
    """The same errand at three weights of risk, among made-up densities."""
    frame = LocalFrame(GeoPoint(60.19, 24.9))
    rng = np.random.default_rng(5)
    areas = []
    for _ in range(26):
        east, north = rng.uniform(-2400, 2400), rng.uniform(-1300, 1300)
        turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
        reach = rng.uniform(180, 620) * rng.uniform(0.7, 1.2, 9)
        ring = [
            frame.to_geo(LocalPoint(east + r * np.cos(t), north + r * np.sin(t)))
            for t, r in zip(turns, reach, strict=True)
        ]
        areas.append(PopulatedArea(Polygon(tuple(ring)), float(rng.choice([500, 2000, 5000, 12000]))))
    population = PopulatedAreas(tuple(areas))
    ends = (LocalPoint(-2300.0, -250.0), LocalPoint(2300.0, 250.0))
    density = density_about(population, frame, ends)
    sky = Airspace(frame, (), (), 0.0)
    figure, ax = plt.subplots(figsize=(9.2, 5.6))
    rows, columns = density.people.shape
    extent = (
        density.west_m,
        density.west_m + columns * density.cell_m,
        density.south_m,
        density.south_m + rows * density.cell_m,
    )
    image = ax.imshow(
        np.where(density.people > 0, density.people, np.nan),
        origin="lower",
        extent=extent,
        cmap="YlOrRd",
        alpha=0.85,
        norm=mpl.colors.LogNorm(300, 20000),
    )
    for weight, colour in ((0.0, INK), (1.0, BLUE), (20.0, GREEN)):
        risk = Risk(density, weight)
        found = plan(sky, *(frame.to_geo(end) for end in ends), risk=risk)
        line = line_of(found, frame)
        exposure = risk.exposure(found.path, frame)
        took = f"{found.path.length_m:.0f} m, {found.energy_wh:.0f} Wh"
        label = f"weight {weight:g}: {took}, {exposure:.1f} km x 1,000 people/km2"
        ax.plot(line[:, 0], line[:, 1], color="white", linewidth=5, solid_capstyle="round")
        ax.plot(line[:, 0], line[:, 1], color=colour, linewidth=2.6, label=label, solid_capstyle="round")
    bar = figure.colorbar(image, ax=ax, shrink=0.7, pad=0.02)
    bar.set_label("people per km2")
    bar.outline.set_visible(False)
    ax.set_xlim(-2700, 2700)
    ax.set_ylim(-1500, 1500)
    ax.plot(*np.array([(end.east_m, end.north_m) for end in ends]).T, "o", color=INK, markersize=6, zorder=6)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)
    finish(ax, "Least risk: energy against people on the ground")
    save(figure, "paths-risk.png")


if __name__ == "__main__":
    beside = File(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    helsinki()
    people()
    stacked(beside)
    hills(beside)
