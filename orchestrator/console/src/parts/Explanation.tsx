import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refusal, getExplanation } from "../http";
import { vehicleById } from "../store";
import type { Choice, Explanation as Explained, Order, Quote } from "../wire";
import { duration, localTime } from "../words";
import { Dispatch } from "./Dispatch";
import { Folded } from "./Folded";
import { VehicleIcon } from "./icons";

/** The chosen one first, then those that could, soonest first, then those that could not. */
function ranked(choice: Choice): Quote[] {
  const weight = (q: Quote) => (q.vehicle_id === choice.vehicle_id ? 0 : q.handover_at_s !== null ? 1 : 2);
  return [...choice.quotes].sort(
    (a, b) => weight(a) - weight(b) || (a.handover_at_s ?? 0) - (b.handover_at_s ?? 0) || a.vehicle_id.localeCompare(b.vehicle_id),
  );
}

function QuoteRow({ quote, choice }: { quote: Quote; choice: Choice }) {
  const kind = vehicleById.value.get(quote.vehicle_id)?.kind ?? "drone";
  const chosen = quote.vehicle_id === choice.vehicle_id;
  const won = choice.quotes.find((q) => q.vehicle_id === choice.vehicle_id)?.handover_at_s ?? null;
  const later_s = quote.handover_at_s !== null && won !== null ? quote.handover_at_s - won : 0;
  const how = quote.handover_at_s === null ? quote.reasons.join(" ") || "cannot" : chosen ? localTime(quote.handover_at_s, true) : `${duration(later_s)} ${later_s < 0 ? "sooner" : "later"}`;
  return (
    <li class={chosen ? "won" : quote.handover_at_s === null ? "cannot" : "could"}>
      <VehicleIcon kind={kind} tone={chosen ? "out" : "idle"} size={18} />
      <b>{quote.vehicle_id}</b>
      <span>{how}</span>
      {quote.cost_eur !== null && quote.cost_eur !== undefined && <span class="cost">{quote.cost_eur.toFixed(2)} €</span>}
    </li>
  );
}

/** Why this vehicle: what each one would have meant, as the dispatcher saw it then. */
export function Explanation({ order }: { order: Order }) {
  const told = useSignal<Explained | null>(null);
  const trouble = useSignal("");
  const round = useSignal(0);
  useEffect(() => {
    let stay = true;
    getExplanation(order.id).then(
      (answer) => { if (stay) [told.value, trouble.value] = [answer, ""]; },
      (error: unknown) => { if (stay) trouble.value = error instanceof Refusal ? error.message : String(error); },
    );
    return () => { stay = false; };
  }, [order.id, order.status, order.vehicle_ids.length, order.next_vehicle_id, round.value, told, trouble]);
  const candidates = told.value?.parcels.find((p) => p.candidates.length > 0)?.candidates ?? [];
  const choices = told.value?.parcels.flatMap((p) => p.choices) ?? [];
  return (
    <>
    {order.status === "waiting" || order.status === "assigned" ? <Dispatch order={order} candidates={candidates} word={told.value?.word ?? null} decided={() => { round.value += 1; }} /> : null}
    <section class="explanation">
      <h3>Why</h3>
      {trouble.value && <p class="trouble">{trouble.value}</p>}
      {told.value && <p class="told">{told.value.text}</p>}
      {[...choices].reverse().map((choice) => (
        <div key={choice.mission_id}>
          <p class="meta">
            {localTime(choice.planned_at_s, true)} · {choice.outcome}
          </p>
          {choice.reasons.length > 0 && <ul class="reasons">{choice.reasons.map((r) => <li key={r}>{r}</li>)}</ul>}
          <Folded rows={ranked(choice).map((q) => <QuoteRow key={q.vehicle_id} quote={q} choice={choice} />)} />
        </div>
      ))}
    </section>
    </>
  );
}
