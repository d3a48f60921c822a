/** Which presses in a terminal are not for its shell: those that leave it, copy, paste, or belong to the page. */
export type Meaning =
  /** Sent to the shell as terminals do. */
  | "shell"
  /** Left to the browser or the page. */
  | "page"
  | "leave"
  | "copy";

export type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/**
 * Ctrl-C copies where something is selected, and interrupts otherwise. Ctrl-V pastes: quoting a control character is
 * what nobody does here. F6 leaves, as between the parts of a window, because Tab completes.
 */
export function meaningOf(press: Press, hasSelection: boolean): Meaning {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = press;
  if (key === "F6" && !ctrlKey && !altKey && !metaKey) return "leave";
  if (metaKey) return "page";
  if (!ctrlKey || altKey) return key === "Insert" && shiftKey ? "page" : "shell";
  if (key === "`" || press.code === "Backquote") return "page";
  const letter = key.toLowerCase();
  if (letter === "v") return "page";
  if (key === "Insert" || (letter === "c" && (shiftKey || hasSelection))) return hasSelection ? "copy" : "page";
  return "shell";
}
