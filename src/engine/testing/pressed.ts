/** A small machine that is brought to where memory runs short, and what it says then. */
import { Engine } from "../time/engine.ts";
import type { Command } from "../time/commands.ts";
import type { LoadDescription } from "../workload/load-description.ts";
import { smallBox } from "./small-box.ts";

export function pressed(cmdline?: string, partition: "A" | "B" = "A") {
  const engine = new Engine({ seed: 1, box: smallBox(cmdline) });
  const kernel = engine.kernel(partition);
  /** Gives a command and waits for what it begins. Returns its errno, or the one that its operation ends with. */
  const run = (command: Command) => {
    const { op, errno } = engine.submit(command);
    engine.settle();
    return errno ?? (op === null ? null : (engine.operation(op)?.errno ?? null));
  };
  /** The errno that a load ended with, and its process's number. */
  const load = (kind: LoadDescription["kind"], mib: number, node = -1, policy: LoadDescription["policy"] = "bind") => {
    const pid = kernel.nextPid;
    return { pid, errno: run({ do: "load", partition, load: { kind, mib, node, policy } }) };
  };
  /** Whole MiB of a node that are free. */
  const free = (node: number) => Math.floor(((kernel.nodes[node]?.free ?? 0) * 4096) / 2 ** 20);
  /** Lines of the kernel's log. */
  const log = () =>
    engine.transactions
      .reader("first")
      .read()
      .flatMap(({ changes }) => changes.flatMap((each) => (each.c === "log" ? [each.line] : [])));
  return { engine, kernel, run, load, free, log };
}
