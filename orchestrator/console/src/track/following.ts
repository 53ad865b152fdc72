/** Follows one order by its link: asks every few seconds while somebody looks, and says when nobody answers. */

import { signal } from "@preact/signals";
import type { Tracking } from "../wire";

const EVERY_MS = 10_000;
const NEAR_MS = 3000;
const PATIENCE_MS = 10_000;

/** The link's own key is behind the #: no server's log has it. */
const link = () => new URL(`../v1/track/${encodeURIComponent(location.hash.slice(1))}`, document.baseURI);

export const order = signal<Tracking | null>(null);
/** Why there is nothing to show, once the gateway has said so. */
export const refused = signal("");
/** Since when nobody answers, in ms of this device's clock; null while somebody does. */
export const silentSince = signal<number | null>(null);
export const now_s = signal(Date.now() / 1000);
/** What could not be done, until it is read. */
export const complaint = signal("");
export const map = signal<GeoJSON.FeatureCollection | null>(null);

let ahead_s = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function take(told: Tracking): void {
  ahead_s = told.now_s - Date.now() / 1000;
  now_s.value = told.now_s;
  silentSince.value = null;
  refused.value = "";
  order.value = told;
}

async function ask(path = "", body?: unknown): Promise<Tracking | null> {
  const answer = await fetch(`${link().href}${path}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const said = (await answer.json()) as Tracking & { error?: string; problems?: { reason: string }[] };
  if (answer.ok) return said;
  const words = said.problems?.[0]?.reason ?? said.error ?? `The answer was ${answer.status}.`;
  if (answer.status === 404 && !path) refused.value = said.error ?? words;
  else if (path) complaint.value = words.charAt(0).toUpperCase() + words.slice(1);
  if (answer.status >= 500) throw new Error(words);
  return null;
}

export async function look(): Promise<void> {
  clearTimeout(timer);
  try {
    const told = await ask();
    if (told) take(told);
  } catch {
    silentSince.value ??= Date.now();
  }
  if (!refused.peek()) timer = setTimeout(() => void look(), order.peek()?.status === "nearby" ? NEAR_MS : EVERY_MS);
}

async function say(path: string, body: unknown): Promise<void> {
  complaint.value = "";
  try {
    const told = await ask(path, body);
    if (told) take(told);
    else await look();
  } catch {
    complaint.value = "That did not get through. Try again in a moment.";
  }
}

export const choosePlace = (place: number) => say("/place", { place });
export const tellAbsent = () => say("/absent", {});

/** The map around the address: once, and again where it was not had. */
export async function getMap(): Promise<void> {
  try {
    const answer = await fetch(`${link().href}/map`);
    if (answer.ok) map.value = (await answer.json()) as GeoJSON.FeatureCollection;
  } catch {
    setTimeout(() => void getMap(), EVERY_MS);
  }
}

export const photo = (path: string) => new URL(`..${path}`, document.baseURI).href;

export function start(): void {
  setInterval(() => { now_s.value = Date.now() / 1000 + ahead_s; }, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void look(); });
  addEventListener("online", () => void look());
  addEventListener("hashchange", () => { order.value = null; map.value = null; void look(); void getMap(); });
  void look();
  void getMap();
}
