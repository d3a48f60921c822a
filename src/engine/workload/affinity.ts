/** Which CPUs a process may run on (kernel/sched/core.c), and the node whose memory is therefore near. */
import type { Kernel } from "../kernel/kernel.ts";
import { parseCpuList } from "../hardware/numa-tables.ts";
import { type Steps, Walk } from "../chronicle/task.ts";
import type { Process } from "../holders/process.ts";

const cpusOf = (cpus: string): number[] => (cpus === "" ? [] : parseCpuList(cpus));

/** Every CPU of the machine, ascending. */
export const allCpus = (kernel: Kernel): number[] =>
  kernel.nodes.flatMap((node) => cpusOf(node.cpus)).sort((a, b) => a - b);

/** CPUs that a process may run on, ascending. */
export const cpusFor = (kernel: Kernel, process: Process | null): number[] => {
  const all = allCpus(kernel);
  return process?.cpus ? all.filter((cpu) => process.cpus?.has(cpu)) : all;
};

/** Node of the CPU that a process runs on: where the kernel runs, when it may; else that of its first CPU. */
export function nodeFor(kernel: Kernel, cpus: ReadonlySet<number> | null): number {
  if (!cpus) return kernel.cpuNode.id;
  const nodes = kernel.nodes.filter((node) => cpusOf(node.cpus).some((cpu) => cpus.has(cpu)));
  return (nodes.find((node) => node === kernel.cpuNode) ?? nodes[0] ?? kernel.cpuNode).id;
}

/** CPUs of a list that the machine has: `null` when it is all of them, `undefined` when it is none (-EINVAL). */
export function allowedCpus(kernel: Kernel, cpus: readonly number[]): ReadonlySet<number> | null | undefined {
  const all = allCpus(kernel);
  const allowed = new Set(cpus.filter((cpu) => all.includes(cpu)));
  if (allowed.size === 0) return undefined;
  return allowed.size === all.length ? null : allowed;
}

/** sched_setaffinity: CPUs that the machine or its group lacks are left out. False when none is left (-EINVAL); nothing changes then. */
export function setAffinity(kernel: Kernel, process: Process, cpus: readonly number[]): boolean {
  const group = process.cpuset?.effectiveCpus;
  const allowed = allowedCpus(kernel, group ? cpus.filter((cpu) => group.includes(cpu)) : cpus);
  if (allowed === undefined) return false;
  process.asked = new Set(cpus);
  process.moveTo(nodeFor(kernel, allowed), allowed);
  return true;
}

/** What a process does, with its CPU's node as the local one of every request for memory (zone_statistics). */
export function* onItsNode<T>(kernel: Kernel, process: Process, steps: Steps<T>): Steps<T> {
  const { allocator } = kernel;
  const walk = new Walk(steps);
  for (;;) {
    const before = allocator.cpuNode;
    allocator.cpuNode = process.node;
    let step: IteratorResult<number, T>;
    try {
      step = walk.next();
    } finally {
      allocator.cpuNode = before;
    }
    if (step.done) return step.value;
    yield { ns: step.value, path: walk.stack };
  }
}
