import { useSignal } from "@preact/signals";
import { now_s } from "../clock";
import { Refusal, acknowledge } from "../http";
import { alerts, ready, select } from "../store";
import type { Alert, Severity } from "../wire";
import { relative } from "../words";
import { Alarm, Check } from "./icons";

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** What nobody has seen yet first, then by severity, then the newest. */
function byUrgency(a: Alert, b: Alert): number {
  const seen = Number(a.acknowledged_by !== null) - Number(b.acknowledged_by !== null);
  return seen || RANK[a.severity] - RANK[b.severity] || b.raised_at_s - a.raised_at_s;
}

function AlertRow({ alert }: { alert: Alert }) {
  const trouble = useSignal("");
  const vehicle = alert.vehicle_id;
  const seen = alert.acknowledged_by;
  async function confirm() {
    try {
      trouble.value = "";
      await acknowledge(alert.key);
    } catch (error) {
      trouble.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <li class={`alert ${alert.severity}${seen ? " seen" : ""}`}>
      <Alarm />
      <div class="alert-text">
        <p title={alert.text}>{alert.text}</p>
        <small>
          {relative(alert.raised_at_s, now_s.value)}
          {seen && ` · seen by ${seen}`}
          {vehicle && (
            <>
              {" · "}
              <button type="button" class="link" onClick={() => { select({ kind: "vehicle", id: vehicle }); }}>
                Show {vehicle}
              </button>
            </>
          )}
        </small>
        {trouble.value && <p class="trouble" role="alert">{trouble.value}</p>}
      </div>
      {!seen && (
        <button type="button" class="quiet" onClick={() => void confirm()} aria-label={`Acknowledge: ${alert.text}`}>
          <Check /> Seen
        </button>
      )}
    </li>
  );
}

export function Attention() {
  const sorted = [...alerts.value].sort(byUrgency);
  const open = sorted.filter((a) => a.acknowledged_by === null).length;
  if (!ready.value) return null;
  return (
    <section class={`attention${open ? " open" : ""}`} aria-label="Needs attention">
      {sorted.length === 0 ? (
        <p class="calm"><Check /> Nothing needs you right now.</p>
      ) : (
        <>
          <h2>
            {open ? "Needs attention" : "All seen"} <span class="badge">{open || sorted.length}</span>
          </h2>
          <ul aria-live="polite">{sorted.map((a) => <AlertRow key={a.key} alert={a} />)}</ul>
        </>
      )}
    </section>
  );
}
