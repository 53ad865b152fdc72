/** Colours of the map in both themes. The panels take theirs from style/tokens.css; tones agree. */

import type { Theme } from "../theme";
import type { Tone } from "../tone";

export interface Palette {
  /** Outside the district that the city file covers. */
  beyond: string;
  beyondDot: string;
  land: string;
  park: string;
  water: string;
  waterLine: string;
  road: string;
  roadCase: string;
  footpath: string;
  crossing: string;
  buildingLow: string;
  buildingHigh: string;
  buildingEdge: string;
  buildingShade: string;
  label: string;
  labelHalo: string;
  waterLabel: string;
  ink: string;
  paper: string;
  hub: string;
  tone: Record<Tone, string>;
  zone: Record<string, string>;
}

const DARK: Palette = {
  beyond: "#0b0f13",
  beyondDot: "#1a222a",
  land: "#121920",
  park: "#13241f",
  water: "#0a2233",
  waterLine: "#14364c",
  road: "#26313c",
  roadCase: "#0d1319",
  footpath: "#33414e",
  crossing: "#5a6b7a",
  buildingLow: "#1a232c",
  buildingHigh: "#31404f",
  buildingEdge: "#2b3844",
  buildingShade: "#070b0f",
  label: "#8595a5",
  labelHalo: "#10161c",
  waterLabel: "#4d7d9a",
  ink: "#f2f6fa",
  paper: "#0c1116",
  hub: "#f2f6fa",
  tone: {
    idle: "#8a99a8",
    prep: "#b79cff",
    out: "#4db8ff",
    back: "#3fd6b4",
    done: "#4cd080",
    warn: "#ffb340",
    bad: "#ff6262",
  },
  zone: {
    PROHIBITED: "#ff5a5f",
    REQ_AUTHORISATION: "#ff9f43",
    CONDITIONAL: "#e8c547",
    NO_RESTRICTION: "#6fa8c9",
  },
};

const LIGHT: Palette = {
  beyond: "#e3e7ea",
  beyondDot: "#cbd2d8",
  land: "#f1f2f2",
  park: "#d9ebd8",
  water: "#bcdcee",
  waterLine: "#9ccbe4",
  road: "#ffffff",
  roadCase: "#d7dce1",
  footpath: "#cfd0cb",
  crossing: "#a9a89f",
  buildingLow: "#dfe2e5",
  buildingHigh: "#b9c2cb",
  buildingEdge: "#c3c9d0",
  buildingShade: "#9aa5b0",
  label: "#5a6672",
  labelHalo: "#f6f7f8",
  waterLabel: "#3f7fa5",
  ink: "#11181f",
  paper: "#ffffff",
  hub: "#11181f",
  tone: {
    idle: "#66737f",
    prep: "#7a4fe0",
    out: "#0b74d1",
    back: "#00886d",
    done: "#1d8a4b",
    warn: "#c26a00",
    bad: "#d42f3a",
  },
  zone: {
    PROHIBITED: "#d9363e",
    REQ_AUTHORISATION: "#d9730d",
    CONDITIONAL: "#a98600",
    NO_RESTRICTION: "#4a86a8",
  },
};

export const PALETTES: Record<Theme, Palette> = { dark: DARK, light: LIGHT };
