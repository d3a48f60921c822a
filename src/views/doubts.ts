/** What speaks against memory leaving, in words: each after a colon. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
import type { Foresight } from "../protocol/messages.ts";

const english: Readonly<Record<NonNullable<Foresight["code"]>, string>> = {
  hole: "part of the memory is not there",
  reserved: "pages were reserved at boot",
  "kernel-memory": "kernel memory",
  cma: "an area kept for devices",
  isolated: "somebody else is emptying it",
  "out-of-use": "pages are out of use",
  pinned: "pinned pages",
  "held-offline": "a balloon that can't move",
  gigantic: "part of a page of 1 GiB, which this kernel doesn't cut",
  lost: "pages that this kernel lost",
  "huge-pool": "huge pages, which this kernel can't move",
  "already-offline": "it is offline",
  busy: "something else is under way there",
  "spans-zones": "a block lies in several zones",
  holes: "part of a block is not RAM",
  "last-normal-memory": "the node's last memory for the kernel",
  veto: "a part of the kernel objects",
  "huge-promised": "huge pages that are promised to somebody",
  "memory-tight": "there is hardly room for its pages elsewhere",
  "no-removal": "this kernel cannot remove memory",
};

export type DoubtWords = Words<typeof english>;
export const doubts = inLanguages<DoubtWords>(english, { ja: () => import("./doubts.ja.ts") });
