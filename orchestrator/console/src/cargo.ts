/** What parcels ask for and vehicles can do, in the words people use. */

import type { Carries, Order, Parcel, Size, Skill, Temperature } from "./wire";
import { localTime } from "./words";

export const TEMPERATURES: readonly [Temperature, string, string][] = [
  ["ambient", "Ambient", "as the weather is"],
  ["chilled", "Chilled", "0 to 5 °C"],
  ["frozen", "Frozen", "−18 °C or below"],
  ["hot", "Hot", "60 °C or above"],
];

export const SIZES: readonly [Size, string][] = [
  ["small", "Small"],
  ["medium", "Medium"],
  ["large", "Large"],
];

const ASKS: Record<Skill, string> = { check_age: "Check the age" };
const CAN: Record<Skill, string> = { check_age: "Checks the age" };

/** How a thing that is asked for, or can be done, is marked. */
export type Mark = Temperature | "age" | "clock" | "place" | "box";
export interface Tag { mark: Mark; text: string }

/** What an order asks for beyond being brought; nothing for most. */
export function asksOf(order: Order): Tag[] {
  const tags: Tag[] = order.skills.map((skill) => ({ mark: "age", text: ASKS[skill] }));
  if (order.ready_at_s !== null) tags.push({ mark: "clock", text: `Ready from ${localTime(order.ready_at_s)}` });
  if (order.pick_up) tags.push({ mark: "place", text: `Fetched from ${order.pick_up.address}` });
  return tags;
}

/** How a parcel is to be kept, and for how long it may be aboard; nothing for most. */
export function asksOfParcel(parcel: Parcel): Tag[] {
  const kept = TEMPERATURES.find(([temperature]) => temperature === parcel.temperature);
  const tags: Tag[] = kept && parcel.temperature !== "ambient" ? [{ mark: parcel.temperature, text: `${kept[1]}, ${kept[2]}` }] : [];
  if (parcel.most_aboard_s !== null) tags.push({ mark: "clock", text: `Aboard for ${Math.round(parcel.most_aboard_s / 60)} min at most` });
  return tags;
}

/** What a vehicle carries, keeps and can do. */
export function abilitiesOf({ payload_kg, compartments, largest, temperatures, skills }: Carries): Tag[] {
  const room = compartments === 1 ? `One parcel` : `${compartments} parcels`;
  return [
    { mark: "box", text: `${room}, up to ${largest}, ${payload_kg} kg` },
    ...TEMPERATURES.filter(([kept]) => temperatures.includes(kept)).map(([mark, word]) => ({ mark, text: word })),
    ...skills.map((skill): Tag => ({ mark: "age", text: CAN[skill] })),
  ];
}
