/** Scenes 1 to 5: a box of servers, and why memory should come and go. */
import type { Scene } from "../format.ts";
import { dimm, load, machine, move, pull, server } from "./machines.ts";

const database = server({
  id: "A",
  name: "Database server",
  kernel: "6.12",
  cmdline: "movable_node memhp_default_state=online_movable",
  onboard: [512, 256],
  slots: [
    [dimm("d1", 256), null],
    [dimm("d3", 512), dimm("d4", 256), null],
  ],
  hotpluggable: [1],
});
const web = server({
  id: "B",
  name: "Web server",
  kernel: "6.12",
  cmdline: "memhp_default_state=online_movable",
  onboard: [512],
  slots: [[dimm("d5", 256), null]],
});
const shelf = [dimm("d6", 256), dimm("d7", 512)];
const atWork = [
  load("A", "server", { mib: 260, node: 1, policy: "preferred", churnMibPerSecond: 60, comm: "postgres" }),
  load("B", "server", { mib: 120, churnMibPerSecond: 40, comm: "nginx" }),
];
const box = machine("box-of-servers", [database, web], shelf, atWork);

export const opening: readonly Scene[] = [
  {
    id: "memory-hotplug",
    title: "Memory hotplug",
    machine: box,
    picture: [{ show: "box", partitions: ["A", "B"], shelf: true }, { show: "follow" }],
    cues: [
      {
        say: "Let it work for a while",
        run: [{ do: [], for: 4e9 }],
        speed: 1,
        caption: "A simulated machine, page by page",
      },
    ],
    notes:
      "The address below opens this very machine. Everything that you will see is computed while you see it.\n\nLet it work while people sit down.",
    seconds: 60,
  },
  {
    id: "box-of-servers",
    title: "A box of servers",
    machine: box,
    picture: [
      { show: "log", partition: "A", title: "Database server" },
      { show: "log", partition: "B", title: "Web server" },
    ],
    cues: [{ say: "The box that both stand in", picture: [{ show: "box", partitions: ["A", "B"], shelf: true }] }],
    notes:
      "Hardware partitioning: one chassis, two machines. Each has booted by itself, with a kernel and a log of its own.\n\nClick: the same two, from outside. **N** is ZONE_NORMAL, **M** is ZONE_MOVABLE.",
    seconds: 90,
  },
  {
    id: "run-time",
    title: "Change at run time",
    machine: box,
    picture: [{ show: "box", partitions: ["A", "B"] }],
    cues: [
      {
        say: "Carry d3 across the wall",
        run: [{ do: [move("d3", "B/0/1")] }],
        speed: 1 / 400,
        caption: "Neither server stops",
      },
    ],
    notes:
      "The web server needs memory, the database server can do with less. d3 is full and in ZONE_MOVABLE: its pages move first, then it changes sides.\n\nLook at its blocks on the other side: they have other numbers there.",
    seconds: 120,
  },
  {
    id: "replace",
    title: "Replace a DIMM",
    machine: machine(
      "replace",
      [
        {
          ...database,
          nodes: database.nodes.map((node, i) =>
            i === 1 ? { ...node, slots: [dimm("d4", 256, "failing"), dimm("d3", 512), null] } : node,
          ),
        },
      ],
      [dimm("d6", 256)],
      [load("A", "server", { mib: 560, node: 1, policy: "preferred", churnMibPerSecond: 60, comm: "postgres" })],
    ),
    picture: [
      { show: "box", partitions: ["A"], shelf: true, title: "Its errors rise" },
      { show: "service", partition: "A", dimm: "d4", title: "postgres" },
    ],
    cues: [
      { say: "At work", run: [{ do: [], for: 60e6 }], speed: 1 / 40 },
      { say: "Its pages leave, then it does", run: [{ do: [pull("d4")] }], speed: 1 / 32 },
      { say: "The spare comes in", run: [{ do: [move("d6", "A/1/0")] }], speed: 1 / 2000, caption: "postgres runs on" },
    ],
    notes: "RAS: correctable errors rise in d4. It is emptied before one of them can't be corrected.",
    seconds: 90,
  },
  {
    id: "resize",
    title: "Resize a guest",
    machine: machine("resize", [
      {
        ...server({
          id: "G",
          name: "Guest",
          kernel: "6.12",
          cmdline: "memhp_default_state=online_movable",
          onboard: [512],
          slots: [[]],
        }),
        sharedSlots: 4,
      },
    ]),
    picture: [
      { show: "box", partitions: ["G"], title: "KVM" },
      { show: "log", partition: "G", title: "Its kernel's log" },
    ],
    cues: [
      {
        say: "Day: the hypervisor adds a DIMM, and the load takes it",
        run: [
          { do: [{ do: "hotadd", partition: "G", id: "dimm1", node: 0, size: dimm("", 256).size }] },
          { do: [load("G", "anon", { mib: 380, comm: "java" })], for: 1e9 },
        ],
        speed: 1 / 4,
        caption: "By day",
      },
      {
        say: "Night: the load ends, and the DIMM goes",
        run: [
          { do: [{ do: "killall", partition: "G" }], for: 5e8 },
          { do: [{ do: "hotremove", partition: "G", id: "dimm1" }] },
        ],
        speed: 1 / 4,
        caption: "By night",
      },
    ],
    notes:
      "The same events reach a guest under KVM: the hypervisor plays the firmware. Right: what the guest's kernel says.",
    seconds: 90,
  },
];
