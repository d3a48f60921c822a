/** `watch`: a command again and again, on a screen of its own. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { Capture } from "../../io/files.ts";
import { exitStatus } from "../../process/process.ts";
import { type Running, pass, waitOn } from "../../system.ts";
import { type CommandContext, SECOND } from "../command.ts";
import { readText } from "../memory/meminfo-text.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { strftime } from "./date-text.ts";
import { dateOf } from "./dates.ts";

/** More than this many characters no screen shows. */
const MAX_SHOWN = 256 * 1024;

/** What is watched, and on the right where and when. */
function heading(context: CommandContext, seconds: number, command: string): string {
  const { system, variables } = context.state;
  const [left, right] = [
    `Every ${seconds.toFixed(1)}s: ${command}`,
    `${readText(context, "/etc/hostname")?.trim()}: ${strftime("%c", dateOf(system.now()))}`,
  ];
  const width = Number(variables.get("COLUMNS")) || 80;
  const room = width - right.length - 1;
  return left.length <= room
    ? left.padEnd(width - right.length) + right
    : `${left.slice(0, Math.max(0, room - 3))}... ${right}`;
}

/** Runs a command and gives what it writes, its errors too, with its status. */
function* outputOf(
  context: CommandContext,
  words: readonly string[],
): Running<{ readonly text: string; readonly status: number }> {
  const { system, process } = context.state;
  let text = "";
  const screen = new Capture(
    (part) => {
      if (text.length < MAX_SHOWN) text += part;
    },
    () => system.now(),
  );
  const child = yield* context.start(words, {
    descriptors: new Map(process.descriptors).set(1, screen).set(2, screen),
  });
  if ("errno" in child) return { text: `watch: ${strerror(child.errno)}\n`, status: 1 };
  if ("problem" in child)
    return {
      text: `watch: ${child.problem.replace(/: command not found$/, ": No such file or directory")}\n`,
      status: child.status,
    };
  while (child.alive) yield* waitOn(child.changed);
  return { text, status: child.ending ? exitStatus(child.ending) : 0 };
}

/** The characters that are not what stood in their places before, in reverse. */
function highlighted(text: string, before: string): string {
  const old = before.split("\n").map((line) => [...line]);
  const shown = text.split("\n").map((line, row) => {
    let out = "";
    let marked = false;
    for (const [column, character] of [...line].entries()) {
      const differs = character !== (old[row]?.[column] ?? " ");
      if (differs !== marked) out += differs ? "\x1b[7m" : "\x1b[27m";
      marked = differs;
      out += character;
    }
    return marked ? `${out}\x1b[27m` : out;
  });
  return shown.join("\n");
}

/** Runs a command again and again, on a screen cleared each time. */
export function* watch(context: CommandContext): Running<number> {
  const given = options(context.args, "+n:td::egx", {
    interval: "n",
    "no-title": "t",
    differences: "d",
    errexit: "e",
    chgexit: "g",
    exec: "x",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "usage: watch [options] command");
  const seconds = Math.max(0.1, Number((flags.get("n") ?? "2").replace(",", ".")));
  if (Number.isNaN(seconds)) return yield* complain(context, `failed to parse argument: '${flags.get("n")}'`);
  const command = rest.join(" ");
  let before: string | null = null;
  for (;;) {
    const title = flags.has("t") ? "" : `${heading(context, seconds, command)}\n\n`;
    const { text, status } = yield* outputOf(context, flags.has("x") ? rest : ["sh", "-c", command]);
    const shown = flags.has("d") && before !== null ? highlighted(text, before) : text;
    const failed = yield* print(context, `\x1b[H\x1b[2J${title}${shown}`);
    if (failed !== 0) return failed;
    if (status !== 0 && flags.has("e")) return status;
    if (flags.has("g") && before !== null && text !== before) return 0;
    // What once differed stays marked with --differences=permanent; the last picture is compared with otherwise.
    if (before === null || !flags.get("d")) before = text;
    yield* pass(context.state.system, seconds * SECOND);
  }
}
