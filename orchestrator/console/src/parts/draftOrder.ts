/** The order being written: what is in the form, and the request it makes. */

import { signal } from "@preact/signals";
import { fleetNow } from "../clock";
import { candidate, origin } from "../map/wanted";
import { hubs, lockers } from "../store";
import type { OrderWanted, Place, Size, Temperature } from "../wire";
import { position } from "../words";

type Handed = OrderWanted["drop_off"]["kind"];
type Fetched = NonNullable<OrderWanted["pick_up"]>["kind"];

export const hub = signal("");
export const label = signal("");
export const kind = signal<Handed>("doorstep");
export const locker = signal("");
export const mass_kg = signal("1.0");
export const size = signal<Size>("medium");
export const temperature = signal<Temperature>("ambient");
export const from_min = signal("");
export const due_min = signal("30");
export const checkAge = signal(false);
export const ready_min = signal("");
export const aboard_min = signal("");
export const alsoAt = signal<readonly string[]>([]);
/** Where it is fetched; nothing when it lies at the hub. */
export const fetched = signal<"" | Exclude<Fetched, "locker">>("");
export const fetchedLabel = signal("");

export const chosenHub = () => hub.value || (hubs.value[0]?.id ?? "");

const seconds = (minutes: string, from_s: number) => Math.round(from_s + Number(minutes) * 60);
const told = (text: string) => text.trim() !== "";
const named = (text: string, at: Place) => text.trim() || position(at.lat_deg, at.lon_deg);

function dropOff(): OrderWanted["drop_off"] | null {
  const box = kind.value === "locker" ? lockers.value.find((one) => one.id === locker.value) ?? lockers.value[0] : undefined;
  if (box) return { lat_deg: box.lat_deg, lon_deg: box.lon_deg, kind: "locker", label: `Locker, ${box.name}`, locker_id: box.id };
  const at = candidate.value;
  return at && { ...at, kind: kind.value, label: named(label.value, at) };
}

/** The request, or the field that is still to be picked on the map. */
export function written(): OrderWanted | { field: string; reason: string } {
  const to = dropOff();
  if (!to) return { field: "drop_off", reason: "Pick the drop-off on the map." };
  const at = origin.value;
  if (fetched.value && !at) return { field: "pick_up", reason: "Pick on the map where it is fetched." };
  const now_s = fleetNow();
  return {
    hub_id: chosenHub(),
    parcels: [
      {
        mass_kg: Number(mass_kg.value),
        size: size.value,
        temperature: temperature.value,
        ...(told(aboard_min.value) ? { most_aboard_s: seconds(aboard_min.value, 0) } : {}),
      },
    ],
    drop_off: to,
    skills: checkAge.value ? ["check_age"] : [],
    ...(told(ready_min.value) ? { ready_at_s: seconds(ready_min.value, now_s) } : {}),
    ...(told(from_min.value) ? { earliest_at_s: seconds(from_min.value, now_s) } : {}),
    deadline_s: seconds(due_min.value, now_s),
    ...(fetched.value && at ? { pick_up: { ...at, kind: fetched.value, label: named(fetchedLabel.value, at) } } : { also_at: alsoAt.value.filter((id) => id !== chosenHub()) }),
  };
}

/** What belongs to one order alone; the rest stays for the next. */
export function forget(): void {
  candidate.value = null;
  origin.value = null;
  for (const text of [label, fetchedLabel, from_min, ready_min, aboard_min]) text.value = "";
  fetched.value = "";
  alsoAt.value = [];
  checkAge.value = false;
  temperature.value = "ambient";
}
