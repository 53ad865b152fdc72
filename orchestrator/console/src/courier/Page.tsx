import { useEffect } from "preact/hooks";
import { localTime } from "../words";
import { ProblemSheet, AskSheet } from "./Sheets";
import { Rest } from "./Rest";
import { SignIn } from "./SignIn";
import { Trip } from "./Trip";
import { complaint, heard, key, phone } from "./calling";
import { pending } from "./taps";
import type { Phone } from "../wire";

/** One screen at a time: what to do now, with its one large button below. */
export function Page() {
  const shown = phone.value;
  useAwake(shown?.trip?.state === "under_way" || shown?.trip?.state === "homeward");
  if (!key.value) return <SignIn />;
  if (!shown) return <main class="screen"><div class="middle"><p class="faint">{heard.value ? "One moment." : "There is no link yet. Trying again."}</p></div></main>;
  return (
    <>
      <Head phone={shown} />
      <Notes phone={shown} />
      {shown.trip ? <Trip phone={shown} trip={shown.trip} /> : <Rest phone={shown} />}
      <AskSheet phone={shown} />
      <ProblemSheet phone={shown} />
    </>
  );
}

function Head({ phone: { vehicle_id, hub, shift_until_s } }: { phone: Phone }) {
  const waiting = pending.value.length;
  const state = !heard.value ? "No link" : waiting ? "Sending" : "Connected";
  return (
    <header class="head">
      <div>
        <b>{vehicle_id}</b>
        <small>{hub.name}{shift_until_s ? `, until ${localTime(shift_until_s)}` : ""}</small>
      </div>
      <span class={`link-state ${heard.value ? "" : "away"}`} role="status"><i />{state}</span>
    </header>
  );
}

function Notes({ phone: { problem } }: { phone: Phone }) {
  const waiting = pending.value.length;
  return (
    <>
      {!heard.value && (
        <p class="note warn" role="alert">
          {waiting
            ? `No link. ${waiting === 1 ? "What you tapped is" : `${waiting} taps are`} kept and sent as soon as there is one.`
            : "No link. Go on as shown; what you tap is kept and sent later."}
        </p>
      )}
      {problem !== null && <p class="note warn">Your dispatcher knows: {problem}</p>}
      {complaint.value && (
        <p class="note bad" role="alert">
          {complaint.value}
          <button type="button" onClick={() => { complaint.value = ""; }}>OK</button>
        </p>
      )}
    </>
  );
}

/** Keeps the screen on under way, where the phone lets a page do so: in a pocket it says nothing. */
function useAwake(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    const ask = () => { void navigator.wakeLock.request("screen").then((given) => { lock = given; }).catch(() => undefined); };
    const again = () => { if (!document.hidden) ask(); };
    ask();
    document.addEventListener("visibilitychange", again);
    return () => {
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, [wanted]);
}
