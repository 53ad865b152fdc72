import { useSignal } from "@preact/signals";
import { Refusal, overrideDispatch } from "../http";
import { vehicleById } from "../store";
import type { Order, Override, OverrideWanted, Quote } from "../wire";
import { localTime } from "../words";
import { Folded } from "./Folded";
import { VehicleIcon } from "./icons";

const euros = (eur: number) => `${eur.toFixed(2)} €`;

/** Those that can, cheapest first; then those that cannot. */
function ranked(quotes: readonly Quote[]): Quote[] {
  return [...quotes].sort((a, b) => (a.cost_eur ?? Infinity) - (b.cost_eur ?? Infinity) || a.vehicle_id.localeCompare(b.vehicle_id));
}

/** By how much dearer a word would be than the dispatcher's choice, as single vehicles tell it; null: nobody can say. */
function extra_eur(wanted: OverrideWanted, quotes: readonly Quote[]): number | null {
  const costs = new Map(quotes.flatMap((q) => (q.cost_eur === null || q.cost_eur === undefined ? [] : [[q.vehicle_id, q.cost_eur] as const])));
  const least = Math.min(...costs.values());
  const rest = Math.min(...[...costs].filter(([id]) => id !== wanted.vehicle_id).map(([, cost]) => cost));
  const extra = wanted.wish === "pin" ? (costs.get(wanted.vehicle_id ?? "") ?? NaN) - least : wanted.wish === "forbid" ? rest - least : NaN;
  return Number.isFinite(extra) ? extra : null;
}

/** What is known of a word's price before it is given. */
function price(wanted: OverrideWanted, quotes: readonly Quote[]): string {
  if (wanted.wish === "release") return "";
  const extra = extra_eur(wanted, quotes);
  if (extra === null) return wanted.wish === "pin" ? "It cannot carry it as things stand: the order waits for it." : "What it costs shows as the plan follows.";
  return extra < 0.005 ? "No dearer than the dispatcher's choice." : `${euros(extra)} more than the dispatcher's choice.`;
}

function Candidate({ quote, least_eur, order, chosen, choose }: { quote: Quote; least_eur: number; order: Order; chosen: boolean; choose: () => void }) {
  const kind = vehicleById.value.get(quote.vehicle_id)?.kind ?? "drone";
  const can = quote.handover_at_s !== null;
  const planned = order.next_vehicle_id === quote.vehicle_id;
  const cost = quote.cost_eur ?? null;
  const how = can ? [localTime(quote.handover_at_s ?? 0), ...quote.reasons].join(" · ") : quote.reasons.join(" ") || "cannot";
  return (
    <li class={planned ? "won" : can ? "could" : "cannot"}>
      <button type="button" class="candidate" aria-pressed={chosen} onClick={choose}>
        <VehicleIcon kind={kind} tone={planned ? "out" : "idle"} size={18} />
        <b>{quote.vehicle_id}</b>
        <span>{how}</span>
        {cost !== null && <span class="cost">{euros(cost)}{cost - least_eur >= 0.005 && <small>+{(cost - least_eur).toFixed(2)}</small>}</span>}
      </button>
    </li>
  );
}

function standing(order: Order): string[] {
  const w = order.wishes;
  if (!w) return [];
  const said = [];
  if (w.pinned_to) said.push(`Pinned to ${w.pinned_to}.`);
  if (w.forbidden.length > 0) said.push(`Not by ${w.forbidden.join(", ")}.`);
  if (w.held) said.push("Held back.");
  if (w.weight !== 1) said.push(`Counts ${w.weight} times.`);
  return said.length > 0 ? [...said, `Said by ${w.by}.`] : [];
}

/** What the last word costs, or what stands against it, once that is known. */
function cost(word: Override | null): string[] {
  if (!word?.reckoned) return [];
  if (word.refusals.length > 0) return [`It cannot be carried so just now: ${word.refusals.join(" ")}`];
  if (word.extra_eur === null || word.wish === "release") return [];
  return [word.extra_eur < 0.005 ? "No dearer than the dispatcher's choice." : `${euros(word.extra_eur)} more than the dispatcher's choice.`];
}

/** What each vehicle would mean now, and an operator's word: one click says what, the second says yes. */
export function Dispatch({ order, candidates, word, decided }: { order: Order; candidates: readonly Quote[]; word: Override | null; decided: () => void }) {
  const vehicle = useSignal<string | null>(null);
  const asked = useSignal<OverrideWanted | null>(null);
  const said = useSignal("");
  const words = (w: OverrideWanted) =>
    ({ pin: `Have ${w.vehicle_id} and nobody else bring it`, forbid: `Keep ${w.vehicle_id} from it`, hold: "Hold it back", prioritise: "Let it count five times", release: "Leave it to the dispatcher again" })[w.wish];
  async function confirm(wanted: OverrideWanted) {
    [asked.value, vehicle.value] = [null, null];
    try {
      const answer = await overrideDispatch(order.id, wanted);
      said.value = answer.reckoned ? "Noted." : "Noted. What it costs follows.";
      decided();
    } catch (error) {
      said.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  const offer = (wanted: OverrideWanted, word: string) => (
    <button type="button" class="ask" aria-pressed={asked.value?.wish === wanted.wish} onClick={() => (asked.value = wanted)}>{word}</button>
  );
  const wishes = standing(order);
  const least_eur = Math.min(...candidates.flatMap((q) => q.cost_eur ?? []));
  return (
    <section class="asks dispatch" aria-label="Decide about its dispatch">
      <h3>Dispatch</h3>
      {wishes.length > 0 && <p class={`notice ${word?.refusals.length ? "warn" : "plain"}`}>{[...wishes, ...cost(word)].join(" ")}</p>}
      {candidates.length > 0 && (
        <Folded
          rows={ranked(candidates).map((q) => (
            <Candidate key={q.vehicle_id} quote={q} least_eur={least_eur} order={order} chosen={vehicle.value === q.vehicle_id} choose={() => { vehicle.value = vehicle.value === q.vehicle_id ? null : q.vehicle_id; asked.value = null; }} />
          ))}
        />
      )}
      <div class="ask-row">
        {vehicle.value ? (
          <>
            {offer({ wish: "pin", vehicle_id: vehicle.value }, `Pin to ${vehicle.value}`)}
            {offer({ wish: "forbid", vehicle_id: vehicle.value }, `Forbid ${vehicle.value}`)}
          </>
        ) : (
          <>
            {offer({ wish: "prioritise", weight: 5 }, "Prioritise")}
            {order.wishes?.held ? null : offer({ wish: "hold" }, "Hold")}
            {wishes.length > 0 && offer({ wish: "release" }, "Release")}
          </>
        )}
      </div>
      {asked.value && (
        <div class="confirm" role="alertdialog" aria-label={`Confirm: ${asked.value.wish}`}>
          <p>{words(asked.value)}? <span>{price(asked.value, candidates)}</span></p>
          <button type="button" class="primary" ref={(b) => b?.focus()} onClick={() => { if (asked.value) void confirm(asked.value); }}>Yes</button>
          <button type="button" class="quiet" onClick={() => (asked.value = null)}>Cancel</button>
        </div>
      )}
      <p class="hint" role="status">{said.value}</p>
    </section>
  );
}
