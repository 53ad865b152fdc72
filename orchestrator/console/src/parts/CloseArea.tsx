/** Close an area of the map at once: a circle, for a while. What flies there is planned anew by the fleet. */

import { signal } from "@preact/signals";
import { closeArea } from "../http";
import { candidate as place } from "../map/wanted";
import { zonesChanged } from "../map/zones";
import type { Closed } from "../wire";
import { PickedPlace, asking } from "./asking";
import { Field } from "./Field";
import { Close } from "./icons";

export const closingArea = signal(false);
const name = signal("");
const radius_m = signal("150");
const top_m = signal("300");
const lasts_min = signal("30");
const to = signal<"air" | "all">("air");
const done = signal<Closed | null>(null);
const { problems, trouble, busy, problemOf, ask } = asking();

async function send(): Promise<void> {
  const middle = place.value;
  if (!middle) {
    problems.value = [{ field: "circle", reason: "Pick the middle on the map." }];
    return;
  }
  await ask(async () => {
    done.value = await closeArea({
      name: name.value.trim() || "Closed area",
      circle: { ...middle, radius_m: Number(radius_m.value) },
      upper_agl_m: Number(top_m.value),
      ...(lasts_min.value.trim() ? { duration_s: Number(lasts_min.value) * 60 } : {}),
      binds: to.value === "all" ? ["air", "sidewalk"] : ["air"],
    });
    place.value = null;
    name.value = "";
    zonesChanged.value += 1;
  });
}

function leave(): void {
  closingArea.value = false;
  done.value = null;
  place.value = null;
}

/** Whose way it bars, as the gateway told it, until the operator has read it. */
function Done({ closed }: { closed: Closed }) {
  return (
    <>
      <p class="notice" role="status">
        Closed as {closed.zone_id}. {closed.barred.length ? "Planned anew:" : "Nobody's way is barred."}
      </p>
      <ul>{closed.barred.map((b) => <li key={b.vehicle_id}><b>{b.vehicle_id}</b> {b.why}</li>)}</ul>
      <div class="actions"><button type="button" class="primary" onClick={leave}>Done</button></div>
    </>
  );
}

function Wanted() {
  const number = (label: string, field: string, value: typeof radius_m, placeholder = "") => (
    <Field name={label} problem={problemOf(field)}>
      <input type="number" inputMode="decimal" min="1" placeholder={placeholder} value={value.value} onInput={(e) => (value.value = e.currentTarget.value)} />
    </Field>
  );
  return (
    <>
      <PickedPlace name="Middle" problem={problemOf("circle")} />
      <Field name="What for" problem={problemOf("name")}>
        <input value={name.value} placeholder="Fire, rescue helicopter, crowd" autocomplete="off" onInput={(e) => (name.value = e.currentTarget.value)} />
      </Field>
      <div class="pair">
        {number("Radius (m)", "circle.radius_m", radius_m)}
        {number("Up to (m above ground)", "upper_agl_m", top_m)}
      </div>
      <div class="pair">
        {number("For (min)", "duration_s", lasts_min, "until opened")}
        <Field name="Closed to" problem={problemOf("binds")}>
          <select value={to.value} onChange={(e) => (to.value = e.currentTarget.value as typeof to.value)}>
            <option value="air">Drones</option>
            <option value="all">Drones and robots</option>
          </select>
        </Field>
      </div>
      {trouble.value && <div class="notice bad" role="alert">{trouble.value}</div>}
      <div class="actions">
        <button type="button" class="quiet" onClick={leave}>Cancel</button>
        <button type="submit" class="primary" disabled={busy.value}>{busy.value ? "Closing…" : "Close area"}</button>
      </div>
    </>
  );
}

export function CloseArea() {
  return (
    <section class="dialog place panel" role="dialog" aria-labelledby="close-title">
      <form noValidate onSubmit={(e) => { e.preventDefault(); void send(); }}>
        <header>
          <h2 id="close-title">Close an area</h2>
          <button type="button" class="square" aria-label="Close" onClick={leave}><Close /></button>
        </header>
        {done.value ? <Done closed={done.value} /> : <Wanted />}
      </form>
    </section>
  );
}
