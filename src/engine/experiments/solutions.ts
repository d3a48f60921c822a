/**
 * The talk's two solutions for memory that is to leave, in the same scenario: *offline kernel memory* (kernel pages move
 * and keep their addresses; the `what-if` kernel) and *movable node* (the node has no kernel memory at all; 6.12 as it
 * is). And what happens without either.
 *
 * A server works near node 1, with memory of its own and memory that the kernel holds for it. Then the DIMM of node 1 is
 * asked to leave; when that is refused, the driver of a network card gives up its buffers, and it is asked again.
 */
import type { KernelVersion, PartitionDescription } from "../hardware/description.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { unmovablePages } from "../migration/describe.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { GFP_KERNEL } from "../memory/allocator.ts";
import type { LoadDescription } from "../workload/load-description.ts";
import { bytes, GIB, MIB } from "../units.ts";
import { Trial } from "./trial.ts";

export type Solution = "neither" | "offline kernel memory" | "movable node";

export const SOLUTIONS: readonly Solution[] = ["neither", "offline kernel memory", "movable node"];

const SETUP: Readonly<
  Record<
    Solution,
    { readonly kernel: KernelVersion; readonly cmdline: string; readonly hotpluggable: readonly number[] }
  >
> = {
  neither: { kernel: "6.12", cmdline: "memhp_default_state=online_kernel", hotpluggable: [] },
  "offline kernel memory": {
    kernel: "what-if",
    cmdline: "memhp_default_state=online_kernel playground.tables_on_memory=0",
    hotpluggable: [],
  },
  "movable node": { kernel: "6.12", cmdline: "movable_node memhp_default_state=online_movable", hotpluggable: [1] },
};

export interface Access {
  /** Share of the server's pages, and of the kernel's for it, that are not on its node: 0 to 1. */
  readonly remote: number;
  /** Mean latency relative to all-local: mean SLIT distance / 10. */
  readonly slowDown: number;
}

export interface SolutionCosts {
  /** Answers to the two requests: the second is made only when the first was refused. */
  readonly answers: readonly (ErrnoName | null)[];
  /** Pages of the DIMM that cannot move while everything is at work. */
  readonly stayBehind: number;
  readonly pagesMoved: number;
  /** Entries of the direct mapping that were split, each for a page of page tables. */
  readonly entriesSplit: number;
  /** Page-table pages of the direct mapping that the kernel holds more of in the end. */
  readonly tablePages: number;
  /** Bytes of direct mapping that are mapped by 4 KiB entries in the end, more than at the start. */
  readonly smallMapped: number;
  /** Virtual pages that stay taken though the memory is gone. */
  readonly addressesLent: number;
  /** Simulated ns that the requests took, and that all CPUs stood still. */
  readonly leavingNs: number;
  readonly stoppedNs: number;
  readonly inUse: Access;
  readonly afterwards: Access;
}

const SERVER_NODE = 1;
const near = (load: Omit<LoadDescription, "node" | "policy">): LoadDescription => ({
  ...load,
  node: SERVER_NODE,
  policy: "preferred",
});
/** In this order: programs fill the node's own memory, so that all kinds of kernel memory come to lie in the DIMM, if they may. */
const LOADS: readonly LoadDescription[] = [
  near({ kind: "anon", mib: 240, comm: "postgres" }),
  near({ kind: "slab", mib: 60, comm: "find" }),
  near({ kind: "vmalloc", mib: 16, comm: "module" }),
];
const MORE_PROGRAMS = near({ kind: "anon", mib: 200, comm: "postgres" });
/** Pages that a network card writes to by their physical address. */
const RING_PAGES = 640;

/** Plays the scenario. `distance` is the SLIT distance between the two nodes. */
export function solutionCosts(solution: Solution, distance: number): SolutionCosts {
  const trial = new Trial({ partitions: [server(solution, distance)], shelf: [{ id: "dimm", size: bytes(GIB) }] });
  const { kernel, engine } = trial;
  trial.insert("dimm", "A/1/0");
  for (const load of LOADS) trial.load(load);
  const ring = kernel.owners.add("receive-ring", PageKind.KernelBuffer, GFP_KERNEL);
  kernel.owners.takePages(ring, RING_PAGES, SERVER_NODE, null);
  trial.load(MORE_PROGRAMS);
  const inUse = accessOf(kernel);
  const { directMap } = kernel;
  const before = { tables: directMap.tablePages, small: directMap.mapped4k };
  const stayBehind = trial
    .blocksOf("dimm")
    .reduce(
      (sum, block) => sum + unmovablePages(kernel, block.startPfn, block.pages, block.zone?.name === "Movable"),
      0,
    );
  const begun = engine.now;
  const known = new Set(engine.attempts.keys());
  const answers = [trial.eject("dimm")];
  if (answers[0] !== null) {
    kernel.owners.giveDownTo(ring, 0);
    answers.push(trial.eject("dimm"));
  }
  const attempts = [...engine.attempts.values()].filter(({ id }) => !known.has(id)).map((attempt) => attempt.value());
  const stopped = attempts
    .filter(({ kind }) => kind === "offline")
    .flatMap(({ checks }) =>
      checks.flatMap(({ rule, data }) => (rule === "kernel-memory" ? [Number(data.stoppedMs)] : [])),
    );
  return {
    answers,
    stayBehind,
    pagesMoved: attempts.filter(({ kind }) => kind === "offline").reduce((sum, attempt) => sum + attempt.pagesMoved, 0),
    entriesSplit: directMap.splits2M + directMap.splits1G,
    tablePages: directMap.tablePages - before.tables,
    smallMapped: directMap.mapped4k - before.small,
    addressesLent: directMap.lent,
    leavingNs: engine.now - begun,
    stoppedNs: stopped.reduce((sum, ms) => sum + ms * 1e6, 0),
    inUse,
    afterwards: accessOf(kernel),
  };
}

function server(solution: Solution, distance: number): PartitionDescription {
  return {
    id: "A",
    name: solution,
    nodes: [
      { onboard: bytes(GIB), cpus: "0-3", slots: [] },
      { onboard: bytes(256 * MIB), cpus: "4-7", slots: [null] },
    ],
    maxMemory: bytes(8 * GIB),
    distances: [
      [0, 1, distance],
      [1, 0, distance],
    ],
    ...SETUP[solution],
  };
}

/** Where the memory of the loads lies, as their CPUs on node 1 see it: every page is touched equally often. */
function accessOf(kernel: Kernel): Access {
  const comms = new Set(LOADS.map(({ comm }) => comm));
  let pages = 0;
  let remote = 0;
  let distance = 0;
  const count = (index: number): void => {
    const { node } = kernel.zoneOfIndex(index);
    pages++;
    if (node !== SERVER_NODE) remote++;
    distance += kernel.distance(SERVER_NODE, node);
  };
  for (const process of kernel.processes.values()) {
    if (!comms.has(process.comm)) continue;
    for (const mapping of process.mappings) for (const page of mapping.present()) count(page);
    for (const owner of process.owners) {
      if (owner.kind === PageKind.KernelStack) continue;
      for (let i = 0; i < owner.count; i++) count(owner.chunks[i] as number);
    }
  }
  return pages === 0 ? { remote: 0, slowDown: 1 } : { remote: remote / pages, slowDown: distance / pages / 10 };
}
