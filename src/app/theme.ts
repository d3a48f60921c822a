/**
 * Light or dark: what the person chose, or else what the system says. Resolved here to one attribute on <html>
 * (index.html does the same before the first paint), so that styles and canvases need to look at nothing else.
 */
import { remembered, remember } from "../client/remembered.ts";

export type ThemeChoice = "auto" | "light" | "dark";
export const THEME_CHOICES: readonly ThemeChoice[] = ["auto", "light", "dark"];

const KEY = "hotplug-theme";

export const chosenTheme = (): ThemeChoice => {
  const choice = remembered(KEY);
  return choice === "light" || choice === "dark" ? choice : "auto";
};

const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(choice: ThemeChoice): void {
  const dark = choice === "dark" || (choice === "auto" && systemIsDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function chooseTheme(choice: ThemeChoice): void {
  remember(KEY, choice === "auto" ? null : choice);
  applyTheme(choice);
}

/** Keeps up with the system while nothing else was chosen; returns how to stop. */
export function followSystemTheme(): () => void {
  const query = systemIsDark();
  const follow = () => applyTheme(chosenTheme());
  query.addEventListener("change", follow);
  follow();
  return () => query.removeEventListener("change", follow);
}
