/** Machines in the states that `lsmem` is compared on, and the ways it is called: for the tests, and for who records the real one. */
import type { BoxDescription, KernelVersion } from "../../../engine/hardware/description.ts";
import { smallBox } from "../../../engine/testing/small-box.ts";
import type { Command } from "../../../engine/time/commands.ts";
import { Engine } from "../../../engine/time/engine.ts";
import { bytes, GIB, MIB } from "../../../engine/units.ts";

const MEMORY = "/sys/devices/system/memory";

function box(nodes: readonly number[], cmdline = "", kernel: KernelVersion = "6.1"): BoxDescription {
  return {
    shelf: [],
    partitions: [
      {
        id: "A",
        name: "A",
        kernel,
        cmdline,
        maxMemory: bytes(32 * GIB),
        sharedSlots: 6,
        nodes: nodes.map((mib, id) => ({ onboard: bytes(mib * MIB), cpus: id === 0 ? "0-1" : "", slots: [] })),
      },
    ],
  };
}
const add = (id: string, node: number, mib: number): Command => ({
  do: "hotadd",
  partition: "A",
  id,
  node,
  size: bytes(mib * MIB),
});
const write = (path: string, text: string): Command => ({ do: "write", partition: "A", path, text });
const state = (block: number, word: string): Command => write(`${MEMORY}/memory${block}/state`, word);
const pin: Command = { do: "load", partition: "A", load: { kind: "pin", mib: 16, node: 1, policy: "bind" } };

interface Case {
  readonly box: BoxDescription;
  readonly commands: readonly Command[];
  /** The last command goes on while the machine is looked at. */
  readonly during?: true;
}

const CASES: Readonly<Record<string, Case>> = {
  "one node": { box: box([1024]), commands: [] },
  "two nodes": { box: box([1024, 1024]), commands: [] },
  "a DIMM that nobody onlined": { box: box([1024, 1024]), commands: [add("d0", 1, 512)] },
  "a DIMM online in two zones": {
    box: box([1024, 1024]),
    commands: [
      add("d0", 1, 512),
      state(32, "online_kernel"),
      state(33, "online_kernel"),
      state(34, "online_movable"),
      state(35, "online_movable"),
    ],
  },
  "every second block": {
    box: box([1024, 1024]),
    commands: [add("d0", 1, 1024), state(32, "online"), state(34, "online_movable"), state(36, "online_movable")],
  },
  "a gap between blocks": {
    box: box([1024, 512]),
    commands: [
      add("d0", 1, 256),
      add("d1", 0, 384),
      state(34, "online"),
      { do: "hotremove", partition: "A", id: "d0" },
    ],
  },
  "a node of its own": {
    box: box([1024, 1024, 0]),
    commands: [add("d0", 2, 256), state(32, "online_movable"), state(33, "online_movable")],
  },
  movable_node: { box: box([1024, 1024], "movable_node"), commands: [add("d0", 1, 256), state(32, "online")] },
  "memory above 4 GiB": { box: box([6144, 2048]), commands: [] },
  "blocks of boot memory offline": {
    box: box([1024, 1024]),
    commands: [state(8, "offline"), state(9, "offline"), state(10, "offline")],
  },
  "an offline that cannot end": {
    box: box([1024, 1024]),
    commands: [add("d0", 1, 256), state(32, "online_movable"), state(33, "online_movable"), pin, state(32, "offline")],
    during: true,
  },
  "6.12": { box: box([1024, 1024], "", "6.12"), commands: [add("d0", 1, 256)] },
  "kernelcore=50%": { box: box([2048, 2048], "kernelcore=50%"), commands: [] },
  "a partition of a box": { box: smallBox("memhp_default_state=online_movable"), commands: [] },
};
export const STATES = Object.keys(CASES);

const COLUMNS = "RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES";
/** Arguments beside --sysroot. */
export const CALLS: readonly (readonly string[])[] = [
  [],
  ["-a"],
  ["-b"],
  ["-n"],
  ["-J"],
  ["-P"],
  ["-r"],
  ["-r", "-n", "-b"],
  ["-o", COLUMNS],
  ["-o", "+NODE,ZONES"],
  ["-o", "BLOCK,SIZE"],
  ["-o", "zones,range"],
  ["--output-all"],
  ["--output-all", "-J"],
  ["--output-all", "-P"],
  ["--output-all", "-r"],
  ["-S", "none"],
  ["-S", "STATE"],
  ["-S", "NODE,ZONES", "--output-all"],
  ["-a", "--json", "-b"],
  ["--summary"],
  ["--summary=never"],
  ["--summary=only", "-b"],
  ["--summary=always", "-n"],
  ["-o", "NOSUCH"],
  ["--nosuch"],
  ["operand"],
  ["-J", "-P"],
  ["-a", "-S", "STATE"],
  ["--summary=sometimes"],
];

/** Boots a machine and brings it into its state. */
export function machineIn(name: string): Engine {
  const { box: description, commands, during } = CASES[name] as Case;
  const engine = new Engine({ seed: 1, box: description });
  for (const [i, command] of commands.entries()) {
    engine.submit(command);
    if (during && i === commands.length - 1) engine.runFor(50e6);
    else engine.settle(60e9);
  }
  return engine;
}

export interface Dump {
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly links: readonly (readonly [path: string, target: string])[];
  readonly folders: readonly string[];
}

/** What there is of memory under /sys, as a tool that reads a folder in its place needs it. */
export function dump(engine: Engine): Dump {
  const tree = engine.files("A");
  const files: [string, string][] = [];
  const links: [string, string][] = [];
  const folders: string[] = [];
  const walk = (path: string): void => {
    const stat = tree.stat(path);
    if ("errno" in stat) return;
    if (stat.kind === "link") links.push([path, stat.target ?? ""]);
    else if (stat.kind === "directory") {
      folders.push(path);
      const listed = tree.list(path);
      for (const name of "names" in listed ? listed.names : []) walk(`${path}/${name}`);
    } else {
      const read = tree.read(path);
      if ("text" in read) files.push([path, read.text]);
    }
  };
  walk(MEMORY);
  walk("/sys/devices/system/node");
  return { files, links, folders };
}
