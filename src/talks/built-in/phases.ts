/** Scenes 6 to 10: the two phases, and what each of them builds and takes down. */
import type { Command } from "../../engine/time/commands.ts";
import type { Scene } from "../format.ts";
import { dimm, load, machine, move, pull, server, state } from "./machines.ts";

const one = server({
  id: "A",
  name: "Server",
  kernel: "6.12",
  cmdline: "memhp_default_state=offline",
  onboard: [512, 256],
  slots: [
    [dimm("d1", 256), null],
    [null, null],
  ],
});
const quiet = machine("two-phases", [one], [dimm("d6", 256), dimm("d7", 1024)]);
/** Where d6 lands, and where d7 does. */
const D6 = [40, 41];
const first = 40;
const each = (word: string): { readonly do: readonly Command[] }[] =>
  D6.map((block) => ({ do: [state("A", block, word)] }));

export const phases: readonly Scene[] = [
  {
    id: "two-phases",
    title: "Two phases",
    machine: quiet,
    picture: [{ show: "phases", dimm: "d6" }],
    cues: [
      { say: "Add", run: [{ do: [move("d6", "A/1/0")] }], speed: 1 / 3000, caption: "In the slot is not in use" },
      {
        say: "Online, block by block",
        run: each("online_movable"),
        speed: 1 / 3000,
        caption: "Now it can be allocated",
      },
      { say: "Offline", run: each("offline"), speed: 1 / 3000, caption: "Empty again" },
      { say: "Remove", run: [{ do: [pull("d6")] }], speed: 1 / 3000, caption: "The slot is off" },
    ],
    notes:
      "Add and remove are about the machine: firmware, tables, `struct page`. Online and offline are about use. Between them memory is known, and nobody has it.\n\nOne DIMM goes round.",
    seconds: 120,
  },
  {
    id: "page-tables",
    title: "Page tables, memory map",
    machine: quiet,
    picture: [
      { show: "page", block: "A:2", page: 1234, title: "One page" },
      { show: "tables", partition: "A", title: "All pages" },
    ],
    cues: [
      {
        say: "Where they lie: in memory itself",
        picture: [{ show: "blocks", nodes: ["A/0", "A/1"], title: "They lie in memory, too" }],
      },
    ],
    notes:
      "The **direct mapping**: the kernel reaches every page at a fixed distance from its physical address. The **memory map**: one `struct page` of 64 bytes a page, 2 MiB for each 128 MiB.\n\nClick: violet is where both lie.",
    seconds: 100,
  },
  {
    id: "hot-add",
    title: "Hot add",
    machine: quiet,
    picture: [
      { show: "tables", partition: "A" },
      { show: "box", partitions: ["A"] },
    ],
    cues: [
      {
        say: "d7 comes in: 1 GiB",
        run: [{ do: [move("d7", "A/1/0")] }],
        speed: 1 / 2000,
        caption: "Both grow before one byte is usable",
      },
    ],
    notes:
      "Eight blocks, all offline. The direct mapping reaches them, and each has its struct pages: 16 MiB, taken from *other* memory.",
    seconds: 100,
  },
  {
    id: "hot-remove",
    title: "Hot remove",
    machine: { after: "hot-add" },
    picture: [
      { show: "tables", partition: "A" },
      { show: "box", partitions: ["A"] },
    ],
    cues: [{ say: "d7 goes", run: [{ do: [pull("d7")] }], speed: 1 / 1600, caption: "What was built is taken down" }],
    notes:
      "Direct mapping, memory map, the entries in sysfs, the page tables that nobody needs any more: all of it goes. 3.9 was the first kernel that could.",
    seconds: 80,
  },
  {
    id: "online-offline",
    title: "Online, offline",
    machine: machine("online-offline", [one], [dimm("d6", 256)], [move("d6", "A/1/0")]),
    picture: [
      { show: "block", block: `A:${first}`, title: "One block" },
      { show: "zones", partition: "A", title: "Its zone" },
    ],
    cues: [
      { say: "Online", run: [{ do: [state("A", first, "online_movable")] }], speed: 1 / 6000 },
      {
        say: "Somebody uses it",
        run: [{ do: [load("A", "anon", { mib: 300, node: 1, policy: "preferred", comm: "java" })], for: 2e9 }],
        speed: 1,
      },
      { say: "Offline, in use", run: [{ do: [state("A", first, "offline")] }], speed: 1 / 64 },
    ],
    notes:
      "Online gives the pages to the free lists. Offline takes them off, and what was in use goes elsewhere first.",
    seconds: 120,
  },
];
