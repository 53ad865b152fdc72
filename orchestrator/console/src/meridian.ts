/**
 * The line at 180 degrees, where longitudes jump: for a site that lies across it, the page reckons longitudes
 * from the site's own middle, so that nothing it draws or compares ever meets the line. They are turned where
 * they come in and turned back where they go out or are read; for all other sites they stay as they are.
 */

let middle_deg = 0;

/** Within -180 to 180. */
const wrapped = (lon_deg: number): number => ((((lon_deg + 180) % 360) + 360) % 360) - 180;

/** Reckons from the middle of a site from now on, if its west is above its east. */
export function reckonFrom([west, , east]: readonly [number, number, number, number]): void {
  middle_deg = west > east ? wrapped((west + east + 360) / 2) : 0;
}

const inward = (lon_deg: number): number => (middle_deg === 0 ? lon_deg : wrapped(lon_deg - middle_deg));

/** A longitude of the page as the world has it. */
export const outward = (lon_deg: number): number => (middle_deg === 0 ? lon_deg : wrapped(lon_deg + middle_deg));

/** A body for the gateway, as JSON. */
export const outwardJson = (body: unknown): string =>
  JSON.stringify(body, (name, value: unknown) => (name === "lon_deg" && typeof value === "number" ? outward(value) : value));

const turnedPlace = (at: unknown): unknown => (Array.isArray(at) ? at.map((one: unknown, n) => (n === 0 ? inward(Number(one)) : one)) : at);

function turned(value: unknown, name = ""): unknown {
  if (name === "lon_deg" && typeof value === "number") return inward(value);
  if (name === "bbox" && Array.isArray(value)) return value.map((edge: number, n) => (n % 2 === 0 ? inward(edge) : edge));
  if (Array.isArray(value)) return value.map(name === "path" ? turnedPlace : (one) => turned(one));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, turned(one, key)]));
}

/** A message of the live stream, in the page's longitudes. */
export const inwardMessage = <T>(message: T): T => (middle_deg === 0 ? message : (turned(message) as T));

function turnedRings(coordinates: unknown): unknown {
  if (!Array.isArray(coordinates)) return coordinates;
  return typeof coordinates[0] === "number" ? turnedPlace(coordinates) : coordinates.map(turnedRings);
}

/** What is drawn below all, in the page's longitudes. */
export function inwardMap(map: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  if (middle_deg === 0) return map;
  const features = map.features.map((one) => {
    if (!("coordinates" in one.geometry)) return one;
    const coordinates = turnedRings(one.geometry.coordinates);
    return { ...one, geometry: { ...one.geometry, coordinates } as GeoJSON.Geometry };
  });
  return { ...map, features };
}
