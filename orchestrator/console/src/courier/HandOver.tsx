import { useState } from "preact/hooks";
import { tap } from "./calling";
import { problemOpen } from "./Sheets";
import { small } from "./photo";
import type { CourierStop } from "../wire";

const DIGITS = 4;
const REASONS = ["nobody was there", "no proof of age", "they did not want it", "the address cannot be found", "there is no way in", "it is damaged"] as const;

/** At the door: the recipient's code, a picture, or why not. */
export function HandOver({ stop }: { stop: CourierStop }) {
  const [why, setWhy] = useState(false);
  if (why) return <WhyNot stop={stop} onBack={() => { setWhy(false); }} />;
  const onWhy = () => { setWhy(true); };
  switch (stop.needs) {
    case "locker":
      return <AtLocker stop={stop} onWhy={onWhy} />;
    case "tap":
      return <AtCounter stop={stop} onWhy={onWhy} />;
    case "code_or_photo":
      return <AtDoor stop={stop} onWhy={onWhy} />;
  }
}

interface Here { stop: CourierStop; onWhy: () => void }

function Title({ stop }: { stop: CourierStop }) {
  return (
    <>
      <p class="step">You are at</p>
      <h1>{stop.address}</h1>
      <p class="soft">{stop.parcel_ids.join(", ")}</p>
    </>
  );
}

function AtDoor({ stop, onWhy }: Here) {
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState("");
  const [seen, setSeen] = useState(false);
  const ready = seen || !stop.check_age;
  const done = ready && code.length === DIGITS;
  const checked = stop.check_age ? { age_checked: true } : {};
  const take = async (file: File | undefined) => {
    if (!file) return;
    const photo = await small(file);
    if (photo) tap({ kind: "handed_over", order_id: stop.order_id, photo, ...checked });
    else setTrouble("That is not a picture this page can use. Take it again, or ask for the code.");
  };
  return (
    <main class="screen">
      <div class="body">
        <Title stop={stop} />
        {stop.check_age && (
          <label class="age">
            <input type="checkbox" checked={seen} onChange={(event) => { setSeen(event.currentTarget.checked); }} />
            <span><b>Check the age: 18</b><small>I have looked at a proof of it</small></span>
          </label>
        )}
        <label class="code">
          <span>The recipient's code</span>
          <input inputMode="numeric" autocomplete="off" maxLength={DIGITS} placeholder="····" value={code} onInput={(event) => { setCode(event.currentTarget.value.replaceAll(/\D/g, "").slice(0, DIGITS)); }} />
        </label>
        {trouble && <p class="wrong" role="alert">{trouble}</p>}
      </div>
      <div class="foot">
        <button type="button" class="big" disabled={!done} onClick={() => { tap({ kind: "handed_over", order_id: stop.order_id, code, ...checked }); }}>Handed over</button>
        <label class={`big quiet${ready ? "" : " off"}`}>
          No code: take a picture
          <input class="visually-hidden" type="file" disabled={!ready} accept="image/*" capture="environment" onChange={(event) => void take(event.currentTarget.files?.[0])} />
        </label>
        <div class="two">
          <button type="button" class="plain" onClick={onWhy}>Nobody there</button>
          <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
        </div>
      </div>
    </main>
  );
}

function AtLocker({ stop, onWhy }: Here) {
  const digits = stop.door_code ?? "";
  return (
    <main class="screen">
      <div class="body">
        <Title stop={stop} />
        <div class="code shown"><span>Type this at the locker</span><b>{digits.slice(0, 3)} {digits.slice(3)}</b></div>
      </div>
      <div class="foot">
        <button type="button" class="big" onClick={() => { tap({ kind: "handed_over", order_id: stop.order_id }); }}>It is in the locker</button>
        <div class="two">
          <button type="button" class="plain" onClick={onWhy}>It does not fit</button>
          <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
        </div>
      </div>
    </main>
  );
}

function AtCounter({ stop, onWhy }: Here) {
  return (
    <main class="screen">
      <div class="body"><Title stop={stop} /></div>
      <div class="foot">
        <button type="button" class="big" onClick={() => { tap({ kind: "handed_over", order_id: stop.order_id }); }}>Handed in</button>
        <div class="two">
          <button type="button" class="plain" onClick={onWhy}>Not taken</button>
          <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
        </div>
      </div>
    </main>
  );
}

function WhyNot({ stop, onBack }: { stop: CourierStop; onBack: () => void }) {
  const reasons = stop.needs === "locker" ? (["it does not fit", "the locker does not open", "it is damaged"] as const) : REASONS.filter((one) => stop.check_age || one !== "no proof of age");
  return (
    <main class="screen">
      <div class="body">
        <Title stop={stop} />
        <p class="soft">Why is it not handed over? You bring it back to the hub.</p>
      </div>
      <div class="foot">
        {reasons.map((why) => (
          <button key={why} type="button" class="big quiet" onClick={() => { tap({ kind: "kept", order_id: stop.order_id, why }); }}>{why.charAt(0).toUpperCase() + why.slice(1)}</button>
        ))}
        <button type="button" class="plain" onClick={onBack}>Back</button>
      </div>
    </main>
  );
}
