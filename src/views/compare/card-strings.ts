/** Words of what can be compared, before anything is. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { ReadyId } from "./futures.ts";

/** What a pair is called, in what its futures differ, and what is to be seen. */
export interface CardWords {
  readonly name: string;
  readonly differs: string;
  readonly see: string;
}

/** What can be another in the machine that runs. */
export const OTHERS = ["command", "options", "kernel", "policy"] as const;
export type OtherId = (typeof OTHERS)[number];

const ready: Readonly<Record<ReadyId, CardWords>> = {
  policy: {
    name: "online_kernel or online_movable",
    differs: "What a DIMM comes online as.",
    see: "find’s dentries land on it, and it can’t leave; or they don’t, and it goes.",
  },
  memmap: {
    name: "memmap_on_memory off or on",
    differs: "Where the memory map of a new DIMM is put.",
    see: "Struct pages on the boot node, or on the DIMM that they describe.",
  },
  removal: {
    name: "Linux 3.8 or 3.9",
    differs: "The kernel, by three months.",
    see: "Removal is refused with EPERM; or the DIMM is out, for the first time.",
  },
  boot: {
    name: "movablecore= or movable_node",
    differs: "Who decides at boot what is movable: a figure, or the board.",
    see: "A part of every node, or whole DIMMs; and what the same pull has to move.",
  },
  solutions: {
    name: "The talk’s two solutions",
    differs: "Kernel memory is kept away, or made to move.",
    see: "Both DIMMs leave; count what each has to move, and how far.",
  },
};

const others: Readonly<Record<OtherId, Omit<CardWords, "see">>> = {
  command: { name: "Another command", differs: "As it is, or with one more command now." },
  options: { name: "Other boot options", differs: "All that was done, on another command line." },
  kernel: { name: "Another kernel", differs: "All that was done, to another version of Linux." },
  policy: { name: "Another policy", differs: "What is added comes online otherwise." },
};

const english = {
  ready,
  readyTitle: "Ready to compare",
  others,
  othersTitle: "This machine beside itself",
  forksTitle: "This machine, or a future that was left",
  fork: (name: string, at: string) => `${name}, left at ${at}`,
  same: "same command",
  /** On the axis, where an attempt ended. */
  ended: (target: string, errno: string | null, result: "running" | "ok" | "failed", at: string) =>
    result === "running"
      ? target
      : result === "failed"
        ? `${target}: ${errno ?? "refused"} at ${at}`
        : `${target} done at ${at}`,
  play: "Play both",
  pause: "Pause both",
  rate: (share: number) => (share >= 1 ? "in real time" : `at 1/${Math.round(1 / share)} of real time`),
} as const;

export type CompareCardWords = Words<typeof english>;
export const cardStrings = inLanguages<CompareCardWords>(english, { ja: () => import("./card-strings.ja.ts") });
