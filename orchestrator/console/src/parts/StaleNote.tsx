import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { now_s } from "../clock";
import { connect, link } from "../live";
import { ready } from "../store";
import { duration, localTime } from "../words";

/** Says plainly that what is shown is old, since when, and what is being done about it. */
export function StaleNote() {
  const now_ms = useSignal(performance.now());
  const state = link.value;
  const quiet = state.kind === "down" || state.kind === "silent";
  useEffect(() => {
    if (!quiet) return undefined;
    const timer = setInterval(() => (now_ms.value = performance.now()), 500);
    return () => { clearInterval(timer); };
  }, [quiet, now_ms]);
  if (!quiet) return null;
  const since = duration((now_ms.value - state.since_ms) / 1000);
  return (
    <div class="stale-note">
      <strong><span role="alert">{state.kind === "down" ? "No connection to the gateway" : "The gateway is silent"}</span> for {since}.</strong>{" "}
      {ready.value && <>You see the fleet as it was at {localTime(now_s.value, true)}. </>}
      {state.kind === "down" && (
        <>
          Trying again {state.retryAt_ms > now_ms.value ? `in ${duration((state.retryAt_ms - now_ms.value) / 1000)}` : "now"}.
          <button type="button" class="link" onClick={connect}>Try now</button>
        </>
      )}
    </div>
  );
}
