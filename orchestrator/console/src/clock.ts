/** Fleet time as the server says it, carried on between messages; frozen while nobody says it. */

import { signal } from "@preact/signals";

/** Without word for this long, what is shown is no longer now. The stream speaks five times a second. */
const CARRY_ON_MS = 2500;

export const speed = signal(1);
/** Fleet time in UTC seconds, refreshed a few times a second: for what people read. */
export const now_s = signal(0);

let said_s = 0;
let saidAt_ms = 0;

export function setFleetTime(fleet_s: number, newSpeed: number | null): void {
  said_s = fleet_s;
  saidAt_ms = performance.now();
  if (newSpeed !== null) speed.value = newSpeed;
  if (now_s.peek() === 0) now_s.value = fleet_s;
}

/** Fleet time at this very moment, UTC seconds. */
export function fleetNow(): number {
  const since_ms = Math.min(performance.now() - saidAt_ms, CARRY_ON_MS);
  return said_s + (since_ms / 1000) * speed.peek();
}

export function startClock(): void {
  setInterval(() => {
    const next = Math.floor(fleetNow());
    if (next !== now_s.peek()) now_s.value = next;
  }, 250);
}
