/**
 * What was tapped: kept on the phone until the gateway has answered it, and shown at once. The gateway counts a
 * tap once by its id, however often it is sent, so everything unanswered is simply sent again. It is kept by
 * courier: a sign-in that has run out loses no proof, and nobody sends another's.
 */

import { signal } from "@preact/signals";
import type { CourierStop, CourierTrip, Phone } from "../wire";

export type Deed =
  | { kind: "yes" | "no"; card_id: number; text?: string }
  | { kind: "took"; parcel_id: string }
  | { kind: "arrived"; order_id: string }
  | { kind: "fetched"; order_id: string }
  | { kind: "not_fetched"; order_id: string; why: "not_there" | "closed" | "refused" | "no_room" }
  | { kind: "handed_over"; order_id: string; code?: string; photo?: string; age_checked?: boolean }
  | { kind: "kept"; order_id: string; why: string }
  | { kind: "back" }
  | { kind: "begin_shift"; until_s: number }
  | { kind: "take_break" | "end_shift" }
  | { kind: "problem"; text?: string };

export type Tap = Deed & { id: string };

const KEPT_AS = "sanderling-courier-taps";
/** The gateway takes 64 KiB and 50 taps a call; a picture is most of that. */
const MOST_CHARS = 62_000;
const MOST_TAPS = 50;

function kept(vehicleId: string): readonly Tap[] {
  try {
    return JSON.parse(localStorage.getItem(`${KEPT_AS}-${vehicleId}`) ?? "[]") as Tap[];
  } catch {
    return [];
  }
}

/** Whose taps these are; empty while nobody is known to be signed in. */
let owner = "";
export const pending = signal<readonly Tap[]>([]);

/** From now on the taps of this courier are added to and sent; nobody's for an empty name. */
export function own(vehicleId: string): void {
  if (vehicleId === owner) return;
  owner = vehicleId;
  pending.value = owner ? kept(owner) : [];
}

function keep(taps: readonly Tap[]): void {
  pending.value = taps;
  localStorage.setItem(`${KEPT_AS}-${owner}`, JSON.stringify(taps));
}

export function add(deed: Deed): void {
  const random = crypto.getRandomValues(new Uint32Array(2)).join("-");
  keep([...pending.peek(), { ...deed, id: `t-${Date.now()}-${random}` }]);
}

export function drop(ids: ReadonlySet<string>): void {
  keep(pending.peek().filter((tap) => !ids.has(tap.id)));
}

/** As many of the oldest as go into one call, `most` of them; one at least. */
export function batch(most = MOST_TAPS): readonly Tap[] {
  let chars = 0;
  const taken: Tap[] = [];
  for (const tap of pending.peek()) {
    chars += JSON.stringify(tap).length + 1;
    if (taken.length > 0 && (chars > MOST_CHARS || taken.length === most)) break;
    taken.push(tap);
  }
  return taken;
}

const OVER = new Set<CourierStop["state"]>(["fetched", "missed", "handed_over", "kept"]);

/**
 * The stops once the next one of `orderId` is `state`: the next one that is left comes after what is over, and
 * what was not given is not handed over.
 */
function stopsAfter(trip: CourierTrip, orderId: string, state: CourierStop["state"]): CourierTrip {
  let next = !OVER.has(state) ? null : "next";
  const own = trip.stops.find((stop) => stop.order_id === orderId && !OVER.has(stop.state));
  const missed = state === "missed" ? (own?.parcel_ids ?? []) : [];
  const ahead = trip.stops.filter((stop) => stop === own || !stop.parcel_ids.some((id) => missed.includes(id)));
  const stops = ahead.map((stop): CourierStop => {
    if (stop === own) return { ...stop, state };
    if (next === null || stop.state !== "later") return stop;
    next = null;
    return { ...stop, state: "next" };
  });
  const left = stops.some((stop) => !OVER.has(stop.state) && stop.state !== "withdrawn");
  return { ...trip, stops, state: left ? trip.state : "homeward" };
}

/** The trip once what a locker told to be taken out of it was not in there; null where no locker told that. */
function emptied(trip: CourierTrip, orderId: string): CourierTrip | null {
  const opened = trip.stops.find((stop) => stop.order_id === orderId && stop.does === "fetch" && stop.kind === "locker" && stop.state === "fetched");
  if (!opened) return null;
  const ahead = trip.stops.filter((stop) => stop === opened || !stop.parcel_ids.some((id) => opened.parcel_ids.includes(id)));
  let next = ahead.some((stop) => stop.state === "next" || stop.state === "arrived") ? null : "next";
  const stops = ahead.map((stop): CourierStop => {
    if (stop === opened) return { ...stop, state: "missed" };
    if (next === null || stop.state !== "later") return stop;
    next = null;
    return { ...stop, state: "next" };
  });
  const left = stops.some((stop) => !OVER.has(stop.state) && stop.state !== "withdrawn");
  return { ...trip, stops, state: left ? trip.state : "homeward" };
}

/** What the phone shows once a tap counts, as the gateway will have it. */
export function after(phone: Phone, tap: Tap): Phone {
  const { trip, card } = phone;
  switch (tap.kind) {
    case "yes":
    case "no": {
      if (card?.id !== tap.card_id) return phone;
      const taken = tap.kind === "yes" && card.kind === "offer" && trip;
      const gone = card.kind === "offer" && tap.kind === "no";
      return { ...phone, card: null, trip: taken ? { ...trip, state: "loading" } : gone ? null : trip };
    }
    case "took":
      if (!trip) return phone;
      return { ...phone, trip: { ...trip, to_take: trip.to_take.filter((id) => id !== tap.parcel_id) }, card: card?.parcel_id === tap.parcel_id ? null : card };
    case "arrived":
      return trip ? { ...phone, trip: stopsAfter(trip, tap.order_id, "arrived") } : phone;
    case "fetched":
      return trip ? { ...phone, trip: stopsAfter(trip, tap.order_id, "fetched") } : phone;
    case "not_fetched":
      return trip ? { ...phone, trip: emptied(trip, tap.order_id) ?? stopsAfter(trip, tap.order_id, "missed") } : phone;
    case "handed_over":
    case "kept":
      return trip ? { ...phone, trip: stopsAfter(trip, tap.order_id, tap.kind) } : phone;
    case "back":
      return { ...phone, trip: null, card: null };
    case "begin_shift":
      return { ...phone, shift_until_s: tap.until_s, pause: "" };
    case "take_break":
      return { ...phone, pause: "You are on a break." };
    case "end_shift":
      return { ...phone, shift_until_s: null, trip: null };
    case "problem":
      return { ...phone, problem: tap.text ?? null };
  }
}
