/**
 * What can be asked of all pages, as words: `pinned`, `pid 812`, `dentry`, a kind, a pfn, an address, `unmovable`, `older
 * than 2 s`; words joined by spaces all have to hold. Read into terms here, compared with pages in ./matcher.ts.
 */
import { PAGE_KIND_NAMES } from "../../memory/kind-names.ts";
import { DESCRIBING_KINDS, MEMMAP_KINDS, PageKind, TABLE_KINDS, ZONE_NAMES } from "../../memory/kinds.ts";

export type Term =
  | { readonly is: "pinned" }
  /** Whether taking its block offline would have to leave the page where it is. */
  | { readonly is: "movable" | "unmovable" }
  | { readonly is: "kinds"; readonly kinds: readonly number[] }
  | { readonly is: "pid"; readonly pid: number }
  /** A word in the name of a cache, a mapping, a process. */
  | { readonly is: "named"; readonly word: string }
  /** A page by its number; `certain`: said to be one, so never taken for an address. */
  | { readonly is: "number"; readonly value: bigint; readonly certain: boolean }
  | { readonly is: "older" | "younger"; readonly ns: number }
  | { readonly is: "node" | "block"; readonly number: number }
  | { readonly is: "zone"; readonly zone: string };

/** Why a question can't be answered: nothing was asked, something needs a number or a time, a word that names nothing here. */
export interface QueryProblem {
  readonly why: "empty" | "number" | "time" | "zone" | "unknown" | "beyond";
  /** The word at fault. */
  readonly word: string;
}

/** Names that stand for several kinds, or are shorter than the kind's own. */
const GROUPS: Readonly<Record<string, readonly number[]>> = {
  anon: [PageKind.Anon],
  anonymous: [PageKind.Anon, PageKind.Zsmalloc, PageKind.Ksm],
  file: [PageKind.PageCache],
  shmem: [PageKind.Shmem],
  thp: [PageKind.AnonHuge],
  "huge pages": [PageKind.AnonHuge],
  kernel: [PageKind.Slab, PageKind.KernelStack, PageKind.Vmalloc, PageKind.KernelBuffer],
  "page tables": TABLE_KINDS,
  memmap: MEMMAP_KINDS,
  lost: [PageKind.Lost],
  ksm: [PageKind.Ksm],
  "page tables, memmap": DESCRIBING_KINDS,
  reserved: [PageKind.Reserved, PageKind.KernelImage],
  offline: [PageKind.Offline],
};

const KINDS = new Map<string, readonly number[]>([
  ...PAGE_KIND_NAMES.flatMap((name, kind) => (kind === PageKind.None ? [] : [[name, [kind]] as const])),
  ...Object.entries(GROUPS),
]);
const LONGEST_NAME = 3;

const SECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9 };
const NUMBER = /^(?:0x[0-9a-f]{1,16}|\d{1,16}|[0-9a-f]{16})$/;

/** The kinds that a name stands for, if it is one. */
export const kindsNamed = (name: string): readonly number[] | undefined => KINDS.get(name);

export function readQuery(text: string): readonly Term[] | QueryProblem {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { why: "empty", word: "" };
  const terms: Term[] = [];
  for (let at = 0; at < words.length; ) {
    const read = readTerm(words, at);
    if ("why" in read) return read;
    terms.push(read.term);
    at += read.words;
  }
  return terms;
}

type Read = { readonly term: Term; readonly words: number } | QueryProblem;

function readTerm(words: readonly string[], at: number): Read {
  for (let length = LONGEST_NAME; length > 0; length--) {
    const kinds = KINDS.get(words.slice(at, at + length).join(" "));
    if (kinds && at + length <= words.length) return { term: { is: "kinds", kinds }, words: length };
  }
  const word = words[at] as string;
  const next = words[at + 1] ?? "";
  switch (word) {
    case "pinned":
    case "movable":
    case "unmovable":
      return { term: { is: word }, words: 1 };
    case "pid":
    case "node":
      if (!/^\d{1,9}$/.test(next)) return { why: "number", word };
      if (word === "node") return { term: { is: "node", number: Number(next) }, words: 2 };
      return { term: { is: "pid", pid: Number(next) }, words: 2 };
    case "pfn":
      if (!NUMBER.test(next)) return { why: "number", word };
      return { term: { is: "number", value: BigInt(next), certain: true }, words: 2 };
    case "zone": {
      const zone = ZONE_NAMES.find((name) => name.toLowerCase() === next);
      return zone === undefined ? { why: "zone", word: next } : { term: { is: "zone", zone }, words: 2 };
    }
    case "older":
    case "younger":
      return readAge(word, words, at);
  }
  const block = /^memory(\d{1,9})$/.exec(word)?.[1];
  if (block !== undefined) return { term: { is: "block", number: Number(block) }, words: 1 };
  if (NUMBER.test(word)) {
    // Sixteen digits are how a kernel prints an address, with or without 0x.
    const value = BigInt(/^\d{1,15}$/.test(word) || word.startsWith("0x") ? word : `0x${word}`);
    return { term: { is: "number", value, certain: false }, words: 1 };
  }
  return { term: { is: "named", word }, words: 1 };
}

/** `older than 2 s`, `older 2s`. */
function readAge(is: "older" | "younger", words: readonly string[], at: number): Read {
  let next = at + 1;
  if (words[next] === "than") next++;
  const [, amount, unit = words[++next] ?? ""] =
    /^(\d{1,9}(?:\.\d{1,6})?)(ns|us|µs|ms|s|min)?$/.exec(words[next] ?? "") ?? [];
  const scale = SECONDS[unit];
  if (amount === undefined || scale === undefined) return { why: "time", word: is };
  return { term: { is, ns: Number(amount) * scale }, words: next + 1 - at };
}
