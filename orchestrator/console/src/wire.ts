/**
 * What the gateway's live stream (`/v1/live`) says. Times are fleet time in UTC seconds, positions
 * WGS84 degrees, heights metres above ground. The HTTP side is typed by `api.ts`, which is generated.
 */

export type VehicleKind = "drone" | "robot";
export type Link = "never" | "up" | "lost" | "missing";
export type MissionPhase =
  | "planned"
  | "loaded"
  | "parcel_aboard"
  | "under_way"
  | "given_up"
  | "ended"
  | "withdrawn"
  | "lost";
export type OrderStatus = "waiting" | "assigned" | "on_the_way" | "delivered" | "failed" | "cancelled";
export type Severity = "info" | "warning" | "critical";
export type DropOffKind = "doorstep" | "pad" | "kerb" | "locker";
export type Ask = "hold" | "resume" | "return" | "land";

/** Longitude, latitude, height above ground. */
export type PathPoint = [lon_deg: number, lat_deg: number, height_agl_m: number];

export interface Place {
  lat_deg: number;
  lon_deg: number;
}

export interface Pad extends Place {
  id: string;
}

export interface Hub extends Place {
  id: string;
  name: string;
  pads: Pad[];
}

export interface Leg {
  kind: string;
  label: string;
}

export interface Mission {
  id: number;
  order_id: string;
  parcel_id: string;
  path: PathPoint[];
  legs: Leg[];
  legs_done: number;
  depart_at_s: number;
  handover_at_s: number;
  end_at_s: number;
  started_at_s: number | null;
}

export interface Vehicle {
  id: string;
  kind: VehicleKind;
  hub_id: string;
  home: Place;
  link: Link;
  ready: boolean;
  phase: MissionPhase | null;
  status: string;
  fault: string[];
  mission: Mission | null;
}

export interface Keeper {
  kind: string;
  id: string | null;
  text: string;
  lat_deg?: number | null;
  lon_deg?: number | null;
  last_heard_at_s?: number | null;
}

export interface Parcel {
  id: string;
  mass_kg: number;
  phase: string;
  keeper: Keeper;
  reasons: string[];
}

export interface Order extends Place {
  id: string;
  status: OrderStatus;
  placed_at_s: number;
  deadline_s: number;
  delivered_at_s: number | null;
  eta_s: number | null;
  late_s: number | null;
  hub_id: string;
  address: string;
  kind: DropOffKind;
  vehicle_ids: string[];
  placed_by: string;
  parcels: Parcel[];
}

export interface Alert {
  key: string;
  severity: Severity;
  text: string;
  raised_at_s: number;
  vehicle_id: string | null;
  lat_deg?: number | null;
  lon_deg?: number | null;
  acknowledged_by: string | null;
}

export interface FleetEvent {
  seq: number;
  at_s: number;
  kind: string;
  severity: Severity;
  text: string;
  vehicle_id: string | null;
  order_id: string | null;
}

export interface Telemetry extends Place {
  id: string;
  height_agl_m: number;
  heading_deg: number;
  speed_mps: number;
  battery_frac: number;
  mode: string;
  armed: boolean;
  age_s: number;
  carrying: boolean | null;
}

export interface Snapshot {
  type: "snapshot";
  now_s: number;
  speed: number;
  attribution: string;
  bbox: [west: number, south: number, east: number, north: number];
  hubs: Hub[];
  vehicles: Vehicle[];
  orders: Order[];
  alerts: Alert[];
  events: FleetEvent[];
}

export interface Changes {
  type: "changes";
  now_s: number;
  vehicles?: Vehicle[];
  orders?: Order[];
  /** Always the whole list: an alert that is over is simply not in it. */
  alerts?: Alert[];
  events?: FleetEvent[];
}

export interface TelemetryBatch {
  type: "telemetry";
  now_s: number;
  vehicles: Telemetry[];
}

export type Message = Snapshot | Changes | TelemetryBatch;
