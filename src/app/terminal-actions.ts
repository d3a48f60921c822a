/** What can be done with the terminal panel, for the registry in ./actions.ts. */
import { Accessibility, PanelBottom, SquareTerminal } from "lucide-react";
import type { Action } from "./action.ts";
import { focusPanel, panelElementId } from "./panels.ts";
import { appStrings } from "./strings.ts";

const { actions: names } = appStrings;

/** Where the keyboard was before it went to the terminal. */
let before: HTMLElement | null = null;

export const TERMINAL_ACTIONS: readonly Action[] = [
  {
    id: "terminal",
    words: names.terminal,
    icon: SquareTerminal,
    shortcut: "Ctrl+`",
    enabled: () => true,
    perform: ({ terminal }) => {
      const panel = document.getElementById(panelElementId("terminal"));
      const inside = panel?.contains(document.activeElement) ?? false;
      if (terminal.place !== "closed" && inside) {
        terminal.setPlace("closed");
        before?.focus();
        return;
      }
      if (document.activeElement instanceof HTMLElement) before = document.activeElement;
      if (terminal.place === "closed") terminal.setPlace(terminal.usualPlace);
      focusPanel("terminal");
    },
  },
  {
    id: "terminal-drawer",
    words: names.terminalDrawer,
    icon: PanelBottom,
    enabled: () => true,
    perform: ({ terminal }) => {
      terminal.setPlace(terminal.place === "drawer" ? "side" : "drawer");
      focusPanel("terminal");
    },
  },
  {
    id: "terminal-reader",
    words: names.terminalReader,
    icon: Accessibility,
    enabled: () => true,
    perform: ({ terminal }) => terminal.setScreenReader(!terminal.screenReader),
  },
];
