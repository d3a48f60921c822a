/**
 * What a line of text speaks of: memory blocks, nodes, pages. The event log and the terminal make ways to them of it.
 */
import { PAGE_SIZE } from "../engine/units.ts";
import type { RecordTables, Selection } from "../client/playground.ts";

/** A stretch of a text, and what to select when someone chooses it. */
export interface Reference {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly selection: Partial<Selection>;
}

/** Paths first: they hold the names that are looked for on their own after them. */
const MENTION = new RegExp(
  [
    /(?<path>\/sys\/[\w/.:-]+)/,
    /\b(?<name>memory|node)(?<number>\d+)\b(?:\/\w+)*/,
    /\bpfn(?:[: =]+(?:0x)?|0x)(?<pfn>[0-9a-f]{1,12})\b/,
    /\bstart_pfn:\s*(?<startPfn>\d{1,12})\b/,
    /\b0x(?<address>[0-9a-f]{10,16})\b/,
    /\b0x(?<frame>[0-9a-f]{4,9})\b/,
    /^\s*(?<iomem>[0-9a-f]{8,16})-[0-9a-f]{8,16}(?= : )/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gi",
);

/** The last memory block or node on a path is what it is about. */
const THING = /^(memory|node)(\d+)$/;
/** Nobody reads further. */
const LONGEST = 4000;

/** Everything in a line that can be shown: what this box has none of is no reference. */
export function referencesIn(line: string, partition: string, records: RecordTables): readonly Reference[] {
  const found: Reference[] = [];
  for (const match of line.slice(0, LONGEST).matchAll(MENTION)) {
    const selection = selectionOf(match.groups ?? {}, partition, records);
    if (selection) found.push({ start: match.index, end: match.index + match[0].length, selection });
  }
  return found;
}

function selectionOf(
  said: Readonly<Record<string, string | undefined>>,
  partition: string,
  records: RecordTables,
): Partial<Selection> | null {
  const [, name = said.name, digits = said.number] =
    said.path
      ?.split("/")
      .reverse()
      .map((part) => THING.exec(part))
      .find(Boolean) ?? [];
  if (said.path !== undefined && name === undefined) return null;
  const number = Number(digits);
  if (name?.toLowerCase() === "memory") {
    const block = `${partition}:${number}`;
    return records.block[block] ? { block } : null;
  }
  if (name) {
    const node = `${partition}/${number}`;
    return records.node[node] ? { node } : null;
  }
  const address = said.address ?? said.iomem;
  if (address !== undefined) return page(Math.floor(Number.parseInt(address, 16) / PAGE_SIZE), partition, records);
  const pfn = said.startPfn === undefined ? Number.parseInt(said.pfn ?? said.frame ?? "", 16) : Number(said.startPfn);
  return page(pfn, partition, records);
}

/** The block is computed, not looked for: a log of hundreds of lines speaks of a machine that may have thousands. */
function page(pfn: number, partition: string, records: RecordTables): Partial<Selection> | null {
  const { blockBytes } = records.partition[partition] ?? {};
  if (blockBytes === undefined) return null;
  const block = records.block[`${partition}:${Math.floor((pfn * PAGE_SIZE) / blockBytes)}`];
  return block ? { block: block.key, pfn } : null;
}
