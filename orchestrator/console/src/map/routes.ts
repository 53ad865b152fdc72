/** A mission's path, cut into what is behind the vehicle, what is ahead, and the way back. */

import type { Mission, Order, PathPoint, Place } from "../wire";

export interface Route {
  done: PathPoint[];
  out: PathPoint[];
  back: PathPoint[];
}

const M_PER_DEG = 111_320;

/** Metres east and north of `origin`: flat, which is right to centimetres over a district. */
function local(point: PathPoint, origin: Place): [number, number] {
  const shrink = Math.cos((origin.lat_deg * Math.PI) / 180);
  return [(point[0] - origin.lon_deg) * M_PER_DEG * shrink, (point[1] - origin.lat_deg) * M_PER_DEG];
}

function nearestVertex(path: readonly PathPoint[], place: Place): number {
  let best = 0;
  let best_m = Infinity;
  path.forEach((point, index) => {
    const away_m = Math.hypot(...local(point, place));
    if (away_m < best_m) [best, best_m] = [index, away_m];
  });
  return best;
}

/** How near a segment comes to the place, in metres, and where along it (0 to 1). */
function onSegment(a: PathPoint, b: PathPoint, place: Place): { away_m: number; t: number } {
  const [ax, ay] = local(a, place);
  const [bx, by] = local(b, place);
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2));
  return { away_m: Math.hypot(ax + t * dx, ay + t * dy), t };
}

function blend(a: PathPoint, b: PathPoint, t: number): PathPoint {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** Cuts a stretch at the point nearest to the place. */
function cut(stretch: readonly PathPoint[], place: Place): [PathPoint[], PathPoint[]] {
  let best = { away_m: Infinity, t: 0, index: 0 };
  for (let index = 0; index + 1 < stretch.length; index += 1) {
    const [a, b] = [stretch[index], stretch[index + 1]];
    if (!a || !b) continue;
    const near = onSegment(a, b, place);
    if (near.away_m < best.away_m) best = { ...near, index };
  }
  const [a, b] = [stretch[best.index], stretch[best.index + 1]];
  if (!a || !b) return [[], [...stretch]];
  const here = blend(a, b, best.t);
  return [
    [...stretch.slice(0, best.index + 1), here],
    [here, ...stretch.slice(best.index + 1)],
  ];
}

/** Splits at the drop-off, and the stretch being travelled at the vehicle's own place. */
export function routeOf(mission: Mission, order: Order | undefined, place: Place | undefined, returning: boolean): Route {
  const turn = order ? nearestVertex(mission.path, order) : mission.path.length - 1;
  const outbound = mission.path.slice(0, turn + 1);
  const homeward = mission.path.slice(turn);
  if (!place || mission.started_at_s === null) return { done: [], out: outbound, back: homeward };
  if (returning) {
    const [behind, ahead] = cut(homeward, place);
    return { done: [...outbound, ...behind], out: [], back: ahead };
  }
  const [behind, ahead] = cut(outbound, place);
  return { done: behind, out: ahead, back: homeward };
}
