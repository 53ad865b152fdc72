import { localTime } from "../words";
import { Ground } from "./Ground";
import { now_s, tap } from "./calling";
import { problemOpen } from "./Sheets";
import type { Phone } from "../wire";

const HOURS = [2, 4, 6, 8] as const;

/** No trip: before a shift, waiting, on a break. */
export function Rest({ phone }: { phone: Phone }) {
  if (phone.shift_until_s === null) return <Begin />;
  return phone.pause ? <Pause phone={phone} /> : <Waiting phone={phone} />;
}

/** Full hours and halves: a shift that ends at 17:43 is nobody's. */
const roundEnd = (hours: number) => Math.ceil((now_s.value + hours * 3600) / 1800) * 1800;

function Begin() {
  return (
    <main class="screen">
      <div class="middle">
        <h1>Ready to ride?</h1>
        <p class="soft">Begin your shift. Until when will you work?</p>
      </div>
      <div class="foot grid">
        {HOURS.map((hours) => (
          <button key={hours} type="button" class="big quiet" onClick={() => { tap({ kind: "begin_shift", until_s: roundEnd(hours) }); }}>
            <b>Until {localTime(roundEnd(hours))}</b>
            <small>about {hours} hours</small>
          </button>
        ))}
      </div>
    </main>
  );
}

function Waiting({ phone }: { phone: Phone }) {
  return (
    <main class="screen">
      <Ground trip={null} hub={phone.hub} />
      <div class="middle">
        <h1>No trip yet</h1>
        <p class="soft">Stay at {phone.hub.name}. An offer shows here by itself.</p>
        <Due phone={phone} />
      </div>
      <div class="foot pair">
        <button type="button" class="big quiet" onClick={() => { tap({ kind: "take_break" }); }}>Break</button>
        <button type="button" class="big quiet" onClick={() => { tap({ kind: "end_shift" }); }}>End the shift</button>
        <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
      </div>
    </main>
  );
}

/** The break that the shift has yet: how long, and when. */
function Due({ phone: { rest } }: { phone: Phone }) {
  if (rest === null) return null;
  const minutes = Math.round(rest.lasts_s / 60);
  const exact = rest.until_s - rest.from_s - rest.lasts_s < 60;
  return <p class="due">{exact ? `Your break: ${localTime(rest.from_s)} – ${localTime(rest.until_s)}` : `A break of ${minutes} min is due between ${localTime(rest.from_s)} and ${localTime(rest.until_s)}`}</p>;
}

function Pause({ phone }: { phone: Phone }) {
  const over = phone.shift_until_s !== null && phone.shift_until_s <= now_s.value;
  const until_s = over ? roundEnd(1) : (phone.shift_until_s ?? roundEnd(1));
  return (
    <main class="screen">
      <div class="middle">
        <h1>{over ? "Your shift is over" : "On a break"}</h1>
        <p class="soft">You get no offers now.</p>
        {!over && <Due phone={phone} />}
      </div>
      <div class="foot">
        <button type="button" class="big" onClick={() => { tap({ kind: "begin_shift", until_s }); }}>{over ? `Go on until ${localTime(until_s)}` : "Go on working"}</button>
        <button type="button" class="plain" onClick={() => { tap({ kind: "end_shift" }); }}>End the shift</button>
      </div>
    </main>
  );
}
