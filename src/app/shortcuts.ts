/** Keys to actions. Letters mean nothing while someone types, and can be switched off altogether (WCAG 2.1.4). */
import { useEffect } from "react";
import type { Action, ActionContext } from "./action.ts";
import { ACTIONS, findAction } from "./actions.ts";
import { panelElementId } from "./panels.ts";
import { remember, remembered } from "../client/remembered.ts";
import { TEXT_INPUT } from "../views/terminal/typing-elsewhere.ts";

const KEY = "hotplug-plain-keys";

export const plainKeysOn = (): boolean => remembered(KEY) !== "off";
export const setPlainKeys = (on: boolean): void => remember(KEY, on ? null : "off");

/** What a keyboard event says, as far as shortcuts care. */
export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Whether a press is this shortcut. `Ctrl` is the command key on a Mac too; a sign such as `?` says nothing of Shift. */
export function isShortcut(shortcut: string, press: Press): boolean {
  const parts = shortcut.split("+");
  const key = parts.at(-1) ?? "";
  const letter = /^[A-Z]$/.test(key);
  return (
    press.key.toUpperCase() === key.toUpperCase() &&
    (press.ctrlKey || press.metaKey) === parts.includes("Ctrl") &&
    press.altKey === parts.includes("Alt") &&
    (!letter || press.shiftKey === parts.includes("Shift"))
  );
}

/** The action that a press stands for, if any. */
export function actionFor(press: Press, plainKeys: boolean): Action | undefined {
  if (!plainKeys && !press.ctrlKey && !press.metaKey) return undefined;
  return ACTIONS.find(({ shortcut }) => shortcut !== undefined && isShortcut(shortcut, press));
}

/**
 * Where letters are text, or choose an entry of what is open. A radio button or a list of blocks that was clicked keeps
 * the focus, but no letters; what is in the terminal's panel is for its shell, even if no shell is there to hear it.
 */
const TYPING = [
  TEXT_INPUT,
  "textarea",
  "[contenteditable]",
  "[role=textbox]",
  "[role=menu]",
  `#${panelElementId("terminal")}`,
].join();

/**
 * Tells whether letters choose an entry of this select: while it was reached by key and nothing was chosen in it. One
 * that was used keeps the focus, but whoever used it is done with it.
 */
function followSelects(page: Window, signal: AbortSignal): (target: Element) => boolean {
  let choosing: EventTarget | null = null;
  let last = "";
  const listen = { capture: true, signal };
  page.addEventListener(
    "keydown",
    ({ key }) => {
      last = key;
    },
    listen,
  );
  page.addEventListener(
    "pointerdown",
    () => {
      last = "pointer";
      choosing = null;
    },
    listen,
  );
  page.addEventListener(
    "focusin",
    ({ target }) => {
      choosing = last === "Tab" ? target : null;
    },
    listen,
  );
  page.addEventListener(
    "change",
    () => {
      // Letters that chose an entry may go on to choose another.
      if (last.length > 1) choosing = null;
    },
    listen,
  );
  return (target) => target.localName === "select" && target === choosing;
}

export function useShortcuts(context: ActionContext): void {
  useEffect(() => {
    const listening = new AbortController();
    const choosesByLetter = followSelects(window, listening.signal);
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const at = event.target instanceof Element ? event.target : null;
      const typing = at !== null && (at.closest(TYPING) !== null || choosesByLetter(at));
      const nowhere = at === null || at === document.body;
      const plays = event.key === " " && nowhere && plainKeysOn();
      const action = plays ? findAction("run") : actionFor(event, plainKeysOn() && !typing);
      if (!action?.enabled(context) || (typing && action.ofText)) return;
      event.preventDefault();
      action.perform(context);
    };
    window.addEventListener("keydown", onKeyDown, { signal: listening.signal });
    return () => listening.abort();
  }, [context]);
}
