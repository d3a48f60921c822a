/** Who holds a page, and what was being done, in words: for views and lessons alike. */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { Holding, PageOwner } from "../engine/memory/holding.ts";
import { PAGE_KIND_NAMES } from "../engine/memory/kinds.ts";
import type { LogEntry } from "../protocol/messages.ts";

type CodeOf<H> = H extends `${infer Code}:${string}` ? Code : never;
type Named = CodeOf<Holding>;
type Plain = Exclude<Holding, `${string}:${string}`>;

const PLAIN: Readonly<Record<Plain, string>> = {
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
  "registered-buffers": "registered buffers",
  "spliced-buffers": "spliced buffers",
  "root-files": "root file system",
  "tmpfs-file": "file in tmpfs",
  balloon: "balloon",
  "virtio-mem": "virtio-mem (not plugged)",
  "huge-pool": "hugetlb pool (free)",
};

const NAMED: Readonly<Record<Named, (name: string) => string>> = {
  slab: (name) => `slab ${name}`,
  "slab-in-use": (name) => `slab ${name} in use`,
  "slab-kept": (name) => `slab ${name}, kept by the allocator`,
  image: (name) => `${name} stack and data`,
  connections: (name) => `${name} connections`,
  area: (name) => name,
  files: (name) => `files of ${name}`,
};

/** What pages are held for. */
export function holdingWords(what: Holding): string {
  const colon = what.indexOf(":");
  return colon < 0 ? PLAIN[what as Plain] : NAMED[what.slice(0, colon) as Named](what.slice(colon + 1));
}

const kindWords = (kind: number): string => PAGE_KIND_NAMES[kind] ?? "unknown";
const process = ({ comm, pid }: { readonly comm: string; readonly pid: number | null }): string =>
  `${comm} (pid ${pid})`;

/** `slab dentry, filled by find (pid 701)`, `postgres (pid 812)`, `kernel image`. */
export function ownerWords({ what, kind, by }: PageOwner): string {
  if (what === "kind") return kindWords(kind);
  if (what === "process") return by ? process(by) : kindWords(kind);
  const words = holdingWords(what);
  if (!by) return words;
  return by.as === "filler" ? `${words}, filled by ${process(by)}` : `${words} of ${process(by)}`;
}

/** What was being done: `echo offline > …`, `move d3 to the shelf`, `postgres (pid 812)`. */
export function occasionWords(occasion: Occasion): string {
  switch (occasion.is) {
    case "boot":
      return "boot";
    case "line":
      return occasion.line;
    case "move":
      return `move ${occasion.dimm} to ${occasion.to === "shelf" ? "the shelf" : occasion.to}`;
    case "press":
      return `attention button of ${occasion.dimm}`;
    case "insert":
      return `${occasion.dimm} inserted in slot ${occasion.slot}`;
    case "take-out":
      return `taking ${occasion.dimm} out of slot ${occasion.slot}`;
    case "eject-request":
      return `eject request for ${occasion.dimm}`;
    case "signal":
      return `signal to operation ${occasion.op}`;
    case "start":
      return `start ${occasion.comm}`;
    case "process":
      return process(occasion);
    case "exit":
      return `exit of ${occasion.of.map(process).join(", ")}`;
    case "file-goes":
      return "a file in memory goes";
    case "drop-caches":
      return `${occasion.by} drops caches`;
    case "virtio-mem":
      return occasion.again ? `virtio_mem ${occasion.device}: retry` : `virtio_mem ${occasion.device}`;
    case "resize":
      return `${occasion.device}: requested-size=${occasion.size}`;
  }
}

/** What stands in the log where a command was given. */
export const commandWords = ({ line, occasion }: Pick<LogEntry, "line" | "occasion">): string =>
  occasion ? occasionWords(occasion) : line;
