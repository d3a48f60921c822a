/**
 * What pages are held for, as codes; after a colon stands the name that the machine itself gives it: of a slab cache, of the
 * program. Words are the views'.
 */
export type Holding =
  | `slab:${string}` // objects of a cache
  | `slab-in-use:${string}` // of a cache that can be shrunk, with objects that somebody uses
  | `slab-kept:${string}` // empty pages of a cache that the allocator keeps
  | "kernel-stack"
  | "kernel-stacks"
  | "daemon-stacks" // of kswapd and kcompactd
  | "daemon-objects" // their task_struct
  | "percpu"
  | "page-tables"
  | "direct-map-tables"
  | "hot-added-memmap"
  | "pipe-buffers"
  | "receive-ring"
  | "vmalloc"
  | "heap"
  | "shared-memory"
  | "huge-pages"
  | "merged-pages"
  | "registered-buffers"
  | "io_uring-buffers"
  | "guest-memory" // mapped for a device that a guest has (VFIO)
  | "spliced-buffers"
  | "root-files"
  | "tmpfs-file"
  | "balloon"
  | "virtio-mem" // not plugged
  | "huge-pool" // free pages of it
  | "crash-kernel" // set aside for a kernel to be started after a panic
  | `ram-disk:${string}` // what was written to a device that keeps it in memory
  | `compressed:${string}` // what a zram device keeps
  | `image:${string}` // stack and data of a program
  | `connections:${string}`
  | `area:${string}` // what a program took by this name
  | `files:${string}` // files that a program reads
  | `file:${string}`; // a file on a disk

/** Who holds a page. */
export interface PageOwner {
  /** `process`: it is memory of a process. `kind`: nothing is known but what kind of page it is. */
  readonly what: Holding | "process" | "kind";
  /** PageKind. */
  readonly kind: number;
  /** The process that it is held for, or that filled it: a cache stays when that one ends. */
  readonly by: { readonly comm: string; readonly pid: number | null; readonly as: "holder" | "filler" } | null;
}

/** What is pinned for as long as somebody registered it (FOLL_LONGTERM). */
const LONG_TERM: ReadonlySet<string> = new Set<Holding>(["registered-buffers", "io_uring-buffers", "guest-memory"]);
export const isLongTerm = (what: Holding): boolean => LONG_TERM.has(what);

/** As text to search in and to compare with: codes and names, no sentence. */
export const holdingText = (what: PageOwner["what"]): string => what.replaceAll(/[:-]/g, " ");

/** What a file in memory is called where a name has to stand: in maps, in a dumped page. */
export const fileName = (what: Holding): string => what.replace(":", "_of_");
