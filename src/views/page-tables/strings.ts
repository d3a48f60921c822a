/** Words of the page-table view. */
const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const list = (numbers: readonly number[]): string => {
  const names = numbers.map((number) => `memory${number}`);
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
};
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;

export const pageTableStrings = {
  title: "Page tables",
  scroller: "Tables, and what they pin",
  directMap: "Direct map",
  memoryMap: "Memory map",
  physical: "Physical memory",
  starting: "The machine is starting.",
  waiting: "Waiting for the tables.",
  off: "Switched off: no page tables.",
  partition: (name: string) => `of ${name}`,
  pgd: (index: number, base: string) => `PGD[${index}] · one entry reaches 512 GiB · ${base} + physical address`,
  memmapPgd: (index: number, base: string) => `PGD[${index}] · ${base} + pfn × 64`,
  memmapPud: "PUD, PMD · entry N of the PMD level maps the 2 MiB of struct pages of section N, 64 bytes a page",
  gigabyte: (index: number) => `[${index}] 1 GiB, no table below`,
  table: (index: number) => `[${index}] PMD table`,
  small: (bytes: number) => `${Math.round(bytes / 2 ** 21).toLocaleString("en-US")} × 2 MiB`,
  /** Boot memory begins and ends where firmware says, so its ends are mapped by 4 KiB. */
  ends: (bytes: number) => `${mib(bytes)} · 4 KiB at ends`,
  node: (id: number) => `node ${id}`,
  onBoard: "on-board",
  hole: "hole",
  pinnedBy: (dimm: string) => `Pinned by ${dimm}`,
  pins: (dimm: string, blocks: readonly number[]) =>
    `${list(blocks)} cannot go offline while ${dimm} is in: what describes ${dimm} is kernel memory, and lies ${blocks.length === 1 ? "there" : "on them"}.`,
  pinsOwn: (dimm: string) => `What describes ${dimm} lies on ${dimm} itself: it pins no other block.`,
  pinsNone: "Choose a DIMM to see which blocks its memory map pins.",
  key: {
    table: "table",
    whole: "1 GiB",
    small: "2 MiB",
    fresh: "new now",
    map: "struct pages → the pages that hold them",
  },
  twin: "Table",
  picture: "Picture",
  caption: (at: string) => `Kernel page tables at ${at} s`,
  columns: ["Level", "Index", "Maps", "Lies in", "Made"],
  made: { boot: "at boot", added: "by hot add", self: "by hot add, on itself", fresh: "by the last operation" },
  rowPud: (index: number) => ({ level: "PUD, direct map", index }),
  mapsWhole: "1 GiB itself",
  mapsTable: (bytes: number) => `a PMD table, ${mib(bytes)} below it`,
  bootTable: "a page of boot's",
  lies: (pfn: number, block: number | null) => `pfn ${hex(pfn)}${block === null ? "" : ` in memory${block}`}`,
  structPages: (first: number, last: number) =>
    first === last ? `struct pages of memory${first}` : `struct pages of memory${first}–${last}`,
  announcePud: (index: number, table: number | "boot" | null, block: number | null, isNew: boolean) =>
    table === null
      ? `PUD entry ${index} maps 1 GiB itself.`
      : `PUD entry ${index}, table ${table === "boot" ? "made at boot" : `at pfn ${hex(table)}${block === null ? "" : ` in memory${block}`}`}${isNew ? ", for memory that was added by the last operation" : ""}.`,
  announceMap: (first: number, pfn: number | null, block: number | null, isNew: boolean) =>
    pfn === null
      ? `memory${first} has no struct pages yet.`
      : `Struct pages of memory${first} lie at pfn ${hex(pfn)}${block === null ? "" : ` in memory${block}`}${isNew ? ", made by the last operation" : ""}.`,
  figure: (partition: string) =>
    `Kernel page tables of ${partition}: arrow keys go from mark to mark, Enter selects its block`,
  tableLies: (pfn: number, block: number) => `this table is page ${hex(pfn)} of memory${block}`,
  choose: "Whose page tables",
  kernelOption: "Direct map + memory map",
  gone: "That process has ended.",
  process: {
    option: (comm: string, pid: number) => `${comm} ${pid}`,
    key: { near: "its own node", far: "another node", migrating: "migration entry", none: "not touched" },
    areas: (areas: number, tables: number, huge: number) =>
      `${areas} ${areas === 1 ? "area" : "areas"}, ${tables} PTE ${tables === 1 ? "table" : "tables"}, one a column: 512 entries of 4 KiB, 2 MiB of addresses.${huge > 0 ? ` ${huge} more ${huge === 1 ? "column is an entry" : "columns are entries"} of 2 MiB without a table below.` : ""}`,
    holders: "Memory blocks that hold its pages",
    pages: (pages: number) => `${pages.toLocaleString("en-US")} pages`,
    caption: (comm: string, pid: number, node: number, at: string) =>
      `Leaf tables of ${comm} ${pid}, which runs on node ${node}, at ${at} s`,
    columns: ["Maps from", "Table in page", "Entries in use", "Pages by node", "Migration entries"],
    huge: "2 MiB entry, PMD in ",
    onNode: (node: number, pages: number, own: boolean) => `${pages} on node ${node}${own ? ", its own" : ""}`,
  },
  chain: {
    title: "The chain of a page",
    empty: "Choose a page in the page map to see how the kernel reaches it.",
    frame: "Page frame",
    directMap: "Direct-map address",
    structPage: "Its struct page, 64 bytes",
    mappers: "Who maps it",
    entry: { PUD: "one 1 GiB entry, PUD", PMD: "a 2 MiB entry, PMD", PTE: "a 4 KiB entry, PTE" },
    unmapped: "not mapped by the kernel",
    noStruct: "none: no memory map there",
    inPage: (pfn: number, block: number | null) => `in page ${hex(pfn)}${block === null ? "" : ` of memory${block}`}`,
    stale: "struct page exists, stale",
    nobody: "not mapped by anyone",
    mapper: (comm: string, pid: number, address: string) => `${comm} ${pid} · ${address}`,
    through: (level: string, index: number, table: number) => `${level} ${index} of table ${hex(table)}`,
    migrating: (level: string, index: number) => `${level} ${index}: a migration entry, a touch waits`,
    more: (count: number) => `and ${count} more`,
    pfn: hex,
  },
} as const;
