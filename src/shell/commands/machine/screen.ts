/** The terminal's screen: `tput`, `clear`. */
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { complain, print } from "../output.ts";

export function* tput(context: CommandContext): Running<number> {
  const [name] = context.args;
  const { variables } = context.state;
  const values: Readonly<Record<string, string>> = {
    clear: "\x1b[H\x1b[2J",
    cols: `${variables.get("COLUMNS") ?? 80}\n`,
    lines: `${variables.get("LINES") ?? 24}\n`,
    bold: "\x1b[1m",
    smul: "\x1b[4m",
    rmul: "\x1b[24m",
    rev: "\x1b[7m",
    sgr0: "\x1b(B\x1b[m",
    colors: "256\n",
    reset: "\x1bc",
  };
  if (name === "setaf" || name === "setab")
    return yield* print(context, `\x1b[${name === "setaf" ? 3 : 4}${Number(context.args[1] ?? 0) % 8}m`);
  const value = name === undefined ? undefined : values[name];
  if (value === undefined) return yield* complain(context, `unknown terminfo capability '${name ?? ""}'`, 4);
  return yield* print(context, value);
}

export function* clear(context: CommandContext): Running<number> {
  return yield* print(context, "\x1b[H\x1b[2J\x1b[3J");
}
