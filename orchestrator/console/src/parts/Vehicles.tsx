import { now_s } from "../clock";
import { hovered, sampleOf, select, selection, vehicles } from "../store";
import { isReturning, vehicleTone } from "../tone";
import type { Vehicle } from "../wire";
import { duration } from "../words";
import { Alarm, VehicleIcon } from "./icons";
import { Battery, Progress } from "./marks";

const ORDER = { bad: 0, warn: 1, out: 2, prep: 3, back: 4, done: 5, idle: 6 };

const byNeed = (a: Vehicle, b: Vehicle): number =>
  ORDER[vehicleTone(a)] - ORDER[vehicleTone(b)] || a.id.localeCompare(b.id, "en", { numeric: true });

/** One that stands still is told for how long: nobody knows what comes when. */
const STILL = { held: "held for", landing: "landing for", landed: "stands for" } as const;

/** What the vehicle is expected to do next, and in how long. */
export function expected(vehicle: Vehicle): { word: string; at_s: number } | null {
  const mission = vehicle.mission;
  if (!mission || vehicle.halt || vehicle.link === "missing" || vehicle.phase === "lost") return null;
  if (isReturning(vehicle)) return { word: "home in", at_s: mission.end_at_s };
  return { word: "there in", at_s: mission.handover_at_s };
}

/** Share of the mission's time that has passed. */
export function missionFrac(vehicle: Vehicle): number {
  const mission = vehicle.mission;
  if (!mission?.started_at_s) return 0;
  return (now_s.value - mission.started_at_s) / Math.max(1, mission.end_at_s - mission.started_at_s);
}

function Row({ vehicle }: { vehicle: Vehicle }) {
  const tone = vehicleTone(vehicle);
  const chosen = selection.value?.kind === "vehicle" && selection.value.id === vehicle.id;
  const next = expected(vehicle);
  const said = sampleOf(vehicle.id);
  const left_s = next ? next.at_s - now_s.value : 0;
  const me = { kind: "vehicle", id: vehicle.id } as const;
  return (
    <li>
      <button
        type="button"
        class="row vehicle-row"
        data-vehicle={vehicle.id}
        aria-pressed={chosen}
        onClick={() => { select(chosen ? null : me); }}
        onMouseEnter={() => (hovered.value = me)}
        onMouseLeave={() => (hovered.value = null)}
      >
        <VehicleIcon kind={vehicle.kind} tone={tone} />
        <span class="row-main">
          <span class="row-head">
            <b>{vehicle.id}</b>
            <span class="row-status">{vehicle.fault[0] ?? vehicle.status}</span>
          </span>
          {vehicle.mission && <Progress frac={missionFrac(vehicle)} tone={tone} />}
        </span>
        <span class="row-side">
          <span class="row-marks">
            {said !== undefined && said.warnings > 0 && <span class="amiss-mark" title={`${said.warnings} amiss`}><Alarm /><span class="visually-hidden">{said.warnings} amiss</span></span>}
            <Battery frac={said?.battery_frac} />
          </span>
          {vehicle.halt && <small>{STILL[vehicle.halt.how]} {duration(now_s.value - vehicle.halt.since_s)}</small>}
          {next && <small>{left_s > 0 ? `${next.word} ${duration(left_s)}` : "any moment"}</small>}
        </span>
      </button>
    </li>
  );
}

export function Vehicles({ filter }: { filter: string }) {
  const wanted = filter.trim().toLowerCase();
  const shown = [...vehicles.value].filter((v) => `${v.id} ${v.kind} ${v.status}`.toLowerCase().includes(wanted)).sort(byNeed);
  if (shown.length === 0) return <p class="empty">{wanted ? "No vehicle matches." : "No vehicle has joined yet."}</p>;
  return (
    <ul class="rows" aria-label="Vehicles">
      {shown.map((v) => <Row key={v.id} vehicle={v} />)}
    </ul>
  );
}
