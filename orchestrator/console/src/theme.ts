/** Dark or light: the system's wish, unless the operator chose. */

import { effect, signal } from "@preact/signals";

export type Theme = "dark" | "light";

const KEPT_AS = "sanderling-theme";
const prefersLight = matchMedia("(prefers-color-scheme: light)");

function first(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "dark" || kept === "light") return kept;
  return prefersLight.matches ? "light" : "dark";
}

export const theme = signal<Theme>(first());
export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(KEPT_AS, theme.value);
}

prefersLight.addEventListener("change", (event) => {
  if (!localStorage.getItem(KEPT_AS)) theme.value = event.matches ? "light" : "dark";
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", theme.value === "dark" ? "#0c1116" : "#eef1f4");
});
