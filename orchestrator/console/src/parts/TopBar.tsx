import { now_s, speed } from "../clock";
import { connect, link } from "../live";
import { orders, ready } from "../store";
import { theme, toggleTheme } from "../theme";
import { isLate } from "../tone";
import { localTime, utcTime } from "../words";
import { Bird, Moon, Plus, Sun } from "./icons";
import { closingArea } from "./CloseArea";
import { placing } from "./PlaceOrder";

/** A figure; a dash until the fleet was heard: nobody knows then that it is none. */
function Count({ name, value, of, tone }: { name: string; value: number; of?: number; tone: string }) {
  return (
    <div class={`count tone-${value > 0 ? tone : "idle"}`}>
      <dt>{name}</dt>
      <dd>
        {ready.value ? value : "–"}
        {ready.value && of !== undefined && <small> / {of}</small>}
      </dd>
    </div>
  );
}

function Counts() {
  const all = orders.value;
  const wanted = all.filter((o) => o.status !== "cancelled").length;
  const count = (...statuses: string[]) => all.filter((o) => statuses.includes(o.status)).length;
  const late = all.filter((o) => isLate(o, now_s.value)).length;
  return (
    <dl class="counts" aria-label="Orders">
      <Count name="Delivered" value={count("delivered")} of={wanted} tone="done" />
      <Count name="On the way" value={count("assigned", "on_the_way")} tone="out" />
      <Count name="Waiting" value={count("waiting")} tone="warn" />
      <Count name="Late" value={late} tone="bad" />
    </dl>
  );
}

function LinkPill() {
  const state = link.value;
  if (state.kind === "live") {
    return (
      <span class="pill live" role="status" title="The console hears the fleet live">
        <i aria-hidden="true" /> Live
      </span>
    );
  }
  const word = state.kind === "connecting" ? "Connecting" : state.kind === "silent" ? "Silent" : "Offline";
  return (
    <button class="pill off" type="button" onClick={connect} title="Connect again now">
      <i aria-hidden="true" /> {word}
    </button>
  );
}

function Clock() {
  if (!ready.value) return null;
  const frozen = link.value.kind !== "live";
  return (
    <div class={`clock${frozen ? " frozen" : ""}`} role="timer" aria-label="Fleet clock">
      <b>{utcTime(now_s.value)}</b>
      <small>
        UTC · {localTime(now_s.value)} local
      </small>
      {speed.value !== 1 && <em title={`Fleet time runs ${speed.value} times as fast as real time`}>×{speed.value}</em>}
    </div>
  );
}

export function TopBar() {
  return (
    <header class="topbar panel">
      <h1>
        <Bird />
        <span>Sanderling</span>
      </h1>
      <Counts />
      <div class="spring" />
      <LinkPill />
      <Clock />
      <button type="button" class="square" onClick={toggleTheme} aria-label={theme.value === "dark" ? "Use the light theme" : "Use the dark theme"}>
        {theme.value === "dark" ? <Sun /> : <Moon />}
      </button>
      <button type="button" class="primary" onClick={() => { closingArea.value = false; placing.value = !placing.value; }} aria-expanded={placing.value} title="Place an order (N)">
        <Plus /> <span>Place order</span>
      </button>
    </header>
  );
}
