/** Where each vehicle is drawn at this frame: between its last two samples, with the trail behind it. */

import { fleetNow } from "../clock";
import { onTelemetry } from "../store";
import { reducedMotion } from "../theme";
import type { Telemetry } from "../wire";

export interface Fix {
  lon_deg: number;
  lat_deg: number;
  height_agl_m: number;
  heading_deg: number;
}

export interface TrailPoint {
  lon_deg: number;
  lat_deg: number;
  height_agl_m: number;
  at_s: number;
}

export interface Track {
  from: Fix;
  to: Fix;
  heard_ms: number;
  /** How long the move from `from` to `to` takes on screen: one sampling interval. */
  over_ms: number;
  trail: TrailPoint[];
  sample: Telemetry;
}

/** Fleet seconds of trail behind a vehicle. */
export const TRAIL_S = 45;
const TRAIL_STEP_M = 4;
/** A jump over more than this is not flown: the vehicle is put where it is. */
const JUMP_M = 400;

export const tracks = new Map<string, Track>();

const metresBetween = (a: Fix | TrailPoint, b: Fix): number => {
  const north_m = (b.lat_deg - a.lat_deg) * 111_320;
  const east_m = (b.lon_deg - a.lon_deg) * 111_320 * Math.cos((b.lat_deg * Math.PI) / 180);
  return Math.hypot(north_m, east_m, b.height_agl_m - a.height_agl_m);
};

const turned = (from_deg: number, to_deg: number, t: number): number => {
  const turn_deg = ((to_deg - from_deg + 540) % 360) - 180;
  return from_deg + turn_deg * t;
};

/** Where the vehicle is drawn at `now_ms` (as `performance.now()` counts). */
export function fixAt(track: Track, now_ms: number): Fix {
  const { from, to } = track;
  const t = reducedMotion.matches ? 1 : Math.min(1, (now_ms - track.heard_ms) / track.over_ms);
  const mix = (a: number, b: number) => a + (b - a) * t;
  return {
    lon_deg: mix(from.lon_deg, to.lon_deg),
    lat_deg: mix(from.lat_deg, to.lat_deg),
    height_agl_m: mix(from.height_agl_m, to.height_agl_m),
    heading_deg: turned(from.heading_deg, to.heading_deg, t),
  };
}

function leaveTrail(track: Track, fix: Fix, at_s: number): void {
  const last = track.trail.at(-1);
  if (!last || metresBetween(last, fix) > TRAIL_STEP_M) track.trail.push({ ...fix, at_s });
  while (track.trail[0] && track.trail[0].at_s < at_s - TRAIL_S) track.trail.shift();
}

function hear(sample: Telemetry, now_ms: number, at_s: number): void {
  const to: Fix = sample;
  const old = tracks.get(sample.id);
  if (!old || metresBetween(old.to, to) > JUMP_M) {
    tracks.set(sample.id, { from: to, to, heard_ms: now_ms, over_ms: 200, trail: [], sample });
    return;
  }
  old.from = fixAt(old, now_ms);
  // A late sample must not be crawled to, an early one not jumped to.
  old.over_ms = Math.min(600, Math.max(100, now_ms - old.heard_ms));
  old.heard_ms = now_ms;
  old.to = to;
  old.sample = sample;
  leaveTrail(old, to, at_s - sample.age_s);
}

/** Whether anything still moves between two samples at `now_ms`. */
export function anyMoving(now_ms: number): boolean {
  for (const track of tracks.values()) {
    if (now_ms - track.heard_ms < track.over_ms && metresBetween(track.from, track.to) > 0.02) return true;
  }
  return false;
}

export function followTelemetry(drawAgain: () => void): () => void {
  return onTelemetry((samples) => {
    const now_ms = performance.now();
    for (const sample of samples) hear(sample, now_ms, fleetNow());
    drawAgain();
  });
}
