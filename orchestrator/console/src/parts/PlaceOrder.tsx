import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { fleetNow } from "../clock";
import { Refusal, placeOrder } from "../http";
import { candidate as place, pointWanted } from "../map/wanted";
import { hubs, select } from "../store";
import type { OrderWanted, Problem } from "../wire";
import { position } from "../words";
import { Field } from "./Field";
import { Close, Pin } from "./icons";

export const placing = signal(false);
const hub = signal("");
const label = signal("");
const kind = signal<OrderWanted["drop_off"]["kind"]>("doorstep");
const mass_kg = signal("1.0");
const due_min = signal("30");
const problems = signal<readonly Problem[]>([]);
const trouble = signal("");
const busy = signal(false);

const problemOf = (field: string) => problems.value.find((p) => p.field === field || p.field.startsWith(`${field}.`))?.reason;

function startPicking(): void {
  pointWanted.value = (picked) => {
    place.value = picked;
    pointWanted.value = null;
  };
}

async function send(): Promise<void> {
  problems.value = [];
  trouble.value = "";
  if (!place.value) {
    problems.value = [{ field: "drop_off", reason: "Pick the drop-off on the map." }];
    return;
  }
  busy.value = true;
  try {
    const placed = await placeOrder({
      hub_id: hub.value || (hubs.value[0]?.id ?? ""),
      parcels: [{ mass_kg: Number(mass_kg.value) }],
      drop_off: { ...place.value, kind: kind.value, label: label.value.trim() || position(place.value.lat_deg, place.value.lon_deg) },
      deadline_s: Math.round(fleetNow() + Number(due_min.value) * 60),
    });
    placing.value = false;
    place.value = null;
    label.value = "";
    select({ kind: "order", id: placed.id });
  } catch (error) {
    if (error instanceof Refusal) [problems.value, trouble.value] = [error.problems, error.message];
    else trouble.value = String(error);
  } finally {
    busy.value = false;
  }
}

/** Problems whose field has no input of its own are listed at the end, so that none is lost. */
const FIELDS = ["drop_off", "hub_id", "parcels", "deadline"];
const others = () => problems.value.filter((p) => !FIELDS.some((f) => p.field.startsWith(f)));

export function PlaceOrder() {
  useLayoutEffect(() => {
    if (!place.value) startPicking();
    return () => (pointWanted.value = null);
  }, []);
  return (
    <section class="dialog place panel" role="dialog" aria-labelledby="place-title">
      <form noValidate onSubmit={(e) => { e.preventDefault(); void send(); }}>
      <header>
        <h2 id="place-title">Place an order</h2>
        <button type="button" class="square" aria-label="Close" onClick={() => (placing.value = false)}><Close /></button>
      </header>
      <Field name="Drop-off" problem={problemOf("drop_off")}>
        <button type="button" class={`pick${pointWanted.value ? " picking" : ""}`} onClick={startPicking}>
          <Pin />
          {pointWanted.value ? "Click the place on the map" : place.value ? position(place.value.lat_deg, place.value.lon_deg) : "Pick on the map"}
        </button>
      </Field>
      <Field name="Address" problem={problemOf("drop_off.label")}>
        <input value={label.value} placeholder="Street and number" autocomplete="off" onInput={(e) => (label.value = e.currentTarget.value)} />
      </Field>
      <div class="pair">
        <Field name="From hub" problem={problemOf("hub_id")}>
          <select value={hub.value || hubs.value[0]?.id} onChange={(e) => (hub.value = e.currentTarget.value)}>
            {hubs.value.map((h) => <option key={h.id} value={h.id}>{h.name}</option>)}
          </select>
        </Field>
        <Field name="Hand over at" problem={problemOf("drop_off.kind")}>
          <select value={kind.value} onChange={(e) => (kind.value = e.currentTarget.value as typeof kind.value)}>
            <option value="doorstep">Doorstep</option>
            <option value="pad">Pad</option>
            <option value="kerb">Kerb</option>
          </select>
        </Field>
      </div>
      <div class="pair">
        <Field name="Mass (kg)" problem={problemOf("parcels")}>
          <input type="number" inputMode="decimal" step="0.1" min="0.1" value={mass_kg.value} onInput={(e) => (mass_kg.value = e.currentTarget.value)} />
        </Field>
        <Field name="Due within (min)" problem={problemOf("deadline")}>
          <input type="number" inputMode="numeric" step="5" min="1" value={due_min.value} onInput={(e) => (due_min.value = e.currentTarget.value)} />
        </Field>
      </div>
      {trouble.value && (
        <div class="notice bad" role="alert">
          {trouble.value}
          {others().map((p) => <p key={p.field}>{p.field}: {p.reason}</p>)}
        </div>
      )}
      <div class="actions">
        <button type="button" class="quiet" onClick={() => (placing.value = false)}>Cancel</button>
        <button type="submit" class="primary" disabled={busy.value}>{busy.value ? "Placing…" : "Place order"}</button>
      </div>
      </form>
    </section>
  );
}
