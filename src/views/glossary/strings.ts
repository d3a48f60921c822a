/** Words of the glossary of kernel functions, fetched with it. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { Passage } from "../../engine/chronicle/call-order.ts";

const english = {
  lead: (functions: number, version: string) =>
    `${functions} functions that the simulation goes through, by the names of Linux ${version}; each below the one that calls it, in the order in which that does.`,
  back: "Back",
  calledBy: "called by",
  noKernel: "in no kernel: what-if",
  inSixOne: (name: string) => `${name} in 6.1`,
  passages: {
    "state-file": "Somebody writes to a block's file",
    online: "A block goes online",
    offline: "A block goes offline",
    moving: "Pages are moved",
    arrival: "A DIMM comes",
    departure: "A DIMM leaves",
    "virtio-mem": "virtio-mem grows and shrinks",
    contiguous: "A whole range is taken",
    "memory-error": "A page may fail",
    allocating: "Memory is taken",
    pinning: "Pages are held where they are",
    freeing: "Memory is given back",
    panic: "The kernel stops",
  } satisfies Record<Passage, string>,
} as const;

export type GlossaryWords = Words<typeof english>;
export const glossaryStrings = inLanguages<GlossaryWords>(english, { ja: () => import("./strings.ja.ts") });
