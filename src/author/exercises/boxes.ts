/** Small machines for exercises: one server, a few hundred MiB a node, blocks of 128 MiB. */
import type {
  BoxDescription,
  DimmDescription,
  KernelVersion,
  NodeDescription,
} from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { LoadDescription, LoadKind } from "../../engine/workload/load-description.ts";
import type { Scenario } from "../../protocol/scenario.ts";

const FOLDER = "/sys/devices/system/memory";

export interface NodeOf {
  /** MiB of soldered memory. */
  readonly mib: number;
  /** MiB of each DIMM that is there at boot; 0: an empty slot. */
  readonly slots?: readonly number[];
}

export interface MachineOf {
  readonly nodes: readonly NodeOf[];
  readonly kernel?: KernelVersion;
  readonly cmdline?: string;
  readonly hotpluggable?: readonly number[];
  /** MiB of each DIMM on the shelf. */
  readonly shelf?: readonly number[];
  readonly setup?: readonly Command[];
  readonly seed?: number;
}

/** DIMMs are d1, d2, … in the order of nodes and slots, then of the shelf. */
export function machine({
  nodes,
  kernel = "6.12",
  cmdline = "",
  hotpluggable,
  shelf = [],
  setup = [],
  seed = 1,
}: MachineOf): Scenario {
  let count = 0;
  const dimm = (mib: number): DimmDescription => ({ id: `d${++count}`, size: bytes(mib * MIB) });
  const described = nodes.map(
    ({ mib, slots = [] }, id): NodeDescription => ({
      onboard: bytes(mib * MIB),
      cpus: `${2 * id}-${2 * id + 1}`,
      slots: slots.map((size) => (size === 0 ? null : dimm(size))),
    }),
  );
  const box: BoxDescription = {
    partitions: [
      {
        id: "A",
        name: "Server",
        nodes: described,
        maxMemory: bytes(16 * GIB),
        ...(hotpluggable && { hotpluggable }),
        kernel,
        cmdline,
      },
    ],
    shelf: shelf.map(dimm),
  };
  return {
    version: 1,
    name: "exercise",
    title: "Predict, then see",
    about: "",
    seed,
    box,
    setup,
    script: [],
    focus: { speed: 0 },
  };
}

export const write = (path: string, text: string): Command => ({ do: "write", partition: "A", path, text });
/** A word to a block's state. */
export const state = (block: number, word: string): Command => write(`${FOLDER}/memory${block}/state`, word);
export const plug = (dimm: string, slot: string): Command => ({ do: "move", dimm, to: { slot } });
export const keyOf = (block: number): string => `A:${block}`;

/** Who has memory of a kind, as ps would show it. */
const NAMES: Partial<Record<LoadKind, string>> = {
  anon: "postgres",
  shm: "postgres",
  mlock: "vault",
  cache: "rsync",
  thp: "java",
  pipes: "tar",
  vmalloc: "modprobe",
  slab: "find",
  pin: "splice",
  longterm: "rdma",
};
/** Dentries that fill a MiB, nearly. */
const DENTRIES = 5000;

/** Something on node 1 that takes memory there and nowhere else. */
export function load(kind: LoadKind, mib: number): Command {
  const comm = NAMES[kind] ?? kind;
  const described: LoadDescription =
    kind === "slab"
      ? { kind, count: mib * DENTRIES, cache: "dentry", node: 1, cpus: [2, 3], comm }
      : { kind, mib, node: 1, policy: "bind", cpus: [2, 3], comm };
  return { do: "load", partition: "A", load: described };
}

/** A busy server on node 1: where its pages lie is chance. */
export const serve = (mib: number): Command => ({
  do: "load",
  partition: "A",
  load: { kind: "server", mib, node: 1, policy: "preferred", cpus: [2, 3], churnMibPerSecond: 64, comm: "nginx" },
});
