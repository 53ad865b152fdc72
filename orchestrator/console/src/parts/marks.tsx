/** Small marks used all over: status chips, battery, progress. */

import { ORDER_TONE, ORDER_WORD } from "../tone";
import type { Tone } from "../tone";
import type { OrderStatus } from "../wire";
import { percent } from "../words";

export function StatusChip({ status }: { status: OrderStatus }) {
  return <span class={`chip tone-${ORDER_TONE[status]}`}>{ORDER_WORD[status]}</span>;
}

const LOW_FRAC = 0.3;
const VERY_LOW_FRAC = 0.2;

export function Battery({ frac }: { frac: number | undefined }) {
  if (frac === undefined) return <span class="battery unknown" aria-label="battery unknown">–</span>;
  const level = frac < VERY_LOW_FRAC ? "bad" : frac < LOW_FRAC ? "warn" : "good";
  return (
    <span class={`battery ${level}`} title={`Battery ${percent(frac)}`}>
      <span class="cell" aria-hidden="true">
        <span style={{ width: percent(Math.max(0.06, Math.min(1, frac))) }} />
      </span>
      <span class="visually-hidden">Battery </span>
      {percent(frac)}
    </span>
  );
}

/** How much of something is done; said in words as well, so it is for eyes only. */
export function Progress({ frac, tone }: { frac: number; tone: Tone }) {
  return (
    <span class={`progress tone-${tone}`} aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.max(0, Math.min(1, frac)).toFixed(3)})` }} />
    </span>
  );
}
