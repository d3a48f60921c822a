/** A file that someone gives to a terminal: taken when it is text that a script could be. */
import { LARGEST_SCRIPT } from "../../protocol/messages.ts";
import { terminalStrings as strings } from "./strings.ts";

export type ScriptFile =
  | { readonly ok: true; readonly name: string; readonly text: string }
  | { readonly ok: false; readonly problem: string };

export async function readScript(file: Pick<File, "name" | "size" | "text">): Promise<ScriptFile> {
  if (file.size > LARGEST_SCRIPT) return { ok: false, problem: strings.tooLarge(shown(file.name)) };
  let text: string;
  try {
    text = await file.text();
  } catch {
    // A folder, or a file that is gone by now.
    return { ok: false, problem: strings.unreadable(shown(file.name)) };
  }
  if (text.includes("\0") || text.includes("\ufffd")) return { ok: false, problem: strings.notText(shown(file.name)) };
  // A name as a shell can write it without quotes, and never a path.
  const name = file.name
    .replace(/^.*[/\\]/, "")
    .replace(/[^\w.+-]+/g, "-")
    .replace(/^[-.]+/, "")
    .slice(0, 100);
  return { ok: true, name: name || "script.sh", text: text.replaceAll("\r\n", "\n") };
}

/** A name as it can be shown in a terminal: nothing in it commands the terminal, or turns the writing round. */
const shown = (name: string): string => name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "\ufffd").slice(0, 100);
