import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { SIZES, TEMPERATURES } from "../cargo";
import { placeOrder } from "../http";
import { origin } from "../map/wanted";
import { hubs, lockers, select } from "../store";
import { PickedPlace, asking } from "./asking";
import { Choice } from "./Choice";
import * as draft from "./draftOrder";
import { Field } from "./Field";
import { Close } from "./icons";

export const placing = signal(false);
const { problems, trouble, busy, problemIn, problemOf, ask } = asking();

async function send(): Promise<void> {
  const wanted = draft.written();
  if ("field" in wanted) {
    problems.value = [wanted];
    return;
  }
  await ask(async () => {
    const placed = await placeOrder(wanted);
    placing.value = false;
    draft.forget();
    select({ kind: "order", id: placed.id });
  });
}

const MORE = ["ready_at", "parcels.0.most_aboard_s", "pick_up", "also_at"];
/** Problems whose field has no input of its own are listed at the end, so that none is lost. */
const FIELDS = ["drop_off", "hub_id", "parcels.0.mass_kg", "parcels.0.size", "parcels.0.temperature", "earliest_at", "deadline", "skills", ...MORE];
const within = (fields: readonly string[]) => problems.value.filter((p) => fields.some((f) => p.field.startsWith(f)));
const others = () => problems.value.filter((p) => !within(FIELDS).includes(p));

interface Numeric { name: string; value: Signal<string>; problem: string | undefined; step?: string; placeholder?: string }

function NumberField({ name, value, problem, step = "5", placeholder }: Numeric) {
  return (
    <Field name={name} problem={problem}>
      <input type="number" inputMode="decimal" min="0" step={step} placeholder={placeholder ?? ""} value={value.value} onInput={(e) => (value.value = e.currentTarget.value)} />
    </Field>
  );
}

function TextField({ name, value, problem, placeholder }: Omit<Numeric, "step">) {
  return (
    <Field name={name} problem={problem}>
      <input value={value.value} placeholder={placeholder ?? ""} autocomplete="off" onInput={(e) => (value.value = e.currentTarget.value)} />
    </Field>
  );
}

function Where() {
  const boxed = draft.kind.value === "locker";
  return (
    <>
      {!boxed && <PickedPlace name="Drop-off" problem={problemIn("drop_off")} />}
      {!boxed && <TextField name="Address" value={draft.label} problem={problemIn("drop_off.label")} placeholder="Street and number" />}
      {boxed && (
        <Field name="Locker" problem={problemIn("drop_off")}>
          <select value={draft.locker.value || lockers.value[0]?.id} onChange={(e) => (draft.locker.value = e.currentTarget.value)}>
            {lockers.value.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        </Field>
      )}
      <div class="pair">
        <Field name="From hub" problem={problemIn("hub_id")}>
          <select value={draft.chosenHub()} onChange={(e) => (draft.hub.value = e.currentTarget.value)}>
            {hubs.value.map((h) => <option key={h.id} value={h.id}>{h.name}</option>)}
          </select>
        </Field>
        <Field name="Hand over at" problem={problemOf("drop_off.kind")}>
          <select value={draft.kind.value} onChange={(e) => (draft.kind.value = e.currentTarget.value as typeof draft.kind.value)}>
            <option value="doorstep">Doorstep</option>
            <option value="pad">Pad</option>
            <option value="kerb">Kerb</option>
            {lockers.value.length > 0 && <option value="locker">Locker</option>}
          </select>
        </Field>
      </div>
    </>
  );
}

/** What most orders leave as it is. */
function More() {
  const elsewhere = hubs.value.filter((h) => h.id !== draft.chosenHub());
  return (
    <details class="more" open={within(MORE).length > 0 || undefined}>
      <summary>Ready later, fetched elsewhere, not long aboard</summary>
      <div class="pair">
        <NumberField name="Ready in (min)" value={draft.ready_min} problem={problemIn("ready_at_s")} placeholder="now" />
        <NumberField name="Longest aboard (min)" value={draft.aboard_min} problem={problemIn("parcels.0.most_aboard_s")} placeholder="any" />
      </div>
      <Field name="Taken from" problem={draft.fetched.value ? undefined : problemIn("pick_up")}>
        <select value={draft.fetched.value} onChange={(e) => (draft.fetched.value = e.currentTarget.value as typeof draft.fetched.value)}>
          <option value="">The hub</option>
          <option value="shop">A shop</option>
          <option value="doorstep">A doorstep</option>
        </select>
      </Field>
      {draft.fetched.value ? (
        <>
          <PickedPlace name="Fetched at" place={origin} problem={problemIn("pick_up")} />
          <TextField name="Its address" value={draft.fetchedLabel} problem={problemOf("pick_up.label")} placeholder="Name, street and number" />
        </>
      ) : elsewhere.length > 0 && (
        <fieldset class="field">
          <span>Lies as well at</span>
          {elsewhere.map(({ id, name }) => (
            <label key={id} class="tick">
              <input type="checkbox" checked={draft.alsoAt.value.includes(id)} onChange={(e) => (draft.alsoAt.value = e.currentTarget.checked ? [...draft.alsoAt.value, id] : draft.alsoAt.value.filter((one) => one !== id))} />
              {name}
            </label>
          ))}
          {problemIn("also_at") && <em role="alert">{problemIn("also_at")}</em>}
        </fieldset>
      )}
    </details>
  );
}

export function PlaceOrder() {
  return (
    <section class="dialog place panel" role="dialog" aria-labelledby="place-title">
      <form noValidate onSubmit={(e) => { e.preventDefault(); void send(); }}>
      <header>
        <h2 id="place-title">Place an order</h2>
        <button type="button" class="square" aria-label="Close" onClick={() => (placing.value = false)}><Close /></button>
      </header>
      <Where />
      <div class="pair">
        <NumberField name="Mass (kg)" value={draft.mass_kg} problem={problemIn("parcels.0.mass_kg")} step="0.1" />
        <Field name="Size" problem={problemIn("parcels.0.size")}>
          <select value={draft.size.value} onChange={(e) => (draft.size.value = e.currentTarget.value as typeof draft.size.value)}>
            {SIZES.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
          </select>
        </Field>
      </div>
      <Choice name="Kept" options={TEMPERATURES} value={draft.temperature} problem={problemIn("parcels.0.temperature")} />
      <div class="pair">
        <NumberField name="Not before (min)" value={draft.from_min} problem={problemIn("earliest_at_s")} placeholder="any time" />
        <NumberField name="Due within (min)" value={draft.due_min} problem={problemIn("deadline_s")} />
      </div>
      <div class={`field${problemIn("skills") ? " wrong" : ""}`}>
        <label class="tick">
          <input type="checkbox" checked={draft.checkAge.value} onChange={(e) => (draft.checkAge.value = e.currentTarget.checked)} />
          Check the recipient's age
        </label>
        {problemIn("skills") && <em role="alert">{problemIn("skills")}</em>}
      </div>
      <More />
      {trouble.value && (
        <div class="notice bad" role="alert">
          {trouble.value}
          {others().map((p) => <p key={p.field + p.reason}>{p.field}: {p.reason}</p>)}
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
