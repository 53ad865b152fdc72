import { useState } from "preact/hooks";
import { inMaps, duration, localTime, mass } from "../words";
import { Check, Home, Pin } from "../parts/icons";
import { Fetch } from "./Fetch";
import { Asks } from "./Asks";
import { Ground } from "./Ground";
import { HandOver } from "./HandOver";
import { now_s, tap } from "./calling";
import { problemOpen } from "./Sheets";
import type { CourierStop, CourierTrip, Phone } from "../wire";

interface OnTrip { phone: Phone; trip: CourierTrip }

export function Trip({ phone, trip }: OnTrip) {
  switch (trip.state) {
    case "offered":
      return <Offered phone={phone} trip={trip} />;
    case "loading":
      return <Loading phone={phone} trip={trip} />;
    case "under_way":
      return <UnderWay phone={phone} trip={trip} />;
    case "homeward":
      return <Homeward phone={phone} trip={trip} />;
  }
}

const kilometres = (m: number) => `${(m / 1000).toFixed(1)} km`;

function Figures({ trip }: { trip: CourierTrip }) {
  return (
    <dl class="figures">
      <div><dd>{trip.stops.length}</dd><dt>{trip.stops.length === 1 ? "stop" : "stops"}</dt></div>
      <div><dd>{kilometres(trip.distance_m)}</dd><dt>in all</dt></div>
      <div><dd>{mass(trip.mass_kg)}</dd><dt>to carry</dt></div>
      {trip.end_at_s !== null && <div><dd>{localTime(trip.end_at_s)}</dd><dt>back at</dt></div>}
    </dl>
  );
}

function Stops({ trip }: { trip: CourierTrip }) {
  return (
    <ol class="stops">
      {trip.stops.map((stop, n) => (
        <li key={`${stop.order_id} ${stop.does}`} class={stop.state}>
          <i>{n + 1}</i>
          <span><b>{stop.does === "fetch" ? `Fetch at ${stop.address}` : stop.address}</b><small>{stateOf(stop)}</small></span>
        </li>
      ))}
    </ol>
  );
}

function stateOf(stop: CourierStop): string {
  switch (stop.state) {
    case "fetched":
      return "Fetched";
    case "missed":
      return "Not given";
    case "handed_over":
      return "Handed over";
    case "kept":
      return "Not handed over: it goes back to the hub";
    case "withdrawn":
      return stop.does === "fetch" ? "Cancelled: leave it there" : "Cancelled: do not hand it over, bring it back";
    case "next":
    case "arrived":
    case "later":
      return `${stop.due_at_s === null ? "" : `about ${localTime(stop.due_at_s)}, `}by ${localTime(stop.deadline_s)}`;
  }
}

function Offered({ phone, trip }: OnTrip) {
  const card = phone.card;
  const left_s = card ? Math.max(0, card.until_s - now_s.value) : 0;
  return (
    <main class="screen">
      <Ground trip={trip} hub={phone.hub} whole />
      <div class="body">
        <h1>A trip for you</h1>
        <Figures trip={trip} />
        <Stops trip={trip} />
      </div>
      <div class="foot">
        <button type="button" class="big" disabled={!card} onClick={() => { if (card) tap({ kind: "yes", card_id: card.id }); }}>
          <b>Accept</b><small>{duration(left_s)} left</small>
        </button>
        <button type="button" class="big quiet" disabled={!card} onClick={() => { if (card) tap({ kind: "no", card_id: card.id, text: "I do not want this trip." }); }}>Decline</button>
      </div>
    </main>
  );
}

function Loading({ phone, trip }: OnTrip) {
  const later = new Set(trip.stops.flatMap((stop) => (stop.does === "fetch" ? stop.parcel_ids : [])));
  const parcels = trip.stops
    .flatMap((stop, n) => stop.parcel_ids.map((id) => ({ id, n, address: stop.address })))
    .filter(({ id }) => !later.has(id));
  const left = new Set(trip.to_take);
  const go = phone.card?.kind === "set_out" ? phone.card : null;
  return (
    <main class="screen">
      <div class="body">
        <h1>{parcels.length ? "Take your parcels" : "Ready to go"}</h1>
        <p class="soft">{parcels.length ? `They are ready for you at ${phone.hub.name}.` : "You take nothing along: all of it is fetched on the way."}</p>
        <ul class="parcels">
          {parcels.map(({ id, n, address }) => (
            <li key={id}>
              <button type="button" aria-pressed={!left.has(id)} onClick={() => { if (left.has(id)) tap({ kind: "took", parcel_id: id }); }}>
                <i>{left.has(id) ? n + 1 : <Check />}</i>
                <span><b>{id}</b><small>{address}</small></span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div class="foot">
        {left.size > 0 ? (
          <button type="button" class="big" onClick={() => { for (const parcel_id of left) tap({ kind: "took", parcel_id }); }}>
            {left.size === parcels.length ? "I have them all" : `I have the other ${left.size}`}
          </button>
        ) : (
          <button type="button" class="big" disabled={!go} onClick={() => { if (go) tap({ kind: "yes", card_id: go.id }); }}>
            <b>Set out</b>
            {!go && <small>{trip.depart_at_s && trip.depart_at_s > now_s.value ? `at ${localTime(trip.depart_at_s)}` : "in a moment"}</small>}
          </button>
        )}
        <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
      </div>
    </main>
  );
}

function UnderWay({ phone, trip }: OnTrip) {
  const [whole, setWhole] = useState(false);
  const next = trip.stops.find((stop) => stop.state === "next" || stop.state === "arrived");
  if (!next) return <Homeward phone={phone} trip={trip} />;
  if (next.state === "arrived") return next.does === "fetch" ? <Fetch key={next.order_id} stop={next} /> : <HandOver key={next.order_id} stop={next} />;
  const number = trip.stops.indexOf(next) + 1;
  const opened = justOpened(trip.stops.slice(0, number - 1));
  return (
    <main class="screen">
      <Ground trip={trip} hub={phone.hub} whole={whole} />
      <div class="body">
        <p class="step">Stop {number} of {trip.stops.length}<button type="button" class="text" onClick={() => { setWhole(!whole); }}>{whole ? "Next stop" : "All stops"}</button></p>
        {whole ? <Stops trip={trip} /> : <Where stop={next} />}
        {opened && <Opened stop={opened} />}
      </div>
      <div class="foot">
        <button type="button" class="big" onClick={() => { tap({ kind: "arrived", order_id: next.order_id }); }}>I have arrived</button>
        <div class="two">
          <a class="plain" href={inMaps(next.lat_deg, next.lon_deg, next.address)} rel="noreferrer"><Pin /> Open in maps</a>
          <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
        </div>
      </div>
    </main>
  );
}

/** The locker that was opened last, if that was the last stop: what it told may be wrong. */
function justOpened(behind: readonly CourierStop[]): CourierStop | undefined {
  const last = behind.at(-1);
  return last?.does === "fetch" && last.kind === "locker" && last.state === "fetched" ? last : undefined;
}

function Opened({ stop }: { stop: CourierStop }) {
  const what = stop.parcel_ids.length === 1 ? stop.parcel_ids[0] : `${stop.parcel_ids.length} parcels`;
  return (
    <p class="opened">
      <span>{what} from {stop.address}</span>
      <button type="button" class="text" onClick={() => { tap({ kind: "not_fetched", order_id: stop.order_id, why: "not_there" }); }}>It was empty</button>
    </p>
  );
}

function Where({ stop }: { stop: CourierStop }) {
  const late = stop.deadline_s < now_s.value;
  return (
    <>
      {stop.does === "fetch" && <p class="step">Fetch at</p>}
      <h1>{stop.address}</h1>
      {stop.instead_of && <p class="soft">In place of {stop.instead_of}</p>}
      <p class="soft">
        {stop.parcel_ids.length === 1 ? "1 parcel" : `${stop.parcel_ids.length} parcels`} of {stop.order_id},{" "}
        {stop.earliest_at_s !== null && stop.earliest_at_s > now_s.value && <>not before {localTime(stop.earliest_at_s)}, </>}
        <b class={late ? "late" : ""}>{late ? "late since" : "by"} {localTime(stop.deadline_s)}</b>
      </p>
      <Asks stop={stop} />
    </>
  );
}

function Homeward({ phone, trip }: OnTrip) {
  const back = phone.holds.filter((id) => trip.stops.some((stop) => stop.parcel_ids.includes(id) && stop.state !== "handed_over"));
  return (
    <main class="screen">
      <Ground trip={trip} hub={phone.hub} />
      <div class="body">
        <p class="step"><Home /> Back to {phone.hub.name}</p>
        <h1>{back.length ? `Bring ${back.length === 1 ? "1 parcel" : `${back.length} parcels`} back` : "All done"}</h1>
        <Stops trip={trip} />
      </div>
      <div class="foot">
        <button type="button" class="big" onClick={() => { tap({ kind: "back" }); }}>I am back at the hub</button>
        <button type="button" class="plain" onClick={() => { problemOpen.value = true; }}>Problem</button>
      </div>
    </main>
  );
}
