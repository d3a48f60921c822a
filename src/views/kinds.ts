/**
 * What the views colour by: the kinds of page, gathered into the groups that carry a colour of their own.
 *
 * There are more kinds than colours that an eye tells apart, so kinds that mean the same for hotplug share one:
 * slab, stacks, vmalloc and buffers are all "kernel", page tables and memory maps are one group. The same group has
 * the same colour in every view (the tokens are in src/app/theme.css).
 */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
import { kindWords } from "../client/owners.ts";
import { PAGE_KIND_NAMES } from "../engine/memory/kind-names.ts";
import { DESCRIBING_KINDS, PageKind } from "../engine/memory/kinds.ts";

export type DisplayGroupId =
  | "free"
  | "anon"
  | "file"
  | "shmem"
  | "thp"
  | "hugetlb"
  | "kernel"
  | "reclaimable"
  | "pagetable"
  | "reserved"
  | "poisoned"
  | "offline";

export interface DisplayGroup {
  readonly id: DisplayGroupId;
  /** CSS custom property that holds its colour, e.g. `--kind-anon`. */
  readonly token: string;
  /** In the reader's language. */
  readonly label: string;
  readonly kinds: readonly PageKind[];
  /** What offlining makes of such pages, unless one is pinned. */
  readonly offlining: "free" | "moves" | "stays" | "unused";
}

const english: Readonly<Record<DisplayGroupId, string>> = {
  free: "free",
  anon: "anonymous",
  file: "page cache",
  shmem: "shared memory",
  thp: "huge pages",
  hugetlb: "hugetlb",
  kernel: "kernel",
  reclaimable: "reclaimable slab",
  pagetable: "page tables, memmap",
  reserved: "reserved",
  poisoned: "poisoned",
  offline: "offline",
};
export type GroupWords = Words<typeof english>;
const labels = inLanguages<GroupWords>(english, { ja: () => import("./kinds.ja.ts") });

/** In the order of a legend: free, what moves, what stays, what is not in use. */
const groups: readonly Omit<DisplayGroup, "label">[] = [
  { id: "free", token: "--kind-free", kinds: [PageKind.Free], offlining: "free" },
  { id: "anon", token: "--kind-anon", kinds: [PageKind.Anon, PageKind.Zsmalloc, PageKind.Ksm], offlining: "moves" },
  { id: "file", token: "--kind-file", kinds: [PageKind.PageCache], offlining: "moves" },
  { id: "shmem", token: "--kind-shmem", kinds: [PageKind.Shmem], offlining: "moves" },
  { id: "thp", token: "--kind-thp", kinds: [PageKind.AnonHuge], offlining: "moves" },
  { id: "hugetlb", token: "--kind-hugetlb", kinds: [PageKind.Hugetlb], offlining: "moves" },
  {
    id: "kernel",
    token: "--kind-kernel",
    kinds: [PageKind.Slab, PageKind.KernelStack, PageKind.Vmalloc, PageKind.KernelBuffer],
    offlining: "stays",
  },
  {
    id: "reclaimable",
    token: "--kind-reclaimable",
    kinds: [PageKind.SlabReclaimable],
    offlining: "stays",
  },
  {
    id: "pagetable",
    token: "--kind-pagetable",
    kinds: DESCRIBING_KINDS,
    offlining: "stays",
  },
  {
    id: "reserved",
    token: "--kind-reserved",
    kinds: [PageKind.Reserved, PageKind.KernelImage],
    offlining: "stays",
  },
  { id: "poisoned", token: "--kind-poisoned", kinds: [PageKind.Poisoned], offlining: "unused" },
  {
    id: "offline",
    token: "--kind-offline",
    kinds: [PageKind.None, PageKind.Offline],
    offlining: "unused",
  },
];

export const displayGroups: readonly DisplayGroup[] = groups.map((group) => ({
  ...group,
  get label() {
    return labels[group.id];
  },
}));

/** Token of a page that something pins, whatever its kind. */
export const PINNED_TOKEN = "--kind-pinned";

const groupByKind: readonly DisplayGroup[] = PAGE_KIND_NAMES.map((name, kind) => {
  const group = displayGroups.find((candidate) => (candidate.kinds as readonly number[]).includes(kind));
  if (!group) throw new Error(`no display group holds page kind ${name}`);
  return group;
});
const unused = displayGroups[displayGroups.length - 1] as DisplayGroup;

/** Group that shows this PageKind; numbers outside the known kinds show as not in use. */
export const kindGroup = (kind: number): DisplayGroup => groupByKind[kind] ?? unused;
/** CSS custom property with the colour of this PageKind. */
export const kindToken = (kind: number): string => kindGroup(kind).token;
/** Name of this very kind (not of its group), e.g. `kernel stack`. */
export const kindLabel = (kind: number): string => kindWords(kind);

/** Pages of a group's kinds in these blocks, whose records count them by PageKind. */
export const pagesOfGroup = (
  { kinds }: Pick<DisplayGroup, "kinds">,
  blocks: readonly { readonly kinds: readonly number[] }[],
): number =>
  blocks.reduce((sum, block) => sum + kinds.reduce<number>((of, kind) => of + (block.kinds[kind] ?? 0), 0), 0);

/** Zone names in the order of the address space, as records spell them. */
export const zoneToken = (zone: string): string => {
  switch (zone) {
    case "DMA":
      return "--zone-dma";
    case "DMA32":
      return "--zone-dma32";
    case "Movable":
      return "--zone-movable";
    default:
      return "--zone-normal";
  }
};
