import { signal } from "@preact/signals";
import { fleetNow } from "../clock";
import { placeOrder } from "../http";
import { candidate as place } from "../map/wanted";
import { hubs, select } from "../store";
import type { OrderWanted } from "../wire";
import { position } from "../words";
import { PickedPlace, asking } from "./asking";
import { Field } from "./Field";
import { Close } from "./icons";

export const placing = signal(false);
const hub = signal("");
const label = signal("");
const kind = signal<OrderWanted["drop_off"]["kind"]>("doorstep");
const mass_kg = signal("1.0");
const due_min = signal("30");
const { problems, trouble, busy, problemIn, ask } = asking();

async function send(): Promise<void> {
  const to = place.value;
  if (!to) {
    problems.value = [{ field: "drop_off", reason: "Pick the drop-off on the map." }];
    return;
  }
  await ask(async () => {
    const placed = await placeOrder({
      hub_id: hub.value || (hubs.value[0]?.id ?? ""),
      parcels: [{ mass_kg: Number(mass_kg.value) }],
      drop_off: { ...to, kind: kind.value, label: label.value.trim() || position(to.lat_deg, to.lon_deg) },
      deadline_s: Math.round(fleetNow() + Number(due_min.value) * 60),
    });
    placing.value = false;
    place.value = null;
    label.value = "";
    select({ kind: "order", id: placed.id });
  });
}

/** Problems whose field has no input of its own are listed at the end, so that none is lost. */
const FIELDS = ["drop_off", "hub_id", "parcels", "deadline"];
const others = () => problems.value.filter((p) => !FIELDS.some((f) => p.field.startsWith(f)));

export function PlaceOrder() {
  return (
    <section class="dialog place panel" role="dialog" aria-labelledby="place-title">
      <form noValidate onSubmit={(e) => { e.preventDefault(); void send(); }}>
      <header>
        <h2 id="place-title">Place an order</h2>
        <button type="button" class="square" aria-label="Close" onClick={() => (placing.value = false)}><Close /></button>
      </header>
      <PickedPlace name="Drop-off" problem={problemIn("drop_off")} />
      <Field name="Address" problem={problemIn("drop_off.label")}>
        <input value={label.value} placeholder="Street and number" autocomplete="off" onInput={(e) => (label.value = e.currentTarget.value)} />
      </Field>
      <div class="pair">
        <Field name="From hub" problem={problemIn("hub_id")}>
          <select value={hub.value || hubs.value[0]?.id} onChange={(e) => (hub.value = e.currentTarget.value)}>
            {hubs.value.map((h) => <option key={h.id} value={h.id}>{h.name}</option>)}
          </select>
        </Field>
        <Field name="Hand over at" problem={problemIn("drop_off.kind")}>
          <select value={kind.value} onChange={(e) => (kind.value = e.currentTarget.value as typeof kind.value)}>
            <option value="doorstep">Doorstep</option>
            <option value="pad">Pad</option>
            <option value="kerb">Kerb</option>
          </select>
        </Field>
      </div>
      <div class="pair">
        <Field name="Mass (kg)" problem={problemIn("parcels")}>
          <input type="number" inputMode="decimal" step="0.1" min="0.1" value={mass_kg.value} onInput={(e) => (mass_kg.value = e.currentTarget.value)} />
        </Field>
        <Field name="Due within (min)" problem={problemIn("deadline")}>
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
