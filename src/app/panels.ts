/** The parts of the page, by name: to go to one by key, by the list of actions, or by the tabs of a narrow screen. */

export const PANELS = ["box", "memory", "verdict", "zones", "log", "terminal"] as const;
export type PanelId = (typeof PANELS)[number];

/** The id of the element that holds a panel. */
export const panelElementId = (panel: PanelId): string => `panel-${panel}`;

/** Where a panel is typed into, with a keyboard that does not cover half of it. */
const TYPED_INTO = "[role=tabpanel] > :not([hidden]) textarea";

/** Scrolls a panel into view and puts the keyboard there. */
export function focusPanel(panel: PanelId): void {
  const element = document.getElementById(panelElementId(panel));
  element?.scrollIntoView({ block: "start" });
  const field = matchMedia("(pointer: coarse)").matches ? null : element?.querySelector<HTMLElement>(TYPED_INTO);
  (field ?? element)?.focus({ preventScroll: true });
}
