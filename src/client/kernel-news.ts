/** What is new in each kernel for memory hot-plug, in a sentence. Fetched after the first picture. */
import type { KernelVersion } from "../engine/hardware/description.ts";
import { inLanguages, type Words } from "./language/catalogue.ts";

const english: Readonly<Record<KernelVersion, string>> = {
  "3.7":
    "Where the story starts: memory can be added and onlined, always as Normal, and some of it offlined. Nothing can be removed.",
  "3.8":
    "online_kernel and online_movable: a block at the edge of its zone can change sides, and a node may consist of Movable memory only.",
  "3.9": "Hot remove: direct mapping, memory map and sysfs entries go, and the slot is switched off.",
  "3.14":
    "movable_node: memory that firmware marks hot-pluggable is Movable from boot. Huge pages move when their block is offlined.",
  "4.14":
    "The zone is chosen when a block is onlined, freely. Memory can come online by itself. Pages move to the nearest other node.",
  "5.10":
    "An offline waits until it is done or gets a signal, and names the page in its way. What comes online by itself can be told a zone.",
  "5.15": "auto-movable, memory maps on the memory itself, pins that leave Movable.",
  "6.1": "Isolation that begins at both ends of a block; the log names each node's order of fallback.",
  "6.12": "Memory comes online by default; DIMMs of any size can hold their memory map; poisoned blocks stay offline.",
  "6.18": "A node's first kernel-zone block holds its own kswapd and kcompactd, and stays.",
  "7.3": "Today's. Kernel objects no longer follow a process's memory policy to a node.",
  "2013-proposal": "Linux 3.9 with what was announced then: movablecore=acpi and vm.hotadd_memory_treat_as_movable.",
  "what-if":
    "Linux 6.12 with what it never got: kernel memory that moves by changing virtual addresses, vmalloc pages that migrate, page tables on the memory they map.",
};
export type KernelNews = Words<typeof english>;
export const kernelNews = inLanguages<KernelNews>(english, { ja: () => import("./kernel-news.ja.ts") });
