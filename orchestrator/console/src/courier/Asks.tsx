/** What a stop asks of the courier: how its parcels are kept, whose age is looked at. */

import type { CourierStop } from "../wire";

const KEPT = { ambient: "", chilled: "Keep it chilled", frozen: "Keep it frozen", hot: "Keep it hot" } as const;

export function Asks({ stop }: { stop: CourierStop }) {
  if (stop.temperatures.length === 0 && !stop.check_age) return null;
  return (
    <ul class="asks" aria-label="It asks for">
      {stop.temperatures.map((kept) => <li key={kept} class={kept}>{KEPT[kept]}</li>)}
      {stop.check_age && <li class="age-check">Check the age: 18</li>}
    </ul>
  );
}
