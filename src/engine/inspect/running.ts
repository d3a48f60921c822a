/** What runs on a machine: its processes, where their memory is, and how far that is from their CPUs. Read only. */
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { MAX_ORDER } from "../units.ts";
import { cpusFor } from "../workload/affinity.ts";
import type { Process } from "../holders/process.ts";
import { type ByNode, meanDistance, pagesByNode } from "./distances.ts";

export interface Running {
  readonly pid: number;
  readonly comm: string;
  /** Kind of load, or what else it is: `init`, `command`. */
  readonly load: string;
  /** Node of the CPU that it runs on, and the CPUs that it may run on. */
  readonly node: number;
  readonly cpus: readonly number[];
  /** Its memory policy in words of numactl; `null` without one of its own. */
  readonly policy: { readonly mode: string; readonly node: number } | null;
  /** The group of processes with nodes of its own that it is in, those nodes, and a node with a zone for the kernel's memory where none of them has any. */
  readonly group: { readonly path: string; readonly nodes: readonly number[]; readonly lacks: number | null } | null;
  /** Pages that its tables map, by node. */
  readonly byNode: ByNode;
  /** SLIT distance to each of these nodes. */
  readonly distances: readonly number[];
  readonly pages: number;
  /** Pages on another node than its own. */
  readonly remote: number;
  /** Mean SLIT distance of its pages, 10 when all are local; `null` without pages. */
  readonly mean: number | null;
  /** Pages that the kernel holds on its behalf and gives back when it ends: stack, tables, buffers, a balloon. */
  readonly kernelPages: number;
}

/** All processes, in the order in which they were started. */
export function running(kernel: Kernel): Running[] {
  return [...kernel.processes.values()].map((process) => {
    const byNode = pagesByNode(kernel, process);
    const pages = byNode.reduce((sum, [, many]) => sum + many, 0);
    const { pid, comm, load, node, policy, cpuset } = process;
    return {
      pid,
      comm,
      load,
      node,
      cpus: cpusFor(kernel, process),
      policy: policy === null || policy.mode === "default" ? null : { mode: policy.mode, node: policy.node },
      group: cpuset && {
        path: cpuset.path,
        nodes: cpuset.effectiveMems,
        lacks: cpuset.movableOnly ? kernel.cpuNode.id : null,
      },
      byNode,
      distances: byNode.map(([to]) => kernel.distance(node, to)),
      pages,
      remote: pages - (byNode.find(([to]) => to === node)?.[1] ?? 0),
      mean: meanDistance(kernel, node, byNode),
      kernelPages: heldFor(kernel, process),
    };
  });
}

function heldFor(kernel: Kernel, process: Process): number {
  let sum = process.tables.tables;
  for (const { lifetime, chunks, count } of process.owners) {
    if (lifetime !== "process") continue;
    for (let i = 0; i < count; i++) {
      const order = kernel.pages.order[chunks[i] as number] as number;
      sum += order <= MAX_ORDER ? 1 << order : 1;
    }
  }
  for (const { kind, resident } of process.mappings) if (kind === PageKind.Offline) sum += resident;
  return sum;
}
