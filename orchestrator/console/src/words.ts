/** Numbers and instants as people read them. */

import { outward } from "./meridian";
import type { Halt } from "./wire";

const pad = (n: number) => String(n).padStart(2, "0");

/** 14:03:27 in UTC. */
export function utcTime(at_s: number): string {
  const d = new Date(at_s * 1000);
  return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`;
}

/** 14:03 in the reader's own time zone; with seconds on request. */
export function localTime(at_s: number, seconds = false): string {
  const d = new Date(at_s * 1000);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}${seconds ? `:${pad(d.getSeconds())}` : ""}`;
}

/** "Tue 14:03" in the reader's own time zone. */
export function dayTime(at_s: number): string {
  const day = new Date(at_s * 1000).toLocaleDateString("en-GB", { weekday: "short" });
  return `${day} ${localTime(at_s)}`;
}

/** "45 s", "3:20 min", "1 h 05 min": always positive; the words around it say which way. */
export function duration(s: number): string {
  const whole_s = Math.round(Math.abs(s));
  if (whole_s < 60) return `${whole_s} s`;
  if (whole_s < 3600) return `${Math.floor(whole_s / 60)}:${pad(whole_s % 60)} min`;
  return `${Math.floor(whole_s / 3600)} h ${pad(Math.floor((whole_s % 3600) / 60))} min`;
}

/** "in 3:20 min", "45 s ago", "now". */
export function relative(at_s: number, now_s: number): string {
  const ahead_s = at_s - now_s;
  if (Math.abs(ahead_s) < 1) return "now";
  return ahead_s > 0 ? `in ${duration(ahead_s)}` : `${duration(ahead_s)} ago`;
}

/** "Held by anna since 16:03", "Stands switched off since 16:03, asked by anna": in the reader's own time zone. */
export function halted({ how, by, since_s }: Halt): string {
  const since = `since ${localTime(since_s)}`;
  if (how === "held") return by === null ? `Holds on nobody's order ${since}` : `Held by ${by} ${since}`;
  return `${how === "landing" ? "Landing" : "Stands switched off"} ${since}${by === null ? "" : `, asked by ${by}`}`;
}

export function percent(frac: number): string {
  return `${Math.round(frac * 100)} %`;
}

export function mass(kg: number): string {
  return `${kg.toFixed(kg < 10 ? 1 : 0)} kg`;
}

/** "9 m/s" for people watching; drones never need the decimals, robots do. */
export function metresPerSecond(mps: number): string {
  return `${mps < 5 ? mps.toFixed(1) : Math.round(mps)} m/s`;
}

const WINDS = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];

/** Where a wind comes from, in words. */
export function compass(from_deg: number): string {
  return WINDS[Math.round(from_deg / 45) % 8] ?? "north";
}

export function position(lat_deg: number, lon_deg: number): string {
  return `${lat_deg.toFixed(5)}, ${outward(lon_deg).toFixed(5)}`;
}

/** Where a map of the device's own opens at a place; only Android knows `geo:`. */
export function inMaps(lat_deg: number, lon_deg: number, label: string): string {
  const at = `${lat_deg},${lon_deg}`;
  if (navigator.userAgent.includes("Android")) return `geo:${at}?q=${at}(${encodeURIComponent(label)})`;
  return `https://www.openstreetmap.org/?mlat=${lat_deg}&mlon=${lon_deg}#map=18/${lat_deg}/${lon_deg}`;
}
