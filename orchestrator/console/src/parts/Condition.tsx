/** What a vehicle says of itself beyond the live stream, and how it is reached: asked for while it is looked at. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refusal, getCondition } from "../http";
import type { Condition as Known, LinkCondition, Sample, Vehicle } from "../wire";
import { compass, duration, percent } from "../words";
import { Alarm } from "./icons";

const EVERY_MS = 1000;

function Row({ name, value, more, tone }: { name: string; value: string; more?: string; tone?: "warn" | "bad" | undefined }) {
  return (
    <div class={tone ? `tone-${tone}` : undefined}>
      <dt>{name}</dt>
      <dd>
        {value}
        {more && <small>{more}</small>}
      </dd>
    </div>
  );
}

const told = (parts: readonly (string | false | null | undefined)[]) => parts.filter(Boolean).join(" · ");
const number = (value: number | null, digits: number, unit: string) => value !== null && `${value.toFixed(digits)} ${unit}`;

function battery(said: NonNullable<Sample["battery"]>): string {
  const spread_v = said.cells_v.length > 1 ? Math.max(...said.cells_v) - Math.min(...said.cells_v) : null;
  return told([
    number(said.current_a, 1, "A"),
    number(said.left_wh, 0, "Wh left"),
    said.cells_v.length > 1 && `${said.cells_v.length} cells${spread_v === null ? "" : `, ${(1000 * spread_v).toFixed(0)} mV apart`}`,
    number(said.temperature_deg_c, 0, "°C"),
  ]);
}

const FIX = { none: "no fix", "2d": "2D fix", "3d": "3D fix", differential: "differential fix" } as const;

function distrusted(said: NonNullable<Sample["estimator"]>): string[] {
  const estimates = [["attitude", said.attitude], ["velocity", said.velocity], ["position", said.position], ["height", said.height]] as const;
  return [...estimates.filter(([, trusted]) => !trusted).map(([name]) => name), ...(said.gps_glitch ? ["satellites jump"] : [])];
}

function Readings({ said, boots }: { said: Sample; boots: number | null }) {
  const doubts = said.estimator ? distrusted(said.estimator) : [];
  return (
    <dl class="readings">
      {said.mode_text && <Row name="Autopilot's mode" value={said.mode_text} tone={said.failsafe ? "bad" : undefined} more={said.failsafe ? "failsafe" : ""} />}
      {said.battery && <Row name="Power" value={said.battery.voltage_v === null ? "–" : `${said.battery.voltage_v.toFixed(1)} V`} more={battery(said.battery)} />}
      {said.gps && (
        <Row
          name="Satellites"
          value={said.gps.satellites === null ? FIX[said.gps.fix] : `${said.gps.satellites}`}
          more={told([said.gps.satellites !== null && FIX[said.gps.fix], said.gps.hdop !== null && `HDOP ${said.gps.hdop.toFixed(1)}`, said.gps.accuracy_m !== null && `±${said.gps.accuracy_m.toFixed(1)} m`])}
          tone={said.gps.fix === "none" || said.gps.fix === "2d" ? "warn" : undefined}
        />
      )}
      {said.estimator && (
        <Row
          name="Estimates"
          value={doubts.length ? `distrusts ${doubts.join(", ")}` : "trusted"}
          more={said.estimator.accuracy_m === null ? "" : `position ±${said.estimator.accuracy_m.toFixed(1)} m`}
          tone={doubts.length ? "warn" : undefined}
        />
      )}
      {said.wind && <Row name="Wind" value={`${said.wind.speed_mps.toFixed(1)} m/s`} more={`from ${compass(said.wind.from_deg)}`} />}
      {said.alt_amsl_m !== null && <Row name="Above the sea" value={`${Math.round(said.alt_amsl_m)} m`} more={Math.abs(said.climb_mps) >= 0.3 ? `${said.climb_mps > 0 ? "climbs" : "sinks"} ${Math.abs(said.climb_mps).toFixed(1)} m/s` : ""} />}
      {said.vtol && <Row name="Carried by" value={said.vtol.replaceAll("_", " ")} />}
      {said.winch && <Row name="Winch" value={said.winch.line_m === null ? "–" : `${said.winch.line_m.toFixed(1)} m out`} more={told([number(said.winch.tension_kg, 1, "kg"), said.winch.moving && "moving"])} tone={said.winch.healthy ? undefined : "bad"} />}
      {said.grip && <Row name="Gripper" value={said.grip} tone={said.grip === "failed" ? "bad" : undefined} />}
      {said.home && <Row name="Own home" value={`${said.home.lat_deg.toFixed(5)}, ${said.home.lon_deg.toFixed(5)}`} more={`${Math.round(said.home.alt_amsl_m)} m above the sea`} />}
      {boots !== null && boots > 0 && <Row name="Restarts" value={`${boots}`} more="since it was met" tone="warn" />}
    </dl>
  );
}

function Link({ link, alone }: { link: LinkCondition; alone: boolean }) {
  const bad = link.trouble !== "" || link.age_s === null || link.age_s > 5;
  const how = link.age_s === null ? "nothing heard yet" : `heard ${link.age_s < 2 ? "now" : `${duration(link.age_s)} ago`} · ${percent(link.loss_frac)} lost`;
  return (
    <li class={bad ? "tone-warn" : "tone-done"}>
      <span class="dot" aria-hidden="true" />
      <span>
        <b>{link.name}</b>
        {!alone && <em>{link.best ? "in use" : "spare"}</em>}
        <small>{link.trouble ? `${link.trouble}${link.age_s === null ? "" : ` · ${how}`}` : how}</small>
      </span>
    </li>
  );
}

/** Its own words first: what is amiss is above what is measured. */
function Amiss({ known, faults }: { known: Known; faults: readonly string[] }) {
  const said = known.sample;
  const findings = said?.findings.filter((text) => !faults.includes(text)) ?? [];
  const own = [...new Set([...known.notices, ...(said?.warnings ?? [])])];
  const parts = said?.unhealthy ?? [];
  if (own.length + parts.length + findings.length === 0) return null;
  return (
    <ul class="amiss" aria-label="What is amiss">
      {findings.map((text) => <li key={text} class="tone-bad"><Alarm /><span>{text}</span></li>)}
      {parts.length > 0 && <li class="tone-bad"><Alarm /><span>Out of order: {parts.join(", ")}</span></li>}
      {own.map((text) => <li key={text} class="tone-warn"><Alarm /><span>{text}</span></li>)}
    </ul>
  );
}

export function Condition({ vehicle }: { vehicle: Vehicle }) {
  const known = useSignal<Known | null>(null);
  const trouble = useSignal("");
  useEffect(() => {
    let stay = true;
    const look = () => {
      if (document.hidden) return;
      getCondition(vehicle.id).then(
        (answer) => { if (stay) [known.value, trouble.value] = [answer, ""]; },
        (error: unknown) => { if (stay) trouble.value = error instanceof Refusal ? error.message : String(error); },
      );
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => { stay = false; clearInterval(timer); };
  }, [vehicle.id, known, trouble]);
  if (!known.value) return trouble.value ? <p class="trouble">{trouble.value}</p> : null;
  const { sample, links, boots } = known.value;
  return (
    <>
      <Amiss known={known.value} faults={vehicle.fault} />
      {links.length > 0 && (
        <section aria-label="Links">
          <h3>{links.length > 1 ? "Links" : "Link"}</h3>
          <ul class="links">{links.map((link) => <Link key={link.name} link={link} alone={links.length === 1} />)}</ul>
        </section>
      )}
      {sample && (
        <section aria-label="Condition">
          <h3>Condition</h3>
          <Readings said={sample} boots={boots} />
        </section>
      )}
    </>
  );
}
