import { useSignal } from "@preact/signals";
import { now_s } from "../clock";
import { abilitiesOf } from "../cargo";
import { Refusal, askVehicle } from "../http";
import { hubById, sampleOf, select } from "../store";
import { isReturning, vehicleTone } from "../tone";
import type { Ask, Halt, Mission, Vehicle } from "../wire";
import { duration, halted, localTime, metresPerSecond, percent, position, relative } from "../words";
import { Condition } from "./Condition";
import { Events } from "./Events";
import { VehicleIcon } from "./icons";
import { Fact } from "./Fact";
import { SignInLink } from "./SignInLink";
import { Tags } from "./Tags";
import { Progress } from "./marks";
import { missionFrac } from "./Vehicles";

const STALE_S = 5;

function Senses({ vehicle }: { vehicle: Vehicle }) {
  const said = sampleOf(vehicle.id);
  if (!said) return <p class="notice warn">It has not told yet where it is and how it does.</p>;
  const old = said.age_s > STALE_S;
  return (
    <>
      {old && <p class="notice warn">Last heard {duration(said.age_s)} ago, at {position(said.lat_deg, said.lon_deg)}.</p>}
      <dl class={`facts three${old ? " old" : ""}`}>
        <Fact name="Battery" value={percent(said.battery_frac)} tone={said.battery_frac < 0.2 ? "bad" : said.battery_frac < 0.3 ? "warn" : undefined} />
        <Fact name="Speed" value={metresPerSecond(said.speed_mps)} />
        {vehicle.kind === "drone" ? <Fact name="Height" value={`${Math.round(said.height_agl_m)} m`} /> : <Fact name="Heading" value={`${Math.round(said.heading_deg)}°`} />}
        <Fact name="Mode" value={said.mode.replace("_", " ")} />
        <Fact name="Motors" value={said.armed ? "armed" : "off"} />
        <Fact name="Cargo" value={said.carrying === null ? "unknown" : said.carrying ? "aboard" : "empty"} />
      </dl>
    </>
  );
}

function Legs({ mission, vehicle }: { mission: Mission; vehicle: Vehicle }) {
  const tone = vehicleTone(vehicle);
  return (
    <section>
      <h3>Mission</h3>
      {mission.stops.map((stop) => (
        <button key={stop.parcel_id} type="button" class="linked-row" onClick={() => { select({ kind: "order", id: stop.order_id }); }}>
          <span>{stop.address}</span>
          <small>{stop.order_id} · {stop.delivered_at_s === null ? "due" : "handed over"} {localTime(stop.delivered_at_s ?? stop.handover_at_s)}</small>
        </button>
      ))}
      <Progress frac={missionFrac(vehicle)} tone={tone} />
      <ol class="legs">
        {mission.legs.map((leg, index) => {
          const at = index < mission.legs_done ? "done" : index === mission.legs_done ? `now tone-${tone}` : "ahead";
          return (
            <li key={index} class={at} aria-current={index === mission.legs_done ? "step" : undefined}>
              {leg.label}
            </li>
          );
        })}
      </ol>
      <dl class="facts">
        <Fact name={isReturning(vehicle) ? "Handed over" : "Hand-over"} value={vehicle.halt && !isReturning(vehicle) ? "unknown" : localTime(mission.handover_at_s, true)} />
        <Fact name="Docked again" value={vehicle.halt ? "unknown" : `${localTime(mission.end_at_s)} · ${relative(mission.end_at_s, now_s.value)}`} />
      </dl>
    </section>
  );
}

const ASKS: readonly [Ask, string, string][] = [
  ["hold", "Hold", "stop and stay where it is"],
  ["resume", "Resume", "go on with its mission"],
  ["return", "Return", "come back to its hub with what it carries"],
  ["land", "Land", "stop and come down here, now"],
];

/** Two clicks: the first says what, the second says yes. */
function Asks({ vehicle }: { vehicle: Vehicle }) {
  const wanted = useSignal<Ask | null>(null);
  const said = useSignal("");
  const chosen = ASKS.find(([ask]) => ask === wanted.value);
  const offered = vehicle.kind === "drone" ? ASKS : ASKS.filter(([ask]) => ask !== "land");
  async function confirm(ask: Ask) {
    wanted.value = null;
    try {
      const asked = await askVehicle(vehicle.id, ask);
      said.value = asked.seq === null ? "Told to the vehicle. The journal cannot be kept now; it will say so later." : "Asked. The answer shows in its history.";
    } catch (error) {
      said.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <section class="asks" aria-label="Ask the vehicle">
      <div class="ask-row">
        {offered.map(([ask, word]) => (
          <button key={ask} type="button" class={`ask ${ask}`} aria-pressed={wanted.value === ask} onClick={() => (wanted.value = wanted.value === ask ? null : ask)}>
            {word}
          </button>
        ))}
      </div>
      {chosen && (
        <div class="confirm" role="alertdialog" aria-label={`Confirm: ${chosen[1]}`}>
          <p>Ask <b>{vehicle.id}</b> to {chosen[2]}?</p>
          <button type="button" class={chosen[0] === "land" ? "danger" : "primary"} ref={(b) => b?.focus()} onClick={() => void confirm(chosen[0])}>
            {chosen[1]} now
          </button>
          <button type="button" class="quiet" onClick={() => (wanted.value = null)}>Cancel</button>
        </div>
      )}
      <p class="hint" role="status">{said.value}</p>
    </section>
  );
}

const WAYS_ON: Record<Halt["how"], string> = {
  held: "It goes on when somebody asks it to resume, to return or to land.",
  landing: "",
  landed: "Ask it to return, or have it fetched.",
};

const KINDS: Record<Vehicle["kind"], string> = { drone: "Drone", robot: "Sidewalk robot", courier: "Courier, e-bike" };

export function VehicleDetail({ vehicle }: { vehicle: Vehicle }) {
  const tone = vehicleTone(vehicle);
  const hub = hubById.value.get(vehicle.hub_id);
  return (
    <>
      <header class="detail-head">
        <VehicleIcon kind={vehicle.kind} tone={tone} size={40} />
        <div>
          <h2>{vehicle.id}</h2>
          <p class={`tone-${tone}`}>{vehicle.status}</p>
        </div>
      </header>
      <p class="meta">
        {KINDS[vehicle.kind]} · {hub?.name ?? vehicle.hub_id} · link {vehicle.link}
      </p>
      {vehicle.fault.map((text) => <p key={text} class="notice bad">{text}</p>)}
      {vehicle.halt && <p class="notice warn">{halted(vehicle.halt)}. {WAYS_ON[vehicle.halt.how]}</p>}
      <Senses vehicle={vehicle} />
      <Tags name="It carries and can" tags={abilitiesOf(vehicle.carries)} />
      {vehicle.kind === "courier" && <SignInLink vehicle={vehicle} />}
      <Asks vehicle={vehicle} />
      {vehicle.mission && <Legs mission={vehicle.mission} vehicle={vehicle} />}
      <Condition vehicle={vehicle} />
      <section>
        <h3>History</h3>
        <Events only={(e) => e.vehicle_id === vehicle.id} linked={false} />
      </section>
    </>
  );
}
