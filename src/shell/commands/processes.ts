/** Commands about processes, time and modules. */
import { strerror } from "../../engine/sysfs/errno.ts";
import { absolute } from "../state.ts";
import type { Running } from "../system.ts";
import { pass } from "../system.ts";
import { complain, print } from "./output.ts";
import { type CommandContext, SECOND } from "./command.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86400 };
const MAX_SECONDS = 1e9;

/** `1.5`, `2m` in nanoseconds. */
function duration(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Math.min(MAX_SECONDS, Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1)) * SECOND;
}

export function* sleep(context: CommandContext): Running<number> {
  const times = context.args.map(duration);
  if (times.length === 0 || times.includes(undefined))
    return yield* complain(
      context,
      `invalid number '${context.args.find((arg) => duration(arg) === undefined) ?? ""}'`,
    );
  yield* pass(
    context.state.system,
    times.reduce<number>((sum, time) => sum + (time ?? 0), 0),
  );
  return 0;
}

export function* sh(context: CommandContext): Running<number> {
  const [flag, text, name = "sh", ...positional] = context.args;
  if (flag === "-c" && text !== undefined) return yield* context.shell(text, name, positional);
  if (flag === undefined) return yield* context.shell(yield* context.std.in.rest(), "sh", []);
  const read = context.state.system.files.read(absolute(context.state, flag));
  if ("errno" in read) return yield* complain(context, `can't open '${flag}': ${strerror(read.errno)}`, 2);
  return yield* context.shell(read.text, flag, context.args.slice(1));
}

/**
 * `timeout SECONDS COMMAND…`: SIGTERM to the command when the time is over, status 143 as a shell sees it. The shell
 * that waits says `Terminated`.
 */
export function* timeout(context: CommandContext): Running<number> {
  const { system } = context.state;
  let args = [...context.args];
  if (args[0] === "-s" || args[0] === "-k") args = args.slice(2);
  const [time = "", name, ...rest] = args;
  const limit = duration(time);
  if (limit === undefined || name === undefined) return yield* complain(context, `invalid number '${time}'`);
  const deadline = limit === 0 ? Number.POSITIVE_INFINITY : system.now() + limit;
  const running = context.run(name, rest);
  let step = running.next();
  while (!step.done) {
    const wait = step.value;
    const woken = yield { op: wait.op, until: Math.min(wait.until, deadline) };
    if (!woken.ended && wait.until > deadline && system.now() >= deadline) {
      running.return(0);
      if (wait.op !== null) {
        system.signal(wait.op);
        // What it had begun is undone before it dies.
        yield { op: wait.op, until: Number.POSITIVE_INFINITY };
      }
      yield* context.std.err.write("Terminated\n");
      return 143;
    }
    step = running.next(woken);
  }
  return step.value;
}

export function* insmod(context: CommandContext): Running<number> {
  const [path, ...parameters] = context.args;
  if (path === undefined) return yield* complain(context, "usage: insmod FILE [NAME=VALUE]...");
  const errno = context.state.system.insmod(absolute(context.state, path), parameters.join(" "));
  if (errno === null) return 0;
  return yield* complain(context, `can't insert '${path}': ${strerror(errno)}`);
}

export function* lsmod(context: CommandContext): Running<number> {
  const read = context.state.system.files.read("/proc/modules");
  return yield* print(
    context,
    `Module                  Size  Used by    Not tainted\n${"text" in read ? read.text : ""}`,
  );
}
