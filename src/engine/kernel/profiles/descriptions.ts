/** The profiles as a person chooses among them, oldest first; the two that never were released come last. */
import type { KernelVersion } from "../../hardware/description.ts";

export interface ProfileDescription {
  readonly version: KernelVersion;
  /** `Linux 3.9`, or the name of a kernel that was never released. */
  readonly title: string;
  readonly released: string | null;
  /** What is new in it for memory hot-plug, in a sentence. */
  readonly news: string;
  /** How far it can be trusted: held against recorded kernels, read from source, or imagined. */
  readonly evidence: "recorded" | "source" | "imagined";
  /** How many recordings of it the simulation is held against. */
  readonly recordings?: number;
}

export const PROFILES: readonly ProfileDescription[] = [
  {
    version: "3.7",
    title: "Linux 3.7",
    released: "December 2012",
    news: "Where the story starts: memory can be added and onlined, always as Normal, and some of it offlined. Nothing can be removed.",
    evidence: "source",
  },
  {
    version: "3.8",
    title: "Linux 3.8",
    released: "February 2013",
    news: "online_kernel and online_movable: a block at the edge of its zone can change sides, and a node may consist of Movable memory only.",
    evidence: "source",
  },
  {
    version: "3.9",
    title: "Linux 3.9",
    released: "April 2013",
    news: "Hot remove: direct mapping, memory map and sysfs entries go, and the slot is switched off.",
    evidence: "source",
  },
  {
    version: "3.14",
    title: "Linux 3.14",
    released: "March 2014",
    news: "movable_node: memory that firmware marks hot-pluggable is Movable from boot. Huge pages move when their block is offlined.",
    evidence: "source",
  },
  {
    version: "4.14",
    title: "Linux 4.14",
    released: "November 2017",
    news: "The zone is chosen when a block is onlined, freely. Memory can come online by itself. Pages move to the nearest other node.",
    evidence: "source",
  },
  {
    version: "5.10",
    title: "Linux 5.10",
    released: "December 2020",
    news: "An offline waits until it is done or gets a signal, and names the page in its way. What comes online by itself can be told a zone.",
    evidence: "recorded",
    recordings: 55,
  },
  {
    version: "5.15",
    title: "Linux 5.15",
    released: "October 2021",
    news: "auto-movable, memory maps on the memory itself, pins that leave Movable.",
    evidence: "source",
  },
  {
    version: "6.1",
    title: "Linux 6.1",
    released: "December 2022",
    news: "Isolation that begins at both ends of a block; the log names each node's order of fallback.",
    evidence: "recorded",
    recordings: 116,
  },
  {
    version: "6.12",
    title: "Linux 6.12",
    released: "November 2024",
    news: "Memory comes online by default; DIMMs of any size can hold their memory map; poisoned blocks stay offline.",
    evidence: "recorded",
    recordings: 123,
  },
  {
    version: "6.18",
    title: "Linux 6.18",
    released: "November 2025",
    news: "A node's first kernel-zone block holds its own kswapd and kcompactd, and stays.",
    evidence: "recorded",
    recordings: 2,
  },
  {
    version: "7.3",
    title: "Linux 7.3",
    released: "October 2026",
    news: "Today's. Kernel objects no longer follow a process's memory policy to a node.",
    evidence: "recorded",
    recordings: 64,
  },
  {
    version: "2013-proposal",
    title: "The 2013 proposal",
    released: null,
    news: "Linux 3.9 with what was announced then: movablecore=acpi and vm.hotadd_memory_treat_as_movable.",
    evidence: "imagined",
  },
  {
    version: "what-if",
    title: "What if",
    released: null,
    news: "Linux 6.12 with what it never got: kernel memory that moves by changing virtual addresses, vmalloc pages that migrate, page tables on the memory they map.",
    evidence: "imagined",
  },
];

export function describeProfile(version: KernelVersion): ProfileDescription {
  const found = PROFILES.find((profile) => profile.version === version);
  if (!found) throw new Error(`no profile ${version}`);
  return found;
}

/** What a person calls a kernel: by its version, or by a year for the newest of that year. */
export function versionNamed(word: string): KernelVersion | undefined {
  const { version } =
    PROFILES.find((profile) => profile.version === word) ??
    PROFILES.findLast(({ released }) => released !== null && word !== "" && released.endsWith(` ${word}`)) ??
    {};
  return version;
}
