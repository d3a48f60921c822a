/** Scenes 11 to 17: what 3.9 brought, what it could not, and the ways out. */
import { findScenario } from "../../protocol/scenarios/index.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Panel, Scene } from "../format.ts";
import type { Command } from "../../engine/time/commands.ts";
import { dimm, load, machine, move, pull, server, state } from "./machines.ts";

const deviceBusy = findScenario("device-busy") as Scenario;
/**
 * Two copies of one machine, so that neither write waits for the other: one kernel takes them one after the other. Chance
 * gives the pages that their databases work with, nothing else.
 */
const busyTwice = (): Scenario => {
  const [one] = deviceBusy.box.partitions;
  if (!one) throw new Error("device-busy has no partition");
  const partitions = both.map((id) => ({
    ...one,
    id,
    nodes: one.nodes.map((node) => ({
      ...node,
      slots: node.slots?.map((dimm) => dimm && { ...dimm, id: `${dimm.id}-${id}` }),
    })),
  }));
  const setup = both.flatMap((partition) => deviceBusy.setup.map((command) => ({ ...command, partition }) as Command));
  return { ...deviceBusy, box: { ...deviceBusy.box, partitions, shelf: [] }, setup };
};
const idle = machine("idle", [server({ id: "A", name: "Server", kernel: "6.12", onboard: [512], slots: [[]] })]);

/** The machine of both solutions: the same load beside the same DIMM. */
const solution = (
  id: string,
  name: string,
  parts: { kernel: "what-if" | "6.12"; cmdline: string; hotpluggable: number[] },
) => server({ id, name, ...parts, onboard: [1024, 256], slots: [[], [null]] });
const near = (partition: string, kind: "anon" | "slab", mib: number, comm: string) =>
  load(partition, kind, { mib, node: 1, policy: "preferred", comm });
const both = ["A", "B"];

const movableNode = server({
  id: "A",
  name: "Server",
  kernel: "6.12",
  cmdline: "movable_node memhp_default_state=online_movable",
  onboard: [768, 0],
  slots: [[], [dimm("d3", 512), dimm("d4", 256)]],
  hotpluggable: [1],
});
const spread = (id: string, amount: string) =>
  server({
    id,
    name: `movablecore=${amount}`,
    kernel: "6.12",
    cmdline: `movablecore=${amount}`,
    onboard: [512, 256],
    slots: [[dimm(`${id.toLowerCase()}1`, 256)], [dimm(`${id.toLowerCase()}2`, 512)]],
  });
const AMOUNTS = ["256M", "512M", "768M"];
/** The machine at a stop of the slider. */
const evenly = (at: number): readonly Panel[] => [
  { show: "dial", label: "movablecore=", stops: AMOUNTS, at },
  { show: "zones", partition: ["A", "B", "C"][at] ?? "A" },
];
/** Firmware's bit of node 1, and what either kernel makes of it. */
const srat = (at: number): readonly Panel[] => [
  { show: "dial", label: "SRAT, node 1:", stops: ["stays", "hot-pluggable"], at },
  { show: "zones", partition: at === 0 ? "C" : "A", title: "Proposed in 2013", note: "movablecore=acpi" },
  { show: "zones", partition: at === 0 ? "D" : "B", title: "Linux 6.12", note: "movable_node" },
];
const bySrat = (id: string, kernel: "2013-proposal" | "6.12", cmdline: string, hotpluggable: number[]) =>
  server({
    id,
    name: kernel,
    kernel,
    cmdline,
    // What is in slots can leave anyway: the bit is about memory that is there from the start.
    onboard: [768, 768],
    slots: [[], []],
    hotpluggable,
  });
const twice = (id: string) =>
  server({
    id,
    name: "Server",
    kernel: "6.12",
    cmdline: "memhp_default_state=offline",
    onboard: [512, 256],
    slots: [[], [null]],
  });

export const waysOut: readonly Scene[] = [
  {
    id: "five-items",
    title: "Linux 3.9",
    machine: idle,
    picture: [
      {
        show: "support",
        kernels: ["3.8", "3.9"],
        abilities: ["add", "online", "online as Movable", "offline", "remove"],
        title: "Found by experiment",
      },
    ],
    cues: [],
    notes:
      "Each cell is a small machine that boots that kernel and tries. **partly**: memory of programs leaves, the kernel's own doesn't.\n\nWhat is new in 3.9 is the last line.",
    seconds: 90,
  },
  {
    id: "limitation",
    title: "Limitation of memory offline",
    machine: busyTwice(),
    picture: [
      { show: "block", block: "A:45", title: "Movable memory only", note: "page cache" },
      { show: "block", block: "B:44", title: "Kernel memory in it" },
    ],
    cues: [
      {
        say: "Run echo offline > memory45/state, half of the way",
        speed: 1 / 64,
        run: [{ do: [state("A", 45, "offline")], for: 45e6 }],
        guess: {
          question: "memory44 next: how many of its pages will move?",
          choices: ["none", "some", "all that can"],
        },
      },
      {
        say: "Run echo offline > memory44/state beside it",
        speed: 1 / 64,
        run: [{ do: [state("B", 44, "offline")] }],
      },
      { say: "Point at the dentry", point: { block: "B:44" } },
      { say: "Rewind to the moment when find asked for it", rewind: { block: "B:44" } },
    ],
    notes:
      "Ask before the second click: how many of the pages that can move will move? It is **none**: the kernel asks every pageblock before it moves a page, and one no is enough.\n\nThen ask: who put that page there? Click: we go back to when `find` walked a directory.\n\nIf somebody says “drop the caches first”: that helps with dentries. Side trip, F, and do it.",
    seconds: 150,
  },
  {
    id: "two-ways",
    title: "Two ways out",
    machine: machine(
      "two-ways",
      [
        solution("A", "Move kernel memory, too", {
          kernel: "what-if",
          cmdline: "memhp_default_state=online_kernel playground.tables_on_memory=0",
          hotpluggable: [],
        }),
        solution("B", "A node of movable memory", {
          kernel: "6.12",
          cmdline: "movable_node memhp_default_state=online_movable",
          hotpluggable: [1],
        }),
      ],
      [dimm("a1", 512), dimm("b1", 512)],
      [move("a1", "A/1/0"), move("b1", "B/1/0")].concat(
        both.flatMap((partition) => [
          near(partition, "anon", 240, "postgres"),
          near(partition, "slab", 60, "find"),
          near(partition, "anon", 160, "postgres"),
        ]),
      ),
    ),
    picture: [
      { show: "box", partitions: ["A"] },
      { show: "box", partitions: ["B"] },
    ],
    cues: [
      {
        say: "Ask both for the DIMM",
        run: [{ do: [pull("a1"), pull("b1")] }],
        speed: 1 / 32,
        caption: "Both leave; only one kernel exists",
      },
    ],
    notes:
      "Left a kernel that nobody has: it stops all CPUs, moves its own pages and keeps their addresses. Right 6.12 as it is: the kernel was never there.\n\nThe price of the right one: kernel memory of programs on that node is always far.",
    seconds: 130,
  },
  {
    id: "movable-node",
    title: "Movable node",
    machine: machine("movable-node", [movableNode], [], [near("A", "anon", 300, "postgres")]),
    picture: [
      { show: "box", partitions: ["A"] },
      { show: "zones", partition: "A" },
    ],
    cues: [
      {
        say: "All of node 1 leaves",
        run: [{ do: [pull("d3")] }, { do: [pull("d4")] }],
        speed: 1 / 24,
        caption: "The node is free to go",
      },
    ],
    notes: "Nothing of the kernel is on node 1, so all of it can go: d3, then d4.",
    seconds: 90,
  },
  {
    id: "evenly",
    title: "movablecore=",
    machine: machine("evenly", [spread("A", "256M"), spread("B", "512M"), spread("C", "768M")]),
    picture: evenly(0),
    cues: [
      { say: "More Movable", picture: evenly(1) },
      { say: "Half of all memory", picture: evenly(2) },
      {
        say: "Ask for the DIMM of node 1, at every stop",
        run: [{ do: [pull("a2"), pull("b2"), pull("c2")] }],
        speed: 1 / 1000,
        caption: "Spread evenly: no node is free of the kernel",
      },
    ],
    notes: "The kernel's memory is spread over all nodes, so no node can leave. Look at node 1: N and M.",
    seconds: 100,
  },
  {
    id: "by-srat",
    title: "movablecore=acpi",
    machine: machine("by-srat", [
      bySrat("A", "2013-proposal", "movablecore=acpi", [1]),
      bySrat("B", "6.12", "movable_node", [1]),
      bySrat("C", "2013-proposal", "movablecore=acpi", []),
      bySrat("D", "6.12", "movable_node", []),
    ]),
    picture: srat(0),
    cues: [
      { say: "Firmware sets the bit, and both boot again", picture: srat(1) },
      {
        say: "The box as firmware tells of it",
        picture: [{ show: "box", partitions: ["A", "B"] }],
        caption: "Node 1 is marked hot-pluggable",
      },
    ],
    notes:
      "Firmware says in the SRAT which memory can leave. The patches of 2013 never went in under that name; `movable_node` of 3.14 does the same.",
    seconds: 90,
  },
  {
    id: "one-word",
    title: "online_movable",
    machine: machine(
      "one-word",
      [twice("A"), twice("B")],
      [dimm("d1", 256), dimm("d2", 256)],
      [move("d1", "A/1/0"), move("d2", "B/1/0")],
    ),
    picture: [
      { show: "zones", partition: "A", title: "online" },
      { show: "zones", partition: "B", title: "online_movable" },
    ],
    cues: [
      {
        say: "Online the same DIMM with either word",
        run: [40, 41].map((block) => ({ do: [state("A", block, "online"), state("B", block, "online_movable")] })),
        speed: 1 / 4000,
      },
      {
        say: "The same load on both",
        run: [{ do: both.flatMap((id) => [near(id, "slab", 300, "find"), near(id, "anon", 100, "java")]), for: 2e9 }],
        speed: 1,
      },
      {
        say: "Ask for both DIMMs",
        run: [{ do: [pull("d1"), pull("d2")] }],
        speed: 1 / 32,
        caption: "One word decides",
      },
    ],
    notes: "Same DIMM, same load. With `online` the kernel may use it, and does.",
    seconds: 120,
  },
];
