/** Words of the page-table view. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { MIB, PAGE_SIZE } from "../../engine/units.ts";
import { count as many } from "../reading.ts";

const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const list = (numbers: readonly number[]): string => {
  const names = numbers.map((number) => `memory${number}`);
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
};
/** The longest text that fits a width; a character takes about seven pixels. */
const longest = (width: number, texts: readonly string[]): string =>
  texts.find((text) => text.length * 7 + 8 <= width) ?? "";
const mib = (bytes: number): string => `${many(Math.round(bytes / MIB))} MiB`;

/** A block that holds a table or struct pages; whose it is, where that is known. */
export interface Host {
  readonly number: number;
  readonly nodes?: readonly number[];
  readonly dimm?: string | null;
}
const within = (host: Host | null): string =>
  host === null
    ? ""
    : ` in memory${host.number}${host.nodes?.length ? `, node ${host.nodes.join(" and ")}` : ""}${host.dimm ? `, ${host.dimm}` : ""}`;

const english = {
  title: "Page tables",
  scroller: "Tables, and what they pin",
  directMap: "Direct map",
  memoryMap: "Memory map",
  physical: "Physical memory",
  starting: "The machine is starting.",
  waiting: "Waiting for the tables.",
  partition: (name: string) => `of ${name}`,
  /** Names of the rows, beside them. */
  rows: {
    pgd: "PGD",
    p4d: "P4D",
    pud: "PUD",
    pmd: "PMD",
    pte: "PTE",
    physical: "Physical",
    map: "PMD",
    page: "page",
  },
  level: {
    pgd: "PGD, direct map",
    p4d: "P4D, direct map",
    pud: "PUD, direct map",
    pmd: "PMD, direct map",
    pte: "PTE, direct map",
    physical: "Physical memory",
    map: "PMD, memory map",
  },
  hex,
  upper: (row: "pgd" | "p4d", index: number, base: string, width: number) =>
    longest(width, [
      row === "pgd"
        ? `PGD[${index}] · one entry reaches 512 GiB · ${base} + physical address`
        : `P4D[${index}] · one entry reaches 512 GiB · ${base}`,
      `${row.toUpperCase()}[${index}] · 512 GiB`,
      `[${index}]`,
    ]),
  memmapPgd: (index: number, base: string) => `PGD[${index}] · ${base} + pfn × 64`,
  memmapPud: "PUD, PMD · entry N of the PMD level maps the 2 MiB of struct pages of section N, 64 bytes a page",
  gibibytes: (index: number, count: number, width: number) =>
    count === 1
      ? longest(width, [`[${index}] 1 GiB, no table below`, `[${index}] 1 GiB`, `[${index}]`])
      : longest(width, [`${many(count)} × 1 GiB, no table below`, `${many(count)} × 1 GiB`, `${many(count)}`]),
  run: (index: number, count: number) => `${index} and ${many(count - 1)} after it`,
  table: (index: number, width: number) => longest(width, [`[${index}] PMD table`, `[${index}] table`, `[${index}]`]),
  /** Entries of a table; with a plus those that the last operation made. */
  small: (bytes: number, fresh: number) => {
    const [all, made] = [bytes, fresh].map((some) => many(Math.round(some / (2 * MIB))));
    return `${fresh > 0 && fresh === bytes ? "+" : ""}${all} × 2 MiB${fresh > 0 && fresh < bytes ? `, +${made}` : ""}`;
  },
  pmd: (index: number, split: boolean, width: number) =>
    longest(width, [`[${index}] ${split ? "PTE table" : "2 MiB"}`, `[${index}]`, String(index)]),
  pte: (index: number, width: number) => longest(width, [`[${index}]`, String(index)]),
  frame: (pfn: number, width: number) => longest(width, [hex(pfn), `…${(pfn % 256).toString(16).padStart(2, "0")}`]),
  pageblock: (index: number, width: number) => longest(width, [`pageblock ${many(index)}`, String(index)]),
  /** Boot memory begins and ends where firmware says, so its ends are mapped by 4 KiB. */
  ends: (bytes: number) => `${mib(bytes)} · 4 KiB at ends`,
  node: (id: number) => `node ${id}`,
  onBoard: "on-board",
  /** Of a hole: entries of the PUD table that are empty for it. */
  hole: (first: number, last: number) => (first > last ? "" : first === last ? `[${first}]` : `[${first}–${last}]`),
  holeIs: "none",
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
    next: "made next",
    map: "struct pages → the pages that hold them",
  },
  /** What differs from a chosen moment. */
  changes: {
    built: "built",
    torn: "torn down",
    other: "changed",
    entries: (count: number, change: "built" | "torn" | "other") =>
      `${many(count)} PUD ${count === 1 ? "entry" : "entries"} ${english.changes[change]}`,
    tables: (count: number, change: "built" | "torn") =>
      `${many(count)} page ${count === 1 ? "table" : "tables"} ${english.changes[change]}`,
    /** A section's struct pages are 2 MiB. */
    sections: (count: number, change: "built" | "torn" | "other") =>
      `memory map of ${many(count)} ${count === 1 ? "section" : "sections"} ${english.changes[change]} (${many(count * 2)} MiB)`,
    leaves: (count: number, change: "built" | "torn" | "other") =>
      change === "other"
        ? `entries of ${many(count)} ${count === 1 ? "table" : "tables"} lead elsewhere`
        : `${many(count)} ${count === 1 ? "table or 2 MiB entry" : "tables and 2 MiB entries"} ${english.changes[change]}`,
    inBlock: (block: number, by: string) => `memory${block} ${by}`,
    moreBlocks: (count: number) => `and ${many(count)} more blocks`,
  },
  twin: "Table",
  picture: "Picture",
  caption: (at: string) => `Kernel page tables at ${at} s`,
  columns: ["Level", "Index", "Virtual address", "Maps", "Lies in", "Made"],
  made: {
    boot: "at boot",
    added: "by hot add",
    self: "by hot add, on itself",
    fresh: "by the last operation",
    split: "by a split",
    none: "not yet",
  },
  mapsTop: "a P4D table, 256 TiB below it",
  mapsUpper: "a PUD table, 512 GiB below it",
  mapsWhole: (count: number) => (count === 1 ? "1 GiB itself" : `${many(count)} GiB, an entry each`),
  mapsTable: (bytes: number) => `a PMD table, ${mib(bytes)} below it`,
  mapsSmall: "2 MiB itself",
  mapsSplit: (lent: number) => `a PTE table, 512 of 4 KiB${lent > 0 ? `, ${lent} lent` : ""}`,
  mapsPage: (pfn: number) => `pfn ${hex(pfn)}`,
  bootTable: "a page of boot's",
  lies: (pfn: number, host: Host | null) => `pfn ${hex(pfn)}${within(host)}`,
  unit: (pages: number) => (pages === 1 ? "a page" : "a pageblock of 2 MiB"),
  blocks: (first: number, last: number) => (first === last ? `memory${first}` : `memory${first}–${last}`),
  structs: (first: number) => `64 struct pages, of pfn ${hex(first)} on`,
  structPages: (first: number, last: number) =>
    first === last ? `struct pages of memory${first}` : `struct pages of memory${first}–${last}`,
  announceUpper: (row: "pgd" | "p4d", index: number, base: string) =>
    `${row.toUpperCase()} entry ${index} at ${base}, table made at boot: 512 GiB.`,
  announcePud: (index: number, table: number | "boot" | null, host: Host | null, isNew: boolean) =>
    table === null
      ? `PUD entry ${index} maps 1 GiB itself.`
      : `PUD entry ${index}, table ${table === "boot" ? "made at boot" : `at pfn ${hex(table)}${within(host)}`}${isNew ? ", for memory that was added by the last operation" : ""}.`,
  announceRun: (index: number, count: number) =>
    `PUD entries from ${index} on: ${many(count)} that map 1 GiB each, without a table below.`,
  announcePmd: (index: number, table: number | null, host: Host | null, lent: number) =>
    table === null
      ? `PMD entry ${index} maps 2 MiB itself.`
      : `PMD entry ${index} is split: 512 entries of 4 KiB in the table at pfn ${hex(table)}${within(host)}${lent > 0 ? `; ${lent} lead elsewhere` : ""}.`,
  announcePte: (index: number, pfn: number) => `PTE entry ${index} maps page ${hex(pfn)}.`,
  announceFrame: (pfn: number, block: number) => `Page ${hex(pfn)} of memory${block}. Enter chooses it.`,
  announcePageblock: (index: number, block: number) => `Pageblock ${many(index)}, 2 MiB of memory${block}.`,
  announceBlock: (first: number, last: number, state: string, dimm: string | null, nodes: readonly number[]) =>
    `memory${first}${last === first ? "" : ` to memory${last}`}, ${state}${nodes[0] === undefined ? "" : `, node ${nodes.join(" and ")}`}, ${dimm ?? "on-board"}.`,
  announceNoMap: (block: number, next: boolean) =>
    `memory${block} has no struct pages yet${next ? ": they are made next" : ""}.`,
  announceMap: (
    { first, pages, block }: { readonly first: number; readonly pages: number; readonly block: number },
    pfn: number,
    host: Host | null,
    isNew: boolean,
  ) =>
    `Struct pages of ${pages === 64 ? `64 pages from ${hex(first)} on` : `memory${block}`} lie at pfn ${hex(pfn)}${within(host)}${isNew ? ", made by the last operation" : ""}.`,
  zoomIn: "Nearer",
  zoomOut: "Farther",
  whole: "All",
  ways: "Wheel or + − zoom · Enter goes in, Esc out · ←→ neighbours, ↑↓ levels · Home shows all",
  structsOf: (nodes: readonly number[], block: number) => `struct pages of node ${nodes.join(", ")}, in memory${block}`,
  chunks: (count: number, block: number) => `${count} new, in memory${block}`,
  figure: (partition: string) =>
    `Kernel page tables of ${partition}: arrow keys go from mark to mark, Enter goes into one, Escape out`,
  tableLies: (pfn: number, block: number, dimm: string | null) =>
    `this table is page ${hex(pfn)} of memory${block}, ${dimm === null ? "on-board" : `on ${dimm}`}`,
  mapLies: (pfn: number, block: number, dimm: string | null) =>
    `its struct pages begin in page ${hex(pfn)} of memory${block}, ${dimm === null ? "on-board" : `on ${dimm}`}`,
  choose: "Whose page tables",
  kernelOption: "Direct map + memory map",
  gone: "That process has ended.",
  process: {
    option: (comm: string, pid: number) => `${comm} ${pid}`,
    key: { near: "its own node", far: "another node", migrating: "migration entry", none: "not touched" },
    areas: (areas: number, tables: number, huge: number) =>
      `${areas} ${areas === 1 ? "area" : "areas"}, ${tables} PTE ${tables === 1 ? "table" : "tables"}, one a column: 512 entries of 4 KiB, 2 MiB of addresses.${huge > 0 ? ` ${huge} more ${huge === 1 ? "column is an entry" : "columns are entries"} of 2 MiB without a table below.` : ""}`,
    below: (tables: number, huge: number) =>
      [
        `${many(tables)} PTE ${tables === 1 ? "table" : "tables"}`,
        ...(huge > 0 ? [`${many(huge)} entries of 2 MiB`] : []),
      ].join(", "),
    rows: {
      areas: "Areas",
      pgd: "PGD",
      pud: "PUD",
      pmd: "PMD",
      pte: "PTEs",
      column: "512 a column",
      physical: "Physical",
    },
    figure: (comm: string, pid: number) =>
      `Page tables of ${comm} ${pid}: arrow keys go from table to table, Enter goes into its entries`,
    area: (start: string, end: string, name: string, pages: number, width: number) =>
      longest(width, [
        `${start}–${end} · ${name}, ${mib(pages * PAGE_SIZE)}`,
        `${name}, ${mib(pages * PAGE_SIZE)}`,
        name,
      ]),
    upper: (level: string, tables: readonly number[], block: (pfn: number) => number | null) => {
      const [first] = tables;
      if (first === undefined) return "";
      const blocks = [...new Set(tables.map(block).filter((one) => one !== null))];
      return tables.length === 1
        ? `one ${level} table: page ${hex(first)}${blocks[0] === undefined ? "" : ` in memory${blocks[0]}`}`
        : `${many(tables.length)} ${level} tables, in ${list(blocks.slice(0, 4) as number[])}`;
    },
    column: (base: string, table: number, used: number, migrating: number) =>
      `Table at pfn ${hex(table)} maps from ${base}: ${many(used)} of 512 entries in use${migrating > 0 ? `, ${many(migrating)} migration entries` : ""}.`,
    hugeColumn: (base: string) => `${base} is mapped by one entry of 2 MiB, without a table below.`,
    table: (pfn: number) => `Table ${hex(pfn)}`,
    liesIn: (block: number | null, dimm: string | null) =>
      block === null ? "" : `memory${block}${dimm === null ? "" : ` on ${dimm}`}`,
    mapsFrom: (base: string) => `maps ${base}, 512 entries of 4 KiB`,
    chooseTable: "Choose a column to see its table entry by entry.",
    entries: (base: string) =>
      `Entries of the table that maps from ${base}: arrow keys go from entry to entry, Enter selects its page`,
    shares: (blocks: readonly (readonly [number, number])[], migrating: number) =>
      [
        ...(migrating > 0 ? [`${many(migrating)} migrating`] : []),
        ...blocks.slice(0, 3).map(([block, pages]) => `${many(pages)} in memory${block}`),
      ].join(" · "),
    about:
      "A migration entry says which page it was, not where it is: a thread that touches it sleeps until the copy is mapped.",
    entry: (index: number, address: string) => `Entry ${index} · ${address}`,
    nothing: "nothing",
    migration: "migration",
    next: "next",
    story: (index: number, pfn: number, before: number, migrating: boolean, block: number | null) =>
      pfn === 0
        ? `Entry ${index}: nothing is mapped.`
        : migrating
          ? `Entry ${index}: a migration entry for page ${hex(pfn)}.`
          : `Entry ${index}: page ${hex(pfn)}${block === null ? "" : ` in memory${block}`}${before > 0 ? `, before it ${hex(before)}` : ""}.`,
    holders: "Memory blocks that hold its pages",
    pages: (pages: number) => `${many(pages)} pages`,
    node: (nodes: readonly number[]) => (nodes.length === 0 ? "" : `node ${nodes.join(", ")}`),
    leaving: "going offline",
    caption: (comm: string, pid: number, node: number, at: string) =>
      `Leaf tables of ${comm} ${pid}, which runs on node ${node}, at ${at} s`,
    columns: ["Maps from", "Table in page", "Entries in use", "Pages by node", "Migration entries"],
    entryCaption: (base: string, at: string) => `Table that maps from ${base}, entry by entry, at ${at} s`,
    entryColumns: ["Entry", "Address", "Page", "Memory block", "Before", "State"],
    states: { none: "not touched", present: "present", migrating: "migration entry" },
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

export type PageTableWords = Words<typeof english>;
export const pageTableStrings = inLanguages<PageTableWords>(english, { ja: () => import("./strings.ja.ts") });
