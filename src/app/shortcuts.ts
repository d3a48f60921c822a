/** Keys to actions. Letters mean nothing while someone types, and can be switched off altogether (WCAG 2.1.4). */
import { useEffect } from "react";
import { ACTIONS, type Action, type ActionContext } from "./actions.ts";
import { remember, remembered } from "./remembered.ts";

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

/** Elements in which letters are text, or choose an entry. */
const TYPING = "input, textarea, select, [contenteditable], [role=textbox], [role=menu], [role=listbox]";

export function useShortcuts(context: ActionContext): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const typing = event.target instanceof Element && event.target.closest(TYPING) !== null;
      const action = actionFor(event, plainKeysOn() && !typing);
      if (!action?.enabled(context)) return;
      event.preventDefault();
      action.perform(context);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [context]);
}
