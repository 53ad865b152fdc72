import { useState } from "preact/hooks";
import { Asks } from "./Asks";
import { tap } from "./calling";
import { problemOpen } from "./Sheets";
import type { CourierStop } from "../wire";

const REASONS = [
  ["not_there", "It was not there"],
  ["closed", "It is closed"],
  ["refused", "They do not give it"],
  ["no_room", "I have no room for it"],
] as const;

/** At a shop, a door or a locker: the parcels are taken, or why not. */
export function Fetch({ stop }: { stop: CourierStop }) {
  const [why, setWhy] = useState(false);
  const several = stop.parcel_ids.length > 1;
  const digits = stop.door_code;
  return (
    <main class="screen">
      <div class="body">
        <p class="step">Fetch at</p>
        <h1>{stop.address}</h1>
        <p class="soft">{stop.parcel_ids.join(", ")}</p>
        <Asks stop={stop} />
        {digits && !why && <div class="code shown"><span>Type this at the locker</span><b>{digits.slice(0, 3)} {digits.slice(3)}</b></div>}
        {why && <p class="soft">Why do you not have {several ? "them" : "it"}? Your trip goes on without {several ? "them" : "it"}.</p>}
      </div>
      {why ? (
        <div class="foot">
          {REASONS.map(([reason, words]) => (
            <button key={reason} type="button" class="big quiet" onClick={() => { tap({ kind: "not_fetched", order_id: stop.order_id, why: reason }); }}>{words}</button>
          ))}
          <button type="button" class="plain" onClick={() => { setWhy(false); }}>Back</button>
        </div>
      ) : (
        <div class="foot">
          <button type="button" class="big" onClick={() => { tap({ kind: "fetched", order_id: stop.order_id }); }}>{several ? `I have all ${stop.parcel_ids.length}` : "I have it"}</button>
          <div class="two">
            <button type="button" class="plain" onClick={() => { setWhy(true); }}>Not given</button>
            <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
          </div>
        </div>
      )}
    </main>
  );
}
