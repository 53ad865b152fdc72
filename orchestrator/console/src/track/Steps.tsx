import { Check } from "../parts/icons";
import type { Tracking } from "../wire";

const REACHED = { waiting: 0, being_fetched: 0, assigned: 1, on_the_way: 2, nearby: 2, to_collect: 4, delivered: 4, failed: 0, cancelled: 0, absent: 0 } as const;

/** How far it has come: what is behind it, what is under way, what is to come. */
export function Steps({ told: { status, kind, vehicle_kind } }: { told: Tracking }) {
  const reached = REACHED[status];
  const first = status === "being_fetched" ? "Fetching" : reached === 0 ? "Preparing" : "Prepared";
  const leaves = reached === 1 ? "Leaving" : reached > 1 ? "Left" : "Leaves";
  const goes = vehicle_kind === "drone" && reached === 2 ? "In the air" : "On its way";
  const words = [first, leaves, goes, kind === "locker" ? "In the locker" : "There"];
  return (
    <ol class="steps" aria-label="How far it has come">
      {words.map((word, n) => {
        const state = n < reached ? "done" : n === reached ? "now" : "later";
        return (
          <li key={n} class={state} aria-current={state === "now" ? "step" : undefined}>
            <i>{state === "done" && <Check />}</i>
            <span>{word}</span>
          </li>
        );
      })}
    </ol>
  );
}
