/** Scenes 18 to 20: where 3.9 stood, and what became of the list of 2013. */
import type { Scene } from "../format.ts";
import { dimm, load, machine, move, pull, server } from "./machines.ts";

const policy = (id: string, name: string, cmdline: string) =>
  server({ id, name, kernel: "6.12", cmdline, onboard: [768], slots: [[null]] });

export const thenAndNow: readonly Scene[] = [
  {
    id: "where-it-stood",
    title: "Where 3.9 stood",
    machine: machine("where-it-stood", [
      server({ id: "A", name: "Server", kernel: "3.9", onboard: [512], slots: [[]] }),
    ]),
    picture: [
      {
        show: "support",
        kernels: ["3.9", "6.12"],
        abilities: [
          "add",
          "online as Movable",
          "offline",
          "remove",
          "node of Movable memory only",
          "Movable from the SRAT",
          "online without a hand",
          "memory map on the memory",
          "offline kernel memory",
          "offline vmalloc memory",
        ],
      },
    ],
    cues: [],
    notes: "Left the kernel of the talk, right one of today. Each cell is an experiment that runs now.",
    seconds: 110,
  },
  {
    id: "to-do-zone",
    title: "To do: the zone",
    machine: machine(
      "to-do-zone",
      [
        policy("A", "online", "memhp_default_state=online memory_hotplug.online_policy=contig-zones"),
        policy("B", "online_movable", "memhp_default_state=online_movable"),
        policy("C", "auto-movable", "memhp_default_state=online memory_hotplug.online_policy=auto-movable"),
      ],
      [dimm("d1", 512), dimm("d2", 512), dimm("d3", 512)],
    ),
    picture: [
      { show: "zones", partition: "A", title: "online" },
      { show: "zones", partition: "B", title: "online_movable" },
      { show: "zones", partition: "C", title: "auto-movable" },
    ],
    cues: [
      {
        say: "A DIMM comes to each",
        run: [{ do: [move("d1", "A/0/0"), move("d2", "B/0/0"), move("d3", "C/0/0")] }],
        speed: 1 / 1500,
        caption: "Nobody has to type a word any more",
      },
    ],
    notes: "In 2013: a sysctl, perhaps. Today: a word at boot, or a policy that looks at how much the kernel has.",
    seconds: 100,
  },
  {
    id: "to-do-memmap",
    title: "To do: memory map, vmalloc",
    machine: machine(
      "to-do-memmap",
      [
        server({
          id: "A",
          name: "Server",
          kernel: "6.12",
          cmdline: "memhp_default_state=online_kernel memory_hotplug.memmap_on_memory=1 playground.tables_on_memory=0",
          onboard: [512, 256],
          slots: [[], [null]],
        }),
      ],
      [dimm("d7", 512)],
    ),
    picture: [
      { show: "tables", partition: "A" },
      { show: "box", partitions: ["A"], shelf: true },
    ],
    cues: [
      {
        say: "d7 comes, and brings room for its own memory map",
        run: [{ do: [move("d7", "A/1/0")] }],
        speed: 1 / 1500,
        caption: "Done: the memory map lies on the memory",
      },
      {
        say: "vmalloc memory lands in it, and it is asked to leave",
        run: [
          { do: [load("A", "anon", { mib: 230, node: 1, policy: "preferred", comm: "java" })], for: 1e9 },
          { do: [load("A", "vmalloc", { mib: 60, node: 1, policy: "preferred", comm: "module" })], for: 1e9 },
          { do: [pull("d7")] },
        ],
        speed: 1 / 2,
        picture: [{ show: "box", partitions: ["A"], shelf: true }],
        caption: "Not done: vmalloc memory stays",
      },
    ],
    notes: "Two of three are done. Then: now you. Press F and give the box away.",
    seconds: 120,
  },
];
