/** Calls in: every few seconds, and at once when something was tapped. */

import { computed, signal } from "@preact/signals";
import type { Called, Phone } from "../wire";
import { add, after, batch, drop, own, pending } from "./taps";
import type { Deed } from "./taps";

const KEY = "sanderling-courier-key";
const SHOWN = "sanderling-courier-shown";
const SHIFT = "sanderling-courier-shift";
const MAP = "sanderling-courier-map";
/** Browsers keep 5 MB of text for a page. */
const MOST_MAP_CHARS = 2_000_000;
const EVERY_MS = 3000;
const PATIENCE_MS = 8000;

/** A sign-in link carries its key behind the #, which no server sees; it is not left in the address. */
function keyAtHand(): string {
  const linked = location.hash.slice(1);
  if (linked) {
    localStorage.setItem(KEY, linked);
    history.replaceState(null, "", location.pathname);
  }
  return localStorage.getItem(KEY) ?? "";
}

function lastShown(): Phone | null {
  try {
    return JSON.parse(localStorage.getItem(SHOWN) ?? "null") as Phone | null;
  } catch {
    return null;
  }
}

export const key = signal(keyAtHand());
/** Why the gateway does not know us, once it said so. */
export const refused = signal("");
export const heard = signal(true);
/** What the gateway last said; kept, so that the page opens without a link. */
const told = signal<Phone | null>(key.peek() ? lastShown() : null);
own(told.peek()?.vehicle_id ?? "");
/** What is shown: that, and what was tapped since. */
export const phone = computed<Phone | null>(() => (told.value ? pending.value.reduce(after, told.value) : null));
/** What did not count, in the gateway's words, until it is read. */
export const complaint = signal("");
export const now_s = signal(Date.now() / 1000);

let ahead_s = 0;
let here: GeolocationPosition | null = null;
let calling = false;
/** Of several taps one could not be understood: they go one by one until that one is found. */
let singly = false;
let timer: ReturnType<typeof setTimeout> | undefined;

export const position = signal<readonly [number, number] | null>(null);

function whereabouts() {
  if (!here) return null;
  const { latitude, longitude, accuracy, speed, heading } = here.coords;
  const moving = speed !== null && heading !== null && !Number.isNaN(heading);
  return {
    lat_deg: latitude,
    lon_deg: longitude,
    accuracy_m: Math.min(accuracy, 100_000),
    ...(moving ? { speed_mps: Math.min(speed, 60), heading_deg: heading } : {}),
  };
}

function take(called: Called): void {
  ahead_s = called.phone.now_s - Date.now() / 1000;
  own(called.phone.vehicle_id);
  told.value = called.phone;
  localStorage.setItem(SHOWN, JSON.stringify(called.phone));
  drop(new Set(called.answers.map((answer) => answer.id)));
  const against = called.answers.find((answer) => !answer.done);
  if (against) complaint.value = against.text;
  // After a restart of the orchestrator nobody remembers the shift but the phone.
  const until_s = Number(localStorage.getItem(SHIFT) ?? 0);
  if (called.phone.shift_until_s === null && until_s > called.phone.now_s && !pending.peek().length) {
    tap({ kind: "begin_shift", until_s });
  }
}

async function call(): Promise<void> {
  const sent = singly ? batch(1) : batch();
  const answer = await fetch(new URL("../v1/courier", document.baseURI), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key.peek()}` },
    body: JSON.stringify({ here: whereabouts(), taps: sent }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
    refused.value = ((await answer.json()) as { error: string }).error;
    signOut();
    return;
  }
  if (answer.status === 409 || answer.status === 422) {
    // What cannot be understood now never will be: it must not stop all that comes after it, nor take that along.
    if (sent.length === 1) {
      complaint.value = ((await answer.json()) as { error: string }).error;
      drop(new Set(sent.map((one) => one.id)));
    }
    singly = sent.length > 1;
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  refused.value = "";
  take((await answer.json()) as Called);
}

/** One call now; the next in a while, or at once while more is to be sent. */
export async function callNow(): Promise<void> {
  if (calling || !key.peek()) return;
  calling = true;
  clearTimeout(timer);
  try {
    await call();
    heard.value = true;
  } catch {
    heard.value = false;
  } finally {
    calling = false;
    timer = setTimeout(() => void callNow(), heard.peek() && pending.peek().length ? 0 : EVERY_MS);
  }
}

export function tap(deed: Deed): void {
  if (deed.kind === "begin_shift") localStorage.setItem(SHIFT, String(deed.until_s));
  if (deed.kind === "end_shift") localStorage.removeItem(SHIFT);
  complaint.value = "";
  add(deed);
  void callNow();
}

export function signIn(secret: string): void {
  localStorage.setItem(KEY, secret);
  refused.value = "";
  key.value = secret;
  void callNow();
}

/** What was tapped stays on the phone until this courier is signed in again. */
export function signOut(): void {
  for (const name of [KEY, SHOWN, SHIFT, MAP]) localStorage.removeItem(name);
  own("");
  key.value = "";
  told.value = null;
}

/** The map around the trip, as GeoJSON; null when it cannot be had. */
export async function getMap(): Promise<GeoJSON.FeatureCollection | null> {
  try {
    const headers = { authorization: `Bearer ${key.peek()}` };
    const answer = await fetch(new URL("../v1/courier/map", document.baseURI), { headers });
    const text = await answer.text();
    if (!answer.ok) return null;
    if (text.length < MOST_MAP_CHARS) localStorage.setItem(MAP, text);
    return JSON.parse(text) as GeoJSON.FeatureCollection;
  } catch {
    return null;
  }
}

/** The last map that was had, for a page that opens without a link. */
export function lastMap(): GeoJSON.FeatureCollection | null {
  try {
    return JSON.parse(localStorage.getItem(MAP) ?? "null") as GeoJSON.FeatureCollection | null;
  } catch {
    return null;
  }
}

export function start(): void {
  setInterval(() => { now_s.value = Math.floor(Date.now() / 1000 + ahead_s); }, 500);
  addEventListener("online", () => void callNow());
  addEventListener("hashchange", () => { if (location.hash) signIn(keyAtHand()); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void callNow(); });
  if ("geolocation" in navigator) {
    navigator.geolocation.watchPosition(
      (found) => { here = found; position.value = [found.coords.longitude, found.coords.latitude]; },
      () => { here = null; },
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
  }
  void callNow();
}
