import { useState } from "preact/hooks";
import { Bird, Box, Check, Home, Pin } from "../parts/icons";
import { inMaps, localTime } from "../words";
import { Map } from "./Map";
import { Places } from "./Places";
import { Steps } from "./Steps";
import { complaint, now_s, order, photo, refused, silentSince, tellAbsent } from "./following";
import { COMES, KINDS, PROOFS, ahead, codeFor, day, failed, hours, over } from "./words";
import type { Tracking } from "../wire";

export function Page() {
  const told = order.value;
  if (refused.value) return <Nothing title="This link shows nothing" text={`${refused.value} Ask whoever sent it for a new one.`} />;
  if (!told) return <Nothing title={silentSince.value === null ? "One moment" : "No link"} text={silentSince.value === null ? "Looking for your order." : "Nobody answers just now. Trying again."} />;
  return (
    <main class="track">
      <Head told={told} />
      <Notes />
      <div class="columns">
        <section class="card lead">
          <Map told={told} />
          <div class="inside">
            <Headline told={told} />
            {!failed(told.status) && <Steps told={told} />}
          </div>
        </section>
        <div class="column">
          <Code told={told} />
          <Proof told={told} />
          <Where told={told} />
        </div>
      </div>
      <Foot />
    </main>
  );
}

function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <main class="track nothing">
      <Bird />
      <h1>{title}</h1>
      <p role="status">{text}</p>
    </main>
  );
}

function Head({ told }: { told: Tracking }) {
  return (
    <header class="head">
      <Bird />
      <span>Your order</span>
      <small>{told.order_id}</small>
    </header>
  );
}

function Notes() {
  return (
    <>
      {silentSince.value !== null && <p class="note" role="status">No link since {localTime(silentSince.value / 1000)}. This is what was known then.</p>}
      {complaint.value && (
        <p class="note bad" role="alert">
          {complaint.value}
          <button type="button" onClick={() => { complaint.value = ""; }}>OK</button>
        </p>
      )}
    </>
  );
}

/** The one thing that matters now, large: the window, or what has become of it. */
function Headline({ told }: { told: Tracking }) {
  const { status, window, delivered_at_s, collect_by_s } = told;
  if (failed(status)) return <Said tone={status === "cancelled" ? "" : "bad"} {...ENDS[status]} />;
  if (status === "delivered" && delivered_at_s !== null) {
    return <Said tone="done" title="Delivered" text={`${capital(day(delivered_at_s, now_s.value))} at ${localTime(delivered_at_s)}.`} mark={<Check />} />;
  }
  if (status === "to_collect" && collect_by_s !== null) {
    return <Said tone="done" title="Ready to collect" text={`It waits until ${day(collect_by_s, now_s.value)}, ${localTime(collect_by_s)}.`} mark={<Box />} />;
  }
  if (!window) {
    const late = <Late told={told} />;
    if (status === "on_the_way") return <Said title="On its way" text={told.text} more={late} />;
    return <Said title={status === "being_fetched" ? "Being fetched" : "Being prepared"} text={`You see here when it comes, as soon as that is known. ${promised(told)}`} more={late} />;
  }
  return (
    <div class="headline" aria-live="polite">
      <p class="over">{status === "nearby" ? "Almost there" : `Expected ${day(window.until_s, now_s.value)}`}</p>
      <h1>{hours(window.from_s, window.until_s)}</h1>
      <p class="under">
        {capital([ahead(window.from_s, window.until_s, now_s.value), told.vehicle_kind && COMES[told.vehicle_kind].toLowerCase()].filter(Boolean).join(", "))}
      </p>
      <Late told={told} />
    </div>
  );
}

/** That it comes later than promised, or may, and why where that is known. */
function Late({ told: { deadline_s, late_because, window } }: { told: Tracking }) {
  const sure = now_s.value > deadline_s || (window !== null && window.from_s > deadline_s);
  if (!sure && (window === null || window.until_s <= deadline_s)) return null;
  return <p class="late">{sure ? "Later" : "Maybe later"} than {localTime(deadline_s)}, the time it was promised for. {late_because && `${late_because} `}We are sorry.</p>;
}

const ENDS = {
  failed: { title: "Something went wrong", text: "It did not get to you. The sender has been told: ask there what happens next." },
  cancelled: { title: "Cancelled", text: "It will not come. If that surprises you, ask the sender." },
  absent: { title: "We are looking for it", text: "It was not in the locker. The sender has been told: ask there what happens next." },
} as const;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function promised({ asked, deadline_s }: Tracking): string {
  return asked ? `You asked for ${hours(asked.from_s, asked.until_s)}, ${day(asked.from_s, now_s.value)}.` : now_s.value > deadline_s ? "" : `It is due by ${localTime(deadline_s)}, ${day(deadline_s, now_s.value)}.`;
}

function Said({ title, text, tone = "", mark, more }: { title: string; text: string; tone?: string; mark?: preact.ComponentChildren; more?: preact.ComponentChildren }) {
  return (
    <div class={`headline said ${tone}`} aria-live="polite">
      {mark && <i>{mark}</i>}
      <h1>{title}</h1>
      <p class="under">{text}</p>
      {more}
    </div>
  );
}

function Code({ told }: { told: Tracking }) {
  const what = codeFor(told);
  if (what === null || told.code === null) return null;
  return (
    <section class="card inside code">
      <h2>Your code</h2>
      <b aria-label={told.code.split("").join(" ")}>{told.code.split("").map((digit, n) => <span key={n}>{digit}</span>)}</b>
      <p>{what}.</p>
    </section>
  );
}

function Proof({ told }: { told: Tracking }) {
  if (told.photo_url === null && (told.proof === null || told.status !== "delivered")) return null;
  return (
    <section class="card proof">
      {told.photo_url !== null && <img src={photo(told.photo_url)} alt="Where your order was left" />}
      {told.proof !== null && <p class="inside"><Check /> {PROOFS[told.proof]}</p>}
    </section>
  );
}

function goes({ status }: Tracking): string {
  if (failed(status)) return "It was to go to";
  if (status === "delivered") return "It went to";
  return status === "to_collect" ? "It waits at" : "It goes to";
}

function Where({ told }: { told: Tracking }) {
  const [lon, lat] = told.collect_at ?? told.at;
  if (told.choices.length > 1) return <section class="card inside where"><Places told={told} /></section>;
  return (
    <section class="card inside where">
      <h2>{goes(told)}</h2>
      <p class="place">
        {told.kind === "locker" ? <Box /> : <Home />}
        <span><b>{told.drop_off}</b><small>{KINDS[told.kind]}</small></span>
      </p>
      {told.instead_of !== null && !over(told) && <p class="instead">Nobody can come to {told.instead_of} just now, so it goes here.</p>}
      {told.status === "to_collect" && <a class="button" href={inMaps(lat, lon, told.drop_off)} rel="noreferrer"><Pin /> Open in maps</a>}
      {told.out_of_locker && <Absent />}
    </section>
  );
}

/** Asked once more: it sets people in motion. */
function Absent() {
  const [sure, setSure] = useState(false);
  if (!sure) return <button type="button" class="plain" onClick={() => { setSure(true); }}>It was not in there</button>;
  return (
    <div class="sure" role="group" aria-label="It was not in there">
      <p>Was the compartment empty? The sender and the lockers' operators are told, and look for it.</p>
      <button type="button" class="button" onClick={() => { void tellAbsent(); setSure(false); }}>Yes, it was empty</button>
      <button type="button" class="plain" onClick={() => { setSure(false); }}>No</button>
    </div>
  );
}

function Foot() {
  return (
    <footer>
      <p>Whoever has this link sees this order, until two days after it was due. Where the vehicle is, you see once it is close.</p>
      <p>Map © OpenStreetMap contributors, ODbL</p>
    </footer>
  );
}
