/** A camera that shows a box of ground as large as it goes, tilted or not, clear of the panels. */

import type { CameraOptions, Map as MapLibre } from "maplibre-gl";

export interface Margins {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function camera(map: MapLibre): CameraOptions {
  return { center: map.getCenter(), zoom: map.getZoom(), pitch: map.getPitch(), bearing: map.getBearing() };
}

/**
 * Jumps there. MapLibre's own `fitBounds` reckons as if the map were flat, which leaves a tilted
 * district small and off centre; three rounds of measuring where its corners fall settle that.
 */
export function fitTilted(
  map: MapLibre,
  [west, south, east, north]: readonly [number, number, number, number],
  margins: Margins,
  view: { pitch: number; bearing: number },
): void {
  const { clientWidth, clientHeight } = map.getContainer();
  const free = {
    x: (margins.left + clientWidth - margins.right) / 2,
    y: (margins.top + clientHeight - margins.bottom) / 2,
    width: Math.max(120, clientWidth - margins.left - margins.right),
    height: Math.max(120, clientHeight - margins.top - margins.bottom),
  };
  map.jumpTo({ center: [(west + east) / 2, (south + north) / 2], padding: { left: 0, right: 0, top: 0, bottom: 0 }, ...view });
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ] as const;
  const measured = () => {
    const spots = corners.map(([lon, lat]) => map.project([lon, lat]));
    const [xs, ys] = [spots.map((s) => s.x), spots.map((s) => s.y)];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };
  for (let round = 0; round < 3; round += 1) {
    const now = measured();
    const grow = Math.min(free.width / (now.right - now.left), free.height / (now.bottom - now.top));
    map.jumpTo({ zoom: map.getZoom() + Math.log2(grow) });
    const then = measured();
    const [x, y] = [(then.left + then.right) / 2 - free.x, (then.top + then.bottom) / 2 - free.y];
    map.jumpTo({ center: map.unproject([clientWidth / 2 + x, clientHeight / 2 + y]) });
  }
}
