/** Processes and threads that /proc shows: those of the simulation, and the few of the kernel's own that concern memory. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../holders/process.ts";

export interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly comm: string;
  /** `null` for init and for threads of the kernel, which hold nothing that the simulation knows of. */
  readonly process: Process | null;
  readonly kernelThread: boolean;
}

const INIT = 1;
const KTHREADD = 2;
/** Threads that come with a node's first memory, and those that are always there. */
const FIRST_DAEMON = 20;
const ALWAYS = ["oom_reaper", "khugepaged", "ksmd"];

export function processesOf(kernel: Kernel): Listed[] {
  const thread = (pid: number, comm: string, parent = KTHREADD): Listed => ({
    pid,
    parent,
    comm,
    process: null,
    kernelThread: true,
  });
  const daemons = kernel.nodes
    .filter((node) => node.daemons)
    .flatMap(({ id }) => [
      thread(FIRST_DAEMON + 2 * id, `kswapd${id}`),
      thread(FIRST_DAEMON + 2 * id + 1, `kcompactd${id}`),
    ]);
  return [
    { pid: INIT, parent: 0, comm: "init", process: null, kernelThread: false },
    thread(KTHREADD, "kthreadd", 0),
    ...ALWAYS.map((comm, i) => thread(10 + i, comm)),
    ...daemons,
    ...[...kernel.processes.values()].map(
      (process): Listed => ({ pid: process.pid, parent: INIT, comm: process.comm, process, kernelThread: false }),
    ),
  ].sort((a, b) => a.pid - b.pid);
}
