/**
 * What the gateway says, over HTTP and the live stream: names for the types in `api.ts`, which is
 * generated from the gateway's OpenAPI document (`npm run types`). Times are fleet time in UTC
 * seconds, positions WGS84 degrees, heights metres above ground.
 */

import type { components } from "./api";

type Views = components["schemas"];

export type Place = Views["PlaceView"];
export type Hub = Views["HubView"];
export type Vehicle = Views["VehicleView"];
export type Mission = Views["MissionView"];
export type Halt = Views["HaltView"];
export type Order = Views["OrderView"];
export type Parcel = Views["ParcelView"];
export type Alert = Views["AlertView"];
export type FleetEvent = Views["EventView"];
export type Telemetry = Views["TelemetryView"];
export type Condition = Views["ConditionView"];
export type Sample = Views["SampleView"];
export type LinkCondition = Views["LinkView"];
export type Explanation = Views["ExplanationView"];
export type Choice = Views["ChoiceView"];
export type Quote = Views["QuoteView"];
export type Problem = Views["Problem"];
export type Locker = Views["LockerView"];
/** What the gateway fills in when it is left out is left out here too. */
export type OrderWanted = Omit<Views["OrderWanted"], "parcels"> & { parcels: (Pick<Views["ParcelWanted"], "mass_kg"> & Partial<Views["ParcelWanted"]>)[] };
export type Override = Views["OverrideView"];
export type OverrideWanted = Views["OverrideWanted"];
/** As above. */
export type AreaWanted = Pick<Views["ZoneWanted"], "name"> & Partial<Views["ZoneWanted"]>;
export type Closed = Views["ClosedView"];

export type Size = Parcel["size"];
export type Temperature = Parcel["temperature"];
export type Skill = Order["skills"][number];
export type Carries = Views["CarriesView"];
export type VehicleKind = Vehicle["kind"];
export type OrderStatus = Order["status"];
export type Severity = Alert["severity"];
export type Ask = Views["AskWanted"]["ask"];

/** Longitude, latitude, height above ground. */
export type PathPoint = Mission["path"][number];

export type Snapshot = Views["SnapshotMessage"];
export type TelemetryBatch = Views["TelemetryMessage"];
/** An absent list has not changed; `alerts`, when there, is the whole list. */
export type Changes = Pick<Views["ChangesMessage"], "type" | "now_s"> & Partial<Views["ChangesMessage"]>;

export type Phone = Views["PhoneView"];
export type Tracking = Views["TrackingView"];
export type Called = Views["CalledView"];
export type CourierTrip = Views["CourierTripView"];
export type CourierStop = Views["CourierStopView"];
export type Card = Views["CardView"];
export type Asked = Views["AskView"];
export type SignIn = Views["SignInView"];

export type Message = Snapshot | Changes | TelemetryBatch;
