/** Line icons, 20 px on a 24 grid; always beside a word or an accessible name, never alone in meaning. */

import type { ComponentChildren } from "preact";
import type { Tone } from "../tone";
import type { VehicleKind } from "../wire";

function Icon({ children, size = 18 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export const Plus = () => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const Minus = () => <Icon><path d="M5 12h14" /></Icon>;
export const Close = () => <Icon><path d="m6 6 12 12M18 6 6 18" /></Icon>;
export const Sun = () => <Icon><circle cx="12" cy="12" r="4" /><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" /></Icon>;
export const Moon = () => <Icon><path d="M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5Z" /></Icon>;
export const Fit = () => <Icon><path d="M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4" /></Icon>;
export const Cube = () => <Icon><path d="m12 3 8 4.5v9L12 21l-8-4.5v-9L12 3Z" /><path d="m4.3 7.7 7.7 4.3 7.7-4.3M12 12v8.7" /></Icon>;
export const Barred = () => <Icon><circle cx="12" cy="12" r="8.5" /><path d="m6 6 12 12" /></Icon>;
export const Check = () => <Icon size={16}><path d="m5 12.5 4.5 4.5L19 7.5" /></Icon>;
export const Alarm = () => <Icon><path d="M12 4 2.8 19.5h18.4L12 4Z" /><path d="M12 10v4.5M12 17.2v.1" /></Icon>;
export const Pin = () => <Icon><path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11Z" /><circle cx="12" cy="10" r="2.3" /></Icon>;
export const Home = () => <Icon><path d="m4 11 8-7 8 7M6 9.5V20h12V9.5" /></Icon>;
export const Box = () => <Icon><path d="M4 8l8-4 8 4v8l-8 4-8-4V8Z" /><path d="m4 8 8 4 8-4M12 12v8" /></Icon>;
export const Person = () => <Icon><circle cx="12" cy="8" r="3.5" /><path d="M5 20c.6-4 3.3-6 7-6s6.4 2 7 6" /></Icon>;
export const Clock = () => <Icon size={15}><circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" /></Icon>;
export const Ambient = () => <Icon size={15}><path d="M10 13.5V5.5a2 2 0 1 1 4 0v8a4 4 0 1 1-4 0Z" /></Icon>;
export const Flake = () => <Icon size={15}><path d="M10 13.5V5.5a2 2 0 1 1 4 0v8a4 4 0 1 1-4 0ZM17.5 5.5h3M17.5 9.5h3" /></Icon>;
export const Snow = () => <Icon size={15}><path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 6.5l2.5-2M9.5 19.5l2.5-2 2.5 2" /></Icon>;
export const Flame = () => <Icon size={15}><path d="M12 3c1 3.5 5.5 5.5 5.5 11a5.5 5.5 0 0 1-11 0c0-2.4 1.2-3.8 2.3-5 .4 1.6 1.2 2.3 2.2 2.6C10.6 8.5 11 5.5 12 3Z" /></Icon>;
export const AgeCheck = () => <Icon size={15}><rect x="3.5" y="5.5" width="17" height="13" rx="2.5" /><circle cx="8.7" cy="10.8" r="1.8" /><path d="M6 15.5c.5-1.5 1.5-2.2 2.7-2.2s2.2.7 2.7 2.2M14 10h3.5M14 13.5h3.5" /></Icon>;
export const Arrow = () => <Icon size={14}><path d="M5 12h14M13 6l6 6-6 6" /></Icon>;

export function Bird() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" class="bird">
      <path d="M4 19c4.5.6 7-1.6 9.2-4.6C15.3 11.4 17.6 9 21 9c2.3 0 3.9 1.3 4.4 3l2.9 1-3.1.9c-.7 5-4.6 8.6-10.2 8.6-4.7 0-8.6-1.3-11-3.5Z" fill="currentColor" />
      <path d="M14.5 22.5 13 27m4.5-5 1.5 4.5" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />
    </svg>
  );
}

/** The same shapes as on the map. */
export function VehicleIcon({ kind, tone, size = 26 }: { kind: VehicleKind; tone: Tone; size?: number }) {
  return (
    <svg class={`vehicle-icon tone-${tone}`} width={size} height={size} viewBox="-17 -17 34 34" aria-hidden="true">
      {kind === "drone" ? (
        <>
          <path d="M0 0 -8.5-7.5M0 0l8.5-7.5M0 0l-8.5 9M0 0l8.5 9" stroke="currentColor" stroke-width="2.6" />
          {[[-8.5, -7.5], [8.5, -7.5], [-8.5, 9], [8.5, 9]].map(([cx, cy]) => (
            <circle key={`${cx}${cy}`} cx={cx} cy={cy} r="4.2" fill="var(--panel-solid)" stroke="currentColor" stroke-width="1.9" />
          ))}
          <path d="M0-15Q5.5-5 5 3 4 8.5 0 8.5T-5 3Q-5.5-5 0-15Z" fill="currentColor" stroke="var(--panel-solid)" stroke-width="1.4" />
        </>
      ) : kind === "courier" ? (
        <>
          <path d="M0-14V13M-7-7H7" stroke="currentColor" stroke-width="3.4" stroke-linecap="round" />
          <rect x="-6.5" y="-1" width="13" height="12" rx="3" fill="currentColor" stroke="var(--panel-solid)" stroke-width="1.4" />
          <circle cx="0" cy="-3" r="3.6" fill="var(--panel-solid)" />
        </>
      ) : (
        <>
          {[-9.2, 9.2].map((x) => [-7, 0.5, 8].map((y) => <rect key={`${x}${y}`} x={x - 1.8} y={y - 2.6} width="3.6" height="5.2" rx="1.4" fill="currentColor" />))}
          <rect x="-8" y="-12.5" width="16" height="25" rx="5" fill="currentColor" stroke="var(--panel-solid)" stroke-width="1.4" />
          <rect x="-5" y="-9" width="10" height="4.6" rx="2" fill="var(--panel-solid)" />
        </>
      )}
    </svg>
  );
}
