/** Who holds a page, and what was being done, in words: for views and lessons alike. */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { Holding, PageOwner } from "../engine/memory/holding.ts";
import { PAGE_KIND_NAMES } from "../engine/memory/kind-names.ts";
import { inLanguages, type Words } from "./language/catalogue.ts";
import type { LogEntry } from "../protocol/messages.ts";

type CodeOf<H> = H extends `${infer Code}:${string}` ? Code : never;
type Named = CodeOf<Holding>;
type Plain = Exclude<Holding, `${string}:${string}`>;

const process = ({ comm, pid }: { readonly comm: string; readonly pid: number | null }): string =>
  `${comm} (pid ${pid})`;

const english = {
  kinds: PAGE_KIND_NAMES,
  unknown: "unknown",
  plain: {
    "kernel-stack": "kernel stack",
    "kernel-stacks": "kernel stacks",
    "daemon-stacks": "kernel stacks of kswapd and kcompactd",
    "daemon-objects": "slab task_struct of kswapd and kcompactd",
    percpu: "per-CPU areas",
    "page-tables": "page tables",
    "direct-map-tables": "page tables of the direct map",
    "hot-added-memmap": "memory map of hot-added memory",
    "pipe-buffers": "pipe buffers",
    "receive-ring": "receive ring of a network card",
    vmalloc: "vmalloc",
    heap: "heap",
    "shared-memory": "shared memory",
    "huge-pages": "huge pages",
    "merged-pages": "pages of KSM",
    "registered-buffers": "registered buffers",
    "io_uring-buffers": "io_uring registered buffers",
    "guest-memory": "guest memory (VFIO)",
    "spliced-buffers": "spliced buffers",
    "root-files": "root file system",
    "tmpfs-file": "file in tmpfs",
    balloon: "balloon",
    "virtio-mem": "virtio-mem (not plugged)",
    "huge-pool": "hugetlb pool (free)",
    "crash-kernel": "kept for a crash kernel",
  } satisfies Record<Plain, string>,
  named: {
    slab: (name: string) => `slab ${name}`,
    "slab-in-use": (name: string) => `slab ${name} in use`,
    "slab-kept": (name: string) => `slab ${name}, kept by the allocator`,
    "ram-disk": (name: string) => `RAM disk ${name}`,
    compressed: (name: string) => `compressed pages of ${name}`,
    image: (name: string) => `${name} stack and data`,
    connections: (name: string) => `${name} connections`,
    area: (name: string) => name,
    files: (name: string) => `files of ${name}`,
    file: (name: string) => `file ${name}`,
  } satisfies Record<Named, (name: string) => string>,
  filledBy: (what: string, by: string) => `${what}, filled by ${by}`,
  of: (what: string, by: string) => `${what} of ${by}`,
  occasion: {
    boot: "boot",
    move: (dimm: string, to: string) => `move ${dimm} to ${to === "shelf" ? "the shelf" : to}`,
    press: (dimm: string) => `attention button of ${dimm}`,
    insert: (dimm: string, slot: number | string) => `${dimm} inserted in slot ${slot}`,
    takeOut: (dimm: string, slot: number | string) => `taking ${dimm} out of slot ${slot}`,
    ejectRequest: (dimm: string) => `eject request for ${dimm}`,
    signal: (op: number | string) => `signal to operation ${op}`,
    start: (comm: string) => `start ${comm}`,
    exit: (of: string) => `exit of ${of}`,
    fileGoes: "a file in memory goes",
    dropCaches: (by: string) => `${by} drops caches`,
    virtioMem: (device: string, again: boolean) => (again ? `virtio_mem ${device}: retry` : `virtio_mem ${device}`),
  },
};
export type OwnerWords = Words<typeof english>;
const words = inLanguages<OwnerWords>(english, { ja: () => import("./owners.ja.ts") });

const heldFor = (what: Holding, { plain, named }: OwnerWords): string => {
  const colon = what.indexOf(":");
  return colon < 0 ? plain[what as Plain] : named[what.slice(0, colon) as Named](what.slice(colon + 1));
};

/** What pages are held for. */
export const holdingWords = (what: Holding): string => heldFor(what, words);

/** A PageKind's name. */
export const kindWords = (kind: number, { kinds, unknown }: OwnerWords = words): string => kinds[kind] ?? unknown;

/** `slab dentry, filled by find (pid 701)`, `postgres (pid 812)`, `kernel image`. */
export const ownerWords = (owner: PageOwner): string => ownerIn(owner, words);

/** The same in English whatever is read: what predicates of lesson files compare. */
export const ownerInEnglish = (owner: PageOwner): string => ownerIn(owner, english);

function ownerIn({ what, kind, by }: PageOwner, language: OwnerWords): string {
  if (what === "kind") return kindWords(kind, language);
  if (what === "process") return by ? process(by) : kindWords(kind, language);
  const held = heldFor(what, language);
  if (!by) return held;
  return by.as === "filler" ? language.filledBy(held, process(by)) : language.of(held, process(by));
}

/** What was being done: `echo offline > …`, `move d3 to the shelf`, `postgres (pid 812)`. */
export function occasionWords(occasion: Occasion): string {
  const said = words.occasion;
  switch (occasion.is) {
    case "boot":
      return said.boot;
    case "line":
      return occasion.line;
    case "move":
      return said.move(occasion.dimm, occasion.to);
    case "press":
      return said.press(occasion.dimm);
    case "insert":
      return said.insert(occasion.dimm, occasion.slot);
    case "take-out":
      return said.takeOut(occasion.dimm, occasion.slot);
    case "eject-request":
      return said.ejectRequest(occasion.dimm);
    case "signal":
      return said.signal(occasion.op);
    case "start":
      return said.start(occasion.comm);
    case "process":
      return process(occasion);
    case "exit":
      return said.exit(occasion.of.map(process).join(", "));
    case "file-goes":
      return said.fileGoes;
    case "drop-caches":
      return said.dropCaches(occasion.by);
    case "virtio-mem":
      return said.virtioMem(occasion.device, occasion.again);
    case "resize":
      return `${occasion.device}: requested-size=${occasion.size}`;
  }
}

/** What stands in the log where a command was given. */
export const commandWords = ({ line, occasion }: Pick<LogEntry, "line" | "occasion">): string =>
  occasion ? occasionWords(occasion) : line;
