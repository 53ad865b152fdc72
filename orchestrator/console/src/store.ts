/** What the console knows: filled by the live stream only, read by the panels and the map. */

import { batch, computed, signal } from "@preact/signals";
import { setFleetTime } from "./clock";
import { inwardMessage, reckonFrom } from "./meridian";
import type { Alert, Changes, FleetEvent, Hub, Locker, Message, Order, Snapshot, Telemetry, Vehicle } from "./wire";

/** Events kept for the feed; the journal has them all. */
const EVENTS_KEPT = 400;

export type Selection = { kind: "vehicle" | "order"; id: string } | null;

export const ready = signal(false);
export const hubs = signal<readonly Hub[]>([]);
export const lockers = signal<readonly Locker[]>([]);
export const vehicles = signal<readonly Vehicle[]>([]);
export const orders = signal<readonly Order[]>([]);
export const alerts = signal<readonly Alert[]>([]);
export const events = signal<readonly FleetEvent[]>([]);
export const bbox = signal<Snapshot["bbox"] | null>(null);
export const attribution = signal("© OpenStreetMap contributors, ODbL");
export const selection = signal<Selection>(null);
export const hovered = signal<Selection>(null);

/** The newest sample of each vehicle; the map reads it, panels use `sampleOf`. */
export const telemetry = new Map<string, Telemetry>();
const telemetryBeat = signal(0);
const BEAT_MS = 500;
let lastBeat_ms = -Infinity;

type Hearer = (samples: readonly Telemetry[]) => void;
const hearers = new Set<Hearer>();

/** Calls `hear` with every telemetry batch, as it comes. */
export function onTelemetry(hear: Hearer): () => void {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** The newest sample, for people: whoever reads it is drawn again twice a second, not at every sample. */
export function sampleOf(vehicleId: string): Telemetry | undefined {
  return telemetryBeat.value >= 0 ? telemetry.get(vehicleId) : undefined;
}

export const vehicleById = computed(() => new Map(vehicles.value.map((v) => [v.id, v])));
export const orderById = computed(() => new Map(orders.value.map((o) => [o.id, o])));
export const hubById = computed(() => new Map(hubs.value.map((h) => [h.id, h])));

export function select(next: Selection): void {
  selection.value = next;
}

function merged<T>(old: readonly T[], news: readonly T[] | undefined, key: (item: T) => string): readonly T[] {
  if (!news || news.length === 0) return old;
  const all = new Map(old.map((item) => [key(item), item]));
  for (const item of news) all.set(key(item), item);
  return [...all.values()];
}

function takeSnapshot(message: Snapshot): void {
  hubs.value = message.hubs;
  lockers.value = message.lockers;
  vehicles.value = message.vehicles;
  orders.value = message.orders;
  alerts.value = message.alerts;
  events.value = message.events.slice(-EVENTS_KEPT);
  bbox.value = message.bbox;
  attribution.value = message.attribution.replace("(c)", "©");
  ready.value = true;
}

function takeChanges(message: Changes): void {
  vehicles.value = merged(vehicles.value, message.vehicles, (v) => v.id);
  orders.value = merged(orders.value, message.orders, (o) => o.id);
  if (message.alerts) alerts.value = message.alerts;
  if (message.lockers) lockers.value = message.lockers;
  if (message.events?.length) {
    const newest = events.value.at(-1)?.seq ?? 0;
    const news = message.events.filter((e) => e.seq > newest);
    if (news.length) events.value = [...events.value, ...news].slice(-EVENTS_KEPT);
  }
}

function takeTelemetry(samples: readonly Telemetry[]): void {
  for (const sample of samples) telemetry.set(sample.id, sample);
  for (const hear of hearers) hear(samples);
  const now_ms = performance.now();
  if (now_ms - lastBeat_ms < BEAT_MS) return;
  lastBeat_ms = now_ms;
  telemetryBeat.value += 1;
}

/** Takes one message of the live stream in. */
export function take(told: Message): void {
  if (told.type === "snapshot") reckonFrom(told.bbox);
  const message = inwardMessage(told);
  batch(() => {
    setFleetTime(message.now_s, message.type === "snapshot" ? message.speed : null);
    switch (message.type) {
      case "snapshot":
        takeSnapshot(message);
        break;
      case "changes":
        takeChanges(message);
        break;
      case "telemetry":
        takeTelemetry(message.vehicles);
        break;
    }
  });
}
