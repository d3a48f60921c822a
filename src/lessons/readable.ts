/** What a terminal showed, as it reads. */

const ESC = "\x1b";
const BEL = "\x07";
/** A terminal's control sequences: CSI and its parameters, an operating system command, or two characters. */
const CONTROL = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}]*${BEL}|[^[\\]])`, "g");

/** Without what moves its cursor and colours it, a line a line. */
export const readable = (text: string): string => text.replace(CONTROL, "").replaceAll("\r\n", "\n");

/** A prompt, alone in its line. */
const PROMPT = /^[\w@:~/.-]*[#$] ?$/;

/** What a line printed: what stands below it, up to the next prompt. `waits`: there is none, it has not returned. */
export function printed(text: string, line: string): { readonly text: string; readonly waits: boolean } {
  const all = readable(text);
  const at = all.lastIndexOf(line);
  // A prompt begins where its line begins, wherever that was.
  const rest = (at < 0 ? all : all.slice(at + line.length))
    .replaceAll("\r", "")
    .split("\n")
    .slice(at < 0 ? 0 : 1);
  const last = rest.at(-1) ?? "";
  const ended = PROMPT.test(last);
  return { text: (ended ? rest.slice(0, -1) : rest).join("\n").trimEnd(), waits: !ended };
}
