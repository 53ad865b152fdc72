"""What the pictures share: how a flight is planned, and how a map of it looks."""

from __future__ import annotations

from pathlib import Path as File

import matplotlib as mpl
import numpy as np
import shapely

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.outline import outline
from geofences.path import NoPath, Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Circle, Polygon
from orchestrator.operations.planning.best_path import BestPath, Wish, best_path
from vehicles.atmosphere import Atmosphere
from vehicles.profiles import DELIVERY_DRONE

ROOT = File(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
NOON_S = 1_780_315_200.0  # 2026-06-01 12:00 UTC
MARGINS = Margins(4.8, 5.0, ceiling_agl_m=105.0)
LAYERS = (45.0, 60.0, 75.0, 90.0, 105.0)
INK, QUIET, LAND, RED, BLUE, GREEN = "#1d2b33", "#8b98a0", "#f6f4ef", "#c8432b", "#1f6fb2", "#2f8f5b"

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
    given: dict[str, object] = {"heights_agl_m": LAYERS, "air": Atmosphere(5.0), "depart_s": NOON_S} | more
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
    bare(ax)


def bare(ax: Axes) -> None:
    """No lines where nothing is measured."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def track(ax: Axes, line: NDArray[np.float64], colour: str, label: str) -> None:
    """A flight on a map, told apart from what lies below it."""
    ax.plot(line[:, 0], line[:, 1], color="white", linewidth=5.0, solid_capstyle="round")
    ax.plot(line[:, 0], line[:, 1], color=colour, linewidth=2.6, label=label, solid_capstyle="round")


def metres_along(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far along its way each point of a flight is."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])


def save(figure: plt.Figure, name: str) -> None:
    """Into docs/images."""
    figure.savefig(IMAGES / name, bbox_inches="tight")
    plt.close(figure)
