/** Prompts: the escapes of PS1 and its kin. */
import type { Expander } from "../expand/expander.ts";
import { expandQuoted } from "../expand/words.ts";
import type { ShellState } from "../state.ts";
import type { Running } from "../system.ts";

/** `~` for the home folder, as `\w` shows it. */
function shortened(state: ShellState): string {
  const home = state.variables.get("HOME");
  return home && (state.cwd === home || state.cwd.startsWith(`${home}/`))
    ? `~${state.cwd.slice(home.length)}`
    : state.cwd;
}

function decoded(text: string, state: ShellState): string {
  const clock = new Date(state.system.now() / 1e6).toISOString().slice(11, 19);
  const parts: Readonly<Record<string, () => string>> = {
    u: () => "root",
    h: () => state.system.partition,
    H: () => state.system.partition,
    w: () => shortened(state),
    W: () => shortened(state).replace(/^.*\/(?=.)/, ""),
    $: () => "#",
    s: () => state.name,
    n: () => "\n",
    r: () => "\r",
    e: () => "\x1b",
    a: () => "\x07",
    t: () => clock,
    A: () => clock.slice(0, 5),
    j: () => String(state.jobs.list().length),
    "!": () => String(state.history.length + 1),
    "#": () => String(state.history.length + 1),
    v: () => "5.2",
    V: () => "5.2.15",
    l: () => "tty1",
    "[": () => "",
    "]": () => "",
    "\\": () => "\\\\",
  };
  return text.replace(/\\([0-7]{3}|.)/gs, (whole, what: string) => {
    if (/^[0-7]{3}$/.test(what)) return String.fromCharCode(Number.parseInt(what, 8));
    return parts[what]?.() ?? whole;
  });
}

export function* promptText(name: "PS1" | "PS2", expander: Expander): Running<string> {
  const { state } = expander;
  const text = state.variables.get(name) ?? (name === "PS1" ? "\\u@\\h:\\w\\$ " : "> ");
  return yield* expandQuoted(decoded(text, state).replaceAll("\\$", "\\\\\\$"), expander);
}
