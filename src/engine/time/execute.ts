/** What each command does. Refusals are values; a thrown error would be a fault of ours. */
import type { Occasion } from "../chronicle/occasion.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { busyServer } from "../workload/busy-server.ts";
import { type FixedLoad, policyOf, refusal, runLoad } from "../workload/loads.ts";
import { allowedCpus, onItsNode, setAffinity } from "../workload/affinity.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../holders/process.ts";
import { forkOrKill, refusesMapping } from "../workload/out-of-memory.ts";
import { endProcess, exiting, forkActivity } from "../workload/processes.ts";
import { MIB } from "../units.ts";
import { begin } from "../chronicle/slices.ts";
import { call, type Steps } from "../chronicle/task.ts";
import { hotAdd, hotRemove, moveDimm, pressButton } from "./box-operations.ts";
import type { Command } from "./commands.ts";
import type { LoadDescription } from "../workload/load-description.ts";
import type { Engine, Submission } from "./engine.ts";
import { carryOutLate } from "./late-commands.ts";
import type { Rejection } from "./rejection.ts";

const DONE: Submission = { errno: null, rejection: null, op: null };
const refuse = (errno: ErrnoName, rejection: Rejection): Submission => ({ errno, rejection, op: null });

/** The kernel that it is about has panicked, before or because of it. */
export const STOPPED = (command: Command): Submission =>
  refuse("EIO", { why: "stopped", partition: "partition" in command ? command.partition : "" });

export function execute(engine: Engine, command: Command): Submission {
  if ("partition" in command) {
    const kernel = engine.kernels.get(command.partition);
    if (!kernel) return refuse("ENODEV", { why: "no-partition", partition: command.partition });
    if (kernel.stopped && command.do !== "reboot") return STOPPED(command);
  }
  switch (command.do) {
    case "reboot":
    case "swapon":
    case "swapoff":
      return carryOutLate(engine, command);
    case "move":
      return moveDimm(engine, command.dimm, command.to);
    case "press":
      return pressButton(engine, command.dimm);
    case "hotadd":
      return hotAdd(engine, command.partition, command);
    case "hotremove":
      return hotRemove(engine, command.partition, command.id);
    case "resize": {
      const refused = engine.virtio(command.partition).resize(command.id, command.size);
      return refused ? refuse(refused.errno, refused.rejection) : DONE;
    }
    case "write":
      return write(engine, command);
    case "udev":
      engine.udevOf(command.partition).load(command.rules);
      return DONE;
    case "chmod": {
      const errno = engine.files(command.partition).chmod(command.path, command.mode);
      return errno === null ? DONE : refuse(errno as ErrnoName, { why: "file-says", path: command.path });
    }
    case "mkdir":
    case "rmdir":
    case "pipe": {
      const { calls } = engine.files(command.partition);
      const path = command.do === "pipe" ? "" : command.path;
      const errno = calls ? (command.do === "pipe" ? calls.pipe(command.by) : calls.folder(command.do, path)) : "EPERM";
      return errno === null ? DONE : refuse(errno as ErrnoName, { why: "file-says", path });
    }
    case "file":
    case "sync":
      return engine.files(command.partition).calls?.disk(command) ?? STOPPED(command);
    case "signal": {
      const errno = engine.signal(command.op);
      if (errno === "EPERM") return refuse(errno, { why: "kernel-worker" });
      return errno === null ? DONE : refuse(errno, { why: "not-running", op: command.op });
    }
    case "load":
      return startLoad(engine, command.partition, command.load);
    case "fork":
      return forkOrKill(engine.kernel(command.partition), command.comm, "command", command.parent)
        ? DONE
        : refuse("ENOMEM", { why: "no-memory-for-process" });
    case "affinity": {
      const kernel = engine.kernel(command.partition);
      const process = kernel.processes.get(command.pid);
      if (!process) return refuse("ENOENT", { why: "no-process", pid: command.pid });
      return setAffinity(kernel, process, command.cpus)
        ? DONE
        : refuse("EINVAL", { why: "no-such-cpus", cpus: command.cpus });
    }
    case "kill": {
      const kernel = engine.kernel(command.partition);
      const process = kernel.processes.get(command.pid);
      if (!process) return refuse("ENOENT", { why: "no-process", pid: command.pid });
      return end(engine, kernel, [process]);
    }
    case "killall": {
      const kernel = engine.kernel(command.partition);
      return end(
        engine,
        kernel,
        [...kernel.processes.values()].filter(({ load }) => load !== "init"),
      );
    }
  }
}

/** Ends processes. One that holds much takes its time to give it back; the operation ends when the last is gone. */
function end(engine: Engine, kernel: Kernel, processes: readonly Process[]): Submission {
  // One that is ending already is not ended again.
  const ending = processes.filter(({ alive }) => alive);
  for (const process of ending) process.alive = false;
  function* exits(): Steps<void> {
    const slices = kernel.freeing();
    for (const process of ending) yield* call("do_exit", exiting(kernel, process, slices));
  }
  const occasion: Occasion = { is: "exit", of: ending.map(({ comm, pid }) => ({ comm, pid })) };
  const op = begin((what, steps) => engine.start(kernel.id, what, false, steps), occasion, exits());
  return { errno: null, rejection: null, op };
}

function write(engine: Engine, { partition, path, text, by }: Extract<Command, { do: "write" }>): Submission {
  // Whoever writes is a process that comes and goes.
  forkActivity(engine.kernel(partition));
  const result = engine.files(partition).write(path, text, by);
  engine.recorder.emit({ c: "file", partition, path, text, errno: result.errno });
  return {
    errno: result.errno as ErrnoName | null,
    rejection: result.errno === null ? null : { why: "file-says", path },
    op: result.op,
  };
}

/** Loads that map what they want at once, each page of which may be written. */
const MAPPED: ReadonlySet<LoadDescription["kind"]> = new Set([
  "anon",
  "mlock",
  "mlockall",
  "ksm",
  "shm",
  "pin",
  "longterm",
  "io_uring",
  "vfio",
  "thp",
]);

/** A load as the line that begins it: `mem KIND AMOUNT NODE [POLICY]`. */
function wordsOf({ kind, mib, count, node = -1, policy }: LoadDescription): string[] {
  return ["mem", kind, String(mib ?? count ?? 0), String(node), ...(policy === undefined ? [] : [policy])];
}

/** Loads are processes; a load is an operation until it holds what it wants. A busy server then goes on at its work. */
function startLoad(engine: Engine, partition: string, load: LoadDescription): Submission {
  const kernel = engine.kernel(partition);
  const errno = refusal(kernel, load);
  if (errno !== null) return refuse(errno, { why: "node-without-memory", node: load.node ?? -1 });
  const comm = load.comm ?? (load.kind === "server" ? "server" : "mem");
  const cpus = load.cpus && allowedCpus(kernel, load.cpus);
  if (load.cpus && cpus === undefined) return refuse("EINVAL", { why: "no-such-cpus", cpus: load.cpus });
  if (MAPPED.has(load.kind) && refusesMapping(kernel, comm, (load.mib ?? 0) * MIB))
    return refuse("ENOMEM", { why: "no-memory-for-process" });
  const process = forkOrKill(kernel, comm, load.kind, load.parent, cpus);
  if (!process) return refuse("ENOMEM", { why: "no-memory-for-process" });
  const occasion: Occasion = { is: "process", comm, pid: process.pid };
  const { kind } = load;
  if (load.comm === undefined && kind !== "server") process.args = wordsOf(load);
  const server =
    kind === "server" ? busyServer(kernel, process, load, policyOf(process, load), engine.random) : undefined;
  const fill = server?.fill ?? runLoad(kernel, process, { ...load, kind: kind as FixedLoad["kind"] });
  const op = engine.start(partition, occasion, true, function* () {
    const result = yield* onItsNode(kernel, process, fill);
    if (result.errno !== null && process.alive) endProcess(kernel, process);
    else if (server)
      engine.spawn(partition, `load:${process.pid}`, occasion, onItsNode(kernel, process, server.work), () => {});
    return result.errno;
  });
  return { errno: null, rejection: null, op };
}
